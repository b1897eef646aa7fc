// SPDX-License-Identifier: Apache-2.0
#include "semver/reread.h"

#include <string_view>

namespace semver {
namespace {

bool needs_reading(Options made_with, Options options) {
  return made_with.loose != options.loose || made_with.include_prerelease != options.include_prerelease;
}

}  // namespace

void read_again(const Version& version, Options options) {
  const std::string text = to_string(version);
  if (!parse_version(text, options)) {
    throw CannotReadAgain("npm cannot read its own text again: " + text.substr(0, version_length_max));
  }
}

bool test_again(const Comparator& comparator, const Version& version, Options made_with, Options options) {
  if (comparator.is_any) {
    return true;
  }
  if (needs_reading(made_with, options)) {
    read_again(version, options);
  }
  if (needs_reading(comparator_options(options), options)) {
    read_again(comparator.version, options);
  }
  return comparator.test(version);
}

bool test_again(const Range& range, const Version& version, Options made_with) {
  for (std::size_t i = 0; i < range.size(); ++i) {
    const ComparatorSet set = range[i];
    bool all = true;
    for (std::size_t j = 0; all && j < set.size(); ++j) {
      all = test_again(set[j], version, made_with, range.options());
    }
    if (all && range.match(version, i) == Match::Satisfies) {
      return true;
    }
  }
  return false;
}

}  // namespace semver
