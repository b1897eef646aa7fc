// SPDX-License-Identifier: Apache-2.0
#include "semver/grammar.h"

#include <algorithm>

#include "semver/blanks.h"
#include "semver/identifiers.h"
#include "semver/options.h"

namespace semver::grammar {
namespace {

// npm's bounds on repetition (makeSafeRegex), which only show in texts longer than any version.
constexpr std::size_t digits_max = version_length_max;
constexpr std::size_t identifier_max = version_length_max - 6;

std::size_t scan_digits(std::string_view text, std::size_t at, std::size_t count_max) {
  std::size_t end = at;
  while (end - at < count_max && is_digit(peek(text, end))) {
    ++end;
  }
  return end;
}

std::size_t scan_identifier_chars(std::string_view text, std::size_t at, std::size_t count_max) {
  std::size_t end = at;
  while (end - at < count_max && is_identifier_char(peek(text, end))) {
    ++end;
  }
  return end;
}

bool has_zeros_to_drop(std::string_view identifiers) {
  while (true) {
    const std::size_t dot = identifiers.find('.');
    const std::string_view identifier = identifiers.substr(0, dot);
    if (without_zeros(identifier).size() != identifier.size()) {
      return true;
    }
    if (dot == std::string_view::npos) {
      return false;
    }
    identifiers.remove_prefix(dot + 1);
  }
}

constexpr std::string_view no_zeros = "a number without leading zeros";

// `version` ends before the text does.
Fault fault_after(std::string_view text, const FullVersion& version) {
  const std::size_t at = version.end;
  const bool in_build = version.end > version.prerelease_end;
  const bool in_prerelease = !in_build && version.prerelease_end > version.prerelease_begin;
  if (is_digit(text[at]) && text[at - 1] == '0') {
    return {at - 1, no_zeros};
  }
  // A separator is left where nothing that it may introduce follows.
  const bool separates =
      text[at] == '.' ? in_prerelease || in_build : !in_build && (text[at] == '+' || text[at] == '-');
  if (separates) {
    return {at + 1, "a letter, a digit or a hyphen"};
  }
  return {at, "the end of the version"};
}

// Since a loose prerelease needs no hyphen, npm's expressions find one even in `1.2.34.5`, by taking the last digit
// from the patch: it is 1.2.3-4.5. (`1.2.3.4` is nothing.)
std::size_t give_back(std::string_view text, std::size_t patch_begin, std::size_t patch_end) {
  return patch_end - patch_begin > 1 && peek(text, patch_end) == '.' ? patch_end - 1 : patch_end;
}

}  // namespace

std::size_t scan_prefix(std::string_view text, std::size_t at) {
  while (true) {
    const char c = peek(text, at);
    if (is_digit(c)) {
      return at;
    }
    const std::size_t taken = c == 'v' || c == '=' ? 1 : blank_at(text, at);
    if (taken == 0) {
      return at;
    }
    at += taken;
  }
}

std::size_t scan_number(std::string_view text, std::size_t at, bool loose) {
  if (loose) {
    return scan_digits(text, at, digits_max);
  }
  return peek(text, at) == '0' ? at + 1 : scan_digits(text, at, digits_max + 1);
}

std::uint64_t to_number(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) {
    number = std::min(number * 10 + static_cast<std::uint64_t>(c - '0'), number_max + 1);
  }
  return number;
}

std::size_t scan_number_or_x(std::string_view text, std::size_t at, bool loose) {
  const char c = peek(text, at);
  return c == 'x' || c == 'X' || c == '*' ? at + 1 : scan_number(text, at, loose);
}

Prefixed scan_operator(std::string_view text) {
  const char first = peek(text, 0);
  if (first == '=') {
    return {Operator::Equal, 1};
  }
  if (first != '<' && first != '>') {
    return {};
  }
  const bool less = first == '<';
  if (peek(text, 1) == '=') {
    return {less ? Operator::LessOrEqual : Operator::GreaterOrEqual, 2};
  }
  return {less ? Operator::Less : Operator::Greater, 1};
}

std::size_t scan_prerelease_identifier(std::string_view text, std::size_t at, bool loose) {
  const std::size_t digits_end = scan_digits(text, at, digits_max);
  const char next = peek(text, digits_end);
  if (is_letter(next) || next == '-') {
    return scan_identifier_chars(text, digits_end + 1, identifier_max);
  }
  return scan_number(text, at, loose);
}

Prerelease scan_prerelease(std::string_view text, std::size_t at, bool loose) {
  const bool hyphen = peek(text, at) == '-';
  if (!hyphen && !loose) {
    return {at, at};
  }
  std::size_t begin = hyphen ? at + 1 : at;
  std::size_t end = scan_prerelease_identifier(text, begin, loose);
  if (end == begin && loose && hyphen) {
    // Since the hyphen is optional, one that nothing follows is itself the identifier: `1.2.3-` is 1.2.3--.
    begin = at;
    end = scan_prerelease_identifier(text, begin, loose);
  }
  if (end == begin) {
    return {at, at};
  }
  while (peek(text, end) == '.') {
    const std::size_t next = scan_prerelease_identifier(text, end + 1, loose);
    if (next == end + 1) {
      break;
    }
    end = next;
  }
  return {begin, end};
}

