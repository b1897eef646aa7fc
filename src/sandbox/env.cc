// SPDX-License-Identifier: Apache-2.0
#include "sandbox/env.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "sandbox/stack.h"

namespace sandbox {
namespace {

// Whom the function and the commands tell.
constexpr const char* notice_bus = "default";

}  // namespace

std::string shell_environment(std::uint16_t port, const Settings& account) {
  const auto url = fmt::format("http://127.0.0.1:{}", port);
  const auto& [key, secret, token] = account.credentials;
  const auto session =
      token.empty() ? std::string("unset AWS_SESSION_TOKEN") : fmt::format("export AWS_SESSION_TOKEN={}", token);
  return fmt::format(R"(unset AWS_PROFILE AWS_DEFAULT_PROFILE
export AWS_ACCESS_KEY_ID={key}
export AWS_SECRET_ACCESS_KEY={secret}
{session}
export AWS_DEFAULT_REGION={region}
export AWS_REGION={region}
export AWS_ENDPOINT_URL={url}
export AWS_PAGER=''
export CONFIG_BUCKET={bucket} CONFIG_FILE={rules} QUEUE_NAME={queue} CARETAKER_NOTICE_BUS={bus}
aws() {{ command aws --endpoint-url {url} "$@"; }}
)",
                     fmt::arg("key", key), fmt::arg("secret", secret), fmt::arg("session", session),
                     fmt::arg("region", account.region), fmt::arg("url", url), fmt::arg("bucket", stack_bucket),
                     fmt::arg("rules", stack_rules_key), fmt::arg("queue", stack_queue), fmt::arg("bus", notice_bus));
}

std::optional<std::string> region_of_health(std::string_view body) {
  const auto health = base::parse_json(body);
  const auto region = health ? base::string_member(*health, "region") : std::nullopt;
  // Other programs have ports, too, and what comes of this is read by a shell.
  const bool is_plain = region && !region->empty() && std::ranges::all_of(*region, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                        });
  return is_plain ? std::optional<std::string>(*region) : std::nullopt;
}

std::vector<std::string> function_environment(const FunctionSettings& settings) {
  const bool all = settings.address == "0.0.0.0" || settings.address == "::";
  const auto host = all                              ? std::string("127.0.0.1")
                    : settings.address.contains(':') ? "[" + settings.address + "]"
                                                     : settings.address;
  const auto address = fmt::format("{}:{}", host, settings.port);
  std::vector<std::string> variables = {
      "_HANDLER=bootstrap",
      "LAMBDA_TASK_ROOT=" + settings.task_root,
      "LAMBDA_RUNTIME_DIR=/var/runtime",
      "LANG=en_US.UTF-8",
      "TZ=:UTC",
      "PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
      "LD_LIBRARY_PATH=/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
      "AWS_LAMBDA_RUNTIME_API=" + address,
      "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
      "AWS_LAMBDA_FUNCTION_NAME=" + std::string(function_name),
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
      "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
      "AWS_LAMBDA_LOG_GROUP_NAME=" + settings.log_group,
      "AWS_LAMBDA_LOG_STREAM_NAME=" + settings.log_stream,
      "AWS_REGION=" + settings.region,
      "AWS_DEFAULT_REGION=" + settings.region,
      "AWS_ACCESS_KEY_ID=" + settings.credentials.access_key_id,
      "AWS_SECRET_ACCESS_KEY=" + settings.credentials.secret_access_key,
      "AWS_ENDPOINT_URL=http://" + address,
      "QUEUE_NAME=" + std::string(stack_queue),
      "CONFIG_BUCKET=" + std::string(stack_bucket),
      "CONFIG_FILE=" + std::string(stack_rules_key),
      "CARETAKER_NOTICE_BUS=" + std::string(notice_bus),
      "CARETAKER_RETRY_AFTER=" + base::to_text(settings.retry_after),
  };
  if (settings.ahead.count() != 0) {
    variables.push_back(fmt::format("CARETAKER_CLOCK_AHEAD_MS={}", settings.ahead.count()));
  }
  const auto& token = settings.credentials.session_token;
  if (!token.empty()) variables.push_back("AWS_SESSION_TOKEN=" + token);
  return variables;
}

}  // namespace sandbox
