// SPDX-License-Identifier: Apache-2.0
#include "rules/emptiness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace rules {
namespace {

bool is_empty(std::string_view text, bool include_prerelease = false) {
  const auto range = semver::parse_range(text, {.loose = false, .include_prerelease = include_prerelease});
  EXPECT_TRUE(range) << text;
  return range && matches_nothing(*range);
}

TEST(MatchesNothing, IsExactAboutPrereleases) {
  struct Case {
    std::string_view range;
    bool empty;
    bool empty_with_prereleases;
  };
  constexpr Case cases[] = {
      {"", false, false},
      {"*", false, false},
      {"1.2.3", false, false},
      {"<0.0.0-0", true, true},
      {"<0.0.0", true, false},
      {">2 <1", true, true},
      {"1.2.3 1.2.4", true, true},
      {"1.2.3 1.2.3", false, false},
      {">=1.2.3 <=1.2.3", false, false},
      {">1.2.3 <1.2.3", true, true},
      {">1.2.3 <1.2.4", true, false},
      {">1.2.3 <1.2.4-0", true, true},
      {">1.2.3 <1.2.4-1", false, false},
      {">1.2.3-alpha <1.2.3-alpha.0", true, true},
      {">1.2.3-alpha <1.2.3-alpha.1", false, false},
      {">1.2.3-alpha <1.2.3", false, false},
      {">=1.2.3-alpha <1.2.2", true, true},
      {">1.0.0 <1.0.2 <1.0.1-beta", false, false},
      {"^1 || >2 <1", false, false},
      {">9007199254740990.0.0", false, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(is_empty(c.range), c.empty) << c.range;
    EXPECT_EQ(is_empty(c.range, true), c.empty_with_prereleases) << c.range << " with prereleases";
  }
}

// Each alone: all against all would take minutes.
TEST(MatchesNothing, TakesManyAlternatives) {
  std::string text = ">2 <1";
  for (int i = 0; i < 20'000; ++i) text += "||>2 <1";
  EXPECT_TRUE(is_empty(text));
  EXPECT_FALSE(is_empty(text + "||^1"));
}

// Against trying all versions of a small world.
TEST(MatchesNothing, AgreesWithASearch) {
  std::vector<std::string> world;
  for (int i = 0; i < 27; ++i) {
    const auto numbers = fmt::format("{}.{}.{}", i / 9, i / 3 % 3, i % 3);
    for (const auto suffix : {"", "-0", "-0.0", "-a", "-a.0", "-b", "-b.0"}) world.push_back(numbers + suffix);
  }
  std::minstd_rand random(1);
  constexpr std::string_view operators[] = {">", ">=", "<", "<=", "=", "^", "~"};
  const std::vector<std::string> bounds = {"0.0.0",   "0.0.1", "0.1.0",   "0.1.0-a",
                                           "1.0.0-b", "1.0.0", "1.0.1-a", "1.1.1"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = 1 + random() % 3; n > 0; --n) {
      text += fmt::format("{}{} ", operators[random() % std::size(operators)], bounds[random() % bounds.size()]);
    }
    const auto range = semver::parse_range(text, {.loose = false, .include_prerelease = random() % 2 == 0});
    ASSERT_TRUE(range) << text;
    const bool found = std::ranges::any_of(
        world, [&](const std::string& version) { return semver::satisfies(std::string_view(version), *range); });
    EXPECT_EQ(matches_nothing(*range), !found) << text;
  }
}

}  // namespace
}  // namespace rules
