// SPDX-License-Identifier: Apache-2.0
#include "cli/semver.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "cli/semver_arguments.h"
#include "cli/semver_batch.h"
#include "cli/semver_explain.h"
#include "semver/reread.h"
#include "semver/semver.h"

namespace cli {
namespace {

constexpr std::string_view help =
    R"(SemVer 7.8.6, as npm's command of that name, and more

Usage: caretaker semver [options] <version> [<version> [...]]
Prints valid versions sorted by SemVer precedence

Options:
-r --range <range>
        Print versions that match the specified range.

-i --increment [<level>]
        Increment a version by the specified level.  Level can
        be one of: major, minor, patch, premajor, preminor,
        prepatch, prerelease, or release.  Default level is 'patch'.
        Only one version may be specified.

--preid <identifier>
        Identifier to be used to prefix premajor, preminor,
        prepatch or prerelease version increments.

-n <base>
        Base number to be used for the prerelease identifier.
        Can be either 0 or 1, or false to omit the number altogether.
        Defaults to 0.

-l --loose
        Interpret versions and ranges loosely

-p --include-prerelease
        Always include prerelease versions in range matching

-c --coerce
        Coerce a string into SemVer if possible
        (does not imply --loose)

--rtl
        Coerce version strings right to left

--ltr
        Coerce version strings left to right (default)

-rv --reverse
        Print in descending order.

--explain
        Say for every version and range which comparator decided.

--batch
        Answer calls of npm's functions from standard input, one a line:
        {"fn":"satisfies","args":["1.2.3",">1.2.2",{"includePrerelease":true}]}

Program exits successfully if any valid version satisfies
all supplied ranges, and prints all satisfying versions.

If no satisfying versions are found, then exits failure.

Versions are printed in ascending order, so supplying
multiple versions to the utility will just sort them.
)";

// The texts that are versions, coerced if asked for.
std::vector<std::string> valid_versions(const SemverArguments& asked) {
  std::vector<std::string> versions;
  for (const auto& given : asked.versions) {
    if (!given) continue;
    std::string text = *given;
    if (asked.coerce) {
      if (const auto coerced = ::semver::coerce(text, asked.options)) text = to_string(coerced->version());
    }
    if (parse_version(std::string_view(text), asked.options)) versions.push_back(std::move(text));
  }
  return versions;
}

// False if none is left. npm goes through the ranges in order and stops at the first that leaves none.
bool keep_satisfying(std::vector<std::string>& versions, const SemverArguments& asked, std::ostream& err) {
  for (const auto& text : asked.ranges) {
    // npm fails at a range that isn't there; to us it is one that can't be read.
    const auto range = ::semver::parse_range(text.value_or("undefined"), asked.options);
    if (!range) {
      err << not_a_range(text, range.error());
      return false;
    }
    std::erase_if(versions, [&](const std::string& version) {
      const auto parsed = ::semver::parse_version(std::string_view(version), asked.options);
      return !test_again(*range, *parsed, asked.options);
    });
    if (versions.empty()) return false;
  }
  return true;
}

void sort(std::vector<std::string>& versions, const SemverArguments& asked) {
  struct Entry {
    ::semver::Version version;
    std::string* text;
  };
  std::vector<Entry> entries;
  entries.reserve(versions.size());
  for (auto& text : versions) entries.push_back({*parse_version(std::string_view(text), asked.options), &text});
  // By precedence alone, unlike npm's `sort`.
  ::semver::sort_as_javascript(std::span(entries), [&](const Entry& a, const Entry& b) {
    return asked.reverse ? compare(b.version, a.version) : compare(a.version, b.version);
  });
  std::vector<std::string> sorted;
  sorted.reserve(entries.size());
  for (const auto& entry : entries) sorted.push_back(std::move(*entry.text));
  versions = std::move(sorted);
}

// What npm prints for a version at last, where it may still print `null`: `clean` refuses 1.2.3 after `v`s that loose
// versions may have, and `inc` what it can't do.
std::string printed(const std::string& version, const SemverArguments& asked) {
  const auto cleaned = ::semver::clean(version, asked.options);
  if (!cleaned) return "null";
  if (!asked.increment) return *cleaned;
  const auto parsed = ::semver::parse_version(std::string_view(*cleaned), asked.options);
  if (!parsed) return "null";
  const auto next =
      inc(*parsed, asked.increment->release, {.identifier = asked.identifier, .base = asked.base}, asked.options);
  return next ? to_string(next->version()) : "null";
}

void warn_of_errant_level(const SemverArguments& asked, std::ostream& err) {
  if (!asked.increment || !asked.increment->errant) return;
  const auto& errant = asked.increment->errant;
  if (std::ranges::find(asked.versions, errant) != asked.versions.end() &&
      !parse_version(std::string_view(*errant), asked.options)) {
    err << "Invalid value for " << asked.increment->option
        << "; defaulting to 'patch'. This may become a failure in future major versions.\n";
  }
}

}  // namespace

int semver(std::span<const std::string> arguments, std::istream& in, std::ostream& out, std::ostream& err) {
  const SemverArguments asked = read_semver_arguments(arguments);
  if (asked.help) {
    out << help;
    return 0;
  }
  if (asked.batch) return semver_batch(in, out);
  if (asked.explain) return semver_explain(asked, out, err);
  warn_of_errant_level(asked, err);
  auto versions = valid_versions(asked);
  if (versions.empty()) return 1;
  if (asked.increment && (versions.size() != 1 || !asked.ranges.empty())) {
    err << "--inc can only be used on a single version with no range\n";
    return 1;
  }
  try {
    if (!keep_satisfying(versions, asked, err)) return 1;
  } catch (const ::semver::CannotReadAgain& thrown) {
    err << "caretaker semver: " << thrown.what() << '\n';
    return 1;
  }
  sort(versions, asked);
  for (const auto& version : versions) out << printed(version, asked) << '\n';
  return 0;
}

}  // namespace cli
