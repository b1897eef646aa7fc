// SPDX-License-Identifier: Apache-2.0
#include "semver/core.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "semver/tail.h"
#include "semver/testing.h"

namespace semver {
namespace {

// What the quick path takes, the portable one takes too and finds the same in; the quick one may decline what goes on
// beyond its window.
void expect_same(std::string_view text) {
  const Tight tight(text);
  const std::string_view view = tight.view();
  Core quick{};
  Core portable{};
  const bool read = read_core(view, quick);
  const bool expected = read_core_portable(view, portable);
  if (read) {
    EXPECT_TRUE(expected) << text;
    EXPECT_EQ(quick.key, portable.key) << text;
    EXPECT_EQ(quick.end, portable.end) << text;
  } else {
    EXPECT_TRUE(!expected || portable.end >= 16) << text;
  }
}

TEST(ReadCore, IsTheSameOnBothPaths) {
  const std::string_view pieces[] = {"",    "0",     "1",    "00",   "01",  "9", "10",         "99",
                                     "123", "99999", "1000", "9999", "012", "a", "1234567890", "-"};
  const std::string_view tails[] = {"", "-", "-a.1", ".", ".4", "+b", " ", "/", ":", "\xFF", "0123456789abcdef"};
  for (const std::string_view major : pieces) {
    for (const std::string_view minor : pieces) {
      for (const std::string_view patch : pieces) {
        for (const std::string_view tail : tails) {
          expect_same(std::string(major).append(".").append(minor).append(".").append(patch).append(tail));
        }
      }
    }
  }
  for (const std::string_view text : {"", ".", "..", "1", "1.", "1.2", "1.2.", "1..2", "....", "1.2,3", "1:2.3"}) {
    expect_same(text);
  }
}

// The same of tails. What only the portable path takes has a zero at the start of a number-like identifier.
void expect_same_tail(std::string_view text) {
  SCOPED_TRACE(text);
  const Tight tight(text);
  const std::string_view view = tight.view();
  Core core{};
  ASSERT_TRUE(read_core(view, core));
  Tail quick{};
  Tail portable{};
  const bool read = read_tail(view, core, quick);
  const bool expected = read_tail_portable(view, core, portable);
  if (read) {
    EXPECT_TRUE(expected);
    EXPECT_EQ(quick.prerelease_begin, portable.prerelease_begin);
    EXPECT_EQ(quick.prerelease_end, portable.prerelease_end);
  } else {
    EXPECT_TRUE(!expected || text.find("-0") != text.npos || text.find(".0") != text.npos);
  }
}

TEST(ReadTail, IsTheSameOnBothPaths) {
  const std::string_view pieces[] = {"-", "+", ".", "0", "00", "1", "a", "Z", "--",   "9z",         "0a",
                                     "_", "@", "[", "`", "{",  "/", ":", " ", "\xC1", "prerelease", "0123456789abcdef"};
  for (const std::string_view core : {"1.2.3", "10.200.3000"}) {
    for (const std::string_view first : pieces) {
      for (const std::string_view second : pieces) {
        if (first.front() >= '0' && first.front() <= '9') {
          continue;  // It would belong to the core.
        }
        expect_same_tail(std::string(core).append(first).append(second));
        for (const std::string_view third : pieces) {
          expect_same_tail(std::string(core).append(first).append(second).append(third));
          expect_same_tail(std::string(core).append(first).append(second).append(third).append(".x+y.0"));
        }
      }
    }
  }
}

}  // namespace
}  // namespace semver
