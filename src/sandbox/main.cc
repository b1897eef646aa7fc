// SPDX-License-Identifier: Apache-2.0
// caretaker-sandbox: an AWS account with Caretaker's stack deployed, on a loopback port.
#include <fmt/format.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include "base/clock.h"
#include "base/json.h"
#include "http/client.h"
#include "sandbox/ask.h"
#include "sandbox/blob_store.h"
#include "sandbox/env.h"
#include "sandbox/host.h"
#include "sandbox/init.h"
#include "sandbox/seed.h"
#include "sandbox/watch.h"

namespace {

struct Arguments {
  std::uint16_t port = 4566;
  std::int64_t operation_time_ms = 3'000;
  std::int64_t retry_after_ms = 10'000;
  std::string address = "127.0.0.1";
  std::string function;
  std::string rules;
  std::string seed;
  std::string state;
  bool describe_former = false;
  bool timeline = false;
  bool env = false;
  bool watch = false;
};

// `3s`, `250ms`, `10m`, `1h`, `1d` as milliseconds.
CLI::AsNumberWithUnit duration() {
  static const std::map<std::string, std::int64_t> units = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  return CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "DURATION");
}

// After duration(), which takes a sign.
std::string not_negative(const std::string& milliseconds) {
  return milliseconds.starts_with('-') ? "must not be negative" : "";
}

void describe(CLI::App& app, Arguments& arguments) {
  app.set_version_flag("--version", "caretaker-sandbox " CARETAKER_VERSION);
  app.add_option("--port", arguments.port, "Port; 0 takes any free one")->capture_default_str();
  app.add_option("--operation-time", arguments.operation_time_ms, "How long an App Runner operation takes (3s)")
      ->transform(duration())
      ->check(not_negative, "");
  app.add_option("--retry-after", arguments.retry_after_ms,
                 "How long a push waits for a busy service, instead of ten minutes (10s)")
      ->transform(duration())
      ->check(not_negative, "");
  app.add_option("--address", arguments.address,
                 "Address to listen on. Others than loopback let everybody in who reaches it")
      ->capture_default_str();
  app.add_option("--seed", arguments.seed, "File of repositories and services that are there from the start");
  app.add_option("--rules", arguments.rules, "File that becomes the rules object, instead of an empty list");
  app.add_option("--state", arguments.state, "File from GET /_sandbox/state: goes on as the account that was saved");
  app.add_option("--function", arguments.function,
                 "Executable that is the Lambda function (caretaker beside this program)");
  app.add_flag(
      "--describe-former", arguments.describe_former,
      "Describe a service as it was until its update has ended, and not as it will be (AWS does not say which)");
  app.add_flag("--timeline", arguments.timeline, "Print what happens as it happens");
  auto* env = app.add_subcommand("env", R"text(Print what to paste: eval "$(caretaker-sandbox env)")text");
  env->add_option("--port", arguments.port, "The sandbox's port")->capture_default_str();
  auto* watch = app.add_subcommand("watch", "Draw a running sandbox's pipeline below what comes in on standard input");
  watch->add_option("--port", arguments.port, "The sandbox's port")->capture_default_str();
  watch->callback([&arguments] { arguments.watch = true; });
  env->callback([&arguments] { arguments.env = true; });
}

// The executable `caretaker` in the folder of this one.
std::string default_function() {
  std::error_code error;
  auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  // A bare root folder has no /proc.
  if (error) self = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  return (self.parent_path() / "caretaker").string();
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

// More than any seed or rules have.
constexpr std::streamsize file_size_max = std::streamsize{64} << 20;

// Errors: the reason.
std::expected<std::string, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) return std::unexpected("can't be read");
  std::string text;
  for (std::string piece(std::size_t{1} << 16, '\0'); file;
       text.append(piece, 0, static_cast<std::size_t>(file.gcount()))) {
    if (std::ssize(text) > file_size_max) return std::unexpected("is larger than 64 MiB");
    file.read(piece.data(), std::ssize(piece));
  }
  return text;
}

