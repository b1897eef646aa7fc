// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "semver/core.h"

namespace semver {

// What follows the numbers of a version: `-beta.1+build.5`, in strict spelling. Offsets in its text.
struct Tail {
  std::uint16_t prerelease_begin;
  std::uint16_t prerelease_end;  // Equal to the beginning if there is no prerelease; both are then the end of the core.
};

// All of `text` behind the core is such a tail. Like core.h this may decline but not err: of longer texts than a version
// may have, and some others of which grammar.h finds more.
bool read_tail(std::string_view text, Core core, Tail& tail);

// The portable path. The other declines some that this one doesn't.
bool read_tail_portable(std::string_view text, Core core, Tail& tail);

}  // namespace semver
