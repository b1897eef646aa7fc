// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "semver/options.h"

namespace semver {

// Text in, normal text out; nullopt where npm gives null. For more than the text use parse_version and parse_range,
// which also say what is wrong. These allocate for their results.

// npm's `valid`: `1.2.3-beta` for ` v1.2.3-beta+5 `.
std::optional<std::string> valid(std::string_view version, Options options = {});

// npm's `clean`: the same after taking off any number of `=` and `v` in front. Blanks around the text do not count for
// the limit of its length here.
std::optional<std::string> clean(std::string_view version, Options options = {});

// npm's `validRange`: `>=1.2.0 <2.0.0-0` for `^1.2`, `*` for the empty text.
std::optional<std::string> valid_range(std::string_view range, Options options = {});

}  // namespace semver
