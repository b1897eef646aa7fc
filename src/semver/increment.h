// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "semver/release.h"
#include "semver/version.h"

namespace semver {

// What follows the identifier in a new prerelease, npm's `identifierBase`: `-beta.0`, `-beta.1` or `-beta`.
enum class IdentifierBase : std::uint8_t { Zero, One, None };

// How a new prerelease is to be called. An empty identifier is none.
struct Naming {
  std::string_view identifier;
  IdentifierBase base = IdentifierBase::Zero;
};

// Why npm's `inc` gives null.
enum class IncrementError : std::uint8_t {
  NotAPrerelease,     // `release` of a release.
  InvalidIdentifier,  // The identifier is none: `a_b`.
  EmptyIdentifier,    // There must be a number or an identifier.
  IdentifierExists,   // Without a base nothing would change.
  BeyondLimits,       // The version given is itself beyond the limits, or the result has more than 65,535 characters.
};
std::string_view explain(IncrementError error);

// The next version, npm's `inc`; its build metadata goes. Of the options `loose` matters, for the identifier.
//
// The result may be beyond number_max and version_length_max, as npm does not look again: 9007199254740991.0.0 becomes
// 9007199254740992.0.0, which no function would read.
//
// Allocates. Linear in the texts.
[[nodiscard]] std::expected<OwnedVersion, IncrementError> inc(const Version& version, Release release,
                                                              const Naming& naming = {}, Options options = {});

// Without what lies below the release type, npm's `truncate`: 1.2.3-beta is 1.2.3 to the patch, 1.2.0 to the minor and
// 1.0.0 to the major. To a prerelease type it is the version itself. Build metadata goes. Precondition: is_release_type.
OwnedVersion truncate(const Version& version, Release to);

}  // namespace semver
