// SPDX-License-Identifier: Apache-2.0
#include "semver/min_version.h"

#include <cstddef>
#include <string_view>

#include "semver/parts.h"
#include "semver/reread.h"

namespace semver {
namespace {

// The lowest version above or at the comparator's.
OwnedVersion lowest(const Comparator& comparator) {
  if (comparator.op != Operator::Greater) {
    return OwnedVersion(comparator.version);
  }
  Parts parts = Parts::of(comparator.version);
  if (parts.prerelease.empty()) {
    ++parts.patch;
  } else {
    parts.prerelease.emplace_back("0");
  }
  return parts.put_together();
}

std::optional<OwnedVersion> lowest_of(const ComparatorSet& set) {
  std::optional<OwnedVersion> highest;
  for (std::size_t i = 0; i < set.size(); ++i) {
    const Comparator comparator = set[i];
    read_again(comparator.version, {});  // npm clones strictly, whatever the range is, and upper bounds too.
    if (comparator.op == Operator::Less || comparator.op == Operator::LessOrEqual) {
      continue;
    }
    OwnedVersion version = lowest(comparator);
    if (!highest || version > *highest) {
      highest = std::move(version);
    }
  }
  return highest;
}

}  // namespace

std::optional<OwnedVersion> min_version(const Range& range) {
  constexpr Options strict;
  for (const std::string_view text : {"0.0.0", "0.0.0-0"}) {
    const auto version = parse_version(text);
    if (test_again(range, *version, strict)) {
      return OwnedVersion(*version);
    }
  }
  std::optional<OwnedVersion> found;
  for (std::size_t i = 0; i < range.size(); ++i) {
    auto version = lowest_of(range[i]);
    if (version && (!found || *found > *version)) {
      found = std::move(version);
    }
  }
  return found && test_again(range, found->version(), strict) ? found : std::nullopt;
}

}  // namespace semver
