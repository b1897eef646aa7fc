// SPDX-License-Identifier: Apache-2.0
#include "function/start.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/environment.h"
#include "base/clock.h"
#include "delivery/installation.h"
#include "delivery/queue.h"
#include "function/function.h"
#include "http/client.h"
#include "names/arn.h"
#include "process/process.h"
#include "report/report.h"
#include "rules/duration.h"
#include "stack/coverage.h"

namespace function {

namespace {

// What the deployed stack covers: the file that was packed beside the executable. nullopt: there is none, as in the sandbox.
base::Result<std::optional<stack::Coverage>> read_coverage(const aws::Environment& environment) {
  const auto folder = std::string(aws::variable(environment, "LAMBDA_TASK_ROOT"));
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
    value = aws::variable(environment, name);
    return value.empty() ? " " + std::string(name) : std::string();
  };
  settings.queue_name = delivery::queue_name(environment);
  auto missing = (settings.queue_name.empty() ? std::string(" QUEUE_NAME") : std::string()) +
                 require("CONFIG_BUCKET", settings.config_bucket) + require("CONFIG_FILE", settings.config_file);
  settings.region = aws::variable(environment, "AWS_REGION");
  if (settings.region.empty()) missing += require("AWS_DEFAULT_REGION", settings.region).empty() ? "" : " AWS_REGION";
  if (!missing.empty()) return base::fail(base::ErrorKind::Invalid, "environment variables are not set:" + missing);
  settings.notice_bus = aws::variable(environment, "CARETAKER_NOTICE_BUS");
  auto coverage = read_coverage(environment);
  if (!coverage) return std::unexpected(coverage.error());
  settings.coverage = std::move(*coverage);
  if (const auto text = aws::variable(environment, "CARETAKER_RETRY_AFTER"); !text.empty()) {
    const auto after = rules::parse_duration(text);
    if (!after) return base::fail(base::ErrorKind::Invalid, "CARETAKER_RETRY_AFTER: " + after.error());
    settings.retry.after = *after;
  }
  return settings;
}

// The function's own account: from its ARN, else from the environment.
std::string own_account(const aws::Environment& environment, std::string_view function_arn) {
  const auto arn = names::parse_arn(function_arn);
  return arn && !arn->account.empty() ? std::string(arn->account)
                                      : std::string(aws::variable(environment, "AWS_ACCOUNT_ID"));
}

// How far the sandbox that runs the function has moved its time, in milliseconds; AWS never does.
base::Duration clock_ahead(const aws::Environment& environment) {
  const auto text = aws::variable(environment, "CARETAKER_CLOCK_AHEAD_MS");
  base::Duration::rep ahead = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), ahead);
  return base::Duration(read.ptr == text.data() + text.size() ? ahead : 0);
}

}  // namespace

int start(const aws::Environment& environment, std::string_view runtime_address) {
  base::SystemClock clock(clock_ahead(environment));
  report::Log log(clock, process::write_line);
  log.set_function(std::string(aws::variable(environment, "AWS_LAMBDA_FUNCTION_NAME")));
  const auto refuse = [&](const base::Error& error) {
    log.line(report::Level::Error, "init", {{"why", error.message}});
    return 1;
  };
  // Proxies are not for the Runtime API, which is on this machine.
  const auto runtime_client = http::make_client({}, clock);
  if (!runtime_client) return refuse(runtime_client.error());
  auto runtime = Runtime::at(runtime_address, **runtime_client, clock, log);
  if (!runtime) return refuse(runtime.error());

  const auto settings = function_settings(environment);
  const auto endpoints = aws::read_endpoint_settings(environment);
  const auto client = http::make_client(process::client_settings(environment, {}), clock);
  for (const auto* failed : {settings ? nullptr : &settings.error(), endpoints ? nullptr : &endpoints.error(),
                             client ? nullptr : &client.error()}) {
    if (!failed) continue;
    const auto posted = runtime->post_init_error("Runtime.InvalidEnvironment", failed->message);
    if (!posted) refuse(posted.error());
    return refuse(*failed);
  }

  const auto credentials = aws::make_credential_source(environment, **client, clock);
  delivery::Installation installation(
      {**client, clock, *credentials, *endpoints, log, process::new_id, process::new_random}, *settings);

  // Lambda gives INIT ten seconds, and the whole of a processor.
  if (aws::variable(environment, "CARETAKER_WARM_UP") != "off") {
    installation.warm_up({clock.instant() + std::chrono::seconds(3), {}});
  }
  const auto gone = runtime->run([&](const Invocation& invocation) {
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

}  // namespace function
