// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "semver/version.h"

namespace semver {

// The first thing in a text that could be meant as a version, npm's `coerce`: 1.2.0 in `foo 1.2-beta`. nullopt if there
// is none, or if it is none to parse_version: leading zeros, numbers too large.
//
// options.rtl takes the last one instead, options.include_prerelease keeps prerelease and build metadata, and
// options.loose accepts leading zeros. Texts may have any length; what is found may not. Allocates for the result only.
// Linear in the text, but for rtl with include_prerelease: what may be the prerelease of one number is then looked at
// again for each number in it.
std::optional<OwnedVersion> coerce(std::string_view text, Options options = {});

}  // namespace semver