// What is there from the start. Errors: the line to print.
std::expected<void, std::string> read_files(const Arguments& arguments, sandbox::Settings& account) {
  if (!arguments.seed.empty()) {
    auto text = read_file(arguments.seed);
    if (!text) return std::unexpected(fmt::format("--seed {}: {}", arguments.seed, text.error()));
    auto seed = sandbox::read_seed(std::move(*text));
    if (!seed) return std::unexpected(sandbox::to_string(seed.error(), arguments.seed));
    account.account = seed->account;
    account.region = seed->region;
    account.planted = std::move(*seed);
  }
  if (!arguments.rules.empty()) {
    auto text = read_file(arguments.rules);
    if (!text) return std::unexpected(fmt::format("--rules {}: {}", arguments.rules, text.error()));
    // Whether they are rules the function says itself, as it would in AWS; `caretaker check` says it before.
    const auto document = base::JsonDocument::parse(*text);
    if (!document) return std::unexpected(sandbox::to_string(document.error(), arguments.rules));
    account.rules = std::move(*text);
  }
  return {};
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

// Where layers lie. It is made if it is missing: an image from scratch has no /tmp.
std::filesystem::path layers_folder() {
  const char* given = std::getenv("TMPDIR");
  const std::filesystem::path folder = given && *given != '\0' ? given : "/tmp";
  std::error_code ignored;  // Whoever uses the folder says what is wrong with it.
  std::filesystem::create_directories(folder, ignored);
  return folder;
}

int serve(const Arguments& arguments) {
  const auto path = arguments.function.empty() ? default_function() : arguments.function;
  const auto function = std::filesystem::absolute(path).string();
  if (::access(function.c_str(), X_OK) != 0 || std::filesystem::is_directory(function)) {
    return complain(
        fmt::format("caretaker-sandbox: no executable at {}: build it, or name another with --function", function));
  }
  auto blobs = sandbox::directory_blobs(layers_folder());
  if (!blobs) return complain("caretaker-sandbox: " + blobs.error().message);
  sandbox::HostSettings settings;
  if (const auto read = read_files(arguments, settings.account); !read)
    return complain("caretaker-sandbox: " + read.error());
  settings.address = arguments.address;
  settings.account.blobs = std::move(*blobs);
  settings.account.operation_time = std::chrono::milliseconds(arguments.operation_time_ms);
  settings.account.describe_former = arguments.describe_former;
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
  if (!arguments.state.empty()) {
    std::ifstream state(arguments.state, std::ios::binary);
    // A device has no end.
    if (!state || std::filesystem::is_directory(arguments.state) || std::filesystem::is_character_file(arguments.state))
      return complain(fmt::format("caretaker-sandbox: --state {}: can't be read", arguments.state));
    if (const auto restored = host.restore(state); !restored)
      return complain(fmt::format("caretaker-sandbox: --state {}: {}", arguments.state, restored.error().message));
  }
  if (!is_loopback(arguments.address)) {
    complain(
        fmt::format("caretaker-sandbox: listening on {}: whoever reaches it can do everything here, since the "
                    "credentials are known to all and /_sandbox/ asks for none",
                    arguments.address));
  }
  const auto shown = arguments.address.contains(':') ? "[" + arguments.address + "]" : arguments.address;
  print(fmt::format("caretaker-sandbox ready on http://{}:{} (account {}, {})", shown, host.port(),
                    settings.account.account, settings.account.region));
  host.run();
  return EXIT_SUCCESS;
}

// What was printed for others to read is there: a full disk must not look like an answer. Whoever closed a pipe wants no more.
// To be called with the errno of the printing.
int end_output() {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!failed || errno == EPIPE) return EXIT_SUCCESS;
  return complain(fmt::format("caretaker-sandbox: standard output: {}",
                              errno != 0 ? std::generic_category().message(errno) : "can't be written"));
}

int print_environment(std::uint16_t port) {
  base::SystemClock clock;
  sandbox::Settings account;
  const auto client = http::make_client({}, clock);
  const auto health =
      client ? sandbox::ask_sandbox(**client, port, "/_sandbox/health", clock.instant() + std::chrono::seconds(2))
             : std::nullopt;
  // Where nobody answers yet, it is one without a seed.
  if (health) account.region = sandbox::region_of_health(*health).value_or(account.region);
  errno = 0;
  fmt::print("{}", sandbox::shell_environment(port, account));
  return end_output();
}

}  // namespace

int main(int argc, char** argv) try {
  Arguments arguments;
  CLI::App app("An AWS account with Caretaker deployed, in memory, on a loopback port. For laptops and tests.",
               "caretaker-sandbox");
  describe(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& outcome) {
    errno = 0;
    const int code = app.exit(outcome);
    return code != EXIT_SUCCESS ? code : end_output();
  }
  if (arguments.watch) return sandbox::watch(arguments.port, wants_colour());
  if (!arguments.env) return sandbox::run_as_init([&] { return serve(arguments); });
  return print_environment(arguments.port);
} catch (const std::exception& error) {
  return complain(fmt::format("caretaker-sandbox: {}", error.what()));
}
