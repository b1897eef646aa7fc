// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

using ::testing::ElementsAre;

TEST(Text, CountsColumnsAndNotBytes) {
  EXPECT_EQ(width_of("1.2.3 → 1.2.4"), 13U);
  EXPECT_EQ(width_of(paint({.colours = true}, Colour::Green, "1.2.4")), 5U);
  EXPECT_EQ(padded("→", 3), "→  ");
  EXPECT_EQ(padded("long", 2), "long");
}

TEST(Text, IsPaintedOnlyWhereItMayBe) {
  EXPECT_EQ(paint({}, Colour::Red, "x"), "x");
  EXPECT_EQ(paint({.colours = true}, Colour::Red, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(paint({.colours = true}, Colour::Plain, "x"), "x");
}

TEST(Text, WrapsAtBlanks) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two three", 0), ElementsAre("one two three"));
  EXPECT_THAT(wrapped("abcdefgh ij", 3), ElementsAre("abc", "def", "gh", "ij"));
  EXPECT_THAT(wrapped("ää öö", 2), ElementsAre("ää", "öö"));
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
  EXPECT_EQ(paragraph({.columns = 20}, "why  ", "it is the highest one"), "why  it is the\n     highest one\n");
}

TEST(Text, HasNothingThatMovesTheCursor) { EXPECT_EQ(printable("a\x1b[2J\nb\x7F"), "a [2J b "); }

}  // namespace
}  // namespace cli
