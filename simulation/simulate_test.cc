// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulate.h"

#include <gtest/gtest.h>

#include "simulation/reached.h"

namespace simulation {
namespace {

TEST(Simulate, ViolatesNothingInTheFirstWorlds) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= worlds_to_reach_all; ++seed) {
    const auto verdict = simulate({.seed = seed}, tally);
    ASSERT_FALSE(verdict.violation) << "invariant " << verdict.violation->invariant << ": "
                                    << verdict.violation->sentence << "\nscript/simulate --replay " << seed;
  }
  EXPECT_EQ(tally.worlds, worlds_to_reach_all);
  for (const auto what : missed(tally)) ADD_FAILURE() << "never reached: " << what;
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
