// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "semver/key.h"
#include "semver/operator.h"

namespace semver {

// A comparator of a range without the address of the range's text, which changes when the range moves.
struct Bound {
  std::uint64_t key;   // Of the version (key.h).
  std::uint32_t text;  // Where the operator begins in the range's text.
  Operator op;
  std::uint8_t op_size;
  std::uint16_t prerelease_begin;  // From the end of the operator on. Equal to `size` if there is no prerelease.
  std::uint16_t size;              // Of the version's text.

  bool is_prerelease() const { return prerelease_begin != size; }

  std::string_view version_in(std::string_view range_text) const { return range_text.substr(text + op_size, size); }
  std::string_view prerelease_in(std::string_view range_text) const {
    return version_in(range_text).substr(prerelease_begin);
  }
  // Operator and version.
  std::string_view comparator_in(std::string_view range_text) const {
    return range_text.substr(text, std::size_t{op_size} + size);
  }
};

// Bounds that a version must satisfy all. They end at `end` in their range, and begin where the set before ends.
struct BoundSet {
  // What satisfies the set has one of these. A release whose key is no other version's satisfies it with one of these.
  Keys keys;
  std::uint32_t end = 0;

  // Of a set so far, once another comparator is in it.
  void narrow(Operator op, std::uint64_t key);
  static BoundSet of(std::span<const Bound> bounds, std::size_t end);
};

inline void BoundSet::narrow(Operator op, std::uint64_t key) {
  const auto allowed = static_cast<unsigned>(op);
  // The comparator's own key remains where versions that share it may differ.
  const std::uint64_t own = (allowed & 2U) == 0 && is_release_key(key) ? 1 : 0;
  if ((allowed & 1U) == 0) {
    keys.lowest = std::max(keys.lowest, key + own);
  }
  if ((allowed & 4U) == 0) {
    keys.highest = std::min(keys.highest, key - own);
  }
}

inline BoundSet BoundSet::of(std::span<const Bound> bounds, std::size_t end) {
  BoundSet set;
  set.end = static_cast<std::uint32_t>(end);
  for (const Bound& bound : bounds) {
    set.narrow(bound.op, bound.key);
  }
  return set;
}

}  // namespace semver
