// SPDX-License-Identifier: Apache-2.0
// The targets of EventBridge's rules.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sandbox/event_bus.h"
#include "sandbox/event_input.h"
#include "sandbox/page.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t targets_max = 5;  // EventBridge's default quota of a rule.
constexpr std::string_view kept_members[] = {
    "Id",         "Arn", "RoleArn", "Input", "InputPath", "InputTransformer", "SqsParameters", "DeadLetterConfig",
    "RetryPolicy"};
constexpr std::string_view foreign_members[] = {
    "KinesisParameters",      "RunCommandParameters",        "EcsParameters",    "BatchParameters", "HttpParameters",
    "RedshiftDataParameters", "SageMakerPipelineParameters", "AppSyncParameters"};

std::unexpected<Refusal> invalid(std::string message) { return refuse("ValidationException", std::move(message)); }

json::object failed_entry(std::string_view id, std::string_view code, std::string message) {
  return {{"TargetId", id}, {"ErrorCode", code}, {"ErrorMessage", std::move(message)}};
}

json::object answer(json::array failed) {
  const auto count = failed.size();
  return {{"FailedEntryCount", count}, {"FailedEntries", std::move(failed)}};
}

}  // namespace

Answer<void> EventBus::check_target(const json::object& target) const {
  const auto arn = text_of(target, "Arn");
  if (std::ranges::count(arn, ':') < 5 || !arn.starts_with("arn:"))
    return invalid(fmt::format("Parameter {} is not valid. Reason: Provided Arn is not in correct format.", arn));
  const auto own = world_.arn("sqs", "");
  if (!arn.starts_with(own) || arn.size() == own.size()) {
    return invalid(
        fmt::format("Parameter {} is not valid. Reason: The sandbox delivers events only to SQS queues of its "
                    "own account and region ({}NAME).",
                    arn, own));
  }
  if (arn.ends_with(".fifo"))
    return invalid(fmt::format("Parameter {} is not valid. Reason: The sandbox does not emulate FIFO queues.", arn));
  for (const auto name : foreign_members) {
    if (target.contains(name))
      return invalid(fmt::format("Parameter(s) {} not valid for target {}.", name, text_of(target, "Id")));
  }
  if (const auto* dead_letters = object_of(target, "DeadLetterConfig")) {
    const auto queue = text_of(*dead_letters, "Arn");
    if (!queue.starts_with(own) || queue.size() == own.size() || queue.ends_with(".fifo"))
      return invalid(
          fmt::format("Parameter DeadLetterConfig.Arn is not valid. Reason: {} is no standard SQS queue of the "
                      "rule's account and region.",
                      queue));
  }
  if (auto trouble = check_target_input(target)) return invalid(std::move(*trouble));
  return {};
}

Outcome EventBus::put_targets(const Input& input) {
  auto found = rule_of(input, "Rule");
  if (!found) return std::unexpected(std::move(found.error()));
  auto targets = (*found)->second.targets;
  for (const auto& given : list_of(input, "Targets")) {
    const auto& target = given.get_object();
    if (auto checked = check_target(target); !checked) return std::unexpected(std::move(checked.error()));
    json::object kept;
    for (const auto name : kept_members) {
      if (const auto* value = target.if_contains(name); value && !value->is_null()) kept[name] = *value;
    }
    targets[text_of(target, "Id")] = std::move(kept);
  }
  if (targets.size() > targets_max)
    return refuse("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
  (*found)->second.targets = std::move(targets);
  return answer({});
}

Outcome EventBus::remove_targets(const Input& input) {
  auto found = rule_of(input, "Rule");
  if (!found) return std::unexpected(std::move(found.error()));
  json::array failed;
  for (const auto& id : texts_of(input, "Ids")) {
    if ((*found)->second.targets.erase(id) > 0) continue;
    failed.emplace_back(
        failed_entry(id, "ResourceNotFoundException",
                     fmt::format("Rule {} does not have a target with the Id {}.", text_of(input, "Rule"), id)));
  }
  return answer(std::move(failed));
}

Outcome EventBus::list_targets_by_rule(const Input& input) {
  const auto found = rule_of(input, "Rule");
  if (!found) return std::unexpected(found.error());
  std::optional<std::string> after;
  if (const auto token = optional_text(input, "NextToken")) {
    after = page_item(*token);
    if (!after) return invalid("Parameter NextToken is not valid.");
  }
  const auto size = static_cast<std::size_t>(integer_of(input, "Limit", 100));
  const auto page = take_page((*found)->second.targets, after, size, [](const auto& entry) { return entry.first; });
  json::array targets;
  for (const auto& [id, target] : page.items) targets.emplace_back(target);
  json::object output{{"Targets", std::move(targets)}};
  if (page.next_token) output["NextToken"] = *page.next_token;
  return output;
}

}  // namespace sandbox
