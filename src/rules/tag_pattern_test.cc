// SPDX-License-Identifier: Apache-2.0
#include "rules/tag_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rules {
namespace {

TEST(TagPattern, TakesTheVersionOutOfATag) {
  struct Case {
    std::string_view name;
    std::string_view pattern;
    std::string_view tag;
    std::string_view version;  // Empty: none.
  };
  constexpr Case cases[] = {
      {"a suffix", "^(?P<version>.+)-alpine$", "1.2.3-alpine", "1.2.3"},
      {"a prefix and a suffix", R"(^api\.v2-(?P<version>.+)-alpine3\.20$)", "api.v2-1.2.3-alpine3.20", "1.2.3"},
      {"a dot that is any character", "^api.(?P<version>.+)$", "api-1.2.3", "1.2.3"},
      {"nothing between prefix and suffix", "^1(?P<version>.+)1$", "11", ""},
      {"prefix and suffix that overlap", "^1.2.3-(?P<version>.+)-x$", "1.2.3-x", ""},
      {"a line break in what is no tag", "^(?P<version>.+)$", "1.2.3\n", ""},
      {"not that suffix", "^(?P<version>.+)-alpine$", "1.2.3-slim", ""},
      {"a prerelease before the suffix", "^(?P<version>.+)-alpine$", "1.2.3-rc.1-alpine", "1.2.3-rc.1"},
      {"the newer spelling of a group", "^(?<version>.+)-alpine$", "1.2.3-alpine", "1.2.3"},
      {"several groups", R"(^(\w+)-(?P<flavour>[a-z]+)-(?P<version>.+)$)", "api-slim-1.2.3", "1.2.3"},
      {"a leading v", "^release-(?P<version>.+)$", "release-v1.2.3", "1.2.3"},
      {"inside of the tag", R"((?P<version>\d+\.\d+\.\d+))", "build-1.2.3-x", "1.2.3"},
      {"what is no version", "^(?P<version>.+)-alpine$", "latest-alpine", ""},
      {"two numbers", "^(?P<version>.+)-alpine$", "1.2-alpine", ""},
      {"a group that takes nothing", "^a(?P<version>b?)", "a", ""},
      {"a group beside the one that matched", "^(?P<version>1.+)|x$", "x", ""},
      {"Helm's plus", "^(?P<version>.+)$", "1.2.3_build.5", "1.2.3"},
      {"Helm's plus behind a prerelease", "^(?P<version>.+)$", "1.2.3-rc.1_5", "1.2.3-rc.1"},
      {"two of them", "^(?P<version>.+)$", "1.2.3_a_b", ""},
      {"nothing behind it", "^(?P<version>.+)$", "1.2.3_", ""},
      {"an empty identifier behind it", "^(?P<version>.+)$", "1.2.3_a..b", ""},
      {"text in quotes", R"(^\Q(?=x)\E(?P<version>.+))", "(?=x)1.2.3", "1.2.3"},
      {"parentheses in a class", R"(^[()](?P<version>.+))", "(1.2.3", "1.2.3"},
      {"a bracket in a class", R"(^[]\]x[:digit:]](?P<version>.+))", "]1.2.3", "1.2.3"},
      {"a bracket and a colon in a class", "^[[:](?<version>.+)$", ":1.2.3", "1.2.3"},
      {"the same with a colon behind the class", "^[[:x](?<version>.+):$", "[1.2.3:", "1.2.3"},
      {"a range up to a bracket", R"(^[+-[:](?<version>\d.+):]$)", ":1.2.3:]", "1.2.3"},
      {"a range from a bracket", "^[]-a:](?<version>.+)$", "^1.2.3", "1.2.3"},
      {"a hyphen behind many", R"(^[\d-[:alpha:]](?<version>\d.+)$)", "a1.2.3", "1.2.3"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pattern = TagPattern::parse(c.pattern);
    ASSERT_TRUE(pattern) << pattern.error().message;
    EXPECT_EQ(pattern->text(), c.pattern);
    const auto version = pattern->version(c.tag);
    EXPECT_EQ(version ? to_string(*version) : "", c.version);
  }
}

TEST(TagPattern, SaysWhatIsWrongAndWhere) {
  struct Case {
    std::string_view pattern;
    std::string_view marked;  // From the spot on.
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"", "", "no group named `version`"},
      {"-alpine$", "-alpine$", "write `^(?P<version>.+)-alpine$`"},
      {"^release-", "^release-", "write `^release-(?P<version>.+)$`"},
      {"^(.+)-alpine$", "^(.+)-alpine$", "no group named `version`"},
      {"^(?P<Version>.+)$", "^(?P<Version>.+)$", "no group named `version`"},
      {"(?P<version>.+", "(?P<version>.+", "`(` is never closed"},
      {"(a)(?P<version>.+", "(?P<version>.+", "`(` is never closed"},
      {"(?P<version>.+))$", ")$", "`)` closes nothing"},
      {"(?P<version>[0-9.+)", "[0-9.+)", "`[` is never closed"},
      {"(?P<version>[9-0]+)", "9-0]+)", "`9-0` is no range of characters"},
      {"*(?P<version>.+)", "*(?P<version>.+)", "`*` repeats nothing"},
      {"(?P<version>.**)", "**)", "`**` repeats what is repeated already"},
      {"^(?P<version>.+)-(+)$", "+)$", "`+` repeats nothing"},
      {"^(?P<version>.*)|*$", "*$", "`*` repeats nothing"},
      {"^(?P<version>.*?)(*?)$", "*?)$", "`*?` repeats nothing"},
      {"(?P<version>((.{100}){100}))", "{100}))", "`{100}` repeats too often"},
      {R"((?P<version>.+)\\y\y)", R"(\y)", R"(`\y` is no escape that RE2 knows)"},
      {"(?P<version>.{2,1})", "{2,1})", "`{2,1}` repeats too often, or in the wrong order"},
      {R"((?P<version>\y+))", R"(\y+))", R"(`\y` is no escape that RE2 knows)"},
      {"(?P<version>.+)\\", "\\", "a backslash at the end escapes nothing"},
      {"(?P<version>.+)-(?<version>.+)", "(?<version>.+)", "there is a second group `version`"},
      {"(?<version.+)", "(?<version.+)", "names no group"},
      {"^(?=1)(?P<version>.+)", "(?=1)(?P<version>.+)", "`(?=` is a look-ahead, which RE2 has not"},
      {"(?P<version>.+)(?<!rc)", "(?<!rc)", "`(?<!` is a look-behind"},
      {"(?>a)(?P<version>.+)", "(?>a)(?P<version>.+)", "atomic group"},
      {R"((?P<version>.+)-\1)", R"(\1)", R"(`\1` refers back to a group)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto pattern = TagPattern::parse(c.pattern);
    ASSERT_FALSE(pattern);
    EXPECT_THAT(pattern.error().message, testing::HasSubstr(std::string(c.says)));
    EXPECT_EQ(c.pattern.substr(pattern.error().offset), c.marked);
  }
  EXPECT_FALSE(TagPattern::parse(std::string(501, 'a')));
  std::string groups;
  for (int i = 0; i < 29; ++i) groups += "()";
  EXPECT_TRUE(TagPattern::parse(groups + "(?P<version>.+)"));
  EXPECT_THAT(TagPattern::parse(groups + "()(?P<version>.+)").error().message, testing::HasSubstr("write (?:…)"));
  EXPECT_THAT(TagPattern::parse("(?P<version>(((.{100}){100}){100}))").error().message, testing::HasSubstr("repeats"));
}

TEST(TagPattern, MatchesNoTagIfItAsksForWhatNoTagHas) {
  struct Case {
    std::string_view pattern;
    bool none;
  };
  constexpr Case cases[] = {
      {"^(?P<version>.+)$", false},          {"^(?P<version>.+)-alpine$", false}, {R"(^(?P<version>.+)\+build$)", true},
      {"^shop:(?P<version>.+)$", true},      {"^a/(?P<version>.+)$", true},       {"^(a/|b-)(?P<version>.+)$", false},
      {"^(?P<version>.+)[+_]build$", false}, {"^V(?P<version>.+)$", false},       {" (?P<version>.+)", true},
  };
  for (const auto& c : cases) {
    const auto pattern = TagPattern::parse(c.pattern);
    ASSERT_TRUE(pattern) << c.pattern;
    EXPECT_EQ(matches_no_tag(*pattern), c.none) << c.pattern;
  }
}

TEST(TagPattern, ReadsNoVersionIfTheGroupTakesTooFewDots) {
  struct Case {
    std::string_view pattern;
    bool none;
  };
  constexpr Case cases[] = {
      {"^(?P<version>.+)$", false},
      {R"(^(?P<version>\d+\.\d+\.\d+)$)", false},
      {R"(^(?P<version>\d+)$)", true},
      {R"(^(?P<version>\d+\.\d+)$)", true},
      {R"(^(?P<version>\d+\.\d+(\.\d+)?)$)", false},
      {R"(^(?P<version>\d+(\.\d+)*)$)", false},
      {R"(^(?P<version>\d+(\.\d+){2})$)", false},
      {R"(^(?P<version>\d+(\.\d+){0,1})$)", true},
      {R"(^(?P<version>\d+(?:\.\d+){1})-alpine$)", true},
      {R"(^(?P<version>\d{8})$)", true},
      {R"(^(?P<version>[0-9]+)\.\d+\.\d+$)", true},
      {R"(^(?P<version>[0-9.]+)$)", false},
      {R"(^(?P<version>[0-9]+)$)", true},
      {R"(^(?P<version>[a-f0-9]{7,40})$)", true},
      {R"(^(?P<version>[-0-9]+)$)", true},
      {R"(^(?P<version>[--0]+)$)", false},
      {R"(^(?P<version>[\+-9]+)$)", false},
      {R"(^(?P<version>[\--9]+)$)", false},
      {R"(^(?P<version>[\t-~]+)$)", false},
      {R"(^(?P<version>[\d-]+)$)", true},
      {R"(^(?P<version>[\d\-]+)$)", true},
      {R"(^(?P<version>[^a-z]+)$)", false},
      {R"(^(?P<version>[[:digit:]]+)$)", false},
      {"^(?P<version>[[:0-9.]+)$", false},
      {"^(?P<version>[[:0-9]+)$", true},
      {"^(?P<version>[[:]+)$", true},
      {"^(?P<version>[!-é]+)$", false},
      {"^(?P<version>[é-ü]+)$", true},
      {R"(^(?P<version>[\t-!]+)$)", true},
      {R"(^(?P<version>[+-\x{39}]+)$)", false},
      {R"(^(?P<version>[\x{2E}]+)$)", false},
      {R"(^(?P<version>[^\d]+)$)", false},
      {R"(^(?P<version>latest|stable)$)", true},
      {R"(^(?P<version>latest|\d+\.\d+\.\d+)$)", false},
      {R"(^(?P<version>(?i)v\d+)$)", true},
      {R"(^(?P<version>\d[\d.](?i)+)$)", false},
      {R"(^(?P<version>\d[\d.]?(?i)+)$)", false},
      {R"(^(?P<version>\d[\d.]\Q\E+)$)", false},
      {R"(^(?P<version>\d(?i)+)$)", true},
      {R"(^(?P<version>\Q1.2.3\E)$)", false},
      {R"(^(?P<version>\Q1.2\E)$)", true},
      {R"(^(?P<version>\S+)$)", false},
      {R"(^(?P<version>\w+)$)", true},
      {R"(^(?P<version>\x{2E}+)$)", false},
      {R"(^(?P<version>\d\.\d.+?)$)", false},
      {R"(^(?P<year>\d+\.\d+\.\d+)-(?P<version>\d+)$)", true},
  };
  for (const auto& c : cases) {
    const auto pattern = TagPattern::parse(c.pattern);
    ASSERT_TRUE(pattern) << c.pattern << pattern.error().message;
    EXPECT_EQ(reads_no_version(*pattern), c.none) << c.pattern;
  }
}

}  // namespace
}  // namespace rules
