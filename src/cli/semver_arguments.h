// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "semver/increment.h"
#include "semver/options.h"

namespace cli {

// What npm's `semver` command makes of its arguments.
struct SemverArguments {
  struct Increment {
    ::semver::Release release = ::semver::Release::Patch;
    std::optional<std::string> errant;  // What followed the option and is no release; it counts as a version.
    std::string option;                 // As it was written.
  };

  bool help = false;
  bool explain = false;
  bool batch = false;
  bool reverse = false;
  bool coerce = false;
  ::semver::Options options;
  std::optional<Increment> increment;
  std::string identifier;
  ::semver::IdentifierBase base = ::semver::IdentifierBase::Zero;
  // An option at the end lacks its value: undefined, which is no version and no range.
  std::vector<std::optional<std::string>> versions;
  std::vector<std::optional<std::string>> ranges;
};

// As npm reads them: an argument is split at its first `=` wherever that is, so that `--range=^1` works and `=1.2.3` is
// an empty version and 1.2.3; what no option is is a version.
SemverArguments read_semver_arguments(std::span<const std::string> arguments);

// What to say of a range that can't be read: why, and the text with a mark below the place.
std::string not_a_range(const std::optional<std::string>& text, const ::semver::ParseError& error);

}  // namespace cli
