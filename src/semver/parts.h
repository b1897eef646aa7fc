// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "semver/version.h"

namespace semver {

// A version taken apart in order to make another of it, as npm changes the members of its SemVer objects. What comes of
// it may be beyond the limits of a version that is read: npm does not check them again, nor do we.
struct Parts {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  std::vector<std::string> prerelease;

  static Parts of(const Version& version);

  // `1.2.3-beta.1`, npm's `SemVer.format()`.
  std::string text() const;
  // Precondition: text() has less than 65,536 characters.
  OwnedVersion put_together() const;
};

}  // namespace semver
