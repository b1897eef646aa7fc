// SPDX-License-Identifier: Apache-2.0
#include "semver/plain_range.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "semver/range.h"
#include "semver/range_parser.h"
#include "semver/testing.h"

namespace semver {
namespace {

constexpr Options all_options[] = {
    {}, {.loose = true}, {.include_prerelease = true}, {.loose = true, .include_prerelease = true}};

// What both readings of a range make of it.
std::string described(const Range& range) {
  std::string all(range.valid_text());
  for (std::size_t i = 0; i < range.size(); ++i) {
    all.append("\n").append(range[i].text());
    for (std::size_t j = 0; j < range[i].size(); ++j) {
      const Comparator comparator = range[i][j];
      all.append("\n ").append(to_string(comparator)).append(" ").append(std::to_string(comparator.version.key()));
      for (const std::string_view identifier : comparator.version.prerelease()) {
        all.append(" ").append(identifier);
      }
    }
  }
  all.append("\n").append(std::to_string(range.keys().lowest)).append(" ").append(std::to_string(range.keys().highest));
  return all;
}

// True if the plain way takes it, which then gives the same.
bool is_plain_and_same(std::string_view text, Options options) {
  SCOPED_TRACE(text);
  const Tight tight(text);
  Range range(options);
  if (!read_plain_range(tight.view(), range)) {
    return false;
  }
  const auto any = parse_any_range(text, options);
  if (!any) {
    ADD_FAILURE() << "taken, though it is no range";
    return true;
  }
  EXPECT_EQ(described(range), described(*any));
  return true;
}

TEST(PlainRange, TakesWhatNearlyEverybodyWrites) {
  for (const std::string_view text : {"1.2.3",
                                      "=1.2.3",
                                      "^1.2.3",
                                      "^1.2",
                                      "^1",
                                      "^0.2.3",
                                      "^0.0.3",
                                      "^0.0",
                                      "~1.2.3",
                                      "~1.2",
                                      "~1",
                                      "1.x",
                                      "1.2.x",
                                      "1.2.*",
                                      "1",
                                      "1.2",
                                      ">=1.2.3",
                                      ">= 1.2.3",
                                      ">1.2",
                                      "<2",
                                      "<=2.3",
                                      "<= 2.3.4",
                                      ">=1.2.3 <2.0.0",
                                      "^1.2 || ^2.0",
                                      "^1.2||^2.0",
                                      "1.2.3 - 2.3.4",
                                      "1.2 - 2.3",
                                      "1 - 2",
                                      "^1.2.3-beta.1",
                                      ">=1.2.3-beta <2",
                                      "1.2.3-rc.1 - 2.0.0",
                                      "* ^1.2",
                                      "^12345.2.3",
                                      "10000.20000.x"}) {
    for (const Options options : all_options) {
      EXPECT_TRUE(is_plain_and_same(text, options)) << text;
    }
  }
}

TEST(PlainRange, LeavesTheRestToTheGeneralWay) {
  for (const std::string_view text :
       {"",         "*",       "latest",      "1.2.3+b",   "v1.2.3",   "01.2.3",     "1.2-beta",
        "~>1.2",    "1.2.3.4", ">=1.2.3  <2", "1 - 2 - 3", "1 - 2 3",  ">1 - 2",     "<0",
        "<0.0.0-0", "* || 1",  "1.2.3*",      "1.x.3",     "1 |2",     "1 | | 2",    "9007199254740992",
        "^",        ">=",      "1.",          "1.2.3-",    "1.2.3-01", "1.2.3-a..b", "1.2.3 -2"}) {
    for (const Options options : all_options) {
      EXPECT_FALSE(is_plain_and_same(text, options)) << text;
    }
  }
}

// Every pair of components in every way to put two together.
TEST(PlainRange, GivesWhatTheGeneralWayGives) {
  std::vector<std::string> components;
  for (const std::string_view sign : {"", "^", "~", "<", "<=", ">", ">=", "=", "^ ", ">= ", "~>", "=="}) {
    for (const std::string_view partial : {"0",
                                           "1",
                                           "0.0",
                                           "0.1",
                                           "1.0",
                                           "2.3",
                                           "0.0.0",
                                           "0.0.1",
                                           "0.1.0",
                                           "1.2.3",
                                           "1.x",
                                           "1.2.x",
                                           "x",
                                           "*",
                                           "1.X.x",
                                           "0.0.0-0",
                                           "1.2.3-0",
                                           "1.2.3-a.1",
                                           "1.2.3-01",
                                           "9999.9999.9999",
                                           "99999.99999.99999",
                                           "100000.0.0",
                                           "1.2.100000",
                                           "00.1.2",
                                           "1."}) {
      components.emplace_back(std::string(sign).append(partial));
    }
  }
  std::size_t plain = 0;
  std::size_t asked = 0;
  for (const std::string_view between : {" ", " || ", "||", " - ", "  ", "|| ", " | ", "-", ""}) {
    for (std::size_t i = 0; i < components.size(); ++i) {
      for (std::size_t j = i % 7; j < components.size(); j += 7) {
        const std::string text = components[i] + std::string(between) + components[j];
        plain += is_plain_and_same(text, all_options[(i + j) % 4]) ? 1 : 0;
        ++asked;
      }
    }
  }
  EXPECT_GT(plain, asked / 8);
}

// With their sets' keys put aside for many versions at once.
TEST(PlainRange, IsSatisfiedByTheSame) {
  const std::string_view versions[] = {
      "0.0.0-0", "0.0.0",   "1.2.2", "1.2.3-0",  "1.2.3-a.1",           "1.2.3-b", "1.2.3", "1.2.4-0",
      "1.3.0",   "2.0.0-0", "2.0.0", "2.0.0-rc", "9007199254740991.0.0"};
  for (const std::string_view text : {"^1.2.3", ">1.2.3", "<1.2.3", "<=1.2.3-b", ">1.2.3-a.1", "=1.2.3-b", "1.2.3",
                                      "<2.0.0-rc", ">=1.2.3-0 <2", "<1 || >1", ">2 <1", ">=2.0.0-0"}) {
    for (const Options options : all_options) {
      const Range range = *parse_range(text, options);
      for (const std::string_view version : versions) {
        SCOPED_TRACE(std::string(version) + " in " + std::string(text));
        const Version parsed = *parse_version(version);
        bool expected = false;  // As npm does it, comparator by comparator.
        for (std::size_t i = 0; i < range.size(); ++i) {
          bool all = true;
          bool asked = !parsed.is_prerelease() || options.include_prerelease;
          for (std::size_t j = 0; j < range[i].size(); ++j) {
            const Comparator comparator = range[i][j];
            all = all && comparator.test(parsed);
            const Version& other = comparator.version;
            asked = asked || (other.is_prerelease() && other.major() == parsed.major() &&
                              other.minor() == parsed.minor() && other.patch() == parsed.patch());
          }
          expected = expected || (all && asked);
        }
        EXPECT_EQ(satisfies(version, range), expected);
        EXPECT_EQ(satisfies(parsed, range), expected);
      }
    }
  }
}

}  // namespace
}  // namespace semver
