// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "semver/options.h"

namespace semver {

// Where and why `component`, one comparator of a range as its author wrote it, is none. Only for one that has failed;
// the offset is within it. `too_large`: its form is fine, but not its numbers or its length.
ParseError diagnose(std::string_view component, Options options, bool too_large);

}  // namespace semver
