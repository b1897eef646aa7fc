// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(CutText, KeepsCharactersWhole) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::size_t max;
    std::string_view want;
  };
  const Case cases[] = {
      {"short enough", "abc", 3, "abc"},
      {"ASCII", "abcd", 3, "abc"},
      {"before a character of two bytes", "ab\u00e9", 2, "ab"},
      {"in a character of two bytes", "ab\u00e9", 3, "ab"},
      {"after a character of two bytes", "ab\u00e9c", 4, "ab\u00e9"},
      {"in a character of four bytes", "a\U0001F680", 4, "a"},
      {"nothing fits", "\U0001F680", 3, ""},
      {"nothing is wanted", "abc", 0, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(cut_text(c.text, c.max), c.want);
  }
}

TEST(Utf8Length, TakesWholeCharactersOnly) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::size_t want;
  };
  const Case cases[] = {
      {"nothing", "", 0},
      {"ASCII", "ab", 1},
      {"NUL", {"\0", 1}, 1},
      {"two bytes", "\u00e9x", 2},
      {"three bytes", "\u2028x", 3},
      {"four bytes", "\U0001F680x", 4},
      {"the last character", "\xf4\x8f\xbf\xbf", 4},
      {"behind the last character", "\xf4\x90\x80\x80", 0},
      {"cut", "\xe2\x80", 0},
      {"a continuation", "\x80", 0},
      {"two bytes for one", "\xc1\xbf", 0},
      {"three bytes for two", "\xe0\x9f\xbf", 0},
      {"four bytes for three", "\xf0\x8f\xbf\xbf", 0},
      {"a surrogate", "\xed\xa0\x80", 0},
      {"no continuation", "\xc3(", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(utf8_length(c.text), c.want);
  }
}

TEST(DisturbsLine, NamesWhatNoLineMayHold) {
  struct Case {
    std::string_view name;
    std::string_view character;
    bool want;
  };
  const Case cases[] = {
      {"NUL", {"\0", 1}, true},
      {"a line break", "\n", true},
      {"the last control character", "\x1f", true},
      {"a blank", " ", false},
      {"a tilde", "~", false},
      {"DEL", "\x7f", true},
      {"the first of C1", "\xc2\x80", true},
      {"the last of C1", "\xc2\x9f", true},
      {"a no-break space", "\u00a0", false},
      {"before the Arabic letter mark", "\u061b", false},
      {"the Arabic letter mark", "\u061c", true},
      {"behind the Arabic letter mark", "\u061d", false},
      {"a zero width joiner, as in emoji", "\u200d", false},
      {"a left-to-right mark", "\u200e", true},
      {"a right-to-left mark", "\u200f", true},
      {"a hyphen", "\u2010", false},
      {"a bullet", "\u2022", false},
      {"a line separator", "\u2028", true},
      {"a right-to-left override", "\u202e", true},
      {"a narrow no-break space", "\u202f", false},
      {"before the isolates", "\u2065", false},
      {"a left-to-right isolate", "\u2066", true},
      {"a pop of an isolate", "\u2069", true},
      {"behind the isolates", "\u206a", false},
      {"four bytes", "\U0001F680", false},
      {"none", "", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(disturbs_line(c.character), c.want);
  }
}

}  // namespace
}  // namespace base
