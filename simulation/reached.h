// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/permits.h"
#include "simulation/tally.h"

namespace simulation {

// What worlds must have met now and then, or their peace proves little.
inline constexpr std::string_view must_be_reached[] = {
    "rollback",
    "third retry",
    "dead letter",
    "throttle",
    "expired",
    "record conflict",
    "lease take-over",
    "hold",
    "rejection",
    "superseded",
    "stop",
    "redelivery",
    "stale",
    "crash",
    "a page of several",
    "redeployment",
    "downgrade",
    "broken rules",
    "kept rules",
    "pinned deployment",
    "a call of unknown effect",
    "second try of a rejected image",
    "re-created service",
    "a person rolled back",
    "failed",
    "empty",
    "skip",
    "telling what another left",
    "notice held",
    "notice stopped",
    "notice overdue",
};
// Over this many worlds all of it is met.
inline constexpr std::uint64_t worlds_to_reach_all = 200;

// What of it was not, and what of the function's permissions nothing made use of.
inline std::vector<std::string> missed(const Tally& tally) {
  std::vector<std::string> missed;
  for (const auto what : must_be_reached) {
    if (!tally.sometimes.contains(what)) missed.emplace_back(what);
  }
  for (auto& use : all_uses()) {
    if (!tally.sometimes.contains(use)) missed.push_back("the use of " + use);
  }
  return missed;
}

}  // namespace simulation
