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

}  // namespace
}  // namespace base
