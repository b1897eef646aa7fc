// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "simulation/town.h"
#include "simulation/trace.h"
#include "simulation/truth.h"

namespace simulation {

// What must run when pushes and faults have stopped, worked out from the town alone; and from the record only what it may
// except by right: pin, skips, hold, stop, baseline and rejected images, each of which is checked where it was written.
// Nullopt: what runs is what must.
std::optional<Violation> check_end(const Town& town, const Truth& truth);

}  // namespace simulation
