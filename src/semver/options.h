// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace semver {

// npm's options object, as versions and ranges take it.
struct Options {
  // Accept what people write: `v 1.2.3`, `=1.2.3`, `01.2.3`, `1.2.3beta`. In ranges it also makes npm drop
  // comparators that are no versions at all, unless nothing is left.
  bool loose = false;
  // In ranges prereleases are versions like any other; `coerce` keeps them.
  bool include_prerelease = false;
  // `coerce` only: take the last version in the text, not the first.
  bool rtl = false;

  bool operator==(const Options&) const = default;
};

// npm's MAX_SAFE_INTEGER: the largest major, minor or patch.
inline constexpr std::uint64_t number_max = 9007199254740991;

// npm's MAX_LENGTH of a version, blanks around it included, in UTF-16 units as JavaScript counts.
inline constexpr std::size_t version_length_max = 256;

// Why a text is no version or no range. npm only says "Invalid"; the place is ours.
struct ParseError {
  std::size_t offset =
      0;  // The byte of the text given that should have been something else; its size if text is missing.
  std::string_view expected;  // What should be there: "a digit". Text of static lifetime.

  bool operator==(const ParseError&) const = default;
};

}  // namespace semver
