// SPDX-License-Identifier: Apache-2.0
#include "semver/identifiers.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "semver/grammar.h"
#include "semver/options.h"

namespace semver {
namespace {

// More digits than these may round when read as a double.
constexpr std::size_t exact_digits_max = 15;

std::string_view significant(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

double to_double(std::string_view digits) {
  double value = std::numeric_limits<double>::infinity();  // What too many digits leave.
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::weak_ordering compare_digits(std::string_view a, std::string_view b) {
  a = significant(a);
  b = significant(b);
  if (std::max(a.size(), b.size()) > exact_digits_max) {
    const double x = to_double(a);
    const double y = to_double(b);
    return x < y ? std::weak_ordering::less : x > y ? std::weak_ordering::greater : std::weak_ordering::equivalent;
  }
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

bool is_digits(std::string_view identifier) {
  return !identifier.empty() && std::ranges::all_of(identifier, grammar::is_digit);
}

}  // namespace

std::weak_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_digits = is_digits(a);
  const bool b_digits = is_digits(b);
  if (a_digits && b_digits) {
    return compare_digits(a, b);
  }
  if (a_digits != b_digits) {
    return a_digits ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  return a <=> b;
}

bool is_npm_number(std::string_view identifier) {
  return is_digits(identifier) && to_double(significant(identifier)) < static_cast<double>(number_max);
}

std::string_view without_zeros(std::string_view identifier) {
  return identifier.size() > 1 && identifier.front() == '0' && is_npm_number(identifier) ? significant(identifier)
                                                                                         : identifier;
}

}  // namespace semver
