// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulate.h"

#include <gtest/gtest.h>

namespace simulation {
namespace {

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
