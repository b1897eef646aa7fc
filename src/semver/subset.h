// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string_view>

#include "semver/range.h"

namespace semver {

// Whether every version that satisfies the range `sub` satisfies `dom`, too; npm's `subset`. An alternative of `sub`
// must lie within one of `dom`'s: `>=1` is none of `1 || >=2` to npm.
//
// Takes texts, as whether two alternatives are the same text matters to npm, and then two equal texts are subsets even
// if they are no ranges. Otherwise a text that is no range is an error. Allocates.
//
// Throws CannotReadAgain (reread.h) where npm throws, which takes loose ranges.
[[nodiscard]] std::expected<bool, RangeError> subset(std::string_view sub, std::string_view dom, Options options = {});

}  // namespace semver
