// SPDX-License-Identifier: Apache-2.0
#include "semver/intersects.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "semver/reread.h"

namespace semver {
namespace {

// A set's comparators as npm has them: `*` is one that allows any.
std::vector<Comparator> comparators_of(const ComparatorSet& set) {
  std::vector<Comparator> comparators;
  comparators.reserve(set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    comparators.push_back(set[i]);
  }
  if (comparators.empty()) {
    comparators.push_back({.op = Operator::Equal, .version = {}, .is_any = true});
  }
  return comparators;
}

bool is_upward(Operator op) { return op == Operator::Greater || op == Operator::GreaterOrEqual; }
bool is_inclusive(Operator op) { return op == Operator::GreaterOrEqual || op == Operator::LessOrEqual; }

// Nothing is below the lowest version. npm goes by the text: without prereleases `<0.0.0-beta` is nothing to it, too.
bool is_nothing(const std::string& comparator, Options options) {
  return options.include_prerelease ? comparator == "<0.0.0-0" : comparator.starts_with("<0.0.0");
}

Range range_of(const Comparator& comparator, Options options) {
  auto range = parse_range(to_string(comparator), options);
  if (!range) {
    throw CannotReadAgain("npm cannot read a comparator again: " + to_string(comparator));
  }
  return *std::move(range);
}

// Some version may satisfy all comparators, as far as pairs show.
bool is_satisfiable(const std::vector<Comparator>& comparators, Options options) {
  for (std::size_t last = comparators.size() - 1; last > 0; --last) {
    for (std::size_t i = 0; i < last; ++i) {
      if (!intersects(comparators[last], comparators[i], options)) {
        return false;
      }
    }
  }
  return true;
}

bool all_intersect(const std::vector<Comparator>& a, const std::vector<Comparator>& b, Options options) {
  return std::ranges::all_of(a, [&](const Comparator& x) {
    return std::ranges::all_of(b, [&](const Comparator& y) { return intersects(x, y, options); });
  });
}

}  // namespace

bool intersects(const Comparator& a, const Comparator& b, Options options) {
  if (a.is_any || (a.op != Operator::Equal && b.is_any)) {
    return true;
  }
  if (a.op == Operator::Equal) {
    // npm reads both texts here, b's as a range: its rule on prereleases counts.
    const auto range = b.is_any ? *parse_range("", options) : range_of(b, options);
    const std::string text = to_string(a.version);
    const auto version = parse_version(text, options);
    return version && test_again(range, *version, options);
  }
  if (b.op == Operator::Equal) {
    return test_again(range_of(a, options), b.version, comparator_options(options));
  }
  if (is_nothing(to_string(a), options) || is_nothing(to_string(b), options)) {
    return false;
  }
  if (is_upward(a.op) == is_upward(b.op)) {
    return true;
  }
  if (is_inclusive(a.op) && is_inclusive(b.op) && to_string(a.version) == to_string(b.version)) {
    return true;
  }
  if (options.include_prerelease) {
    read_again(a.version, options);
    read_again(b.version, options);
  }
  return is_upward(a.op) ? a.version < b.version : a.version > b.version;
}

bool intersects(const Range& a, const Range& b) {
  const Options options = a.options();
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::vector<Comparator> ours = comparators_of(a[i]);
    if (!is_satisfiable(ours, options)) {
      continue;
    }
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::vector<Comparator> theirs = comparators_of(b[j]);
      if (is_satisfiable(theirs, options) && all_intersect(ours, theirs, options)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace semver
