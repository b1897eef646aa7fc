// SPDX-License-Identifier: Apache-2.0
#include "semver/version_list.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "semver/selection.h"
#include "semver/sort.h"

namespace semver {
namespace {

// Many equal keys, prereleases, builds, numbers around the key's limits, and texts that are no versions.
std::vector<std::string> some_texts() {
  std::vector<std::string> texts;
  std::uint32_t state = 1;
  const auto below = [&](std::uint32_t limit) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
  };
  const std::string_view numbers[] = {"0", "1", "2", "262143", "262144", "1048576", "33554432"};
  const std::string_view tails[] = {"", "", "", "-0", "-1", "-a", "-a.1", "-a.10", "+b", "+a", "-a+b"};
  for (int i = 0; i < 3000; ++i) {
    const auto number = [&] { return std::string(numbers[below(below(4) == 0 ? 7 : 3)]); };
    std::string text = number() + '.' + number() + '.' + number();
    text += tails[below(11)];
    texts.push_back(below(12) == 0 ? "latest" : text);
  }
  return texts;
}

TEST(VersionList, SortsAsSortDoes) {
  const auto texts = some_texts();
  VersionList list;
  std::vector<Version> versions;
  for (const std::string& text : texts) {
    const bool is_version = list.add(text);
    EXPECT_EQ(is_version, text != "latest");
    if (is_version) {
      versions.push_back(*parse_version(text));
    }
  }
  const auto expect_same = [&] {
    ASSERT_EQ(list.size(), versions.size());
    for (std::size_t i = 0; i < versions.size(); ++i) {
      // The same text and not one that is equal: both are stable.
      ASSERT_EQ(list[i].written().data(), versions[i].written().data()) << i;
      ASSERT_EQ(list[i].written(), std::string_view(texts[list.index(i)]));
    }
  };
  list.sort();
  sort(versions);
  expect_same();
  list.rsort();
  rsort(versions);
  expect_same();
}

TEST(VersionList, ChoosesAsMaxSatisfyingDoes) {
  const auto texts = some_texts();
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  for (const Options options : {Options{}, Options{.include_prerelease = true}}) {
    VersionList list(options);
    for (const std::string_view text : views) {
      list.add(text);
    }
    for (const std::string_view text : {"*", "^1", "<1.0.0", ">262143", "1.x || 0.0.x", ">=1.0.0-a <1.0.0", "^0.0.1",
                                        "1.1.1", ">2.0.0 <1.0.0", "<=33554432", "~262144.1"}) {
      SCOPED_TRACE(text);
      const Range range = *parse_range(text, options);
      const auto highest = list.max_satisfying(range);
      const auto lowest = list.min_satisfying(range);
      EXPECT_EQ(highest ? std::optional(list.index(*highest)) : std::nullopt, max_satisfying(views, range));
      EXPECT_EQ(lowest ? std::optional(list.index(*lowest)) : std::nullopt, min_satisfying(views, range));
    }
  }
}

}  // namespace
}  // namespace semver
