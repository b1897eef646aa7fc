// SPDX-License-Identifier: Apache-2.0
#include "semver/selection.h"

#include <algorithm>
#include <iterator>

namespace semver {
namespace {

std::optional<Version> version_of(const Version& version, const Range&) { return version; }
std::optional<Version> version_of(std::string_view text, const Range& range) {
  const auto version = parse_version(text, range.options());
  return version ? std::optional(*version) : std::nullopt;
}

// The first of those that nothing else betters. `is_better` is asked in npm's order: the best so far, then another.
template <class Source, class IsBetter>
std::optional<std::size_t> best(std::span<const Source> sources, const Range& range, IsBetter is_better) {
  std::optional<std::size_t> found;
  Version found_version;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::optional<Version> version = version_of(sources[i], range);
    if (version && (!found || is_better(found_version, *version)) && range.contains(*version)) {
      found = i;
      found_version = *version;
    }
  }
  return found;
}

bool is_higher(const Version& best, const Version& other) { return best < other; }
bool is_lower(const Version& best, const Version& other) { return best > other; }

}  // namespace

std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range) {
  return best(versions, range, is_higher);
}

std::optional<std::size_t> max_satisfying(std::span<const std::string_view> versions, const Range& range) {
  return best(versions, range, is_higher);
}

std::optional<std::size_t> min_satisfying(std::span<const Version> versions, const Range& range) {
  return best(versions, range, is_lower);
}

std::optional<std::size_t> min_satisfying(std::span<const std::string_view> versions, const Range& range) {
  return best(versions, range, is_lower);
}

std::vector<Version> satisfying(std::span<const Version> versions, const Range& range) {
  std::vector<Version> found;
  std::ranges::copy_if(versions, std::back_inserter(found),
                       [&](const Version& version) { return range.contains(version); });
  return found;
}

}  // namespace semver
