// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semver/semver.h"

namespace rules {

// Whether no version at all satisfies the range, as with `>2 <1` and `<0.0.0-0`. Exact, but for numbers near 2^53.
bool matches_nothing(const semver::Range& range);

}  // namespace rules
