// SPDX-License-Identifier: Apache-2.0
// semver::parse_range and what is asked of a range: its own text is a range that stays as it is, an error lies in the text, and its lowest
// version satisfies it.
#include <string>

#include "fuzz/fuzz.h"
#include "semver/reread.h"
#include "semver/semver.h"

namespace {

void check_range(std::string_view text, semver::Options options) {
  const auto range = semver::parse_range(text, options);
  if (!range) {
    fuzz::check(range.error().offset <= text.size() && !range.error().expected.empty(), "an error has a place");
    return;
  }
  // The first time a comparator such as `>=v0.0.0` loses its spelling, and with it what kept it from being any version.
  if (const auto again = semver::parse_range(range->text(), options)) {
    const auto once_more = semver::parse_range(again->text(), options);
    fuzz::check(once_more && once_more->text() == again->text(), "a range's text is the range");
  }
  try {
    if (const auto lowest = min_version(*range)) {
      fuzz::check(range->contains(lowest->version()), "the lowest version satisfies");
      fuzz::check(!outside(lowest->version(), *range, semver::Side::Above), "and is not outside");
    }
    intersects(*range, *range);
    fuzz::check(semver::subset(text, text, options).value_or(false), "a range is a subset of itself");
  } catch (const semver::CannotReadAgain&) {
    return;  // As npm throws.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_range(text, {});
  check_range(text, {.include_prerelease = true});
  check_range(text, {.loose = true});
  check_range(text, {.loose = true, .include_prerelease = true});
  return 0;
}
