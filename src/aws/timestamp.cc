// SPDX-License-Identifier: Apache-2.0
#include "aws/timestamp.h"

#include <fmt/format.h>

#include <cmath>

#include "base/json.h"

namespace aws {

std::optional<base::Time> time_member(const boost::json::value& value, std::string_view name) {
  const auto* found = base::member(value, name);
  if (found == nullptr) return std::nullopt;
  if (const auto* text = found->if_string()) return base::parse_iso8601(std::string_view(*text));
  if (!found->is_number()) return std::nullopt;
  // Years 1970 to 9999; a double holds their milliseconds exactly enough.
  constexpr double latest_s = 253'402'300'799;
  const auto seconds = found->to_number<double>();
  if (!(seconds >= 0 && seconds <= latest_s)) return std::nullopt;
  return base::Time(base::Duration(std::llround(seconds * 1000)));
}

std::optional<base::Time> milliseconds_member(const boost::json::value& value, std::string_view name) {
  const auto number = base::int_member(value, name);
  return number ? base::parse_epoch_milliseconds(fmt::format("{}", *number)) : std::nullopt;
}

}  // namespace aws
