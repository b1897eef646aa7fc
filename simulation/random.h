// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace simulation {

// Numbers that a seed decides, the same everywhere (SplitMix64; the standard library's distributions differ by library).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    auto z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  // [0, 1)
  double real() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  // [0, end); `end` is not zero.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  // [least, most]
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool chance(double probability) { return real() < probability; }

  template <class T>
  const T& pick(std::span<const T> of) {
    return of[below(of.size())];
  }
  template <class T>
  T pick(std::initializer_list<T> of) {
    return of.begin()[below(of.size())];
  }
  // An index, as often as its weight says.
  std::size_t weighted(std::span<const double> weights) {
    double all = 0;
    for (const auto weight : weights) all += weight;
    auto left = real() * all;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (left < weights[i]) return i;
      left -= weights[i];
    }
    return weights.size() - 1;
  }

 private:
  std::uint64_t state_;
};

}  // namespace simulation
