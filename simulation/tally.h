// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace simulation {

// What was seen over all worlds: so that a proof that never met a rollback is not taken for one.
struct Tally {
  std::uint64_t worlds = 0;
  std::uint64_t invocations = 0;
  std::uint64_t reconciles = 0;
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t, std::less<>> sometimes;  // By a name of must_be_reached, or any other.

  void count(std::string_view what) {
    if (const auto found = sometimes.find(what); found != sometimes.end()) {
      ++found->second;
    } else {
      sometimes.emplace(what, 1);
    }
  }
  void add(const Tally& other) {
    worlds += other.worlds;
    invocations += other.invocations;
    reconciles += other.reconciles;
    requests += other.requests;
    for (const auto& [what, times] : other.sometimes) sometimes[what] += times;
  }
};

}  // namespace simulation
