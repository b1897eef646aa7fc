// SPDX-License-Identifier: Apache-2.0
// caretaker-simulate: runs worlds from their seeds. script/simulate builds and starts it.
#include <fmt/format.h>

#include <chrono>

#include "simulation/simulate.h"

int main(int argc, char** argv) {
  simulation::Tally tally;
  const std::uint64_t from = argc > 1 ? std::stoull(argv[1]) : 1;
  const std::uint64_t seeds = argc > 2 ? std::stoull(argv[2]) : 1;
  const bool trace = argc > 3;
  const auto begin = std::chrono::steady_clock::now();
  int bad = 0;
  for (auto seed = from; seed < from + seeds; ++seed) {
    const auto verdict = simulation::simulate({.seed = seed, .trace = trace}, tally);
    if (!verdict.violation) continue;
    if (++bad <= 30) fmt::print("seed {} invariant {} {}: {}\n", seed, verdict.violation->invariant, verdict.violation->service, verdict.violation->sentence);
    for (const auto& line : verdict.trace) fmt::print("{}\n", line.substr(0, 400));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  fmt::print("{} worlds, {} bad, {} invocations, {} reconciles, {} requests in {:.2f}s: {:.0f} reconciles/s\n", tally.worlds, bad, tally.invocations, tally.reconciles, tally.requests, took.count(), static_cast<double>(tally.reconciles) / took.count());
  for (const auto& [what, times] : tally.sometimes) fmt::print("  {} {}\n", what, times);
}
