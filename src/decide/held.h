// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace decide {

// The version that a record names; nullopt: the text is none. Borrows the text.
std::optional<semver::Version> recorded_version(std::string_view text);

// An entry of a hold: one version, `1.2.3`, or a span, prereleases included: `>1.0.0 <=1.2.3`, or `>1.0.0 <1.2.3`. The lower end may be
// missing. Borrows the entry's text.
struct Held {
  semver::Version highest;
  std::optional<semver::Version> above{};
  bool is_span = false;
  bool with_highest = true;

  bool contains(const semver::Version& version) const;
};

// nullopt: it is no such entry.
std::optional<Held> read_held(std::string_view text);
std::string to_string(const Held& held);

// Entries for these versions, newest first, all above `above`: a record has to stay small, so behind the highest thousand stands a span.
std::vector<std::string> held_entries(std::span<const semver::Version> versions, const semver::Version& above);
inline constexpr std::size_t held_max = 1000;

// Takes a version out of a hold's entries; a span falls in two.
void drop_held(std::vector<std::string>& entries, const semver::Version& version);

// Takes out all up to a version.
void drop_held_up_to(std::vector<std::string>& entries, const semver::Version& version);

}  // namespace decide
