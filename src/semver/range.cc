// SPDX-License-Identifier: Apache-2.0
#include "semver/range.h"

#include <algorithm>

#include "semver/plain_range.h"
#include "semver/range_parser.h"

namespace semver {
namespace {

bool has_same_numbers(const Version& a, const Version& b) {
  return a.major() == b.major() && a.minor() == b.minor() && a.patch() == b.patch();
}

}  // namespace

Comparator ComparatorSet::operator[](std::size_t index) const {
  const Bound& bound = range_->bounds_[first_ + index];
  return {.op = bound.op, .version = range_->version_of(bound), .is_any = false};
}

std::string_view ComparatorSet::text() const {
  if (empty()) {
    return {};
  }
  const Bound& first = range_->bounds_[first_];
  const Bound& last = range_->bounds_[last_ - 1];
  return range_->text().substr(first.text, last.text + last.op_size + last.size - first.text);
}

ComparatorSet Range::operator[](std::size_t index) const& { return {*this, first_of(index), sets_[index].end}; }

Version Range::version_of(const Bound& bound) const {
  return {
      bound.key,
      text_.data() + bound.text + bound.op_size,
      {.prerelease_begin = bound.prerelease_begin, .prerelease_end = bound.size, .end = bound.size, .normal = true}};
}

Keys Range::keys() const {
  Keys keys{.lowest = ~std::uint64_t{0}, .highest = 0};
  for (const BoundSet& set : sets_) {
    if (!set.keys.empty()) {
      keys.lowest = std::min(keys.lowest, set.keys.lowest);
      keys.highest = std::max(keys.highest, set.keys.highest);
    }
  }
  return keys;
}

bool Range::holds(const Bound& bound, const Version& version) const {
  if (version.key() != bound.key) {
    return (static_cast<unsigned>(bound.op) & (version.key() < bound.key ? 1U : 4U)) != 0;
  }
  return cmp(version, bound.op, version_of(bound));
}

// npm's rule: a prerelease is only welcome where one of the same numbers is named.
bool Range::asks_for_prerelease(std::span<const Bound> set, const Version& version) const {
  return std::ranges::any_of(set, [&](const Bound& bound) {
    return bound.is_prerelease() && (bound.key | 1) == (version.key() | 1) &&
           (!version.has_large_number() || has_same_numbers(version_of(bound), version));
  });
}

Match Range::match(const Version& version, std::size_t index) const {
  if (!sets_[index].keys.contain(version.key())) {
    return Match::Outside;
  }
  const std::size_t first = first_of(index);
  const auto set = bounds_.span().subspan(first, sets_[index].end - first);
  for (const Bound& bound : set) {
    if (!holds(bound, version)) {
      return Match::Outside;
    }
  }
  return !version.is_prerelease() || options_.include_prerelease || asks_for_prerelease(set, version)
             ? Match::Satisfies
             : Match::PrereleaseNotAsked;
}

Match Range::match(const Version& version) const {
  Match best = Match::Outside;
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    const Match match = this->match(version, i);
    if (match == Match::Satisfies) {
      return match;
    }
    if (match == Match::PrereleaseNotAsked) {
      best = match;
    }
  }
  return best;
}

bool Range::contains_rest(std::string_view version, Core core) const {
  const auto parsed = Version::parse_rest(version, core, options_);
  return parsed && contains(*parsed);
}

namespace {

// Out of line, so that a plain range does not pay for what moving another one takes.
[[gnu::noinline]] void read_any_range(std::string_view text, Options options, std::expected<Range, RangeError>& range) {
  range = parse_any_range(text, options);
}

}  // namespace

std::expected<Range, RangeError> parse_range(std::string_view text, Options options) {
  std::expected<Range, RangeError> range(std::in_place, options);
  if (!read_plain_range(text, *range)) {
    read_any_range(text, options, range);
  }
  return range;
}

}  // namespace semver
