// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace rules {

// What a range means, for people: `1.2.0 or newer, below 2.0.0; no prereleases`. Alternatives are joined by `, or `.
std::string in_words(const semver::Range& range);

// What surprises people about a range that was written as `text`; whole sentences, none for most ranges.
std::vector<std::string> hints_on_range(std::string_view text, const semver::Range& range);

}  // namespace rules
