// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace semver {

inline constexpr std::size_t successor_length_max = 32;

// What JavaScript makes of `${+digits + 1}`, which npm puts into upper bounds: the next number for all sensible
// digits, a rounded one beyond 2^53, and from 1e21 on the like of `1.5e+21`, which sometimes passes for a part of a
// loose version. Writes to `buffer` and gives a view of it.
std::string_view successor(std::string_view digits, char (&buffer)[successor_length_max]);

}  // namespace semver
