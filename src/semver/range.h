// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "semver/bound.h"
#include "semver/comparator.h"
#include "semver/options.h"
#include "semver/small_vector.h"
#include "semver/version.h"

namespace semver {

// Comparators that a version must satisfy all; none at all is npm's `*`. Borrows from its range.
class ComparatorSet {
 public:
  std::size_t size() const { return last_ - first_; }
  bool empty() const { return first_ == last_; }
  Comparator operator[](std::size_t index) const;
  // As npm writes it: `>=1.2.0 <1.3.0-0`; empty for `*`.
  std::string_view text() const;

 private:
  friend class Range;
  ComparatorSet(const class Range& range, std::size_t first, std::size_t last)
      : range_(&range), first_(first), last_(last) {}

  const Range* range_;
  std::size_t first_;
  std::size_t last_;
};

// How a version stands to a range.
enum class Match {
  Satisfies,
  Outside,  // No set of the range holds it.
  // A set holds it but for npm's rule: a prerelease needs a comparator of the same major.minor.patch that is one too.
  PrereleaseNotAsked,
};

// More than the 64 characters that parse_range promises to hold without allocating: room is made before it is known how
// much of it a comparator takes.
inline constexpr std::size_t range_text_inline_size = 96;

// An npm range as comparator sets, of which a version must satisfy one. Owns its text, copied and moved freely; short
// ranges hold all they have in the object. Made by parse_range. Immutable, so it may be read by many threads.
class Range {
 public:
  // Of all versions, npm's `*`.
  explicit Range(Options options = {}) : options_(options) { sets_.push_back({}); }

  // npm's `Range.range`: every alternative spelt out as comparators, `>=1.2.0 <1.3.0-0||3.0.0`; empty for `*`.
  // Borrowed from this object; owned if the object is about to die.
  std::string_view text() const& { return {text_.data(), text_.size()}; }
  std::string text() && { return {text_.data(), text_.size()}; }
  // npm's `validRange`: the same, but `*` instead of nothing.
  std::string_view valid_text() const& { return text_.empty() ? std::string_view("*") : text(); }
  std::string valid_text() && { return std::string(valid_text()); }

  const Options& options() const { return options_; }

  // At least one.
  std::size_t size() const { return sets_.size(); }
  ComparatorSet operator[](std::size_t index) const&;
  ComparatorSet operator[](std::size_t index) const&& = delete;

  // npm's `Range.test` of a version already parsed. Never allocates. Linear in the number of comparators.
  Match match(const Version& version) const;
  // The same of one set alone.
  Match match(const Version& version, std::size_t index) const;

  bool contains(const Version& version) const {
    return is_release_key(version.key()) ? contains_release(version.key()) : match(version) == Match::Satisfies;
  }

  // Keys (version.h) beyond which no version satisfies the range; `empty` if none does. For columns of keys: see
  // VersionList.
  Keys keys() const;

 private:
  friend class RangeParser;
  friend class RangeWriter;
  friend class ComparatorSet;
  friend bool satisfies(std::string_view version, const Range& range);

  std::size_t first_of(std::size_t set) const { return set == 0 ? 0 : sets_[set - 1].end; }
  // Of a key that is_release_key.
  bool contains_release(std::uint64_t key) const {
    // NOLINTNEXTLINE(readability-use-anyofallof): the algorithm's unrolled loop is for more sets.
    for (const BoundSet& set : sets_) {
      if (set.keys.contain(key)) {
        return true;
      }
    }
    return false;
  }
  bool contains_rest(std::string_view version, Core core) const;
  Version version_of(const Bound& bound) const;
  bool holds(const Bound& bound, const Version& version) const;
  bool asks_for_prerelease(std::span<const Bound> set, const Version& version) const;

  Options options_;
  SmallVector<char, range_text_inline_size> text_;
  SmallVector<Bound, 4> bounds_;
  SmallVector<BoundSet, 4> sets_;
};

// The longest range that is read. npm has no limit of its own.
inline constexpr std::size_t range_length_max = std::size_t{1} << 24;

// Reads a range as npm's `new Range` does; `text` is UTF-8. A text that npm refuses is an error here, never a range
// that nothing satisfies. Allocates nothing for a text of up to 64 characters that makes up to four comparators of 64
// characters together. Linear in the text's size, but for a logarithm.
//
// Accepts all that npm does, which is more than its documentation says: `==1.x`, `1.2.3*`, `^1.x.3`. With loose,
// comparators that are no versions are dropped as npm does.
[[nodiscard]] std::expected<Range, RangeError> parse_range(std::string_view text, Options options = {});

// npm's `satisfies`. Whether prereleases count is the range's own option.
inline bool satisfies(const Version& version, const Range& range) { return range.contains(version); }
// The same for a text; false if it is no version. Of most releases nothing is looked at but the key.
inline bool satisfies(std::string_view version, const Range& range) {
  Core core{};
  if (read_core(version, core) && core.end == version.size()) [[likely]] {
    return range.contains_release(core.key);
  }
  return range.contains_rest(version, core);
}

inline Match match(const Version& version, const Range& range) { return range.match(version); }

}  // namespace semver
