// SPDX-License-Identifier: Apache-2.0
#include "cli/semver.h"

#include <algorithm>
#include <ostream>

#include "semver/semver.h"

namespace cli {

int semver(const SemverQuestion& question, std::ostream& out, std::ostream& err) {
  const ::semver::Options options{.loose = question.loose, .include_prerelease = question.include_prerelease};
  std::vector<::semver::Range> ranges;
  for (const auto& text : question.ranges) {
    auto range = ::semver::parse_range(text, options);
    if (!range) {
      err << "caretaker semver: not a range: expected " << range.error().expected << "\n  " << text << "\n  "
          << std::string(range.error().offset, ' ') << "^\n";
      return 2;
    }
    ranges.push_back(std::move(*range));
  }
  std::vector<::semver::Version> satisfying;
  for (const auto& text : question.versions) {
    const auto version = ::semver::parse_version(text, options);
    if (version && std::ranges::all_of(ranges, [&](const auto& range) { return range.contains(*version); })) {
      satisfying.push_back(*version);
    }
  }
  // npm's command sorts by precedence alone, unlike its `sort`.
  std::ranges::stable_sort(satisfying, [](const auto& a, const auto& b) { return compare(a, b) < 0; });
  for (const auto& version : satisfying) out << to_string(version) << '\n';
  return satisfying.empty() ? 1 : 0;
}

}  // namespace cli
