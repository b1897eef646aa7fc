// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// Small worlds, in which every single trouble is tried: a story of one service and some pushes is told once in peace; then with
// each fault at each of the functions' requests; then by two functions that get every message twice, in every order of those
// requests of which the order can matter, encounter by encounter. It must end as it ends in peace, by no more deployments, and the witness must have
// nothing to say.
struct SmallWorlds {
  std::string_view story;
  std::uint64_t faults = 0;          // Worlds in which one fault made a difference.
  std::uint64_t pairs = 0;           // Worlds with two crashes.
  std::uint64_t orders = 0;          // Worlds with two functions.
  std::optional<std::string> wrong;  // The first that went otherwise: which, and how.
};

std::vector<std::string_view> small_stories();

// How far to go: the quick part tries three of the faults, and of the orders those in which the functions take turns at most three times;
// a sample tries one fault at every fifth request, and one order of each encounter.
enum class Extent { Sample, Quick, All };
SmallWorlds try_all(std::string_view story, Extent extent);

}  // namespace simulation
