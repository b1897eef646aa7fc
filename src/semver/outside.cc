// SPDX-License-Identifier: Apache-2.0
#include "semver/outside.h"

#include <cstddef>

#include "semver/reread.h"

namespace semver {
namespace {

// The comparators of a set whose versions are the most and the least far on a side.
struct Edges {
  Comparator high;
  Comparator low;
};

// Positive if `a` is farther on that side.
std::weak_ordering compare_on(Side side, const Version& a, const Version& b) {
  return side == Side::Above ? compare(a, b) : compare(b, a);
}

Edges edges_of(const ComparatorSet& set, Side side, Options options) {
  // npm takes `*` for `>=0.0.0` here.
  if (set.empty()) {
    const Comparator lowest{.op = Operator::GreaterOrEqual, .version = Version(), .is_any = false};
    return {lowest, lowest};
  }
  Edges edges{set[0], set[0]};
  for (std::size_t i = 0; i < set.size(); ++i) {
    const Comparator comparator = set[i];
    if (options.include_prerelease) {
      read_again(comparator.version, options);
    }
    if (compare_on(side, comparator.version, edges.high.version) > 0) {
      edges.high = comparator;
    } else if (compare_on(side, comparator.version, edges.low.version) < 0) {
      edges.low = comparator;
    }
  }
  return edges;
}

}  // namespace

bool outside(const Version& version, const Range& range, Side side) {
  const Options options = range.options();
  if (options.loose && options.include_prerelease ? test_again(range, version, options) : range.contains(version)) {
    return false;
  }
  const Operator beyond = side == Side::Above ? Operator::Greater : Operator::Less;
  const Operator beyond_or_equal = side == Side::Above ? Operator::GreaterOrEqual : Operator::LessOrEqual;
  for (std::size_t i = 0; i < range.size(); ++i) {
    const Edges edges = edges_of(range[i], side, options);
    // Open on that side.
    if (edges.high.op == beyond || edges.high.op == beyond_or_equal) {
      return false;
    }
    if (edges.low.op == Operator::Equal || edges.low.op == beyond || edges.low.op == beyond_or_equal) {
      // npm forgets the options here.
      if (options.loose) {
        read_again(version, {});
        read_again(edges.low.version, {});
      }
      // The version is before the set's other end.
      const std::weak_ordering order = compare_on(side, version, edges.low.version);
      if (order < 0 || (order == 0 && edges.low.op != beyond_or_equal)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace semver
