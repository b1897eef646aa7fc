// SPDX-License-Identifier: Apache-2.0
#include "semver/parts.h"

#include <utility>

#include "semver/key.h"

namespace semver {

Parts Parts::of(const Version& version) {
  Parts parts{.major = version.major(), .minor = version.minor(), .patch = version.patch(), .prerelease = {}};
  for (const std::string_view identifier : version.prerelease()) {
    parts.prerelease.emplace_back(identifier);
  }
  return parts;
}

std::string Parts::text() const {
  std::string text = std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
  char separator = '-';
  for (const std::string& identifier : prerelease) {
    text += separator;
    text += identifier;
    separator = '.';
  }
  return text;
}

OwnedVersion Parts::put_together() const {
  std::string text = this->text();
  const auto end = static_cast<std::uint16_t>(text.size());
  const auto begin = prerelease.empty() ? end : static_cast<std::uint16_t>(text.find('-') + 1);
  const std::uint64_t key = pack_key(major, minor, patch, prerelease.empty());
  return OwnedVersion(std::move(text), key,
                      {.prerelease_begin = begin, .prerelease_end = end, .end = end, .normal = true});
}

}  // namespace semver
