// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// Versions as the worlds use them, read and compared in the plainest way: what Caretaker decides is judged by this and not by
// its own semver library.
struct PlainVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string prerelease{};  // `rc.2`; empty: a release.

  bool operator==(const PlainVersion&) const = default;
  std::strong_ordering operator<=>(const PlainVersion& other) const;
};
// `1.2.3` or `1.2.3-rc.2`; nullopt for everything else.
std::optional<PlainVersion> read_plain_version(std::string_view text);
std::string to_string(const PlainVersion& version);
// Whether the version is the one that the text is, or lies between those that it names: `1.2.3`, `>1.0.0 <=1.2.3`, `<1.2.3`.
bool is_within(std::string_view text, const PlainVersion& version);

// A range with its meaning written down beside it, one span an alternative.
struct PlainRange {
  struct Span {
    PlainVersion from;
    bool from_itself = true;             // Else what is above it.
    bool from_prereleases = false;       // With includePrerelease those of `from` belong to it, as in `^1.2`.
    std::optional<PlainVersion> before;  // Not even its prereleases; none: without end.
  };
  std::string_view text;
  std::vector<Span> spans;

  // npm's rule: a prerelease only if the range names one of the same version, or all are asked for.
  bool contains(const PlainVersion& version, bool include_prerelease) const;
};
std::span<const PlainRange> plain_ranges();

}  // namespace simulation
