// SPDX-License-Identifier: Apache-2.0
#include "sandbox/control.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "base/json.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/_sandbox/";

http::Response trouble(int status, std::string message) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(json::object{{"message", message}}) + "\n"};
}

http::Response lines(std::string text) { return {200, {{"Content-Type", "application/x-ndjson"}}, std::move(text)}; }

http::Response show_calls(const std::deque<Call>& calls) {
  std::string text;
  for (const auto& call : calls) {
    json::object line{{"time", base::to_iso8601(call.at)},
                      {"service", call.service},
                      {"operation", call.operation},
                      {"status", call.status}};
    if (!call.error.empty()) line["error"] = call.error;
    text += json::serialize(line) + "\n";
  }
  return lines(std::move(text));
}

http::Response show_happenings(const World& world, std::string_view query) {
  std::uint64_t after = 0;
  if (const auto pairs = parse_pairs(query, true); const auto* given = find_pair(pairs, "after")) {
    const auto parsed = std::from_chars(given->data(), given->data() + given->size(), after);
    if (parsed.ec != std::errc() || parsed.ptr != given->data() + given->size())
      return trouble(400, "after must be a number");
  }
  std::string text;
  for (const auto& [number, happening] : world.told()) {
    if (number <= after) continue;
    text += json::serialize(json::object{{"number", number},
                                         {"time", base::to_iso8601(happening.at)},
                                         {"kind", happening.kind},
                                         {"text", happening.text}}) +
            "\n";
  }
  return lines(std::move(text));
}

http::Response decide_deployments(const http::Request& request, AppRunner& app_runner) {
  const auto body = base::parse_json(request.body);
  const auto tag = body ? base::string_member(*body, "tag") : std::nullopt;
  const auto outcome = body ? base::string_member(*body, "outcome") : std::nullopt;
  const bool known = outcome == "rollback" || outcome == "fail" || outcome == "success";
  if (!tag || !known)
    return trouble(400, R"(send {"tag": "1.2.9", "outcome": "rollback"}; the other outcomes are "fail" and "success")");
  app_runner.decide_deployments(*tag, *outcome == "rollback" ? DeploymentOutcome::Rollback
                                      : *outcome == "fail"   ? DeploymentOutcome::Failure
                                                             : DeploymentOutcome::Success);
  return {200,
          {{"Content-Type", "application/json"}},
          json::serialize(json::object{{"tag", *tag}, {"outcome", *outcome}}) + "\n"};
}

}  // namespace

bool is_control(const http::Request& request) { return request.target.starts_with(root); }

http::Response handle_control(const http::Request& request, const World& world, const std::deque<Call>& calls,
                              AppRunner& app_runner) {
  const auto target = split_target(request.target);
  const auto name = target.path.substr(root.size());
  if (name == "calls" && request.method == "GET") return show_calls(calls);
  if (name == "happenings" && request.method == "GET") return show_happenings(world, target.query);
  if (name == "deployments" && request.method == "POST") return decide_deployments(request, app_runner);
  return trouble(404, "the sandbox has GET /_sandbox/calls, GET /_sandbox/happenings and POST /_sandbox/deployments");
}

}  // namespace sandbox
