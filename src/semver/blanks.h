// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace semver {

// JavaScript's blanks, what \s matches and trim() takes off: the ASCII ones, U+00A0, U+1680, U+2000 to U+200A, U+2028,
// U+2029, U+202F, U+205F, U+3000, U+FEFF; in UTF-8. Not U+0085, U+180E or U+200B.

// False of a byte that no blank begins or ends with.
constexpr bool may_be_blank(char c) { return static_cast<unsigned char>(c - 0x21) >= 0x5F; }

// Bytes of the blank at `text[at]`; 0 if there is none.
std::size_t blank_at(std::string_view text, std::size_t at);

// Where the text without blanks at either end begins and ends; begin == end if nothing else is there.
struct Trimmed {
  std::size_t begin;
  std::size_t end;
};
Trimmed trim(std::string_view text);

}  // namespace semver
