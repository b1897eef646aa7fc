// SPDX-License-Identifier: Apache-2.0
#include "sandbox/recognise.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sandbox/lambda.h"
#include "sandbox/signature.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

struct KnownTarget {
  std::string_view prefix;
  std::string_view service;
  std::string_view json_version;
};
constexpr KnownTarget targets[] = {
    {"AppRunner", "apprunner", "1.0"}, {"AmazonEC2ContainerRegistry_V20150921", "ecr", "1.1"},
    {"AmazonSQS", "sqs", "1.0"},       {"AWSEvents", "events", "1.1"},
    {"Logs_20140328", "logs", "1.1"},
};

struct Version {
  std::string_view version;
  std::string_view service;
};
constexpr Version versions[] = {{"2012-11-05", "sqs"}, {"2011-06-15", "sts"}, {"2010-05-08", "iam"}};

Recognised by_target(std::string_view text) {
  const auto dot = text.rfind('.');
  const auto prefix = text.substr(0, dot);
  Recognised found;
  found.protocol = Protocol::Json;
  found.operation = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  found.wanted = fmt::format("the target {}", text.substr(0, 200));
  const auto* target = std::ranges::find(targets, prefix, &KnownTarget::prefix);
  if (target == std::end(targets)) return found;
  found.service = target->service;
  found.json_version = target->json_version;
  return found;
}

// The service that the credential's scope names.
std::optional<std::string> signed_service(const http::Request& request) {
  const auto signature = read_signature(request, Protocol::Rest);
  if (!signature || !*signature) return std::nullopt;
  return (*signature)->service;
}

std::optional<Recognised> by_action(const http::Request& request) {
  const auto type = request.headers.get("content-type").value_or("");
  const bool is_form = request.method == "POST" && type.starts_with("application/x-www-form-urlencoded");
  const auto form = parse_pairs(is_form ? request.body : split_target(request.target).query, true);
  const auto* action = find_pair(form, "Action");
  if (!action) return std::nullopt;
  Recognised found;
  found.protocol = Protocol::Query;
  found.operation = *action;
  const auto* version = find_pair(form, "Version");
  const auto* known = std::ranges::find(versions, version ? *version : "", &Version::version);
  found.wanted =
      fmt::format("the action {} of version {}", action->substr(0, 100), version ? version->substr(0, 100) : "(none)");
  if (known != std::end(versions)) found.service = known->service;
  return found;
}

}  // namespace

Recognised recognise(const http::Request& request) {
  if (const auto target = request.headers.get("x-amz-target")) return by_target(*target);
  const auto service = signed_service(request);
  if (service != "s3") {
    if (auto action = by_action(request)) return *action;
  }
  Recognised found;
  if (service ? *service == "lambda" : is_lambda_path(request.target)) {
    found.protocol = Protocol::Json;
    found.rest_json = true;
    found.service = "lambda";
    return found;
  }
  found.service = "s3";
  if (!service || *service == "s3") return found;
  found = {Protocol::Json, {}, {}, false, "1.1", fmt::format("the service {}", service->substr(0, 100))};
  return found;
}

}  // namespace sandbox
