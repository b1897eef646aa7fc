// SPDX-License-Identifier: Apache-2.0
#include "rules/range_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules/emptiness.h"

namespace rules {
namespace {

using semver::Comparator;
using semver::Operator;

// The `-0` of npm's bounds, below which there is no other prerelease.
bool is_lowest_prerelease(const semver::Version& version) {
  const auto identifiers = version.prerelease();
  auto at = identifiers.begin();
  return at != identifiers.end() && *at == "0" && ++at == identifiers.end();
}

std::string core_of(const semver::Version& version) {
  return fmt::format("{}.{}.{}", version.major(), version.minor(), version.patch());
}

std::string in_words(const Comparator& comparator, bool prereleases_count) {
  const auto& version = comparator.version;
  const bool lowest = is_lowest_prerelease(version);
  switch (comparator.op) {
    case Operator::Equal: return fmt::format("exactly {}", to_string(version));
    case Operator::GreaterOrEqual:
      if (lowest) return fmt::format("{} or newer, with its prereleases", core_of(version));
      return fmt::format("{} or newer", to_string(version));
    case Operator::Greater: return fmt::format("newer than {}", to_string(version));
    case Operator::Less:
      // `<2.0.0` takes 2.0.0-rc.1 where prereleases count, and `<2.0.0-0` never does.
      if (lowest && prereleases_count) return fmt::format("below {} and its prereleases", core_of(version));
      return fmt::format("below {}", lowest ? core_of(version) : to_string(version));
    case Operator::LessOrEqual: return fmt::format("up to {}", to_string(version));
  }
  return to_string(comparator);
}

// Above a bound like `>=1.2.3-rc.1` npm admits prereleases of 1.2.3.
bool asks_for_prereleases(const Comparator& comparator) {
  return comparator.version.is_prerelease() &&
         !(comparator.op == Operator::Less && is_lowest_prerelease(comparator.version));
}

std::string in_words(const semver::ComparatorSet& set, bool prereleases_count) {
  if (set.empty()) return "any version";
  std::string words;
  for (std::size_t i = 0; i < set.size(); ++i) words += (i == 0 ? "" : ", ") + in_words(set[i], prereleases_count);
  return words;
}

std::string on_prereleases(const semver::Range& range) {
  if (range.options().include_prerelease) return "prereleases like any other version";
  std::vector<std::string> cores;
  for (std::size_t i = 0; i < range.size(); ++i) {
    for (std::size_t j = 0; j < range[i].size(); ++j) {
      if (!asks_for_prereleases(range[i][j])) continue;
      auto core = core_of(range[i][j].version);
      if (std::ranges::find(cores, core) == cores.end()) cores.push_back(std::move(core));
    }
  }
  if (cores.empty()) return "no prereleases";
  std::string words = "prereleases only of ";
  for (const auto& core : cores) words += (&core == &cores.front() ? "" : " and ") + core;
  return words;
}

bool has_upper_bound(const semver::ComparatorSet& set) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    if ((static_cast<int>(set[i].op) & static_cast<int>(Operator::Greater)) == 0) return true;
  }
  return false;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `1`, `1.2`: fewer than three numbers, and nothing else.
bool is_partial(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return is_number(text);
  return is_number(text.substr(0, dot)) && is_number(text.substr(dot + 1));
}

}  // namespace

std::string in_words(const semver::Range& range) {
  if (matches_nothing(range)) return "no version at all";
  std::string words;
  for (std::size_t i = 0; i < range.size(); ++i) {
    words += (i == 0 ? "" : ", or ") + in_words(range[i], range.options().include_prerelease);
  }
  return words + "; " + on_prereleases(range);
}

std::vector<std::string> hints_on_range(std::string_view text, const semver::Range& range) {
  std::vector<std::string> hints;
  const auto first = text.find_first_not_of(" \t");
  const auto trimmed = first == std::string_view::npos ? std::string_view()
                                                       : text.substr(first, text.find_last_not_of(" \t") - first + 1);
  const bool any = range.size() == 1 && range[0].empty();
  if (any) {
    hints.push_back(fmt::format("{} takes every release, the next major version too; `^1.2` stays within one",
                                trimmed.empty() ? "an empty range" : fmt::format("`{}`", trimmed)));
  }
  if (trimmed.starts_with('>') && !trimmed.starts_with(">=") && is_partial(trimmed.substr(1))) {
    hints.push_back(fmt::format("`{}` means {}: no {}.x is newer than all of {}", trimmed, range.valid_text(),
                                trimmed.substr(1), trimmed.substr(1)));
  }
  if ((trimmed.ends_with(".x") || trimmed.ends_with(".*") || trimmed.ends_with(".X")) &&
      is_number(trimmed.substr(0, trimmed.size() - 2))) {
    hints.push_back(fmt::format("`{}` means {}: every {}.x, and not only the patches of one minor version", trimmed,
                                range.valid_text(), trimmed.substr(0, trimmed.size() - 2)));
  }
  bool bounded = true;
  for (std::size_t i = 0; i < range.size(); ++i) bounded = bounded && has_upper_bound(range[i]);
  if (!bounded && !any) {
    hints.push_back("the range has no upper bound: the next major version is in it, and so is a mistaken 2024.1.0");
  }
  return hints;
}

}  // namespace rules
