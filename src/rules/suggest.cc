// SPDX-License-Identifier: Apache-2.0
#include "rules/suggest.h"

#include <algorithm>
#include <string>
#include <vector>

namespace rules {
namespace {

// Nobody mistypes a key at such length.
constexpr std::size_t length_max = 40;

std::string normalized(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '-' && c != '_' && c != ' ') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// How many letters must be changed, added, removed or swapped with their neighbour ("optimal string alignment").
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

// The only one of `known` that has all of `key` in it, as `semVersion` has `version`.
std::optional<std::string_view> containing(const std::string& key, std::span<const std::string_view> known) {
  constexpr std::size_t length_min = 3;
  std::optional<std::string_view> found;
  for (const auto candidate : known) {
    if (key.size() < length_min || !normalized(candidate).contains(key)) continue;
    if (normalized(candidate) == key) return candidate;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

}  // namespace

std::optional<std::string_view> suggest(std::string_view written, std::span<const std::string_view> known) {
  if (written.size() > length_max) return std::nullopt;
  const auto key = normalized(written);
  if (const auto whole = containing(key, known)) return whole;
  std::optional<std::string_view> nearest;
  std::size_t least = key.size() / 3 + 1;
  for (const auto candidate : known) {
    const auto far = distance(key, normalized(candidate));
    if (far < least) {
      least = far;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace rules
