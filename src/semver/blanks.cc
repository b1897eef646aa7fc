// SPDX-License-Identifier: Apache-2.0
#include "semver/blanks.h"

namespace semver {
namespace {

unsigned char byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_wide_blank(unsigned char a, unsigned char b, unsigned char c) {
  switch (a) {
    case 0xE1: return b == 0x9A && c == 0x80;  // U+1680
    case 0xE2:
      if (b == 0x80) {
        return (c >= 0x80 && c <= 0x8A) || c == 0xA8 || c == 0xA9 || c == 0xAF;  // U+2000 to U+200A, 2028, 2029, 202F
      }
      return b == 0x81 && c == 0x9F;           // U+205F
    case 0xE3: return b == 0x80 && c == 0x80;  // U+3000
    case 0xEF: return b == 0xBB && c == 0xBF;  // U+FEFF
    default: return false;
  }
}

}  // namespace

std::size_t blank_at(std::string_view text, std::size_t at) {
  const std::size_t left = text.size() - at;
  if (left == 0) {
    return 0;
  }
  const unsigned char first = byte(text, at);
  if (first == ' ' || (first >= '\t' && first <= '\r')) {
    return 1;
  }
  if (first == 0xC2) {
    return left >= 2 && byte(text, at + 1) == 0xA0 ? 2 : 0;
  }
  return left >= 3 && is_wide_blank(first, byte(text, at + 1), byte(text, at + 2)) ? 3 : 0;
}

Trimmed trim(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && may_be_blank(text[begin])) {
    const std::size_t blank = blank_at(text, begin);
    if (blank == 0) {
      break;
    }
    begin += blank;
  }
  std::size_t end = text.size();
  while (end > begin && may_be_blank(text[end - 1])) {
    // No blank's bytes are the tail of another's, so the length that fits is the blank.
    std::size_t blank = 1;
    while (blank <= 3 && (end - begin < blank || blank_at(text.substr(0, end), end - blank) != blank)) {
      ++blank;
    }
    if (blank > 3) {
      break;
    }
    end -= blank;
  }
  return {begin, end};
}

}  // namespace semver
