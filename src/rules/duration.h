// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace rules {

// A whole number and a unit: `90s`, `10m`, `24h`, `7d`. Errors: a sentence that says what would be right.
std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

}  // namespace rules
