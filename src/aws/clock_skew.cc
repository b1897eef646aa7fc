// SPDX-License-Identifier: Apache-2.0
#include "aws/clock_skew.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace aws {
namespace {

using namespace std::chrono_literals;

// Half of it is the error of what is learnt; AWS's tolerance is 5 minutes.
constexpr base::Duration longest_exchange = 60s;

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

base::Duration ClockSkew::offset(const http::Origin& origin) const {
  const auto found = offsets_.find(origin);
  return found == offsets_.end() ? base::Duration(0) : found->second;
}

void ClockSkew::learn(const http::Origin& origin, const http::Headers& headers, base::Time sent, base::Duration took) {
  const auto date = headers.get("date");
  if (!date || headers.get("age") || took < 0s || took > longest_exchange) return;
  const auto theirs = parse_http_date(*date);
  if (!theirs) return;
  newest_offset_ = *theirs - (sent + took / 2);
  offsets_[origin] = *newest_offset_;
}

std::optional<base::Time> parse_http_date(std::string_view text) {
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // The name of the day says nothing that the date does not.
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') return std::nullopt;
  const auto* month = std::ranges::find(months, text.substr(8, 3));
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                         std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return base::Time(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace aws
