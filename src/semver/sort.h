// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>

#include "semver/version.h"

namespace semver {

// Ascending by compare_build, npm's `sort`, and descending, its `rsort`. Stable, so that versions that differ in nothing
// stay in their order either way. n log n; allocates for the merging. For many texts VersionList is faster.
void sort(std::span<Version> versions);
void rsort(std::span<Version> versions);

// Stable by `order(a, b)`, as JavaScript's Array.sort does it, step by step for short spans. That would show nowhere if
// npm's order were one: digits beyond 2^53 are equal as doubles, so that A = B and B = C while A < C.
template <class T, class Order>
void sort_as_javascript(std::span<T> values, Order order) {
  constexpr std::size_t insertion_max = 63;
  if (values.size() > insertion_max) {
    std::ranges::stable_sort(values, [&](const T& a, const T& b) { return order(a, b) < 0; });
    return;
  }
  if (values.size() < 2) {
    return;
  }
  // The run that is there already, turned around if it descends.
  std::size_t run = 2;
  const bool descends = order(values[1], values[0]) < 0;
  while (run < values.size() && (order(values[run], values[run - 1]) < 0) == descends) {
    ++run;
  }
  if (descends) {
    std::ranges::reverse(values.first(run));
  }
  for (; run < values.size(); ++run) {
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(run);
    const auto place = std::upper_bound(values.begin(), end, *end,
                                        [&](const T& pivot, const T& other) { return order(pivot, other) < 0; });
    std::rotate(place, end, std::next(end));
  }
}

}  // namespace semver
