// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"

// Amazon EventBridge, API version 2015-10-07: https://docs.aws.amazon.com/eventbridge/latest/APIReference/
namespace aws::events {

// Repeating it may send an event twice: better than none.
inline constexpr Operation put_events_operation{Service::Events, "PutEvents", true, "events:PutEvents"};
inline constexpr Operation list_rule_names_by_target_operation{Service::Events, "ListRuleNamesByTarget", true,
                                                               "events:ListRuleNamesByTarget"};
inline constexpr Operation describe_rule_operation{Service::Events, "DescribeRule", true, "events:DescribeRule"};
inline constexpr Operation list_targets_by_rule_operation{Service::Events, "ListTargetsByRule", true,
                                                          "events:ListTargetsByRule"};
inline constexpr Operation test_event_pattern_operation{Service::Events, "TestEventPattern", true,
                                                        "events:TestEventPattern"};

struct Event {
  std::string_view bus;  // Its name or ARN.
  std::string_view source;
  std::string_view detail_type;
  std::string_view detail;    // JSON.
  std::string_view resource;  // An ARN; empty: none.
  base::Time time;
};

// Puts one event on a bus. Errors: Invalid if EventBridge refused the entry.
base::Result<void> put_event(Caller& caller, std::string_view region, const Event& event, const Deadline& deadline);

// The event rules of the default bus that send to that target: all pages, or an error.
base::Result<std::vector<std::string>> list_rule_names_by_target(Caller& caller, std::string_view region,
                                                                 std::string_view target_arn, const Deadline& deadline);

struct EventRule {
  std::string name;
  std::string arn;
  std::string state;     // ENABLED, DISABLED …
  std::string pattern;   // JSON; empty: it has a schedule.
  std::string schedule;  // `rate(15 minutes)`; empty: it has a pattern.
};
// Errors: NotFound.
base::Result<EventRule> describe_rule(Caller& caller, std::string_view region, std::string_view name,
                                      const Deadline& deadline);

struct RuleTarget {
  std::string arn;
  bool changes_input = false;  // It sends something else than the event.
};
// Of a rule of the default bus: all pages, or an error. Errors: NotFound.
base::Result<std::vector<RuleTarget>> list_targets_by_rule(Caller& caller, std::string_view region,
                                                           std::string_view rule, const Deadline& deadline);

// Whether the pattern takes the event; both are JSON, and the event is a whole one. Errors: Invalid.
base::Result<bool> test_event_pattern(Caller& caller, std::string_view region, std::string_view pattern,
                                      std::string_view event, const Deadline& deadline);

}  // namespace aws::events
