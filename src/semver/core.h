// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "semver/key.h"

#if defined(__SSSE3__) && defined(__x86_64__)
#include <tmmintrin.h>
#endif

// The three numbers of nearly every version in the world, quickly: no leading zeros, of few digits, and within 16
// bytes. Whatever isn't like that is left to grammar.h, which gives the same numbers; so this may decline but not
// err.
namespace semver {

struct Core {
  std::uint64_t key;  // Of the release; a prerelease's is one less.
  std::uint32_t end;  // Of the patch in the text.
};

namespace core {

// So that every number is below those that a key reserves.
inline constexpr std::uint32_t digits_max = 4;

#if defined(__SSSE3__) && defined(__x86_64__)

inline constexpr std::size_t window = 16;

// The first bytes of the text, of at least 5, zeros after its end. Reads nothing beyond it: a short text is read twice
// over.
inline __m128i window_of(std::string_view text) {
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
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
  }
  if (size > 8) {
    const std::uint64_t high = eight(size - 8) >> (8 * (window - size));
    return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(eight(0)));
  }
  return _mm_cvtsi64_si128(static_cast<long long>(four(0) | four(size - 4) << (8 * (size - 4))));
}

// For each triple of lengths of 1 to 4 the shuffle that aligns the numbers to the right of four bytes each.
inline constexpr auto shuffles = [] {
  std::array<std::array<unsigned char, 16>, 64> all{};
  for (unsigned i = 0; i < all.size(); ++i) {
    const unsigned lengths[3] = {(i & 3U) + 1, (i >> 2 & 3U) + 1, (i >> 4) + 1};
    unsigned begin = 0;
    all[i].fill(0x80);
    for (unsigned number = 0; number < 3; ++number) {
      for (unsigned digit = 0; digit < lengths[number]; ++digit) {
        all[i][4 * number + 4 - lengths[number] + digit] = static_cast<unsigned char>(begin + digit);
      }
      begin += lengths[number] + 1;
    }
  }
  return all;
}();

#endif

}  // namespace core

// The portable path; the other one gives the same.
inline bool read_core_portable(std::string_view text, Core& found) {
  std::size_t at = 0;
  std::uint64_t numbers[3];
  for (std::uint64_t& number : numbers) {
    if (&number != numbers) {
      if (at == text.size() || text[at] != '.') {
        return false;
      }
      ++at;
    }
    const std::size_t begin = at;
    number = 0;
    for (; at < text.size() && at - begin <= core::digits_max && text[at] >= '0' && text[at] <= '9'; ++at) {
      number = number * 10 + static_cast<std::uint64_t>(text[at] - '0');
    }
    const std::size_t digits = at - begin;
    if (digits == 0 || digits > core::digits_max || (digits > 1 && text[begin] == '0')) {
      return false;
    }
  }
  found = {.key = numbers[0] << 46 | numbers[1] << 26 | numbers[2] << 1 | 1, .end = static_cast<std::uint32_t>(at)};
  return true;
}

// False if `text` doesn't begin with such numbers; `found` stays as it is. Always inlined, since a call would cost a good
// part of it.
[[gnu::always_inline]] inline bool read_core(std::string_view text, Core& found) {
#if defined(__SSSE3__) && defined(__x86_64__)
  using namespace core;
  if (text.size() < 5) {
    return false;
  }
  const __m128i bytes = window_of(text);
  const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const auto mask = [](__m128i matches) { return static_cast<std::uint32_t>(_mm_movemask_epi8(matches)); };
  const std::uint32_t beyond = std::uint32_t{1} << window;
  const std::uint32_t digits = mask(_mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values));
  const std::uint32_t dots = mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
  const std::uint32_t zeros = mask(_mm_cmpeq_epi8(values, _mm_setzero_si128()));

  // Where the numbers end. After the last byte there is always such a place, so that none of these is 0.
  const std::uint32_t ends = ~digits;
  const std::uint32_t later_ends = ends & (ends - 1);
  const std::uint32_t last_ends = later_ends & (later_ends - 1);
  const auto first = static_cast<std::uint32_t>(__builtin_ctz(ends));
  const auto second = static_cast<std::uint32_t>(__builtin_ctz(later_ends));
  const auto end = static_cast<std::uint32_t>(__builtin_ctz(last_ends));
  const std::uint32_t ends_of_two = ends ^ last_ends;  // The bits of `first` and `second`.
  // A digit at the place of a number's start and another after it: no leading zero may be there.
  const std::uint32_t starts = 1U | ends_of_two << 1;
  // Unsigned: an empty number wraps around.
  const std::uint32_t major = first - 1;
  const std::uint32_t minor = second - first - 2;
  const std::uint32_t patch = end - second - 2;
  const bool usual = (dots & ends_of_two) == ends_of_two && (zeros & starts & digits >> 1) == 0 &&
                     (major | minor | patch) < digits_max && ((last_ends & (beyond - 1)) != 0 || text.size() == end);
  if (!usual) {
    return false;
  }
  const __m128i shuffle =
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(shuffles[major | minor << 2 | patch << 4].data()));
  // Pairs of digits, then pairs of pairs: a number in each 32 bits.
  const __m128i pairs = _mm_maddubs_epi16(_mm_shuffle_epi8(values, shuffle), _mm_set1_epi16(0x010A));
  const __m128i numbers = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
  const auto two = static_cast<std::uint64_t>(_mm_cvtsi128_si64(numbers));
  const auto third = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(numbers, numbers)));
  found = {.key = two << 46 | (two >> 32) << 26 | third << 1 | 1, .end = end};
  return true;
#else
  return read_core_portable(text, found);
#endif
}

}  // namespace semver
