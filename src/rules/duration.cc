// SPDX-License-Identifier: Apache-2.0
#include "rules/duration.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace rules {
namespace {

using std::chrono::milliseconds;

// Ten years: nothing here waits longer, and all sums stay far from overflow.
constexpr milliseconds duration_max = std::chrono::days(3650);

std::optional<milliseconds> read_unit(std::string_view text) {
  if (text == "s") return std::chrono::seconds(1);
  if (text == "m") return std::chrono::minutes(1);
  if (text == "h") return std::chrono::hours(1);
  if (text == "d") return std::chrono::days(1);
  return std::nullopt;
}

}  // namespace

std::expected<milliseconds, std::string> parse_duration(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return std::unexpected(fmt::format("`{}` is no duration: {}", text, why));
  };
  std::int64_t count = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error == std::errc::result_out_of_range) return wrong("it is longer than ten years");
  if (error != std::errc() || text.starts_with('-'))
    return wrong("expected a whole number and a unit, as in 90s, 10m, 24h or 7d");
  const auto unit = read_unit({rest, end});
  if (!unit) return wrong("expected one of the units s, m, h and d behind the number, as in 90s, 10m, 24h or 7d");
  if (count > duration_max / *unit) return wrong("it is longer than ten years");
  return count * *unit;
}

}  // namespace rules
