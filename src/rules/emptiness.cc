// SPDX-License-Identifier: Apache-2.0
#include "rules/emptiness.h"

#include <fmt/format.h>

namespace rules {
namespace {

bool satisfies(const std::string& text, const semver::Range& range) {
  return semver::satisfies(std::string_view(text), range);
}

// Versions are ordered and each has a next one (a prerelease with `.0` behind it; after a release the first prerelease of the
// next patch). So if anything satisfies a set of comparators, then one of these does, for one of its bounds: the bound itself, the
// next version, the next release, or the first prerelease of the bound's numbers, where npm's rule asks for those.
bool is_satisfied_near(const semver::Version& bound, const semver::Range& range) {
  const auto numbers = fmt::format("{}.{}.{}", bound.major(), bound.minor(), bound.patch());
  const auto following = fmt::format("{}.{}.{}", bound.major(), bound.minor(), bound.patch() + 1);
  if (range.contains(bound) || satisfies(numbers, range) || satisfies(numbers + "-0", range)) return true;
  if (bound.is_prerelease()) return satisfies(to_string(bound) + ".0", range);
  return satisfies(following, range) || satisfies(following + "-0", range);
}

}  // namespace

bool matches_nothing(const semver::Range& range) {
  if (is_satisfied_near(semver::Version(), range)) return false;
  for (std::size_t i = 0; i < range.size(); ++i) {
    const auto set = range[i];
    for (std::size_t j = 0; j < set.size(); ++j) {
      if (is_satisfied_near(set[j].version, range)) return false;
    }
  }
  return true;
}

}  // namespace rules
