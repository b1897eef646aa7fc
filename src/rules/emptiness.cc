// SPDX-License-Identifier: Apache-2.0
#include "rules/emptiness.h"

#include <fmt/format.h>

namespace rules {
namespace {

// One of a range's sets alone. To try each set's versions in all of them would take the square of their number.
class Set {
 public:
  Set(const semver::Range& range, std::size_t index) : range_(range), index_(index) {}

  bool contains(const semver::Version& version) const {
    return range_.match(version, index_) == semver::Match::Satisfies;
  }
  bool contains(const std::string& text) const {
    const auto version = semver::parse_version(text);
    return version && contains(*version);
  }

 private:
  const semver::Range& range_;
  std::size_t index_;
};

// Versions are ordered and each has a next one (a prerelease with `.0` behind it; after a release the first prerelease of the
// next patch). So if anything satisfies a set of comparators, then one of these does, for one of its bounds: the bound itself, the
// next version, the next release, or the first prerelease of the bound's numbers, where npm's rule asks for those.
bool is_satisfied_near(const semver::Version& bound, const Set& set) {
  const auto numbers = fmt::format("{}.{}.{}", bound.major(), bound.minor(), bound.patch());
  const auto following = fmt::format("{}.{}.{}", bound.major(), bound.minor(), bound.patch() + 1);
  if (set.contains(bound) || set.contains(numbers) || set.contains(numbers + "-0")) return true;
  if (bound.is_prerelease()) return set.contains(to_string(bound) + ".0");
  return set.contains(following) || set.contains(following + "-0");
}

}  // namespace

bool matches_nothing(const semver::Range& range) {
  for (std::size_t i = 0; i < range.size(); ++i) {
    const Set set(range, i);
    if (is_satisfied_near(semver::Version(), set)) return false;
    for (std::size_t j = 0; j < range[i].size(); ++j) {
      if (is_satisfied_near(range[i][j].version, set)) return false;
    }
  }
  return true;
}

}  // namespace rules
