// SPDX-License-Identifier: Apache-2.0
#include "cli/semver_explain.h"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace cli {
namespace {

struct AskedRange {
  std::string text;
  ::semver::Range range;
};

struct Answer {
  bool yes;
  std::string why;
};

std::string numbers_of(const ::semver::Version& version) {
  return std::to_string(version.major()) + '.' + std::to_string(version.minor()) + '.' +
         std::to_string(version.patch());
}

std::string text_of(const ::semver::ComparatorSet& set) { return set.empty() ? "*" : std::string(set.text()); }

// Of one set: which comparator refuses the version, or that all hold.
std::string explain_set(const ::semver::ComparatorSet& set, ::semver::Match match, const ::semver::Version& version) {
  switch (match) {
    case ::semver::Match::Satisfies: return text_of(set) + " holds it";
    case ::semver::Match::PrereleaseNotAsked:
      return text_of(set) + " holds it, but no comparator asks for prereleases of " + numbers_of(version) + " (see -p)";
    case ::semver::Match::Outside: break;
  }
  std::size_t i = 0;
  while (i + 1 < set.size() && set[i].test(version)) ++i;
  const auto comparator = set[i];
  const auto order = compare(version, comparator.version);
  return to_string(comparator) + " refuses it: it is " +
         (order < 0   ? "below"
          : order > 0 ? "above"
                      : "equal to") +
         ' ' + to_string(comparator.version);
}

// The set that satisfies; if none does, all of them.
Answer explain(const ::semver::Range& range, const ::semver::Version& version) {
  Answer answer{.yes = false, .why = ""};
  for (std::size_t i = 0; i < range.size(); ++i) {
    const auto match = range.match(version, i);
    auto why = explain_set(range[i], match, version);
    if (match == ::semver::Match::Satisfies) return {.yes = true, .why = std::move(why)};
    answer.why += (answer.why.empty() ? "" : "; ") + why;
  }
  return answer;
}

std::string coerced_or_given(const std::string& text, const SemverArguments& asked) {
  if (!asked.coerce) return text;
  const auto coerced = ::semver::coerce(text, asked.options);
  return coerced ? to_string(coerced->version()) : text;
}

// True if the version satisfies all.
bool explain_version(const std::string& text, const std::vector<AskedRange>& ranges, const SemverArguments& asked,
                     std::ostream& out) {
  const auto version = ::semver::parse_version(std::string_view(text), asked.options);
  if (!version) {
    out << text << "  no   not a version: expected " << version.error().expected << " at offset "
        << version.error().offset << '\n';
    return false;
  }
  bool all = true;
  for (const auto& [range_text, range] : ranges) {
    const auto answer = explain(range, *version);
    out << text << "  " << (answer.yes ? "yes  " : "no   ") << range_text << ": " << answer.why << '\n';
    all = all && answer.yes;
  }
  if (ranges.empty()) out << text << "  yes  a version\n";
  return all;
}

}  // namespace

int semver_explain(const SemverArguments& asked, std::ostream& out, std::ostream& err) {
  std::vector<AskedRange> ranges;
  for (const auto& text : asked.ranges) {
    auto range = ::semver::parse_range(text.value_or("undefined"), asked.options);
    if (!range) {
      err << not_a_range(text, range.error());
      return 1;
    }
    ranges.push_back({*text, *std::move(range)});
  }
  bool any = false;
  for (const auto& text : asked.versions) {
    if (text) any = explain_version(coerced_or_given(*text, asked), ranges, asked, out) || any;
  }
  return any ? 0 : 1;
}

}  // namespace cli
