// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semver/comparator.h"
#include "semver/range.h"

namespace semver {

// Whether some version may satisfy both ranges, npm's `intersects`. Both are to be of the same options. npm looks at
// pairs of comparators only, so it may say yes where there is none: `>1.2.3` and `<1.2.4-0`. Allocates; about
// quadratic in the number of comparators.
//
// Throws CannotReadAgain (reread.h) where npm throws, which takes loose ranges.
bool intersects(const Range& a, const Range& b);

// npm's `Comparator.intersects`. Allocates.
bool intersects(const Comparator& a, const Comparator& b, Options options = {});

}  // namespace semver
