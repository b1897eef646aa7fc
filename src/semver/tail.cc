// SPDX-License-Identifier: Apache-2.0
#include "semver/tail.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "semver/grammar.h"
#include "semver/options.h"

namespace semver {
namespace {

constexpr auto is_in_identifiers = [] {
  std::array<bool, 256> all{};
  for (unsigned c = 0; c < 128; ++c) {
    all[c] = grammar::is_identifier_char(static_cast<char>(c));
  }
  return all;
}();

// The end of the identifiers from `at` on, joined by dots; 0 if there are none or one is empty. `numbers_have_no_zeros`
// refuses leading zeros.
std::size_t scan_identifiers(std::string_view text, std::size_t at, bool numbers_have_no_zeros) {
  const char* const end = text.data() + text.size();
  const char* next = text.data() + at;
  while (true) {
    const char* const begin = next;
    while (next != end && is_in_identifiers[static_cast<unsigned char>(*next)]) {
      ++next;
    }
    if (next == begin ||
        (numbers_have_no_zeros && *begin == '0' && next - begin > 1 && std::all_of(begin, next, grammar::is_digit))) {
      return 0;
    }
    if (next == end || *next != '.') {
      return static_cast<std::size_t>(next - text.data());
    }
    ++next;
  }
}

#if defined(__SSSE3__) && defined(__x86_64__)

// Where in a text which characters are, a bit for each.
struct Places {
  std::uint64_t identifiers;  // What these consist of.
  std::uint64_t zeros;
  std::uint64_t dots;
  std::uint64_t pluses;
};

constexpr std::size_t places_max = 2 * core::window;

[[gnu::always_inline]] inline Places places_in_window(__m128i bytes) {
  const auto mask = [](__m128i matches) { return static_cast<std::uint64_t>(_mm_movemask_epi8(matches)); };
  const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  const auto is_up_to = [](__m128i offsets, char last) {
    return _mm_cmpeq_epi8(_mm_min_epu8(offsets, _mm_set1_epi8(last)), offsets);
  };
  const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8('a' - 'A'));
  const __m128i digits = is_up_to(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), 9);
  const __m128i letters = is_up_to(_mm_sub_epi8(lower, _mm_set1_epi8('a')), 'z' - 'a');
  return {.identifiers = mask(_mm_or_si128(_mm_or_si128(digits, letters), is('-'))),
          .zeros = mask(is('0')),
          .dots = mask(is('.')),
          .pluses = mask(is('+'))};
}

// Of 5 to places_max characters, in two windows that overlap if one isn't enough.
[[gnu::always_inline]] inline Places places_in(std::string_view text) {
  Places all = places_in_window(core::window_of(text));
  if (text.size() > core::window) {
    const std::size_t begin = text.size() - core::window;
    const Places last = places_in_window(core::window_of({text.data() + begin, core::window}));
    all.identifiers |= last.identifiers << begin;
    all.zeros |= last.zeros << begin;
    all.dots |= last.dots << begin;
    all.pluses |= last.pluses << begin;
  }
  return all;
}

bool read_short_tail(std::string_view text, Core core, Tail& tail) {
  const Places places = places_in(text);
  const std::uint64_t first = std::uint64_t{1} << core.end;
  const std::uint64_t end = std::uint64_t{1} << text.size();
  const std::uint64_t behind = end - 2 * first;  // All places after the first.

  const std::uint64_t pluses = places.pluses & (end - first);
  const std::uint64_t plus = pluses == 0 ? end : pluses & -pluses;  // The first one begins the build metadata.
  const std::uint64_t separators = first | (places.dots & behind) | (plus & ~end);
  const std::uint64_t begins = separators << 1;
  const std::uint64_t strangers = behind & ~(places.identifiers | separators);
  const std::uint64_t empty = begins & (separators | end);
  // Leading zeros, as in `-0123`, but in `-0a`, which is fine, as well.
  const std::uint64_t zeros = begins & places.zeros & places.identifiers >> 1 & (plus - 1);
  if ((strangers | empty | zeros) != 0 || (text[core.end] != '-' && plus != first)) {
    return false;
  }
  tail = {.prerelease_begin = static_cast<std::uint16_t>(plus == first ? core.end : core.end + 1),
          .prerelease_end = static_cast<std::uint16_t>(std::countr_zero(plus))};
  return true;
}

#endif

}  // namespace

bool read_tail_portable(std::string_view text, Core core, Tail& tail) {
  if (text.size() > version_length_max) {
    return false;
  }
  std::size_t prerelease_begin = core.end;
  std::size_t prerelease_end = core.end;
  if (text[core.end] == '-') {
    prerelease_begin = core.end + 1;
    prerelease_end = scan_identifiers(text, prerelease_begin, true);
    if (prerelease_end == 0) {
      return false;
    }
  }
  std::size_t end = prerelease_end;
  if (end < text.size() && text[end] == '+') {
    end = scan_identifiers(text, end + 1, false);
  }
  tail = {.prerelease_begin = static_cast<std::uint16_t>(prerelease_begin),
          .prerelease_end = static_cast<std::uint16_t>(prerelease_end)};
  return end == text.size();
}

bool read_tail(std::string_view text, Core core, Tail& tail) {
#if defined(__SSSE3__) && defined(__x86_64__)
  if (text.size() <= places_max) {
    return read_short_tail(text, core, tail);
  }
#endif
  return read_tail_portable(text, core, tail);
}

}  // namespace semver
