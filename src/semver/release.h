// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace semver {

// What kind of step lies between two versions. npm's RELEASE_TYPES are the first seven.
enum class Release : std::uint8_t {
  Major,
  Premajor,
  Minor,
  Preminor,
  Patch,
  Prepatch,
  Prerelease,
  Release,  // Only in `inc`: from a prerelease to its release.
  Pre,      // Only in `inc`: what npm says shouldn't be used publicly; 1.0.0 becomes 1.0.0-0, which is lower.
};

// By npm's name: `premajor`.
std::optional<Release> parse_release(std::string_view name);
std::string_view name_of(Release release);

// One of npm's RELEASE_TYPES: all but Release and Pre.
constexpr bool is_release_type(Release release) { return release != Release::Release && release != Release::Pre; }
// Its name begins with `pre`.
constexpr bool leads_to_prerelease(Release release) {
  return release == Release::Premajor || release == Release::Preminor || release == Release::Prepatch ||
         release == Release::Prerelease || release == Release::Pre;
}

}  // namespace semver
