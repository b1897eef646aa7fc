// SPDX-License-Identifier: Apache-2.0
#include "semver/successor.h"

#include <charconv>
#include <cstdint>

namespace semver {

std::string_view successor(std::string_view digits, char (&buffer)[successor_length_max]) {
  char* const end = buffer + successor_length_max;
  const auto view = [&](std::to_chars_result written) { return std::string_view(buffer, written.ptr); };
  if (digits.size() <= 15) {
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return view(std::to_chars(buffer, end, number + 1));
  }
  double number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  number += 1;
  return view(
      std::to_chars(buffer, end, number, number < 1e21 ? std::chars_format::fixed : std::chars_format::scientific));
}

}  // namespace semver
