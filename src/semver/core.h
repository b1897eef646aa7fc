// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__) && defined(__x86_64__)
#include <emmintrin.h>
#endif

// The three numbers of nearly every version in the world, quickly: no leading zeros, of few digits, and within 16
// bytes. Whatever isn't like that is left to grammar.h, which gives the same numbers; so this may decline but not
// err.
namespace semver {

struct Core {
  std::uint32_t major;
  std::uint32_t minor;
  std::uint32_t patch;
  std::uint32_t end;  // Of the patch in the text.
};

namespace core {

inline constexpr std::size_t window = 16;
// So that the numbers are below those that a version's key reserves.
inline constexpr std::uint32_t major_digits_max = 5;
inline constexpr std::uint32_t minor_digits_max = 6;
inline constexpr std::uint32_t patch_digits_max = 7;

#if defined(__SSE2__) && defined(__x86_64__)

// The number that eight digits' values make, the first in the lowest byte. Shorter numbers have zeros in front. Adds
// pairs, then all four pairs by two multiplications.
inline std::uint32_t eight_digits(std::uint64_t digits) {
  digits = digits * 10 + (digits >> 8);
  constexpr std::uint64_t mask = 0x000000FF000000FF;
  constexpr std::uint64_t hundred = 0x000F424000000064;  // 1000000 and 100.
  constexpr std::uint64_t one = 0x0000271000000001;      // 10000 and 1.
  return static_cast<std::uint32_t>(((digits & mask) * hundred + ((digits >> 16) & mask) * one) >> 32);
}

struct Window {
  std::uint64_t low;
  std::uint64_t high;

  // The first bytes of the text, zeros after its end. Reads nothing beyond it: a short text is read twice over.
  static Window of(std::string_view text) {
    const auto eight = [&](std::size_t at) {
      std::uint64_t bytes;
      std::memcpy(&bytes, text.data() + at, 8);
      return bytes;
    };
    const auto four = [&](std::size_t at) {
      std::uint32_t bytes;
      std::memcpy(&bytes, text.data() + at, 4);
      return std::uint64_t{bytes};
    };
    const std::size_t size = text.size();
    if (size >= window) {
      return {eight(0), eight(8)};
    }
    if (size > 8) {
      return {eight(0), eight(size - 8) >> (8 * (window - size))};
    }
    return {four(0) | four(size - 4) << (8 * (size - 4)), 0};
  }

  // The number of the digits in [begin, end), at most eight.
  static std::uint32_t number(std::uint64_t low, std::uint64_t high, std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t shift = 8 * (begin & 7);
    const std::uint64_t from = begin < 8 ? low >> shift | (shift == 0 ? 0 : high << (64 - shift)) : high >> shift;
    return eight_digits(from << (64 - 8 * (end - begin)));
  }
};

#endif

}  // namespace core

// False if `text` doesn't begin with such numbers.
inline bool read_core(std::string_view text, Core& found) {
  using namespace core;
#if defined(__SSE2__) && defined(__x86_64__)
  if (text.size() < 5) {
    return false;
  }
  const Window bytes = Window::of(text);
  const __m128i all = _mm_set_epi64x(static_cast<long long>(bytes.high), static_cast<long long>(bytes.low));
  const __m128i values = _mm_sub_epi8(all, _mm_set1_epi8('0'));
  const auto digits =
      static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values)));
  const auto dots = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8('.'))));
  const auto zeros = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8('0'))));

  const std::uint32_t beyond = std::uint32_t{1} << window;
  const auto first_dot = static_cast<std::uint32_t>(std::countr_zero(dots | beyond));
  const std::uint32_t later_dots = dots & (dots - 1);
  const auto second_dot = static_cast<std::uint32_t>(std::countr_zero(later_dots | beyond));
  if (later_dots == 0) {
    return false;
  }
  // The first place after the second dot that is no digit.
  const auto end =
      static_cast<std::uint32_t>(std::countr_zero((~digits | beyond) & ~((std::uint32_t{2} << second_dot) - 1)));
  if (end == window && text.size() > window) {
    return false;  // The patch may go on.
  }
  const std::uint32_t minor_begin = first_dot + 1;
  const std::uint32_t patch_begin = second_dot + 1;
  const std::uint32_t core = (std::uint32_t{1} << end) - 1;
  // A digit at the place of a number's start and another after it: no leading zero may be there.
  const std::uint32_t starts = 1U | std::uint32_t{1} << minor_begin | std::uint32_t{1} << patch_begin;
  const bool leading_zero = (zeros & starts & digits >> 1) != 0;
  const bool all_digits = ((digits | dots) & core) == core;
  // Unsigned differences: an empty number would be 0 and so wrap around.
  const bool sizes = first_dot - 1 < major_digits_max && second_dot - minor_begin - 1 < minor_digits_max &&
                     end - patch_begin - 1 < patch_digits_max;
  if (leading_zero || !all_digits || !sizes) {
    return false;
  }
  const auto low = static_cast<std::uint64_t>(_mm_cvtsi128_si64(values));
  const auto high = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(values, values)));
  found = {Window::number(low, high, 0, first_dot), Window::number(low, high, minor_begin, second_dot),
           Window::number(low, high, patch_begin, end), end};
  return true;
#else
  std::size_t at = 0;
  const auto number = [&](std::uint32_t digits_max, std::uint32_t& value) {
    const std::size_t begin = at;
    value = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin <= digits_max) {
      value = value * 10 + static_cast<std::uint32_t>(text[at++] - '0');
    }
    const std::size_t digits = at - begin;
    return digits > 0 && digits <= digits_max && (digits == 1 || text[begin] != '0');
  };
  const auto dot = [&] { return at < text.size() && text[at++] == '.'; };
  if (!number(major_digits_max, found.major) || !dot() || !number(minor_digits_max, found.minor) || !dot() ||
      !number(patch_digits_max, found.patch)) {
    return false;
  }
  found.end = static_cast<std::uint32_t>(at);
  return true;
#endif
}

}  // namespace semver
