// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "semver/version.h"

namespace semver {

// A range that holds the same of these versions as `range` does, or `range` itself if that is no longer; npm's
// `simplifyRange`. Built from the versions' own texts. As in npm a text that is no range holds none, and so becomes the
// empty text. Error: of two versions or more, one is none. Allocates.
[[nodiscard]] std::expected<std::string, VersionError> simplify_range(std::span<const std::string_view> versions,
                                                                      std::string_view range, Options options = {});

}  // namespace semver
