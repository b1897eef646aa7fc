// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "decide/facts.h"
#include "decide/scenario_test.h"

namespace decide {
namespace {

TEST(Listing, HasACandidateForEveryTag) {
  Listing listing;
  listing.add("sha-a", {"1.2.3", "latest"}, hour(1), true);
  listing.add("sha-b", {}, hour(2), true);
  listing.add("sha-c", {"chart"}, std::nullopt, false);
  ASSERT_EQ(listing.candidates().size(), 3U);
  const auto* version = listing.find("1.2.3");
  ASSERT_TRUE(version);
  EXPECT_EQ(version->digest, "sha-a");
  EXPECT_EQ(to_string(*version->version), "1.2.3");
  EXPECT_EQ(version->pushed_at, hour(1));
  EXPECT_TRUE(version->usable);
  EXPECT_FALSE(listing.find("latest")->version);
  EXPECT_FALSE(listing.find("chart")->usable);
  EXPECT_FALSE(listing.find("chart")->pushed_at);
  EXPECT_FALSE(listing.find("1.2"));
}

TEST(Listing, KeepsItsTextsWhenItMoves) {
  Listing first;
  first.add("sha-a", {"1.2.3", std::string(100'000, 'x'), "1.2.4"}, hour(1), true);
  const Listing second = std::move(first);
  EXPECT_EQ(to_string(*second.find("1.2.4")->version), "1.2.4");
  EXPECT_EQ(second.candidates()[1].tag.size(), 100'000U);
  EXPECT_EQ(second.find("1.2.3")->digest, "sha-a");
}

TEST(Listing, BelievesTheLaterImageOfATagListedTwice) {
  Listing listing;
  listing.add("sha-old", {"1.2.3"}, hour(1), true);
  listing.add("sha-new", {"1.2.3"}, hour(2), true);
  listing.add("sha-unknown", {"1.2.3"}, std::nullopt, true);
  EXPECT_EQ(listing.find("1.2.3")->digest, "sha-new");
}

#if !defined(CARETAKER_SANITIZE_ADDRESS) && !defined(CARETAKER_SANITIZE_THREAD)
TEST(Listing, HoldsAHundredThousandTagsInLessThan64Megabytes) {
  const auto before = mallinfo2();
  Listing listing;
  for (int i = 0; i < 100'000; ++i) {
    listing.add(fmt::format("sha256:{:064x}", i), {fmt::format("{}.{}.{}", i / 10'000, i / 100 % 100, i % 100)},
                hour(i), true);
  }
  const auto after = mallinfo2();
  const auto used = (after.uordblks + after.hblkhd) - (before.uordblks + before.hblkhd);
  // Growing the candidates takes half as much again for a moment.
  EXPECT_LT(used + listing.candidates().size() * sizeof(Candidate), std::size_t{64} << 20U);
  EXPECT_EQ(listing.candidates().size(), 100'000U);
}
#endif

}  // namespace
}  // namespace decide
