// SPDX-License-Identifier: Apache-2.0
// caretaker-sandbox: an AWS account with Caretaker's stack deployed, on a loopback port.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <string>

#include "base/clock.h"
#include "sandbox/blob_store.h"
#include "sandbox/env.h"
#include "sandbox/host.h"

namespace {

struct Arguments {
  std::uint16_t port = 4566;
  std::int64_t operation_time_ms = 3'000;
  std::int64_t retry_after_ms = 10'000;
  std::string function;
  bool timeline = false;
  bool env = false;
};

// `3s`, `250ms`, `10m`, `1h` as milliseconds.
CLI::AsNumberWithUnit duration() {
  static const std::map<std::string, std::int64_t> units = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
  return CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "DURATION");
}

void describe(CLI::App& app, Arguments& arguments) {
  app.set_version_flag("--version", "caretaker-sandbox " CARETAKER_VERSION);
  app.add_option("--port", arguments.port, "Port on 127.0.0.1; 0 takes any free one")->capture_default_str();
  app.add_option("--operation-time", arguments.operation_time_ms, "How long an App Runner operation takes (3s)")
      ->transform(duration());
  app.add_option("--retry-after", arguments.retry_after_ms,
                 "How long a push waits for a busy service, instead of ten minutes (10s)")
      ->transform(duration());
  app.add_option("--function", arguments.function,
                 "Executable that is the Lambda function (caretaker beside this program)");
  app.add_flag("--timeline", arguments.timeline, "Print what happens as it happens");
  auto* env = app.add_subcommand("env", R"text(Print what to paste: eval "$(caretaker-sandbox env)")text");
  env->add_option("--port", arguments.port, "The sandbox's port")->capture_default_str();
  env->callback([&arguments] { arguments.env = true; });
}

// The executable `caretaker` in the folder of this one.
std::string default_function() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : (self.parent_path() / "caretaker").string();
}

// After no-color.org and the custom of CLICOLOR_FORCE.
bool wants_colour() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return !set("NO_COLOR") && (set("CLICOLOR_FORCE") || ::isatty(STDOUT_FILENO) == 1);
}

// Whole lines, at once: somebody is watching, perhaps through a pipe.
void print(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

int complain(std::string_view message) {
  fmt::print(stderr, "{}\n", message);
  return EXIT_FAILURE;
}

int serve(const Arguments& arguments) {
  const auto path = arguments.function.empty() ? default_function() : arguments.function;
  const auto function = std::filesystem::absolute(path).string();
  if (::access(function.c_str(), X_OK) != 0) {
    return complain(
        fmt::format("caretaker-sandbox: no executable at {}: build it, or name another with --function", function));
  }
  auto blobs = sandbox::directory_blobs(std::filesystem::temp_directory_path());
  if (!blobs) return complain("caretaker-sandbox: " + blobs.error().message);
  sandbox::HostSettings settings;
  settings.account.blobs = std::move(*blobs);
  settings.account.operation_time = std::chrono::milliseconds(arguments.operation_time_ms);
  settings.port = arguments.port;
  settings.function = function;
  settings.retry_after = base::Duration(arguments.retry_after_ms);
  settings.timeline = arguments.timeline;
  settings.colour = wants_colour();
  settings.write = print;
  base::SystemClock clock;
  sandbox::Host host(settings, clock);
  if (const auto listening = host.listen(); !listening) {
    return complain(
        listening.error().message +
        " (take another port with --port N, or any free one with --port 0; perhaps a sandbox runs already)");
  }
  print(fmt::format("caretaker-sandbox ready on http://127.0.0.1:{} (account {}, {})", host.port(),
                    settings.account.account, settings.account.region));
  host.run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) try {
  Arguments arguments;
  CLI::App app("An AWS account with Caretaker deployed, in memory, on a loopback port. For laptops and tests.",
               "caretaker-sandbox");
  describe(app, arguments);
  CLI11_PARSE(app, argc, argv);
  if (!arguments.env) return serve(arguments);
  fmt::print("{}", sandbox::shell_environment(arguments.port, {}));
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  return complain(fmt::format("caretaker-sandbox: {}", error.what()));
}
