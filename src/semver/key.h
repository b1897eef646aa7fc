// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The 64-bit key of a version: major|minor|patch|release in 18|20|25|1 bits (version.h).
namespace semver {

inline constexpr std::uint64_t key_major_max = (1U << 18) - 1;
inline constexpr std::uint64_t key_minor_max = (1U << 20) - 1;
inline constexpr std::uint64_t key_patch_max = (1U << 25) - 1;

// A field's highest value stands for itself and all larger numbers. The release bit is then set whether or not it is
// one, or a prerelease would come before a smaller large number's release.
constexpr std::uint64_t pack_key(std::uint64_t major, std::uint64_t minor, std::uint64_t patch, bool release) {
  if (major >= key_major_max) {
    return ~std::uint64_t{0};
  }
  if (minor >= key_minor_max) {
    return major << 46 | ((std::uint64_t{1} << 46) - 1);
  }
  if (patch >= key_patch_max) {
    return major << 46 | minor << 26 | ((std::uint64_t{1} << 26) - 1);
  }
  return major << 46 | minor << 26 | patch << 1 | static_cast<std::uint64_t>(release);
}

// Stands for more than one version: a number is beyond its field.
constexpr bool is_large_key(std::uint64_t key) { return (key & ((1U << 26) - 1)) == (1U << 26) - 1; }

// Of a release that no other version shares its key with, but for build metadata.
constexpr bool is_release_key(std::uint64_t key) { return (key & 1) != 0 && !is_large_key(key); }

// Those from `lowest` to `highest`.
struct Keys {
  std::uint64_t lowest = 0;
  std::uint64_t highest = ~std::uint64_t{0};

  bool contain(std::uint64_t key) const { return lowest <= key && key <= highest; }
  bool empty() const { return lowest > highest; }
};

}  // namespace semver
