// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "semver/release.h"
#include "semver/version.h"

namespace semver {

// What kind of step lies between the lower and the higher of two versions, whichever comes first; npm's `diff`. nullopt
// if they are equal; build metadata does not count. No allocation.
//
// npm reads both strictly, whatever its options; give it versions read so.
std::optional<Release> diff(const Version& a, const Version& b);

}  // namespace semver
