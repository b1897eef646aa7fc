// SPDX-License-Identifier: Apache-2.0
#include "simulation/small_worlds.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace simulation {
namespace {

// A sanitizer's build takes up to fifty times as long.
#if defined(CARETAKER_SANITIZE_ADDRESS) || defined(CARETAKER_SANITIZE_THREAD)
constexpr auto extent = Extent::Sample;
#else
constexpr auto extent = Extent::Quick;
#endif

class SmallWorld : public testing::TestWithParam<std::string_view> {};

TEST_P(SmallWorld, EndsTheSameWhateverStrikesWhere) {
  const auto tried = try_all(GetParam(), extent);
  EXPECT_FALSE(tried.wrong) << *tried.wrong;
  EXPECT_GT(tried.faults, 0U);
  // Two functions meet wherever one has something to do.
  EXPECT_GT(tried.orders, GetParam() == "tags that must not deploy" ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(Stories, SmallWorld, testing::ValuesIn(small_stories()), [](const auto& story) {
  auto name = std::string(story.param);
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '-'; }, '_');
  return name;
});

}  // namespace
}  // namespace simulation
