// SPDX-License-Identifier: Apache-2.0
// One executable: the Lambda function where the Lambda service starts it, the command line everywhere else. What comes from
// outside (environment, addresses, randomness) is read here, and the real parts are chosen here.
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "aws/caller.h"
#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/machine.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "delivery/installation.h"
#include "delivery/queue.h"
#include "function/function.h"
#include "http/client.h"
#include "http/name_service.h"
#include "names/arn.h"

namespace {

std::string lookup(const aws::Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

aws::Environment read_environment() {
  aws::Environment environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

// 128 random bits in hex.
std::string new_id() {
  static std::random_device device;
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[device() % 16];
  return id;
}

double new_random() {
  static std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

// A whole line in one write, so that lines of several processes don't mix.
void write_line(std::string_view line) {
  const std::string whole = std::string(line) + '\n';
  for (std::string_view rest = whole; !rest.empty();) {
    const auto written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// `ca_file`: whose certificates are believed, unless the environment says so.
http::ClientSettings client_settings(const aws::Environment& environment, const std::string& ca_file) {
  // The lower-case names are the older custom; where both are set they win, as with curl.
  const auto either = [&](std::string_view lower, std::string_view upper) {
    const auto value = lookup(environment, lower);
    return value.empty() ? lookup(environment, upper) : value;
  };
  const auto bundle = lookup(environment, "AWS_CA_BUNDLE");
  const auto configured = bundle.empty() ? ca_file : bundle;
  return {.ca_file = configured.empty() ? lookup(environment, "SSL_CERT_FILE") : configured,
          .http_proxy = either("http_proxy", "HTTP_PROXY"),
          .https_proxy = either("https_proxy", "HTTPS_PROXY"),
          .no_proxy = either("no_proxy", "NO_PROXY")};
}

// What the deployed stack covers: the file that was packed beside the executable. nullopt: there is none, as in the sandbox.
base::Result<std::optional<stack::Coverage>> read_coverage(const aws::Environment& environment) {
  const auto folder = lookup(environment, "LAMBDA_TASK_ROOT");
  const auto path = folder + "/stack.json";
  std::ifstream file(path, std::ios::binary);
  if (folder.empty() || !file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto coverage = stack::Coverage::parse(text);
  if (!coverage) return base::fail(coverage, path);
  return std::optional(std::move(*coverage));
}

// What the function needs from its environment. CARETAKER_RETRY_AFTER and CARETAKER_WARM_UP (`off`) are for tests and measurements.
base::Result<delivery::Installation::Settings> function_settings(const aws::Environment& environment) {
  delivery::Installation::Settings settings;
  const auto require = [&](std::string_view name, std::string& value) -> std::string {
    value = lookup(environment, name);
    return value.empty() ? " " + std::string(name) : std::string();
  };
  settings.queue_name = delivery::queue_name(environment);
  auto missing = (settings.queue_name.empty() ? std::string(" QUEUE_NAME") : std::string()) +
                 require("CONFIG_BUCKET", settings.config_bucket) + require("CONFIG_FILE", settings.config_file);
  settings.region = lookup(environment, "AWS_REGION");
  if (settings.region.empty()) missing += require("AWS_DEFAULT_REGION", settings.region).empty() ? "" : " AWS_REGION";
  if (!missing.empty()) return base::fail(base::ErrorKind::Invalid, "environment variables are not set:" + missing);
  settings.notice_bus = lookup(environment, "CARETAKER_NOTICE_BUS");
  auto coverage = read_coverage(environment);
  if (!coverage) return std::unexpected(coverage.error());
  settings.coverage = std::move(*coverage);
  if (const auto text = lookup(environment, "CARETAKER_RETRY_AFTER"); !text.empty()) {
    const auto after = rules::parse_duration(text);
    if (!after) return base::fail(base::ErrorKind::Invalid, "CARETAKER_RETRY_AFTER: " + after.error());
    settings.retry.after = *after;
  }
  return settings;
}

// The function's own account: from its ARN, else from the environment.
std::string own_account(const aws::Environment& environment, std::string_view function_arn) {
  const auto arn = names::parse_arn(function_arn);
  return arn && !arn->account.empty() ? std::string(arn->account) : lookup(environment, "AWS_ACCOUNT_ID");
}

// How far the sandbox that runs the function has moved its time, in milliseconds; AWS never does.
base::Duration clock_ahead(const aws::Environment& environment) {
  const auto text = lookup(environment, "CARETAKER_CLOCK_AHEAD_MS");
  base::Duration::rep ahead = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), ahead);
  return base::Duration(read.ptr == text.data() + text.size() ? ahead : 0);
}

int run_function(const aws::Environment& environment, std::string_view runtime_address) {
  base::SystemClock clock(clock_ahead(environment));
  report::Log log(clock, write_line);
  const auto refuse = [&](const base::Error& error) {
    log.line(report::Level::Error, "init", {{"why", error.message}});
    return 1;
  };
  // Proxies are not for the Runtime API, which is on this machine.
  const auto runtime_client = http::make_client({}, clock);
  if (!runtime_client) return refuse(runtime_client.error());
  auto runtime = function::Runtime::at(runtime_address, **runtime_client, clock);
  if (!runtime) return refuse(runtime.error());

  const auto settings = function_settings(environment);
  const auto endpoints = aws::read_endpoint_settings(environment);
  const auto client = http::make_client(client_settings(environment, {}), clock);
  for (const auto* failed : {settings ? nullptr : &settings.error(), endpoints ? nullptr : &endpoints.error(),
                             client ? nullptr : &client.error()}) {
    if (!failed) continue;
    const auto posted = runtime->post_init_error("Runtime.InvalidEnvironment", failed->message);
    if (!posted) refuse(posted.error());
    return refuse(*failed);
  }

  const auto credentials = aws::make_credential_source(environment, **client, clock);
  delivery::Installation installation({**client, clock, *credentials, *endpoints, log, new_id, new_random}, *settings);

  // Lambda gives INIT ten seconds, and the whole of a processor.
  if (lookup(environment, "CARETAKER_WARM_UP") != "off") {
    installation.warm_up({clock.instant() + std::chrono::seconds(3), {}});
  }
  const auto gone = runtime->run([&](const function::Invocation& invocation) {
    log.set_context({{"request_id", invocation.request_id}});
    const auto left = std::max(invocation.deadline - clock.now(), base::Duration::zero());
    return installation.delivery().deliver(invocation.event,
                                           {.account = own_account(environment, invocation.function_arn),
                                            .region = settings->region,
                                            .host_deadline = invocation.deadline,
                                            .deadline = {clock.instant() + left, {}}});
  });
  return refuse(gone);
}

// How wide the terminal is; 0 for no terminal. COLUMNS, which a person may set, goes before what the terminal says.
int columns_of(const aws::Environment& environment, int descriptor) {
  const auto set = lookup(environment, "COLUMNS");
  int columns = 0;
  if (std::from_chars(set.data(), set.data() + set.size(), columns).ec == std::errc() && columns > 0) return columns;
  winsize size{};
  return ::isatty(descriptor) == 1 && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// https://no-color.org and http://bixense.com/clicolors.
bool colours_of(const aws::Environment& environment, int descriptor) {
  if (!lookup(environment, "NO_COLOR").empty()) return false;
  const auto force = lookup(environment, "CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return ::isatty(descriptor) == 1 && lookup(environment, "TERM") != "dumb";
}

// Waits for SIGINT and SIGTERM in a thread of its own, from take() on.
class Interrupts {
 public:
  Interrupts() = default;
  ~Interrupts() {
    if (!waiting_.joinable()) return;
    done_ = true;
    ::pthread_kill(waiting_.native_handle(), SIGINT);
    waiting_.join();
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // To be called before other threads are started that would take the signals.
  std::stop_token take() {
    if (waiting_.joinable()) return stop_.get_token();
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiting_ = std::thread([this, signals] {
      while (true) {
        int signal = 0;
        ::sigwait(&signals, &signal);
        if (done_) return;
        // Whoever asks twice does not want to wait for good order.
        if (!stop_.request_stop()) std::_Exit(130);
      }
    });
    return stop_.get_token();
  }

 private:
  std::stop_source stop_;
  std::atomic<bool> done_ = false;
  std::thread waiting_;
};

int run_command(const aws::Environment& environment, std::vector<std::string> arguments) {
  base::SystemClock clock;
  Interrupts interrupts;
  return cli::run(
      std::move(arguments),
      {.in = std::cin,
       .out = std::cout,
       .err = std::cerr,
       .terminal = {.columns = columns_of(environment, STDOUT_FILENO),
                    .colours = colours_of(environment, STDOUT_FILENO),
                    .progress = ::isatty(STDERR_FILENO) == 1,
                    .input = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1},
       .environment = environment,
       .clock = clock,
       .machine = aws::this_machine(clock),
       .make_client =
           [&](const std::string& ca_file) { return http::make_client(client_settings(environment, ca_file), clock); },
       .new_id = new_id,
       .random = new_random,
       .take_interrupts = [&] { return interrupts.take(); }});
}

}  // namespace

int main(int argc, char** argv) {
  http::use_plain_name_service();
  const auto environment = read_environment();
  // Lambda starts the executable without arguments of ours, so the environment decides before any are looked at.
  if (const auto address = lookup(environment, "AWS_LAMBDA_RUNTIME_API"); !address.empty()) {
    return run_function(environment, address);
  }
  return run_command(environment, std::vector<std::string>(argv + 1, argv + argc));
}
