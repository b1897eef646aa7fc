// SPDX-License-Identifier: Apache-2.0
#include "names/digest.h"

#include <algorithm>

namespace names {
namespace {

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_component(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }
bool is_separator(char c) { return c == '+' || c == '.' || c == '_' || c == '-'; }
bool is_encoded(char c) { return is_component(c) || (c >= 'A' && c <= 'Z') || c == '=' || c == '_' || c == '-'; }

// `component (separator component)*`
bool is_algorithm(std::string_view text) {
  bool after_component = false;
  for (const char c : text) {
    if (!is_component(c) && !(is_separator(c) && after_component)) return false;
    after_component = is_component(c);
  }
  return after_component;
}

}  // namespace

bool is_digest(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto algorithm = text.substr(0, colon);
  const auto encoded = text.substr(colon + 1);
  if (algorithm == "sha256") return encoded.size() == 64 && std::ranges::all_of(encoded, is_lower_hex);
  if (algorithm == "sha512") return encoded.size() == 128 && std::ranges::all_of(encoded, is_lower_hex);
  return is_algorithm(algorithm) && !encoded.empty() && std::ranges::all_of(encoded, is_encoded);
}

}  // namespace names
