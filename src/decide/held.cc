// SPDX-License-Identifier: Apache-2.0
#include "decide/held.h"

namespace decide {
namespace {

bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<semver::Version> recorded_version(std::string_view text) {
  const auto version = semver::parse_version(text);
  return version ? std::optional(*version) : std::nullopt;
}

bool Held::contains(const semver::Version& version) const {
  if (!is_span) return version == highest;
  if (above && version <= *above) return false;
  return version < highest || (with_highest && version == highest);
}

std::optional<Held> read_held(std::string_view text) {
  std::optional<semver::Version> above;
  const bool has_lower_end = skip(text, ">");
  if (has_lower_end) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    above = recorded_version(text.substr(0, blank));
    text.remove_prefix(blank + 1);
    if (!above) return std::nullopt;
  }
  const bool with_highest = skip(text, "<=");
  const bool is_span = with_highest || skip(text, "<");
  const auto highest = recorded_version(text);
  if (!highest || (has_lower_end && !is_span)) return std::nullopt;
  return Held{.highest = *highest, .above = above, .is_span = is_span, .with_highest = with_highest || !is_span};
}

std::string to_string(const Held& held) {
  if (!held.is_span) return to_string(held.highest);
  return (held.above ? ">" + to_string(*held.above) + " " : "") + (held.with_highest ? "<=" : "<") +
         to_string(held.highest);
}

std::vector<std::string> held_entries(std::span<const semver::Version> versions, const semver::Version& above) {
  std::vector<std::string> entries;
  for (const auto& version : versions.first(std::min(versions.size(), held_max))) entries.push_back(to_string(version));
  if (versions.size() > held_max) {
    entries.push_back(to_string(Held{.highest = versions[held_max], .above = above, .is_span = true}));
  }
  return entries;
}

void drop_held(std::vector<std::string>& entries, const semver::Version& version) {
  std::vector<std::string> kept;
  for (const auto& text : entries) {
    const auto held = read_held(text);
    if (!held || !held->contains(version)) {
      kept.push_back(text);
      continue;
    }
    if (!held->is_span) continue;
    auto upper = *held;
    upper.above = version;
    if (version < held->highest) kept.push_back(to_string(upper));
    kept.push_back(to_string(Held{.highest = version, .above = held->above, .is_span = true, .with_highest = false}));
  }
  entries = std::move(kept);
}

void drop_held_up_to(std::vector<std::string>& entries, const semver::Version& version) {
  std::vector<std::string> kept;
  for (const auto& text : entries) {
    auto held = read_held(text);
    if (!held || held->highest <= version) continue;
    const bool begins_below = held->is_span && (!held->above || *held->above < version);
    if (begins_below) held->above = version;
    kept.push_back(begins_below ? to_string(*held) : text);
  }
  entries = std::move(kept);
}

}  // namespace decide
