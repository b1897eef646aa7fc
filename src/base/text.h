// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

// The first `max` bytes of a UTF-8 text, less a character that would be cut in two.
constexpr std::string_view cut_text(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0) == 0x80) --max;
  return text.substr(0, max);
}

// How many bytes the UTF-8 sequence at the beginning of `text` has; 0 if there is none (RFC 3629 section 4).
std::size_t utf8_length(std::string_view text);

// Whether a character, which is one UTF-8 sequence, would break, rearrange or control the line it is shown in: ASCII's control
// characters and C1's, line separators, and what sets the direction of text (Unicode Bidirectional Algorithm, section 2).
bool disturbs_line(std::string_view character);

}  // namespace base
