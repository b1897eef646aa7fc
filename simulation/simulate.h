// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/tally.h"
#include "simulation/trace.h"

namespace simulation {

struct Plan {
  std::uint64_t seed = 1;
  int days = 2;        // How long people act; what must follow from it takes some hours more.
  bool trace = false;  // Keep what is needed to understand a violation.
};

struct Verdict {
  std::optional<Violation> violation;
  std::string setting;             // Of the world and the rule concerned, for a person.
  std::vector<std::string> trace;  // Shortened to what concerns the violation.
};

// One world from its seed to its end, or to the first violation. The same plan always gives the same.
Verdict simulate(const Plan& plan, Tally& tally);

}  // namespace simulation
