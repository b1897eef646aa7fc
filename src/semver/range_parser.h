// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string_view>

#include "semver/range.h"

namespace semver {

// What parse_range does with the ranges that plain_range.h declines; it reads those that plain_range.h takes the same.
std::expected<Range, RangeError> parse_any_range(std::string_view text, Options options);

}  // namespace semver
