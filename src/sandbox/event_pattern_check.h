// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

struct PatternTrouble {
  std::string reason;   // As aws/event-ruler words it, where that is known.
  std::string pointer;  // RFC 6901: where in the pattern.
};

// What is wrong with an event pattern; nullopt if nothing is. After this a pattern can be matched without looking again.
std::optional<PatternTrouble> check_event_pattern(const boost::json::object& pattern);

// Numbers that `numeric` compares lie in ±this.
inline constexpr double numeric_max = 5.0e9;

// Whether `address` is an IPv4 or IPv6 address in a block, such as `10.0.0.0/24`, that was checked.
bool in_cidr(std::string_view block, std::string_view address);

}  // namespace sandbox
