// SPDX-License-Identifier: Apache-2.0
#include "cli/javascript.h"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "semver/blanks.h"

namespace cli::javascript {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_nonzero_text(std::string_view text) {
  const auto trimmed = semver::trim(text);
  text = text.substr(trimmed.begin, trimmed.end - trimmed.begin);
  if (text.size() > 2 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    const std::string_view allowed = kind == 'x'   ? "0123456789abcdefABCDEF"
                                     : kind == 'o' ? "01234567"
                                     : kind == 'b' ? "01"
                                                   : "";
    if (!allowed.empty()) {
      const auto rest = text.substr(2);
      return rest.find_first_not_of(allowed) == text.npos && rest.find_first_not_of('0') != text.npos;
    }
  }
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text == "Infinity") return true;
  // from_chars also takes signs and words that Number() does not.
  if (text.empty() || (text[0] != '.' && !digits.contains(text[0]))) return false;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return end == text.data() + text.size() && (error == std::errc::result_out_of_range || number != 0);
}

}  // namespace

bool is_truthy(const boost::json::value* value) {
  if (!value || value->is_null()) return false;
  if (value->is_bool()) return value->get_bool();
  if (value->is_string()) return !value->get_string().empty();
  if (value->is_number()) {
    const double number = value->to_number<double>();
    return number != 0 && !std::isnan(number);
  }
  return true;
}

bool is_nonzero_number(const boost::json::value* value) {
  if (value && value->is_string()) return is_nonzero_text(value->get_string());
  // An array is its text: that of its only element.
  if (value && value->is_array()) {
    const auto& array = value->get_array();
    return array.size() == 1 && !array[0].is_bool() && is_nonzero_number(array.data());
  }
  return value && !value->is_object() && is_truthy(value);
}

std::string to_string(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  if (number == 0) return "0";
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, std::abs(number), std::chars_format::scientific);
  const std::string_view text(buffer, written.ptr);
  const auto e = text.find('e');
  std::string significant(text.substr(0, 1));
  if (e > 2) significant += text.substr(2, e - 2);
  int exponent = 0;
  const auto power = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(power.data(), power.data() + power.size(), exponent);

  const int count = static_cast<int>(significant.size());
  const int point = exponent + 1;  // Digits before the decimal point.
  std::string result = number < 0 ? "-" : "";
  const auto first = [&](int n) { return significant.substr(0, static_cast<std::size_t>(n)); };
  const auto zeros = [](int n) { return std::string(static_cast<std::size_t>(n), '0'); };
  if (count <= point && point <= 21) return result + significant + zeros(point - count);
  if (0 < point && point <= 21)
    return result + first(point) + '.' + significant.substr(static_cast<std::size_t>(point));
  if (-6 < point && point <= 0) return result + "0." + zeros(-point) + significant;
  result += first(1);
  if (count > 1) result += '.' + significant.substr(1);
  return result + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

}  // namespace cli::javascript
