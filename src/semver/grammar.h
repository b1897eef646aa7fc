// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "semver/operator.h"

// The pieces that versions and ranges are made of, one function for each of npm's expressions (internal/re.js). A
// scan begins at `at`, takes as much as the piece can have, and gives its end; `at` itself if the piece is not there.
// Taking less would never help what follows, so nothing is tried twice, with one exception (give_back in grammar.cc).
// npm bounds the length of its pieces, which only shows in texts longer than any version; so do we.
namespace semver::grammar {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_identifier_char(char c) { return is_digit(c) || is_letter(c) || c == '-'; }

// The character at `at`; NUL, which no piece contains, at the end.
constexpr char peek(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

// [v=\s]*, what may stand before the first number in ranges and loose versions.
std::size_t scan_prefix(std::string_view text, std::size_t at);

// NUMERICIDENTIFIER, no leading zeros; loose: any digits.
std::size_t scan_number(std::string_view text, std::size_t at, bool loose);

// Saturates at number_max + 1.
std::uint64_t to_number(std::string_view digits);

// XRANGEIDENTIFIER: a number or x, X, *.
std::size_t scan_number_or_x(std::string_view text, std::size_t at, bool loose);

// GTLT: an operator, with or without what it stands before.
struct Prefixed {
  Operator op = Operator::Equal;
  std::size_t size = 0;  // Of the operator as written; 0 if there is none.
};
Prefixed scan_operator(std::string_view text);

// PRERELEASE: `-` and identifiers joined by dots; loose: the `-` may be missing.
struct Prerelease {
  std::size_t begin;  // Of the identifiers.
  std::size_t end;    // Equal to `begin` and to the scan's start if there is no prerelease.
};
Prerelease scan_prerelease(std::string_view text, std::size_t at, bool loose);

// One identifier of it.
std::size_t scan_prerelease_identifier(std::string_view text, std::size_t at, bool loose);

// BUILD: `+` and identifiers joined by dots. npm bounds an identifier's length everywhere but where it strips builds
// from a range.
std::size_t scan_build(std::string_view text, std::size_t at, bool bounded = true);

// FULLPLAIN, loose LOOSEPLAIN: a whole version, apart from blanks around it.
struct FullVersion {
  std::size_t major_begin = 0;
  std::size_t prerelease_begin = 0;  // Equal to `prerelease_end` if there is none.
  std::size_t prerelease_end = 0;    // Of the three numbers if there is no prerelease.
  std::size_t end = 0;               // Of the build metadata.
  std::uint64_t numbers[3] = {0, 0, 0};
  // The text from major_begin to prerelease_end is what npm prints. Always so if strict.
  bool normal = true;
};
struct Fault {
  std::size_t offset = 0;
  std::string_view expected;
  bool too_large = false;  // The grammar is fine but a number exceeds number_max.
};
// nullopt and `fault` filled if `text` is none.
std::optional<FullVersion> read_full_version(std::string_view text, bool loose, Fault& fault);

// XRANGEPLAIN: one, two or three numbers or x's, the rest after three. Views into the text; empty if absent.
struct Partial {
  std::string_view major;
  std::string_view minor;
  std::string_view patch;
  std::string_view prerelease;
};
// npm's `isX`: absent, or a wildcard.
inline bool is_x(std::string_view number) { return number.empty() || number == "x" || number == "X" || number == "*"; }
// From `at`, prefix included; gives the end, `at` if there is none.
std::size_t scan_partial(std::string_view text, std::size_t at, bool loose, Partial& partial);

}  // namespace semver::grammar
