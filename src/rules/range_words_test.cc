// SPDX-License-Identifier: Apache-2.0
#include "rules/range_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rules {
namespace {

TEST(RangeWords, SayWhatARangeMeans) {
  struct Case {
    std::string_view range;
    std::string_view words;
    bool include_prerelease = false;
  };
  const Case cases[] = {
      {"^1.2", "1.2.0 or newer, below 2.0.0; no prereleases"},
      {"~1.2.1", "1.2.1 or newer, below 1.3.0; no prereleases"},
      {">1.2.2", "newer than 1.2.2; no prereleases"},
      {">1", "2.0.0 or newer; no prereleases"},
      {"<=1.4.0", "up to 1.4.0; no prereleases"},
      {"<=1.4", "below 1.5.0; no prereleases"},
      {"1.2.3", "exactly 1.2.3; no prereleases"},
      {"1.x", "1.0.0 or newer, below 2.0.0; no prereleases"},
      {"*", "any version; no prereleases"},
      {"", "any version; no prereleases"},
      {"1.1 || 1.2.3 - 2.0.0", "1.1.0 or newer, below 1.2.0, or 1.2.3 or newer, up to 2.0.0; no prereleases"},
      {"^1.3.0-rc.1", "1.3.0-rc.1 or newer, below 2.0.0; prereleases only of 1.3.0"},
      {"1.3.0-rc.1 || >2.0.0-beta",
       "exactly 1.3.0-rc.1, or newer than 2.0.0-beta; prereleases only of 1.3.0 and 2.0.0"},
      {"<2.0.0-rc.1", "below 2.0.0-rc.1; prereleases only of 2.0.0"},
      {"^1.2",
       "1.2.0 or newer, with its prereleases, below 2.0.0 and its prereleases; prereleases like any other version",
       true},
      {"<2.0.0", "below 2.0.0; prereleases like any other version", true},
      {">2 <1", "no version at all"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.range);
    const auto range = semver::parse_range(c.range, {.loose = false, .include_prerelease = c.include_prerelease});
    ASSERT_TRUE(range);
    EXPECT_EQ(in_words(*range), c.words);
  }
}

TEST(RangeWords, HintAtWhatSurprises) {
  struct Case {
    std::string_view range;
    std::vector<std::string> parts;  // One for each hint.
  };
  const Case cases[] = {
      {"^1.2", {}},
      {"~1.2.1", {}},
      {"1.2.3", {}},
      {">=1.2 <3", {}},
      {"*", {"`*` takes every release"}},
      {" ", {"an empty range takes every release"}},
      {"1.x", {"`1.x` means >=1.0.0 <2.0.0-0"}},
      {"1.*", {"`1.*` means >=1.0.0 <2.0.0-0: every 1.x, and not only"}},
      {"1.2.x", {}},
      {"1.2.*", {}},
      {">1", {"`>1` means >=2.0.0: no 1.x is newer", "no upper bound"}},
      {">1.2", {"`>1.2` means >=1.3.0: no 1.2.x is newer", "no upper bound"}},
      {">1.2.2", {"no upper bound"}},
      {"^1 || >=3", {"no upper bound"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.range);
    const auto range = semver::parse_range(c.range);
    ASSERT_TRUE(range);
    const auto hints = hints_on_range(c.range, *range);
    ASSERT_EQ(hints.size(), c.parts.size()) << testing::PrintToString(hints);
    for (std::size_t i = 0; i < hints.size(); ++i) EXPECT_THAT(hints[i], testing::HasSubstr(c.parts[i]));
  }
}

}  // namespace
}  // namespace rules
