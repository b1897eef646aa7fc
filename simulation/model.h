// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "simulation/town.h"
#include "simulation/trace.h"
#include "simulation/truth.h"

namespace simulation {

// What must run when pushes and faults have stopped, worked out from the town and what really became of it. What the record
// excepts counts only as far as something happened that excepts it.
// Nullopt: what runs is what must.
std::optional<Violation> check_end(const Town& town, const Truth& truth);

}  // namespace simulation
