// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace cli {

struct SemverQuestion {
  std::vector<std::string> versions;
  std::vector<std::string> ranges;
  bool include_prerelease = false;
  bool loose = false;
};

// Prints, in order, those of the versions that are valid and satisfy every range, as npm's `semver` command does. Returns 0, 1
// if none does, 2 for a range that can't be read.
int semver(const SemverQuestion& question, std::ostream& out, std::ostream& err);

}  // namespace cli
