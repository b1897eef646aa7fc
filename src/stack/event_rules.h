// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "rules/rules.h"
#include "stack/stack.h"

namespace stack {

// An event rule of EventBridge, with the queue as its target.
struct EventRule {
  std::string id;  // `Push1`
  std::string description;
  boost::json::object pattern;
};

// The longest pattern that EventBridge takes, in characters ("Amazon EventBridge quotas", Event pattern size).
inline constexpr std::size_t pattern_size_max = 2048;

// Pushes to the repositories that the rules name and to no others; ended operations of their services; writes of the rules object.
// Patterns that would be too long are split.
std::vector<EventRule> event_rules_for(const rules::Rules& rules, const Where& where);

}  // namespace stack
