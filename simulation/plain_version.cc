// SPDX-License-Identifier: Apache-2.0
#include "simulation/plain_version.h"

#include <algorithm>
#include <tuple>

namespace simulation {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 9 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) && (text.size() == 1 || text[0] != '0');
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// semver.org, section 11.
std::strong_ordering compare_prereleases(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  const auto as = split(a);
  const auto bs = split(b);
  for (std::size_t i = 0; i < std::min(as.size(), bs.size()); ++i) {
    const bool a_is_number = is_number(as[i]);
    const bool b_is_number = is_number(bs[i]);
    if (a_is_number != b_is_number) return a_is_number ? std::strong_ordering::less : std::strong_ordering::greater;
    const auto order = a_is_number ? std::stoi(as[i]) <=> std::stoi(bs[i]) : as[i] <=> bs[i];
    if (order != 0) return order;
  }
  return as.size() <=> bs.size();
}

}  // namespace

std::strong_ordering PlainVersion::operator<=>(const PlainVersion& other) const {
  const auto order = std::tie(major, minor, patch) <=> std::tie(other.major, other.minor, other.patch);
  // A release comes after its prereleases, which `empty() <=> empty()` says: true is more than false.
  return order != 0 ? order : compare_prereleases(prerelease, other.prerelease);
}

std::optional<PlainVersion> read_plain_version(std::string_view text) {
  const auto dash = text.find('-');
  const auto numbers = split(text.substr(0, dash));
  if (numbers.size() != 3 || !std::ranges::all_of(numbers, is_number)) return std::nullopt;
  PlainVersion version{std::stoi(numbers[0]), std::stoi(numbers[1]), std::stoi(numbers[2])};
  if (dash == std::string_view::npos) return version;
  version.prerelease = text.substr(dash + 1);
  if (version.prerelease.empty()) return std::nullopt;
  return version;
}

std::string to_string(const PlainVersion& version) {
  auto text = std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
  return version.prerelease.empty() ? text : text + "-" + version.prerelease;
}

bool is_within(std::string_view text, const PlainVersion& version) {
  if (text.empty()) return false;
  while (!text.empty()) {
    auto bound = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), bound.size() + 1));
    const auto digit = std::min(bound.find_first_of("0123456789"), bound.size());
    const auto than = bound.substr(0, digit);
    const auto other = read_plain_version(bound.substr(digit));
    if (!other) return false;
    const bool fits = than == ">"    ? version > *other
                      : than == "<"  ? version < *other
                      : than == "<=" ? version <= *other
                                     : than.empty() && version == *other;
    if (!fits) return false;
  }
  return true;
}

bool PlainRange::contains(const PlainVersion& version, bool include_prerelease) const {
  return std::ranges::any_of(spans, [&](const Span& span) {
    auto from = span.from;
    if (include_prerelease && span.from_prereleases) from.prerelease = "0";
    if (version < from || (version == from && !span.from_itself)) return false;
    if (span.before) {
      auto before = *span.before;
      before.prerelease = "0";
      if (version >= before) return false;
    }
    if (version.prerelease.empty() || include_prerelease) return true;
    return !span.from.prerelease.empty() && std::tie(version.major, version.minor, version.patch) ==
                                                std::tie(span.from.major, span.from.minor, span.from.patch);
  });
}

std::span<const PlainRange> plain_ranges() {
  static const std::vector<PlainRange> ranges = {
      {"^1.2", {{.from = {1, 2, 0}, .from_prereleases = true, .before = PlainVersion{2, 0, 0}}}},
      {">1.2.2", {{.from = {1, 2, 2}, .from_itself = false, .before = {}}}},
      {"~1.2.1", {{.from = {1, 2, 1}, .before = PlainVersion{1, 3, 0}}}},
      {"1.*", {{.from = {1, 0, 0}, .from_prereleases = true, .before = PlainVersion{2, 0, 0}}}},
      {"^1.2 || ^3",
       {{.from = {1, 2, 0}, .from_prereleases = true, .before = PlainVersion{2, 0, 0}},
        {.from = {3, 0, 0}, .from_prereleases = true, .before = PlainVersion{4, 0, 0}}}},
      {"^1.3.0-rc.1", {{.from = {1, 3, 0, "rc.1"}, .before = PlainVersion{2, 0, 0}}}},
      {"*", {{.from = {0, 0, 0}, .from_prereleases = true, .before = {}}}},
      {"~1.2", {{.from = {1, 2, 0}, .from_prereleases = true, .before = PlainVersion{1, 3, 0}}}},
      {"1.2.x", {{.from = {1, 2, 0}, .from_prereleases = true, .before = PlainVersion{1, 3, 0}}}},
      {">1", {{.from = {2, 0, 0}, .from_prereleases = true, .before = {}}}},
      {"^0.2.3", {{.from = {0, 2, 3}, .before = PlainVersion{0, 3, 0}}}},
      {"1.2.1 - 1.3", {{.from = {1, 2, 1}, .from_prereleases = true, .before = PlainVersion{1, 4, 0}}}},
      {"<2.0.0-0", {{.from = {0, 0, 0}, .from_prereleases = true, .before = PlainVersion{2, 0, 0}}}},
  };
  return ranges;
}

}  // namespace simulation
