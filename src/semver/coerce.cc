// SPDX-License-Identifier: Apache-2.0
#include "semver/coerce.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "semver/grammar.h"

// npm searches for COERCE or, with prereleases, COERCEFULL:
//
//   (^|[^\d]) (\d{1,16}) (\.(\d{1,16}))? (\.(\d{1,16}))? (-PRERELEASE)? (\+BUILD)? ($|[^\d])
//
// A run of up to 16 digits is therefore always found, and of what may follow as much as leaves no digit behind it.

namespace semver {
namespace {

using grammar::is_digit;
using grammar::is_identifier_char;
using grammar::peek;

constexpr std::size_t digits_max = 16;       // MAX_SAFE_COMPONENT_LENGTH.
constexpr std::size_t identifier_max = 250;  // MAX_SAFE_BUILD_LENGTH.

std::size_t end_of_digits(std::string_view text, std::size_t at) {
  while (is_digit(peek(text, at))) {
    ++at;
  }
  return at;
}

// Of the matches that the pieces from `from` to `greedy` allow, the longest that no digit follows; `none` without one.
std::size_t shortened(std::string_view text, std::size_t from, std::size_t greedy, std::size_t none) {
  for (std::size_t end = greedy; end >= from; --end) {
    if (!is_digit(peek(text, end))) {
      return end;
    }
  }
  return none;
}

// The end of one prerelease identifier that no digit may follow; `at` if there is none.
std::size_t end_of_last_identifier(std::string_view text, std::size_t at) {
  const std::size_t digits = end_of_digits(text, at);
  if (digits - at <= version_length_max && (is_identifier_char(peek(text, digits)))) {
    std::size_t greedy = digits + 1;
    while (greedy - digits <= identifier_max && is_identifier_char(peek(text, greedy))) {
      ++greedy;
    }
    const std::size_t end = shortened(text, digits + 1, greedy, at);
    if (end != at) {
      return end;
    }
  }
  // Digits only, one zero or no leading one.
  const std::size_t longest = peek(text, at) == '0' ? 1 : version_length_max + 1;
  const std::size_t number = std::min(digits, at + longest);
  return number > at && !is_digit(peek(text, number)) ? number : at;
}

std::size_t end_of_last_build_identifier(std::string_view text, std::size_t at) {
  std::size_t greedy = at;
  while (greedy - at < identifier_max && is_identifier_char(peek(text, greedy))) {
    ++greedy;
  }
  return greedy == at ? at : shortened(text, at + 1, greedy, at);
}

// What `-` or `+` at `at` introduces; `at` if nothing. A piece that a digit would have to follow is given back.
template <class EndOfIdentifier>
std::size_t end_of_identifiers(std::string_view text, std::size_t at, EndOfIdentifier end_of_identifier) {
  std::size_t end = at;
  do {
    const std::size_t next = end_of_identifier(text, end + 1);
    if (next == end + 1) {
      break;
    }
    end = next;
  } while (peek(text, end) == '.');
  return end;
}

struct Found {
  std::string_view numbers[3];  // Empty if absent.
  std::string_view rest;        // Prerelease and build with their `-` and `+`.
  std::size_t end = 0;          // Of all of it.
};

// `at` is the first of a run of at most 16 digits.
Found find_at(std::string_view text, std::size_t at, bool full) {
  Found found;
  std::size_t end = end_of_digits(text, at);
  found.numbers[0] = text.substr(at, end - at);
  for (int i = 1; i < 3 && peek(text, end) == '.'; ++i) {
    const std::size_t begin = end + 1;
    const std::size_t digits_end = end_of_digits(text, begin);
    if (digits_end == begin || digits_end - begin > digits_max) {
      break;
    }
    found.numbers[i] = text.substr(begin, digits_end - begin);
    end = digits_end;
  }
  const std::size_t rest = end;
  if (full && peek(text, end) == '-') {
    end = end_of_identifiers(text, end, end_of_last_identifier);
  }
  if (full && peek(text, end) == '+') {
    end = end_of_identifiers(text, end, end_of_last_build_identifier);
  }
  found.rest = text.substr(rest, end - rest);
  found.end = end;
  return found;
}

// npm's match ends one UTF-16 unit behind what it finds, or with the text.
std::size_t match_end(std::string_view text, const Found& found) { return std::min(found.end + 1, text.size()); }

// That unit is the text's last: a character beyond U+FFFF has two.
bool ends_text(std::string_view text, const Found& found) {
  const std::string_view rest = text.substr(found.end);
  if (rest.empty()) {
    return true;
  }
  const auto first = static_cast<unsigned char>(rest[0]);
  return first < 0xF0 && rest.size() == (first < 0xC0 ? 1U : first < 0xE0 ? 2U : 3U);
}

}  // namespace

std::optional<OwnedVersion> coerce(std::string_view text, Options options) {
  std::optional<Found> found;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    const std::size_t run_end = end_of_digits(text, at);
    if (run_end - at <= digits_max) {
      const Found next = find_at(text, at, options.include_prerelease);
      // Right to left, `1.2.3.4` is 2.3.4: the last that ends where no earlier one does.
      if (!found || match_end(text, next) != match_end(text, *found)) {
        found = next;
      }
      if (!options.rtl || ends_text(text, *found)) {
        break;
      }
    }
    at = run_end;
  }
  if (!found) {
    return std::nullopt;
  }
  std::string version;
  for (const std::string_view number : found->numbers) {
    version += version.empty() ? "" : ".";
    version += number.empty() ? "0" : number;
  }
  version += found->rest;
  const auto parsed = parse_version(version, options);
  return parsed ? std::optional(OwnedVersion(*parsed)) : std::nullopt;
}

}  // namespace semver
