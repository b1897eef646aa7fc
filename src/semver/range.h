// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

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

// An npm range as comparator sets, of which a version must satisfy one. Owns its text, copied and moved freely; short
// ranges hold all they have in the object. Made by parse_range only. Immutable, so it may be read by many threads.
class Range {
 public:
  // npm's `Range.range`: every alternative spelt out as comparators, `>=1.2.0 <1.3.0-0||3.0.0`; empty for `*`.
  std::string_view text() const { return {text_.data(), text_.size()}; }
  // npm's `validRange`: the same, but `*` instead of nothing.
  std::string_view valid_text() const { return text_.empty() ? std::string_view("*") : text(); }

  const Options& options() const { return options_; }

  // At least one.
  std::size_t size() const { return set_ends_.size(); }
  ComparatorSet operator[](std::size_t index) const;

  // npm's `Range.test` of a version already parsed. Never allocates. Linear in the number of comparators.
  Match match(const Version& version) const;
  // The same of one set alone.
  Match match(const Version& version, std::size_t set) const {
    return match_set(set == 0 ? 0 : set_ends_[set - 1], set_ends_[set], version);
  }
  // Keys (version.h) beyond which no version satisfies the range. For columns of keys: see VersionList.
  struct Keys {
    std::uint64_t lowest;
    std::uint64_t highest;
  };
  Keys keys() const;

  bool contains(const Version& version) const {
    return is_plain(version) ? contains_plain(version.key()) : match(version) == Match::Satisfies;
  }

 private:
  friend class RangeParser;
  friend class ComparatorSet;

  // A comparator without the address of its text, which changes when a range moves.
  struct Bound {
    std::uint64_t key;
    std::uint32_t text;  // Where the operator begins in text_.
    Operator op;
    std::uint8_t op_size;
    std::uint16_t prerelease_begin;  // From the end of the operator on. Equal to `size` if there is no prerelease.
    std::uint16_t size;              // Of the version's text.

    // Of the key of a release that is no larger than a key holds.
    bool allows(std::uint64_t other) const {
      return (static_cast<unsigned>(op) >> ((other > key ? 1U : 0U) + (other >= key ? 1U : 0U)) & 1U) != 0;
    }
  };

  // A release that the key holds: equal keys are equal versions, and the rule on prereleases says nothing.
  static bool is_plain(const Version& version) { return (version.key() & 1) != 0 && !version.has_large_number(); }
  bool contains_plain(std::uint64_t key) const {
    const Bound* bound = bounds_.data();
    const Bound* const bounds = bound;
    for (const std::uint32_t last : set_ends_) {
      const Bound* const end = bounds + last;
      while (bound != end && bound->allows(key)) {
        ++bound;
      }
      if (bound == end) {
        return true;
      }
      bound = end;
    }
    return false;
  }

  explicit Range(Options options) : options_(options) {}
  Version version_of(const Bound& bound) const;
  bool holds(const Bound& bound, const Version& version) const;
  Match match_set(std::size_t first, std::size_t last, const Version& version) const;

  Options options_;
  SmallVector<char, 64> text_;
  SmallVector<Bound, 4> bounds_;
  SmallVector<std::uint32_t, 4> set_ends_;  // Indexes into bounds_.
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
// The same for a text; false if it is no version.
inline bool satisfies(std::string_view version, const Range& range) {
  const auto parsed = parse_version(version, range.options());
  return parsed && range.contains(*parsed);
}

inline Match match(const Version& version, const Range& range) { return range.match(version); }

}  // namespace semver
