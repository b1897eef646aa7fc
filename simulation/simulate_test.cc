// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulate.h"

#include <gtest/gtest.h>

namespace simulation {
namespace {

// As many as a test has time for; script/simulate runs more, and asks whether they met everything.
constexpr std::uint64_t worlds = 80;

TEST(Simulate, ViolatesNothingInTheFirstWorlds) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    const auto verdict = simulate({.seed = seed}, tally);
    ASSERT_FALSE(verdict.violation) << "invariant " << verdict.violation->invariant << ": "
                                    << verdict.violation->sentence << "\nscript/simulate --replay " << seed;
  }
  EXPECT_EQ(tally.worlds, worlds);
}

TEST(Simulate, TellsTheSameOfTheSameSeed) {
  Tally first;
  Tally second;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    simulate({.seed = seed}, first);
    simulate({.seed = seed, .trace = true}, second);
  }
  EXPECT_EQ(first.requests, second.requests);
  EXPECT_EQ(first.sometimes, second.sometimes);
}

}  // namespace
}  // namespace simulation
