// SPDX-License-Identifier: Apache-2.0
#include "semver/range.h"

#include <algorithm>

namespace semver {
namespace {

bool same_numbers(const Version& a, const Version& b) {
  return a.major() == b.major() && a.minor() == b.minor() && a.patch() == b.patch();
}

}  // namespace

Comparator ComparatorSet::operator[](std::size_t index) const {
  const Range::Bound& bound = range_->bounds_[first_ + index];
  return {.op = bound.op, .version = range_->version_of(bound), .is_any = false};
}

std::string_view ComparatorSet::text() const {
  if (empty()) {
    return {};
  }
  const Range::Bound& first = range_->bounds_[first_];
  const Range::Bound& last = range_->bounds_[last_ - 1];
  return range_->text().substr(first.text, last.text + last.op_size + last.size - first.text);
}

ComparatorSet Range::operator[](std::size_t index) const {
  return {*this, index == 0 ? 0 : set_ends_[index - 1], set_ends_[index]};
}

Version Range::version_of(const Bound& bound) const {
  return {
      bound.key,
      text_.data() + bound.text + bound.op_size,
      {.prerelease_begin = bound.prerelease_begin, .prerelease_end = bound.size, .end = bound.size, .normal = true}};
}

Range::Keys Range::keys() const {
  constexpr std::uint64_t all = ~std::uint64_t{0};
  Keys keys{.lowest = all, .highest = 0};
  std::size_t first = 0;
  for (const std::uint32_t last : set_ends_) {
    Keys set{.lowest = 0, .highest = all};
    for (std::size_t i = first; i < last; ++i) {
      const auto allows = static_cast<unsigned>(bounds_[i].op);
      set.lowest = (allows & 1U) == 0 ? std::max(set.lowest, bounds_[i].key) : set.lowest;
      set.highest = (allows & 4U) == 0 ? std::min(set.highest, bounds_[i].key) : set.highest;
    }
    if (set.lowest <= set.highest) {
      keys = {.lowest = std::min(keys.lowest, set.lowest), .highest = std::max(keys.highest, set.highest)};
    }
    first = last;
  }
  return keys;
}

bool Range::holds(const Bound& bound, const Version& version) const {
  if (version.key() != bound.key) {
    return (static_cast<unsigned>(bound.op) & (version.key() < bound.key ? 1U : 4U)) != 0;
  }
  return cmp(version, bound.op, version_of(bound));
}

Match Range::match_set(std::size_t first, std::size_t last, const Version& version) const {
  for (std::size_t i = first; i < last; ++i) {
    if (!holds(bounds_[i], version)) {
      return Match::Outside;
    }
  }
  if (!version.is_prerelease() || options_.include_prerelease) {
    return Match::Satisfies;
  }
  for (std::size_t i = first; i < last; ++i) {
    const Bound& bound = bounds_[i];
    if (bound.prerelease_begin != bound.size && same_numbers(version_of(bound), version)) {
      return Match::Satisfies;
    }
  }
  return Match::PrereleaseNotAsked;
}

Match Range::match(const Version& version) const {
  Match best = Match::Outside;
  std::size_t first = 0;
  for (const std::uint32_t last : set_ends_) {
    const Match match = match_set(first, last, version);
    if (match == Match::Satisfies) {
      return match;
    }
    if (match == Match::PrereleaseNotAsked) {
      best = match;
    }
    first = last;
  }
  return best;
}

}  // namespace semver
