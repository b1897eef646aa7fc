// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sandbox {

// What of an event a target gets, as its Input, InputPath or InputTransformer says; `target` is what PutTargets was given.

// What is wrong with it; nullopt if nothing is. Of JSON paths the sandbox reads names and array indices.
std::optional<std::string> check_target_input(const boost::json::object& target);

// The rule that the event matched, for the template's own variables.
struct MatchedRule {
  std::string name;
  std::string arn;
  base::Time at;
};

// The text to deliver. Errors: why there is none, such as a path that the event does not have.
std::expected<std::string, std::string> target_input(const boost::json::object& target,
                                                     const boost::json::object& event, const MatchedRule& rule);

}  // namespace sandbox
