// SPDX-License-Identifier: Apache-2.0
#include "semver/selection.h"

#include "semver/sort.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace semver {
namespace {

TEST(MaxSatisfying, AnswersAsNpmDoes) {
  struct Case {
    std::string_view name;
    std::vector<std::string_view> versions;
    std::string_view range;
    Options options;
    std::string_view want;  // Empty for none.
  };
  const Case cases[] = {
      {"the first of equals", {"1.0.0+a", "1.0.0+b", "1.0.0"}, "*", {}, "1.0.0+a"},
      {"passes over what is no version", {"1.2", "latest", "1.2.3", "2.0.0-rc"}, ">=1", {}, "1.2.3"},
      {"none at all", {}, "*", {}, ""},
      {"none in range", {"1.0.0", "2.0.0"}, "^3", {}, ""},
      {"by precedence, not by text", {"1.9.0", "1.10.0", "1.2.0"}, "^1", {}, "1.10.0"},
      {"prereleases", {"1.0.0", "1.1.0-rc.1"}, "^1", {.include_prerelease = true}, "1.1.0-rc.1"},
      {"loose versions", {"1.0.0", "01.2.0"}, "^1", {.loose = true}, "01.2.0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto range = parse_range(c.range, c.options);
    ASSERT_TRUE(range);
    const auto highest = max_satisfying(c.versions, *range);
    EXPECT_EQ(highest ? c.versions[*highest] : "", c.want);

    std::vector<Version> versions;
    for (const std::string_view text : c.versions) {
      if (const auto version = parse_version(text, c.options)) {
        versions.push_back(*version);
      }
    }
    const auto again = max_satisfying(versions, *range);
    EXPECT_EQ(again ? versions[*again].written() : "", c.want);
  }
}

std::vector<std::string_view> written(const std::vector<Version>& versions) {
  std::vector<std::string_view> texts;
  for (const Version& version : versions) {
    texts.push_back(version.written());
  }
  return texts;
}

TEST(Sort, OrdersEqualsByBuild) {
  std::vector<Version> versions;
  for (const std::string_view text : {"1.0.0+b", "2.0.0-rc", "1.0.0+a", "10.0.0", "1.0.0", "2.0.0"}) {
    versions.push_back(*parse_version(text));
  }
  sort(versions);
  EXPECT_EQ(written(versions),
            (std::vector<std::string_view>{"1.0.0", "1.0.0+a", "1.0.0+b", "2.0.0-rc", "2.0.0", "10.0.0"}));
}

TEST(Satisfying, KeepsTheOrderGiven) {
  std::vector<Version> versions;
  for (const std::string_view text : {"1.5.0", "2.0.0", "1.0.0", "1.2.0-rc"}) {
    versions.push_back(*parse_version(text));
  }
  EXPECT_EQ(written(satisfying(versions, *parse_range("^1"))), (std::vector<std::string_view>{"1.5.0", "1.0.0"}));
}

}  // namespace
}  // namespace semver
