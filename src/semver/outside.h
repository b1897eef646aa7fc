// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "semver/range.h"
#include "semver/version.h"

namespace semver {

enum class Side : std::uint8_t { Above, Below };

// Whether the version lies beyond all that the range allows, on that side; npm's `outside`. A version in a gap between
// two alternatives does not. It must have been read with the range's options. Linear in the comparators; no allocation
// but for ranges that are loose or include prereleases.
//
// Throws CannotReadAgain (reread.h) where npm throws, which takes a loose range.
bool outside(const Version& version, const Range& range, Side side);

// npm's `gtr` and `ltr`.
inline bool gtr(const Version& version, const Range& range) { return outside(version, range, Side::Above); }
inline bool ltr(const Version& version, const Range& range) { return outside(version, range, Side::Below); }

}  // namespace semver
