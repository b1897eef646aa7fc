// SPDX-License-Identifier: Apache-2.0
// A file of its own, in whose place the mutants' program has another.
#include "simulation/mutations.h"

namespace simulation {

std::span<const Mutation> mutations() { return {}; }

}  // namespace simulation
