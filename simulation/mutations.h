// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace simulation {

// Changes of Caretaker's code that the witness must notice. mutations.txt says what they are; the build makes of it copies of the
// sources concerned, with a switch for each, and one program of them (caretaker-simulate-mutants). The ordinary program has none.
struct Mutation {
  std::string_view name;
  std::string_view file;
  std::string_view does;  // A sentence.
};
std::span<const Mutation> mutations();

// The one that is switched on; empty: none. Set it before the first world.
inline std::string_view active_mutation;
inline bool mutated(std::string_view name) { return name == active_mutation; }

}  // namespace simulation
