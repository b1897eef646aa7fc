// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace semver {

class Range;

// Ranges as nearly everybody writes them, quickly: `^1.2.3 || ~2.0.1`, `>=1.2.3-beta <2`, `1.2.3 - 2.3`; in strict
// spelling, of numbers as core.h reads them, with no more blanks than there must be. Whatever isn't like that is left to
// range_parser.h, which gives the same; so this may decline but not err.
//
// `range` is one of all versions and becomes the one read; its options count. False of a text not read here: `range` is
// then good for nothing. No text longer than a version may be is read.
bool read_plain_range(std::string_view text, Range& range);

}  // namespace semver
