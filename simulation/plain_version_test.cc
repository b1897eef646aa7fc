// SPDX-License-Identifier: Apache-2.0
#include "simulation/plain_version.h"

#include <gtest/gtest.h>

#include "semver/semver.h"

namespace simulation {
namespace {

// What the worlds are judged by must itself be right: all versions near the ranges' limits, in all ranges.
TEST(PlainRange, AgreesWithTheSemverLibrary) {
  for (const auto& plain : plain_ranges()) {
    for (const bool include_prerelease : {false, true}) {
      const auto range = semver::parse_range(plain.text, {.include_prerelease = include_prerelease});
      ASSERT_TRUE(range) << plain.text;
      for (int major = 0; major < 5; ++major) {
        for (int minor = 0; minor < 5; ++minor) {
          for (int patch = 0; patch < 4; ++patch) {
            for (const auto* prerelease : {"", "rc.1", "rc.2", "rc.12", "alpine", "0"}) {
              const PlainVersion version{major, minor, patch, prerelease};
              const auto text = to_string(version);
              const auto parsed = semver::parse_version(std::string_view(text));
              ASSERT_TRUE(parsed) << text;
              EXPECT_EQ(plain.contains(version, include_prerelease), range->contains(*parsed))
                  << text << " in " << plain.text << (include_prerelease ? " with prereleases" : "");
            }
          }
        }
      }
    }
  }
}

TEST(PlainVersion, ReadsVersionsOnly) {
  for (const auto* text : {"1.2", "1.2.3.4", "01.2.3", "latest", "1.2.3-", "20240101", "1.2.x"})
    EXPECT_FALSE(read_plain_version(text)) << text;
  EXPECT_LT(read_plain_version("1.2.3-rc.2"), read_plain_version("1.2.3-rc.10"));
  EXPECT_LT(read_plain_version("1.2.3-rc.2"), read_plain_version("1.2.3"));
}

TEST(PlainVersion, LiesWithinWhatAHoldSays) {
  struct Case {
    std::string_view held;
    std::string_view inside;
    std::string_view outside;
  };
  for (const auto& c : {Case{"1.2.3", "1.2.3", "1.2.2"}, Case{"<=1.2.3", "1.2.3", "1.2.4"},
                        Case{"<1.2.3", "1.2.3-rc.1", "1.2.3"}, Case{">1.0.0 <=1.2.3", "1.2.3", "1.0.0"},
                        Case{">1.0.0 <1.2.3", "1.1.0-dev.7", "1.2.3"}, Case{">1.0.0 <1.2.3", "1.0.1", "2.0.0"}}) {
    SCOPED_TRACE(c.held);
    EXPECT_TRUE(is_within(c.held, *read_plain_version(c.inside)));
    EXPECT_FALSE(is_within(c.held, *read_plain_version(c.outside)));
  }
}

}  // namespace
}  // namespace simulation
