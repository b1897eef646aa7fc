// SPDX-License-Identifier: Apache-2.0
#include "semver/selection.h"

#include <algorithm>
#include <iterator>

namespace semver {

std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range) {
  std::optional<std::size_t> highest;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if ((!highest || versions[*highest] < versions[i]) && range.contains(versions[i])) {
      highest = i;
    }
  }
  return highest;
}

std::optional<std::size_t> max_satisfying(std::span<const std::string_view> versions, const Range& range) {
  std::optional<std::size_t> highest;
  Version highest_version;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto version = parse_version(versions[i], range.options());
    if (version && (!highest || highest_version < *version) && range.contains(*version)) {
      highest = i;
      highest_version = *version;
    }
  }
  return highest;
}

std::vector<Version> satisfying(std::span<const Version> versions, const Range& range) {
  std::vector<Version> found;
  std::ranges::copy_if(versions, std::back_inserter(found),
                       [&](const Version& version) { return range.contains(version); });
  return found;
}

void sort(std::span<Version> versions) {
  std::ranges::stable_sort(versions, [](const Version& a, const Version& b) { return compare_build(a, b) < 0; });
}

}  // namespace semver
