// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace semver {

// The length that JavaScript sees of UTF-8: a character beyond U+FFFF is a pair of surrogates. Bytes that are no UTF-8
// count one unit each or none.
constexpr std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) != 0x80 ? 1 : 0;  // Continuation bytes add nothing,
    units += byte >= 0xF0 ? 1 : 0;           // and what lies beyond U+FFFF is a pair.
  }
  return units;
}

}  // namespace semver
