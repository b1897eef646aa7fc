// SPDX-License-Identifier: Apache-2.0
#include "semver/simplify.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "semver/range.h"
#include "semver/reread.h"
#include "semver/sort.h"
#include "semver/utf16.h"

namespace semver {
namespace {

struct Entry {
  std::string_view text;
  std::optional<Version> version;
};

// Neighbours, all of which the range holds. `last` is empty if no version beyond them is left.
struct Run {
  std::string_view first;
  std::string_view last;
};

std::vector<Run> runs_held(const std::vector<Entry>& sorted, std::string_view range_text, Options options) {
  const auto range = parse_range(range_text, options);
  std::vector<Run> runs;
  Run run;
  for (const Entry& entry : sorted) {
    if (range && entry.version && test_again(*range, *entry.version, options)) {
      run.last = entry.text;
      if (run.first.empty()) {
        run.first = entry.text;
      }
    } else {
      if (!run.last.empty()) {
        runs.push_back(run);
      }
      run = {};
    }
  }
  if (!run.first.empty()) {
    runs.push_back({.first = run.first, .last = {}});
  }
  return runs;
}

// npm compares texts, so that two versions spelt alike are one.
std::string write(const Run& run, std::string_view lowest) {
  std::string first(run.first);
  if (run.first == run.last) {
    return first;
  }
  if (run.last.empty()) {
    return run.first == lowest ? "*" : ">=" + first;
  }
  return run.first == lowest ? "<=" + std::string(run.last) : first + " - " + std::string(run.last);
}

}  // namespace

std::expected<std::string, VersionError> simplify_range(std::span<const std::string_view> versions,
                                                        std::string_view range, Options options) {
  std::vector<Entry> sorted;
  for (const std::string_view text : versions) {
    const auto version = parse_version(text, options);
    if (!version && versions.size() > 1) {
      return std::unexpected(version.error());
    }
    sorted.push_back({.text = text, .version = version ? std::optional(*version) : std::nullopt});
  }
  // By precedence alone, unlike `sort`.
  sort_as_javascript(std::span(sorted), [](const Entry& a, const Entry& b) { return compare(*a.version, *b.version); });

  std::string simplified;
  for (const Run& run : runs_held(sorted, range, options)) {
    simplified += simplified.empty() ? "" : " || ";
    simplified += write(run, sorted.front().text);
  }
  return utf16_length(simplified) < utf16_length(range) ? simplified : std::string(range);
}

}  // namespace semver
