// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "rules/node.h"
#include "rules/problems.h"
#include "semver/semver.h"

namespace rules {

// npm has no limit; no person writes as much, and every message about the rule would be as long.
inline constexpr std::size_t range_size_max = std::size_t{16} << 10;

// Reads a `semVersion`, which is a String. An error's place is the character that is wrong. An en dash between blanks, as in
// `1.2.3 – 2.0.0`, is taken for the hyphen of a range, with a warning. nullopt: there was an error.
std::optional<semver::Range> read_range(const Node& node, bool include_prerelease, Problems& problems);

}  // namespace rules
