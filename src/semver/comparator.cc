// SPDX-License-Identifier: Apache-2.0
#include "semver/comparator.h"

#include <cstddef>

#include "semver/blanks.h"
#include "semver/grammar.h"

namespace semver {
namespace {

// UTF-16 units of a version text in which runs of blanks have become one. Only the prefix of a loose one has blanks.
std::size_t length_with_single_blanks(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++length) {
    const std::size_t begin = at;
    for (std::size_t blank = blank_at(text, at); blank > 0; blank = blank_at(text, at)) {
      at += blank;
    }
    at += at == begin ? 1 : 0;
  }
  return length;
}

}  // namespace

std::string to_string(const Comparator& comparator) {
  return comparator.is_any ? "" : std::string(sign_of(comparator.op)) + to_string(comparator.version);
}

std::expected<Comparator, RangeError> parse_comparator(std::string_view text, Options options) {
  const Trimmed trimmed = trim(text);
  const std::string_view all = text.substr(trimmed.begin, trimmed.end - trimmed.begin);
  if (all.empty()) {
    return Comparator{.op = Operator::Equal, .version = {}, .is_any = true};
  }
  const grammar::Prefixed prefixed = grammar::scan_operator(all);
  std::size_t begin = prefixed.size;
  for (std::size_t blank = blank_at(all, begin); blank > 0; blank = blank_at(all, begin)) {
    begin += blank;
  }
  const std::string_view version_text = all.substr(begin);
  grammar::Fault fault;
  const auto read = grammar::read_full_version(version_text, options.loose, fault);
  if (!read) {
    return std::unexpected(RangeError{trimmed.begin + begin + fault.offset, fault.expected});
  }
  if (length_with_single_blanks(version_text) > version_length_max) {
    return std::unexpected(RangeError{trimmed.begin + begin, "a version of at most 256 characters"});
  }
  return Comparator{.op = prefixed.op, .version = Version(version_text, *read), .is_any = false};
}

}  // namespace semver
