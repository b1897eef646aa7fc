// SPDX-License-Identifier: Apache-2.0
#include "semver/version.h"

#include <algorithm>
#include <cstring>

#include "semver/blanks.h"
#include "semver/grammar.h"
#include "semver/identifiers.h"
#include "semver/key.h"
#include "semver/tail.h"
#include "semver/utf16.h"

namespace semver {
namespace {

// The UTF-16 length of `text` is more than npm allows. No UTF-8 has more than three bytes a unit; what isn't UTF-8 fails
// later anyway.
bool is_too_long(std::string_view text) {
  if (text.size() <= version_length_max) {
    return false;
  }
  return text.size() > 3 * version_length_max || utf16_length(text) > version_length_max;
}

std::weak_ordering compare_all(const Identifiers& a, const Identifiers& b) {
  auto x = a.begin();
  auto y = b.begin();
  for (; x != a.end() && y != b.end(); ++x, ++y) {
    if (*x != *y) {
      // npm returns here even if the two come out equal, which large numbers can.
      return compare_identifiers(*x, *y);
    }
  }
  return (x != a.end()) <=> (y != b.end());
}

}  // namespace

std::string_view Identifiers::Iterator::operator*() const {
  const std::string_view written(at_, static_cast<std::size_t>(dot() - at_));
  return as_written_ ? written : without_zeros(written);
}

Identifiers::Iterator& Identifiers::Iterator::operator++() {
  const char* const dot = this->dot();
  at_ = dot == end_ ? nullptr : dot + 1;
  return *this;
}

const char* Identifiers::Iterator::dot() const { return std::find(at_, end_, '.'); }

Version::Version(std::string_view text, const grammar::FullVersion& read)
    : Version(pack_key(read.numbers[0], read.numbers[1], read.numbers[2], read.prerelease_begin == read.prerelease_end),
              text.data() + read.major_begin,
              {.prerelease_begin = static_cast<std::uint16_t>(read.prerelease_begin - read.major_begin),
               .prerelease_end = static_cast<std::uint16_t>(read.prerelease_end - read.major_begin),
               .end = static_cast<std::uint16_t>(read.end - read.major_begin),
               .normal = read.normal}) {}

std::uint64_t Version::read_number(int index) const {
  // A loose prerelease may begin with digits right after those of the patch.
  const char* const end = text_ + prerelease_begin_;
  const char* at = text_;
  for (; index > 0; --index) {
    at = std::find(at, end, '.') + 1;
  }
  std::uint64_t number = 0;
  for (; at != end && grammar::is_digit(*at); ++at) {
    number = number * 10 + static_cast<std::uint64_t>(*at - '0');
  }
  return number;
}

Version Version::of_tail(std::string_view text, Core core, Tail tail) {
  return {core.key - (tail.prerelease_begin == tail.prerelease_end ? 0U : 1U),
          text.data(),
          {.prerelease_begin = tail.prerelease_begin,
           .prerelease_end = tail.prerelease_end,
           .end = static_cast<std::uint16_t>(text.size()),
           .normal = true}};
}

bool Version::read_canonical(std::string_view text, Version& version) {
  Core core;
  if (!read_core(text, core)) {
    return false;
  }
  if (core.end == text.size()) {
    version = of_core(text, core);
    return true;
  }
  Tail tail;
  if (!read_tail(text, core, tail)) {
    return false;
  }
  version = of_tail(text, core, tail);
  return true;
}

std::expected<Version, VersionError> Version::parse_rest(std::string_view text, Core core, Options options) {
  Tail tail;
  if (core.end != 0 && read_tail(text, core, tail)) {
    return of_tail(text, core, tail);
  }
  return parse_unusual(text, options);
}

std::expected<Version, VersionError> Version::parse_unusual(std::string_view text, Options options) {
  if (is_too_long(text)) {
    return std::unexpected(VersionError{text.size(), "at most 256 characters"});
  }
  const Trimmed trimmed = trim(text);
  const std::string_view rest = text.substr(trimmed.begin, trimmed.end - trimmed.begin);
  if (rest.starts_with('v')) {
    Version version;
    if (read_canonical(rest.substr(1), version)) {
      return version;
    }
  }
  grammar::Fault fault;
  const auto read = grammar::read_full_version(rest, options.loose, fault);
  if (!read) {
    return std::unexpected(VersionError{trimmed.begin + fault.offset, fault.expected});
  }
  return Version(rest, *read);
}

std::weak_ordering compare(const Version& a, const Version& b) {
  if (a.key_ != b.key_) {
    return a.key_ <=> b.key_;
  }
  if (a.has_large_number()) {
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t x = a.read_number(i);
      const std::uint64_t y = b.read_number(i);
      if (x != y) {
        return x <=> y;
      }
    }
  }
  if (!a.is_prerelease() || !b.is_prerelease()) {
    return b.is_prerelease() <=> a.is_prerelease();
  }
  return compare_all(a.prerelease(), b.prerelease());
}

std::weak_ordering compare_build(const Version& a, const Version& b) {
  const std::weak_ordering order = compare(a, b);
  return order != 0 ? order : compare_all(a.build(), b.build());
}

std::size_t write_normal(const Version& version, char* out) {
  if (version.normal_) {
    std::memcpy(out, version.text_, version.prerelease_end_);
    return version.prerelease_end_;
  }
  char* at = out;
  const auto put = [&at](std::string_view text) { at = std::copy(text.begin(), text.end(), at); };
  // The numbers without their zeros, as text: they keep their order of digits.
  std::string_view numbers(version.text_, version.prerelease_begin_);
  for (int i = 0; i < 3; ++i) {
    const std::size_t end = std::min(numbers.find_first_not_of("0123456789"), numbers.size());
    std::string_view number = numbers.substr(0, end);
    number.remove_prefix(std::min(number.find_first_not_of('0'), end - 1));
    put(number);
    if (i < 2) {
      put(".");
      numbers.remove_prefix(end + 1);
    }
  }
  char separator = '-';
  for (const std::string_view identifier : version.prerelease()) {
    *at++ = separator;
    put(identifier);
    separator = '.';
  }
  return static_cast<std::size_t>(at - out);
}

std::string to_string(const Version& version) {
  if (version.normal_) {
    return {version.text_, version.prerelease_end_};  // Of any length.
  }
  char buffer[normal_length_max];
  return {buffer, write_normal(version, buffer)};
}

OwnedVersion::OwnedVersion(const Version& version)
    : text_(to_string(version)), key_(version.key_), place_{0, 0, 0, true} {
  const std::size_t normal_end = text_.size();
  place_.prerelease_end = static_cast<std::uint16_t>(normal_end);
  place_.prerelease_begin = place_.prerelease_end;
  if (version.is_prerelease()) {
    place_.prerelease_begin = static_cast<std::uint16_t>(text_.find('-') + 1);
  }
  if (version.end_ != version.prerelease_end_) {
    text_ += '+';
    text_ += version.build_text();
  }
  place_.end = static_cast<std::uint16_t>(text_.size());
}

}  // namespace semver
