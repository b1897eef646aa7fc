// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "semver/core.h"
#include "semver/key.h"
#include "semver/options.h"

namespace semver {

using VersionError = ParseError;

namespace grammar {
struct FullVersion;
}
struct Comparator;
class Range;

// The dot-separated identifiers of a prerelease or of build metadata, in the order of the text. Borrows like Version.
// Iterating allocates nothing.
class Identifiers {
 public:
  class Iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    std::string_view operator*() const;
    Iterator& operator++();
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    friend class Identifiers;
    Iterator(const char* at, const char* end, bool as_written) : at_(at), end_(end), as_written_(as_written) {}
    const char* dot() const;

    const char* at_ = nullptr;  // The identifier's first character; null once all are done.
    const char* end_ = nullptr;
    bool as_written_ = true;
  };

  // Without `as_written`, numbers are given without the leading zeros that a loose prerelease may have.
  Identifiers(std::string_view text, bool as_written) : text_(text), as_written_(as_written) {}

  Iterator begin() const {
    return text_.empty() ? end() : Iterator(text_.data(), text_.data() + text_.size(), as_written_);
  }
  Iterator end() const { return {}; }
  bool empty() const { return text_.empty(); }

 private:
  std::string_view text_;
  bool as_written_;
};

// A version that BORROWS its text: valid as long as the text it was parsed from stays where it is. Three words, copied
// freely.
//
// Two versions are mostly told apart by one 64-bit key: major|minor|patch|release in 18|20|25|1 bits. Numbers too
// large for their bits fill them and all bits below with ones, so that the order of unequal keys is always that of
// the versions. The text is read again only for equal keys that belong to prereleases or to such numbers.
class Version {
 public:
  // 0.0.0.
  constexpr Version() = default;

  std::uint64_t major() const { return has_large_number() ? read_number(0) : key_ >> 46; }
  std::uint64_t minor() const { return has_large_number() ? read_number(1) : key_ >> 26 & 0xFFFFF; }
  std::uint64_t patch() const { return has_large_number() ? read_number(2) : key_ >> 1 & 0x1FFFFFF; }
  bool is_prerelease() const { return prerelease_end_ != prerelease_begin_; }

  // npm's `prerelease` array; empty for a release.
  Identifiers prerelease() const { return {slice(prerelease_begin_, prerelease_end_), normal_}; }
  // npm's `build` array, which no comparison but compare_build looks at.
  Identifiers build() const { return {build_text(), true}; }

  // What was parsed from the first digit to the end of the build metadata: no blanks around it, no `v`.
  std::string_view written() const { return slice(0, end_); }

  std::uint64_t key() const { return key_; }
  // The key does not hold all three numbers.
  bool has_large_number() const { return is_large_key(key_); }

 private:
  friend class OwnedVersion;
  friend class Range;
  friend class RangeParser;
  friend struct Parts;
  friend std::expected<Comparator, ParseError> parse_comparator(std::string_view text, Options options);
  friend std::expected<Version, VersionError> parse_version(std::string_view text, Options options);
  friend bool satisfies(std::string_view version, const Range& range);
  friend std::weak_ordering compare(const Version& a, const Version& b);
  friend std::string to_string(const Version& version);
  friend std::size_t write_normal(const Version& version, char* out);

  // What a version is apart from where its text lies.
  struct Place {
    std::uint16_t prerelease_begin;
    std::uint16_t prerelease_end;
    std::uint16_t end;
    bool normal;
  };
  Version(std::uint64_t key, const char* text, Place place)
      : key_(key),
        text_(text),
        prerelease_begin_(place.prerelease_begin),
        prerelease_end_(place.prerelease_end),
        end_(place.end),
        normal_(place.normal) {}
  // The release that is nothing but what core.h has read.
  static Version of_core(std::string_view text, Core core) {
    const auto end = static_cast<std::uint16_t>(core.end);
    return {core.key, text.data(), {.prerelease_begin = end, .prerelease_end = end, .end = end, .normal = true}};
  }
  // What parse_version does with a text that is no such release. `core` is what core.h has read; of end 0 if nothing.
  static std::expected<Version, VersionError> parse_rest(std::string_view text, Core core, Options options);
  static std::expected<Version, VersionError> parse_unusual(std::string_view text, Options options);

