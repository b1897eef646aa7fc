// SPDX-License-Identifier: Apache-2.0
#include "semver/diagnose.h"

#include <cstddef>

#include "semver/grammar.h"

namespace semver {
namespace {

using grammar::peek;

constexpr std::string_view number_or_x = "a digit, x or *";
constexpr std::string_view separator = "a blank or ||";

std::size_t skip_operator(std::string_view component) {
  std::size_t at = 0;
  switch (peek(component, 0)) {
    case '^': return 1;
    case '~': return peek(component, 1) == '>' ? 2 : 1;
    case '<':
    case '>': at = 1; break;
    default: break;
  }
  return peek(component, at) == '=' ? at + 1 : at;
}

ParseError diagnose_size(std::string_view component, const grammar::Partial& p) {
  for (const std::string_view number : {p.major, p.minor, p.patch}) {
    if (!grammar::is_x(number) && grammar::to_number(number) >= number_max) {
      return {static_cast<std::size_t>(number.data() - component.data()), "a number below 9007199254740991"};
    }
  }
  return {0, "a version of at most 256 characters"};
}

// A partial version ends at `end`, before the component does.
ParseError diagnose_rest(std::string_view component, std::size_t end, const grammar::Partial& p) {
  const char next = component[end];
  if (grammar::is_digit(next) && component[end - 1] == '0') {
    return {end - 1, "a number without leading zeros"};
  }
  if (p.patch.empty()) {
    if (next == '.') {
      return {end + 1, number_or_x};
    }
    return {end, next == '-' || next == '+' ? "a dot and a number before it" : separator};
  }
  const bool separates = next == '.' ? !p.prerelease.empty() : next == '+' || (next == '-' && p.prerelease.empty());
  if (!separates) {
    return {end, separator};
  }
  const bool zero = next != '+' && peek(component, end + 1) == '0' && grammar::is_digit(peek(component, end + 2));
  return {end + 1, zero ? "a number without leading zeros" : "a letter, a digit or a hyphen"};
}

}  // namespace

ParseError diagnose(std::string_view component, Options options, bool too_large) {
  const std::size_t begin = skip_operator(component);
  grammar::Partial p;
  const std::size_t end = grammar::scan_partial(component, begin, options.loose, p);
  if (end == begin) {
    return {grammar::scan_prefix(component, begin), number_or_x};
  }
  if (end != component.size()) {
    return diagnose_rest(component, end, p);
  }
  if (too_large) {
    return diagnose_size(component, p);
  }
  using grammar::is_x;
  const bool minor_after_x = is_x(p.major) && !is_x(p.minor);
  if (minor_after_x || (is_x(p.minor) && !is_x(p.patch))) {
    const std::string_view number = minor_after_x ? p.minor : p.patch;
    return {static_cast<std::size_t>(number.data() - component.data()), "x or *, since an x is before it"};
  }
  // The form is fine, yet it was refused: what stands before the number.
  return {peek(component, begin) == 'v' ? begin + 1 : begin, number_or_x};
}

}  // namespace semver
