// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "semver/range.h"
#include "semver/version.h"

namespace semver {

// The lowest version that satisfies the range, npm's `minVersion`: 1.2.3 for `^1.2.3`, 1.2.4 for `>1.2.3`. nullopt if
// npm finds none, as for `>2 <1`. The result may exceed number_max by one. Allocates. Linear in the comparators.
//
// Throws CannotReadAgain (reread.h) where npm throws: at numbers of their limit and at odd loose spellings.
std::optional<OwnedVersion> min_version(const Range& range);

}  // namespace semver