  // A version in strict spelling without anything around it, of numbers as core.h reads them. Good for strict and loose
  // alike. False says nothing about the text.
  static bool read_canonical(std::string_view text, Version& version);
  static Version of_tail(std::string_view text, Core core, struct Tail tail);

  // `read` is what grammar::read_full_version found in `text`, of at most version_length_max bytes.
  Version(std::string_view text, const grammar::FullVersion& read);

  std::string_view slice(std::size_t begin, std::size_t end) const { return {text_ + begin, end - begin}; }
  std::string_view build_text() const {
    return end_ == prerelease_end_ ? std::string_view() : slice(prerelease_end_ + 1U, end_);
  }
  std::uint64_t read_number(int index) const;

  std::uint64_t key_ = 1;
  const char* text_ = "0.0.0";          // The first digit of major.
  std::uint16_t prerelease_begin_ = 5;  // Offsets from there. Equal to the end if there is no prerelease.
  std::uint16_t prerelease_end_ = 5;    // That of patch if there is no prerelease.
  std::uint16_t end_ = 5;               // The end of the build metadata; prerelease_end_ if there is none.
  bool normal_ = true;                  // The text up to prerelease_end_ is what npm prints.
};
static_assert(sizeof(Version) == 24 && std::is_trivially_copyable_v<Version>);

// Reads a version as npm's `parse` and `new SemVer` do: blanks around it and a leading `v` are allowed, limits are
// number_max and version_length_max; options.loose allows more. Of the options only `loose` matters. Never reads
// outside `text`, never allocates.
//
// `text` is UTF-8. Invalid UTF-8 is no version; nor is it anything to npm, which never sees any.
[[nodiscard, gnu::always_inline]] inline std::expected<Version, VersionError> parse_version(std::string_view text,
                                                                                            Options options = {}) {
  Core core{};
  if (read_core(text, core) && core.end == text.size()) [[likely]] {
    return Version::of_core(text, core);
  }
  return Version::parse_rest(text, core, options);
}
// A version would borrow from a string that is about to die.
template <class Text>
  requires std::same_as<std::remove_const_t<Text>, std::string>
std::expected<Version, VersionError> parse_version(Text&& text, Options options = {}) = delete;

// Precedence, npm's `compare`: build metadata does not count, a prerelease comes before its release. Equal versions may
// be spelt differently. Mostly one comparison of integers; never allocates.
//
// As in npm, identifiers of digits only are compared as IEEE doubles, and where two differ but are equal doubles the
// rest is not looked at any more: 1.0.0-9007199254740993.1 equals 1.0.0-9007199254740992.2. So equality isn't
// transitive for such numbers.
std::weak_ordering compare(const Version& a, const Version& b);
inline std::weak_ordering operator<=>(const Version& a, const Version& b) { return compare(a, b); }
inline bool operator==(const Version& a, const Version& b) { return compare(a, b) == 0; }

// npm's `compareBuild`, the order of its `sort`: where precedence is equal, by build metadata, none first.
std::weak_ordering compare_build(const Version& a, const Version& b);

// As npm prints it (`SemVer.version`, `valid`): no build metadata; loose versions in their strict spelling.
std::string to_string(const Version& version);
// The same into `out`, which has room for normal_length_max characters; of a version that was parsed, as one made by `inc`
// may be longer. Returns how many were written.
inline constexpr std::size_t normal_length_max = version_length_max + 1;
std::size_t write_normal(const Version& version, char* out);

// A version that carries its text; copied and moved freely.
class OwnedVersion {
 public:
  // Keeps the version's strict spelling with its build metadata.
  explicit OwnedVersion(const Version& version);

  // Borrows from this object: valid until it is moved, assigned to or destroyed.
  Version version() const& { return {key_, text_.data(), place_}; }
  Version version() const&& = delete;

  // As npm prints it, with the build metadata: `1.2.3-beta+5`.
  const std::string& text() const { return text_; }

  std::weak_ordering operator<=>(const OwnedVersion& other) const { return compare(version(), other.version()); }
  bool operator==(const OwnedVersion& other) const { return compare(version(), other.version()) == 0; }

 private:
  friend struct Parts;
  OwnedVersion(std::string text, std::uint64_t key, Version::Place place)
      : text_(std::move(text)), key_(key), place_(place) {}

  std::string text_;
  std::uint64_t key_;
  Version::Place place_;
};

}  // namespace semver