std::size_t scan_build(std::string_view text, std::size_t at, bool bounded) {
  const std::size_t count_max = bounded ? identifier_max : text.size();
  if (peek(text, at) != '+') {
    return at;
  }
  std::size_t end = at;
  do {
    const std::size_t next = scan_identifier_chars(text, end + 1, count_max);
    if (next == end + 1) {
      return end;  // Back at `at` for a lone plus, before the dot for a dot that nothing follows.
    }
    end = next;
  } while (peek(text, end) == '.');
  return end;
}

namespace {

// A version, piece by piece:
//
//   version = [ "v" ] number "." number "." number [ "-" prerelease ] [ "+" build ]
//
// Loose, the beginning is any scan_prefix and the hyphen may be missing.
class VersionReader {
 public:
  VersionReader(std::string_view text, bool loose, Fault& fault) : text_(text), loose_(loose), fault_(fault) {}

  std::optional<FullVersion> read() {
    read_prefix();
    if (!read_number(0) || !read_dot("a dot and the minor version") || !read_number(1) ||
        !read_dot("a dot and the patch version") || !read_number(2)) {
      return std::nullopt;
    }
    read_prerelease();
    version_.end = scan_build(text_, version_.prerelease_end);
    if (version_.end != text_.size()) {
      fault_ = fault_after(text_, version_);
      return std::nullopt;
    }
    // npm looks at the size only of what is a version otherwise.
    if (too_large_at_) {
      fault_ = {*too_large_at_, "a number up to 9007199254740991", true};
      return std::nullopt;
    }
    return version_;
  }

 private:
  void read_prefix() {
    at_ = loose_ ? scan_prefix(text_, 0) : (peek(text_, 0) == 'v' ? 1 : 0);
    version_.major_begin = at_;
  }
  bool read_dot(std::string_view expected);
  bool read_number(int index);
  void read_prerelease();

  std::string_view text_;
  bool loose_;
  Fault& fault_;
  std::size_t at_ = 0;
  FullVersion version_;
  std::optional<std::size_t> too_large_at_;
};

bool VersionReader::read_dot(std::string_view expected) {
  if (peek(text_, at_) != '.') {
    fault_ = {at_, expected};
    return false;
  }
  ++at_;
  return true;
}

bool VersionReader::read_number(int index) {
  std::size_t end = scan_number(text_, at_, loose_);
  if (index == 2 && loose_) {
    end = give_back(text_, at_, end);
  }
  if (end == at_) {
    fault_ = {at_, "a digit"};
    return false;
  }
  if (!loose_ && is_digit(peek(text_, end)) && text_[at_] == '0') {
    fault_ = {at_, no_zeros};
    return false;
  }
  version_.numbers[index] = to_number(text_.substr(at_, end - at_));
  if (version_.numbers[index] > number_max && !too_large_at_) {
    too_large_at_ = at_;
  }
  version_.normal = version_.normal && (text_[at_] != '0' || end - at_ == 1);
  at_ = end;
  return true;
}

void VersionReader::read_prerelease() {
  const Prerelease found = scan_prerelease(text_, at_, loose_);
  version_.prerelease_begin = found.begin;
  version_.prerelease_end = found.end;
  if (loose_ && found.end > found.begin) {
    const bool has_hyphen = found.begin > at_;
    version_.normal =
        version_.normal && has_hyphen && !has_zeros_to_drop(text_.substr(found.begin, found.end - found.begin));
  }
}

}  // namespace

std::optional<FullVersion> read_full_version(std::string_view text, bool loose, Fault& fault) {
  return VersionReader(text, loose, fault).read();
}

// prefix number [ "." number [ "." number [ "-" prerelease ] [ "+" build ] ] ], where an x may be in a number's place.
std::size_t scan_partial(std::string_view text, std::size_t at, bool loose, Partial& partial) {
  partial = {};
  std::size_t end = scan_prefix(text, at);
  std::string_view* const numbers[3] = {&partial.major, &partial.minor, &partial.patch};
  for (int i = 0; i < 3; ++i) {
    if (i > 0 && peek(text, end) != '.') {
      return end;
    }
    const std::size_t begin = i > 0 ? end + 1 : end;
    std::size_t number_end = scan_number_or_x(text, begin, loose);
    if (i == 2 && loose) {
      number_end = give_back(text, begin, number_end);
    }
    if (number_end == begin) {
      return i > 0 ? end : at;
    }
    *numbers[i] = text.substr(begin, number_end - begin);
    end = number_end;
  }
  const Prerelease prerelease = scan_prerelease(text, end, loose);
  partial.prerelease = text.substr(prerelease.begin, prerelease.end - prerelease.begin);
  return scan_build(text, prerelease.end);
}

}  // namespace semver::grammar
