// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace cli {

// `caretaker semver ARGUMENTS…` is npm's `semver` command, option for option and odd behaviour for odd behaviour: prints, in order,
// those of the versions that are valid and satisfy every range. Returns what that command exits with: 0, or 1 if nothing is to be
// printed. Besides its options there are
//
//   --explain   says for every version and range which comparator decided, instead of printing the versions
//   --batch     answers calls of npm's functions from `in`, see semver_batch.h
//
// To `err` goes also what npm keeps to itself: why a range is none, and which versions are none if none is left.
int semver(std::span<const std::string> arguments, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cli
