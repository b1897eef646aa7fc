// SPDX-License-Identifier: Apache-2.0
#include "simulation/permits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "simulation/request.h"

namespace simulation {
namespace {

constexpr std::string_view bucket_arn = "arn:aws:s3:::caretaker";
constexpr std::string_view own = "us-east-1:123456789012";

std::string with_names(std::string text) {
  const std::array<std::pair<std::string_view, std::string>, 5> names{{
      {"${BucketArn}", std::string(bucket_arn)},
      {"${RulesKey}", "rules.json"},
      {"${QueueArn}", fmt::format("arn:aws:sqs:{}:caretaker", own)},
      {"${DeadLetterQueueArn}", fmt::format("arn:aws:sqs:{}:caretaker-dead-letters", own)},
      {"${NoticeBusArn}", fmt::format("arn:aws:events:{}:event-bus/default", own)},
  }};
  for (const auto& [placeholder, name] : names) {
    if (const auto at = text.find(placeholder); at != std::string::npos) text.replace(at, placeholder.size(), name);
  }
  return text;
}

// The values that the statement's only condition asks for, if they are such as show on the wire.
std::vector<std::string> contexts_of(const stack::Statement& statement) {
  std::vector<std::string> contexts;
  for (const auto& [test, keys] : statement.condition) {
    for (const auto& [key, value] : keys.as_object()) {
      if (key == "iam:PassedToService") continue;
      const auto* several = value.if_array();
      for (const auto& one : several ? *several : boost::json::array{value}) {
        contexts.push_back(with_names(std::string(one.as_string())));
      }
    }
  }
  return contexts;
}

bool matches(std::string_view pattern, std::string_view text) {
  if (!pattern.ends_with('*')) return pattern == text;
  return text.starts_with(pattern.substr(0, pattern.size() - 1));
}

std::string queue_arn(std::string_view name) { return fmt::format("arn:aws:sqs:{}:{}", own, name); }

}  // namespace

void Permits::grant(const std::vector<stack::Statement>& statements) {
  for (const auto& statement : statements) {
    for (const auto& action : statement.actions) {
      for (const auto& resource : statement.resources) {
        grants_[action].try_emplace(with_names(resource), Grant{statement.sid + " " + action, contexts_of(statement)});
      }
    }
  }
}

std::string Permits::refused(const http::Request& request, const http::Response& answer) {
  for (const auto& need : needs(request, answer)) {
    if (!permitted(need)) return fmt::format("{} on {} {}", need.action, need.resource, need.context);
  }
  return {};
}

bool Permits::permitted(const Need& need) {
  for (const auto& [resource, grant] : grants_[need.action]) {
    if (!matches(resource, need.resource)) continue;
    const auto fits = [&](const auto& context) { return matches(context, need.context); };
    if (!grant.contexts.empty() && std::ranges::none_of(grant.contexts, fits)) continue;
    used_.insert(grant.use);
    return true;
  }
  return false;
}

std::vector<Permits::Need> Permits::needs(const http::Request& request, const http::Response& answer) {
  const auto asked = read_request(request);
  const auto in_body = [&](std::string_view member) { return std::string(text_in(request.body, member)); };
  if (asked.service == "AppRunner") {
    std::vector<Need> needs{{"apprunner:" + asked.operation, asked.arn, {}}};
    for (const std::string_view role : {"AccessRoleArn", "InstanceRoleArn"}) {
      if (auto arn = in_body(role); !arn.empty()) needs.push_back({"iam:PassRole", std::move(arn), {}});
    }
    return needs;
  }
  if (asked.service == "AmazonEC2ContainerRegistry_V20150921") {
    const auto registry = in_body("registryId");
    return {{"ecr:" + asked.operation,
             fmt::format("arn:aws:ecr:us-east-1:{}:repository/{}", registry.empty() ? "123456789012" : registry,
                         asked.repository),
             {}}};
  }
  if (asked.service == "AmazonSQS") {
    auto name = in_body("QueueName");
    if (name.empty()) {
      const auto url = in_body("QueueUrl");
      name = url.substr(url.rfind('/') + 1);
    }
    // Operations on a batch have the permission of the single one.
    auto operation = asked.operation;
    if (operation.ends_with("Batch")) operation.resize(operation.size() - 5);
    return {{"sqs:" + operation, queue_arn(name), {}}};
  }
  if (asked.service == "Logs_20140328") {
    return {{"logs:" + asked.operation,
             fmt::format("arn:aws:logs:{}:log-group:{}:log-stream:{}", own, in_body("logGroupName"),
                         in_body("logStreamName")),
             {}}};
  }
  if (asked.service == "AWSEvents") {
    return {{"events:" + asked.operation, fmt::format("arn:aws:events:{}:event-bus/{}", own, in_body("EventBusName")),
             in_body("Source")}};
  }
  if (asked.service == "S3" && (asked.operation == "GET" || asked.operation == "PUT")) {
    std::vector<Need> needs{
        {asked.operation == "PUT" ? "s3:PutObject" : "s3:GetObject", fmt::format("{}/{}", bucket_arn, asked.key), {}}};
    // Only who may list is told that there is no such object.
    if (answer.status == 404) needs.push_back({"s3:ListBucket", std::string(bucket_arn), asked.key});
    return needs;
  }
  if (asked.is_for_credentials()) return {};
  return {{fmt::format("?:{} {}", request.method, request.target), "?", {}}};
}

std::vector<stack::Statement> statements_of(const std::string& rules_text) {
  const auto checked = rules::parse_rules(rules_text);
  if (!checked.rules) return {};
  return stack::statements_for(*checked.rules, {"123456789012", "us-east-1"},
                               {"arn:aws:iam::123456789012:role/Access"});
}

std::vector<std::string> all_uses() {
  std::vector<std::string> uses;
  for (
      const auto& statement : statements_of(
          R"([{"repository":"shop","semVersion":"*","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa"}])")) {
    // Lambda's event source mapping makes use of it in the function's name, and no code of ours.
    if (statement.sid == "LambdaTakesMessages") continue;
    for (const auto& action : statement.actions) uses.push_back(statement.sid + " " + action);
  }
  return uses;
}

}  // namespace simulation
