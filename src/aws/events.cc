// SPDX-License-Identifier: Apache-2.0
#include "aws/events.h"

#include <fmt/format.h>

#include "aws/page_tokens.h"
#include "base/json.h"

namespace aws::events {
namespace {

// All pages of a list, each answer given to `read`, which returns whether it could.
template <class Read>
base::Result<void> read_pages(Caller& caller, const Operation& operation, std::string_view region,
                              std::string_view members, const Deadline& deadline, const Read& read) {
  PageTokens tokens(operation, "NextToken");
  std::string token;
  while (true) {
    const auto next = token.empty() ? std::string() : fmt::format(R"(,"NextToken":{})", base::json_quote(token));
    const auto answer = caller.json(operation, region, fmt::format("{{{}{}}}", members, next), deadline);
    if (!answer) return std::unexpected(answer.error());
    if (!read(answer->tree)) return malformed(operation, "no list in the answer");
    token = base::string_member(answer->tree, "NextToken").value_or("");
    if (token.empty()) return {};
    if (auto added = tokens.add(token); !added) return added;
  }
}

}  // namespace

base::Result<void> put_event(Caller& caller, std::string_view region, const Event& event, const Deadline& deadline) {
  using base::json_quote;
  const auto resources = event.resource.empty() ? std::string() : json_quote(event.resource);
  const auto body = fmt::format(
      R"({{"Entries":[{{"EventBusName":{},"Source":{},"DetailType":{},"Detail":{},"Resources":[{}],"Time":{}}}]}})",
      json_quote(event.bus), json_quote(event.source), json_quote(event.detail_type), json_quote(event.detail),
      resources, event.time.time_since_epoch().count() / 1000);
  const auto answer = caller.json(put_events_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  // An entry that failed is a success on the wire.
  const auto failed = base::int_member(answer->tree, "FailedEntryCount");
  if (failed.value_or(0) > 0) {
    const auto* entries = base::member(answer->tree, "Entries");
    const auto* entry =
        entries && entries->is_array() && !entries->get_array().empty() ? &entries->get_array().front() : nullptr;
    const auto code = entry ? base::string_member(*entry, "ErrorCode").value_or("") : "";
    const auto why = entry ? base::string_member(*entry, "ErrorMessage").value_or("") : "";
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("events PutEvents {}: the entry was refused: {} {}", event.bus, code, why));
  }
  return {};
}

base::Result<std::vector<std::string>> list_rule_names_by_target(Caller& caller, std::string_view region,
                                                                 std::string_view target_arn,
                                                                 const Deadline& deadline) {
  std::vector<std::string> names;
  const auto read = read_pages(caller, list_rule_names_by_target_operation, region,
                               fmt::format(R"("TargetArn":{})", base::json_quote(target_arn)), deadline,
                               [&](const boost::json::value& page) {
                                 const auto* list = base::member(page, "RuleNames");
                                 if (!list || !list->is_array()) return false;
                                 for (const auto& name : list->get_array()) {
                                   if (name.is_string()) names.emplace_back(std::string_view(name.get_string()));
                                 }
                                 return true;
                               });
  if (!read) return std::unexpected(read.error());
  return names;
}

base::Result<EventRule> describe_rule(Caller& caller, std::string_view region, std::string_view name,
                                      const Deadline& deadline) {
  const auto answer =
      caller.json(describe_rule_operation, region, fmt::format(R"({{"Name":{}}})", base::json_quote(name)), deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto text = [&](std::string_view member) {
    return std::string(base::string_member(answer->tree, member).value_or(""));
  };
  if (text("Name").empty()) return malformed(describe_rule_operation, "no Name in the answer");
  return EventRule{.name = text("Name"),
                   .arn = text("Arn"),
                   .state = text("State"),
                   .pattern = text("EventPattern"),
                   .schedule = text("ScheduleExpression")};
}

base::Result<std::vector<RuleTarget>> list_targets_by_rule(Caller& caller, std::string_view region,
                                                           std::string_view rule, const Deadline& deadline) {
  std::vector<RuleTarget> targets;
  const auto read =
      read_pages(caller, list_targets_by_rule_operation, region, fmt::format(R"("Rule":{})", base::json_quote(rule)),
                 deadline, [&](const boost::json::value& page) {
                   const auto* list = base::member(page, "Targets");
                   if (!list || !list->is_array()) return false;
                   for (const auto& one : list->get_array()) {
                     targets.push_back({.arn = std::string(base::string_member(one, "Arn").value_or("")),
                                        .changes_input = base::member(one, "Input") || base::member(one, "InputPath") ||
                                                         base::member(one, "InputTransformer")});
                   }
                   return true;
                 });
  if (!read) return std::unexpected(read.error());
  return targets;
}

base::Result<bool> test_event_pattern(Caller& caller, std::string_view region, std::string_view pattern,
                                      std::string_view event, const Deadline& deadline) {
  const auto answer = caller.json(
      test_event_pattern_operation, region,
      fmt::format(R"({{"EventPattern":{},"Event":{}}})", base::json_quote(pattern), base::json_quote(event)), deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto result = base::bool_member(answer->tree, "Result");
  if (!result) return malformed(test_event_pattern_operation, "no Result in the answer");
  return *result;
}

}  // namespace aws::events
