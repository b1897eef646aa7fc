// SPDX-License-Identifier: Apache-2.0
#include "semver/release.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace semver {
namespace {

constexpr std::array<std::string_view, 9> names = {"major",    "premajor",   "minor",   "preminor", "patch",
                                                   "prepatch", "prerelease", "release", "pre"};

}  // namespace

std::optional<Release> parse_release(std::string_view name) {
  const auto index = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  if (index == names.size()) {
    return std::nullopt;
  }
  return static_cast<Release>(index);
}

std::string_view name_of(Release release) { return names.at(static_cast<std::size_t>(release)); }

}  // namespace semver
