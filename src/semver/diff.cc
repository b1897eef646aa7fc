// SPDX-License-Identifier: Apache-2.0
#include "semver/diff.h"

namespace semver {

std::optional<Release> diff(const Version& a, const Version& b) {
  const std::weak_ordering order = compare(a, b);
  if (order == 0) {
    return std::nullopt;
  }
  const Version& high = order > 0 ? a : b;
  const Version& low = order > 0 ? b : a;
  if (low.is_prerelease() && !high.is_prerelease()) {
    // 1.0.0-1 only becomes one of these by completing the major release, even if the higher one is 1.1.1.
    if (low.patch() == 0 && low.minor() == 0) {
      return Release::Major;
    }
    if (low.major() == high.major() && low.minor() == high.minor() && low.patch() == high.patch()) {
      return low.minor() != 0 && low.patch() == 0 ? Release::Minor : Release::Patch;
    }
  }
  const bool pre = high.is_prerelease();
  if (a.major() != b.major()) {
    return pre ? Release::Premajor : Release::Major;
  }
  if (a.minor() != b.minor()) {
    return pre ? Release::Preminor : Release::Minor;
  }
  if (a.patch() != b.patch()) {
    return pre ? Release::Prepatch : Release::Patch;
  }
  return Release::Prerelease;
}

}  // namespace semver
