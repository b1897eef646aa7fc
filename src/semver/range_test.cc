// SPDX-License-Identifier: Apache-2.0
#include "semver/range.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "semver/testing.h"

namespace semver {
namespace {

constexpr Options strict;
constexpr Options loose{.loose = true};
constexpr Options prereleases{.include_prerelease = true};
constexpr Options loose_prereleases{.loose = true, .include_prerelease = true};

std::string repeat(std::string_view text, std::size_t count) {
  std::string repeated;
  for (; count > 0; --count) {
    repeated += text;
  }
  return repeated;
}

// npm's validRange; empty for its null.
std::string valid_range(std::string_view text, Options options = {}) {
  const Tight tight(text);
  const auto range = parse_range(tight.view(), options);
  return range ? std::string(range->valid_text()) : "";
}

Range parsed(std::string_view text, Options options = {}) {
  auto range = parse_range(text, options);
  EXPECT_TRUE(range) << text;
  return range ? *std::move(range) : *parse_range("*");
}

TEST(ParseRange, AnswersAsNpmDoes) {
  struct Case {
    std::string_view text;  // Names the row.
    Options options;
    std::string_view want;
  };
  const Case cases[] = {
      {">1", strict, ">=2.0.0"},
      {">1.2", strict, ">=1.3.0"},
      {"<=1.2", strict, "<1.3.0-0"},
      {"<=1", strict, "<2.0.0-0"},
      {"<1.2", strict, "<1.2.0-0"},
      {"<1", strict, "<1.0.0-0"},
      {">=1.x", strict, ">=1.0.0"},
      {"=1.2", strict, ">=1.2.0 <1.3.0-0"},
      {"<1.2", prereleases, "<1.2.0-0"},
      {">1.2", prereleases, ">=1.3.0-0"},
      {"1.x", prereleases, ">=1.0.0-0 <2.0.0-0"},
      {"~1.2", prereleases, ">=1.2.0-0 <1.3.0-0"},
      {"~1.2.3", prereleases, ">=1.2.3 <1.3.0-0"},
      {"^1.2.3", prereleases, ">=1.2.3 <2.0.0-0"},
      {"^1.2", prereleases, ">=1.2.0-0 <2.0.0-0"},
      {"^0.0.3", prereleases, ">=0.0.3 <0.0.4-0"},
      {"1.2.3 - 2.0.0", prereleases, ">=1.2.3-0 <2.0.1-0"},
      {"1.2.3 - 2", prereleases, ">=1.2.3-0 <3.0.0-0"},
      {"*", prereleases, "*"},
      {"^0", strict, "<1.0.0-0"},
      {"^0.0", strict, "<0.1.0-0"},
      {"^0.1", strict, ">=0.1.0 <0.2.0-0"},
      {"^0.0.3", strict, ">=0.0.3 <0.0.4-0"},
      {"^0.0.0", strict, "<0.0.1-0"},
      {"^0.2.3", strict, ">=0.2.3 <0.3.0-0"},
      {"^1.2.3-beta", strict, ">=1.2.3-beta <2.0.0-0"},
      {"~0", strict, "<1.0.0-0"},
      {"~0.0", strict, "<0.1.0-0"},
      {"~0.0.1", strict, ">=0.0.1 <0.1.0-0"},
      {"~1.2.3-beta.2", strict, ">=1.2.3-beta.2 <1.3.0-0"},
      {"^x", strict, "*"},
      {"~", strict, ""},
      {"^", strict, ""},
      {">", strict, ""},
      {">=", strict, ""},
      {"<", strict, ""},
      {"=", strict, ""},
      {"1.2.3 - 2.3", strict, ">=1.2.3 <2.4.0-0"},
      {"1.2 - 2.3.4", strict, ">=1.2.0 <=2.3.4"},
      {"1.2.3 - 2", strict, ">=1.2.3 <3.0.0-0"},
      {"1.2.3-2.0.0", strict, "1.2.3-2.0.0"},
      {"1.2.3 -2.0.0", strict, ""},
      {"1.2.3- 2.0.0", strict, ""},
      {"x - 2", strict, "<3.0.0-0"},
      {"1 - x", strict, ">=1.0.0"},
      {">1.2.3 - 2.0.0", strict, ""},
      {"1.0.0 - 2.0.0 || 3", strict, ">=1.0.0 <=2.0.0||>=3.0.0 <4.0.0-0"},
      {"1.0.0 - 2.0.0 <1.5.0", strict, ""},
      {"1.0.0  -  2.0.0", strict, ">=1.0.0 <=2.0.0"},
      {"1 - 2 - 3", strict, ""},
      {"1.2.3-beta - 2.0.0-rc", strict, ">=1.2.3-beta <=2.0.0-rc"},
      {"1.2.3+b - 2.0.0+c", strict, ">=1.2.3 <=2.0.0"},
      {"", strict, "*"},
      {" ", strict, "*"},
      {"||", strict, "*"},
      {"1 ||", strict, "*"},
      {"|| 1", strict, "*"},
      {"1 | 2", strict, ""},
      {"1.2.3||2.x", strict, "1.2.3||>=2.0.0 <3.0.0-0"},
      {"1,2", strict, ""},
      {">=1.0.0, <2.0.0", strict, ""},
      {">=1.0.0,<2.0.0", strict, ""},
      {">=1.0.0 && <2", strict, ""},
      {"!=1.2.3", strict, ""},
      {"latest", strict, ""},
      {">=1.0.0<2.0.0", strict, ""},
      {"1.2.3 || latest", strict, ""},
      {"1.2.3 latest", strict, ""},
      {"1.2.3 || latest", loose, "1.2.3"},
      {"1.2.3 latest", loose, "1.2.3"},
      {"latest", loose, ""},
      {">= 1.2.3", strict, ">=1.2.3"},
      {"> =1.2.3", strict, ">=1.2.3"},
      {">=\t1.2.3", strict, ">=1.2.3"},
      {"~ 1.2", strict, ">=1.2.0 <1.3.0-0"},
      {"~> 1.2", strict, ">=1.2.0 <1.3.0-0"},
      {"~ > 1.2", strict, ">=1.2.0 <1.3.0-0"},
      {"~>=1.2.3", strict, ">=1.2.3 <1.3.0-0"},
      {"^ 1", strict, ">=1.0.0 <2.0.0-0"},
      {">v1.2.3", strict, ">1.2.3"},
      {">=V1.2.3", strict, ""},
      {"v1.2", strict, ">=1.2.0 <1.3.0-0"},
      {"==1.2.3", strict, ""},
      {"=v1.2.3", strict, "1.2.3"},
      {"v=1.2.3", strict, ""},
      {"vv1.2.3", strict, ""},
      {"^=1.2.3", strict, ">=1.2.3 <2.0.0-0"},
      {"~v1.2.3", strict, ">=1.2.3 <1.3.0-0"},
      {"=>1.2.3", strict, ""},
      {"<>1.2.3", strict, ""},
      {">>1.2.3", strict, ""},
      {">1.2.3>", strict, ""},
      {"^~1.2.3", strict, ""},
      {"~^1.2.3", strict, ""},
      {"x.1", strict, ""},
      {"1.x.5", strict, ""},
      {"*.1.2", strict, ""},
      {"1.*.*", strict, ">=1.0.0 <2.0.0-0"},
      {"1.X", strict, ">=1.0.0 <2.0.0-0"},
      {"1.2.x-beta", strict, ">=1.2.0 <1.3.0-0"},
      {"1.x-beta", strict, ""},
      {"1.2.*+build", strict, ">=1.2.0 <1.3.0-0"},
      {"1.2-beta", strict, ""},
      {"1.2.3.4", strict, ""},
      {"1.2.", strict, ""},
      {".1", strict, ""},
      {"1..2", strict, ""},
      {"01.2.3", strict, ""},
      {"01.2.3", loose, "1.2.3"},
      {"1.02", strict, ""},
      {"**", strict, ""},
      {"* *", strict, "*"},
      {"x || y", strict, ""},
      {">*", strict, "<0.0.0-0"},
      {"<*", strict, "<0.0.0-0"},
      {">=*", strict, "*"},
      {"<=*", strict, "*"},
      {">1 <*", strict, "<0.0.0-0"},
      {">=0.0.0", strict, "*"},
      {">=0.0.0 <1", strict, "<1.0.0-0"},
      {">=0.0.0-0", strict, ">=0.0.0-0"},
      {">=0.0.0-0", prereleases, "*"},
      {"1.2.3 1.2.3", strict, "1.2.3"},
      {"* 1.2.3", strict, "1.2.3"},
      {"* || 1.2.3", strict, "*"},
      {"1.2.3 || *", strict, "*"},
      {">2 <1", strict, ">=3.0.0 <1.0.0-0"},
      {"<0.0.0-0 || 1", strict, ">=1.0.0 <2.0.0-0"},
      {"<x || 1", strict, ">=1.0.0 <2.0.0-0"},
      {"~1.2.3beta", strict, ""},
      {"~1.2.3beta", loose, ">=1.2.3-beta <1.3.0-0"},
      {"^9007199254740991.0.0", strict, ""},
      {"=9007199254740991.0.0", strict, "9007199254740991.0.0"},
      {">9007199254740991", strict, ""},
      {">=1.2.3-beta+build <2", strict, ">=1.2.3-beta <2.0.0-0"},
      {">=1.2.3 <1.2.3", strict, ">=1.2.3 <1.2.3"},
      {"1.2.3 =1.2.3", strict, "1.2.3"},
      {">=1.2.3 >1.2.3", strict, ">=1.2.3 >1.2.3"},
      {">1.2.3\n<2", strict, ">1.2.3 <2.0.0-0"},
      {">1.2.3\u00a0<2", strict, ">1.2.3 <2.0.0-0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(valid_range(c.text, c.options), c.want);
  }
}

// What surprises in npm's answers, beyond the rows above. All were asked of npm 7.8.6.
TEST(ParseRange, Traps) {
  struct Case {
    std::string_view name;
    std::string text;
    Options options;
    std::string want;
  };
  const Case cases[] = {
      {"letters alone", repeat("a", 300), strict, ""},
      {"blanks do not count", "1.2.3" + repeat(" ", 300), strict, "1.2.3"},
      {"blanks after an operator", ">" + repeat(" ", 20) + "1.2.3", strict, ">1.2.3"},
      {"carets allow numbers after an x", "^1.x.3", strict, ">=1.0.0 <2.0.0-0"},
      {"tildes too", "~x.1.2", strict, "*"},
      {"two equals before an x-range", "==1.2", strict, ">=1.2.0 <1.3.0-0"},
      {"any v's before an x-range", "vvv1.x", strict, ">=1.0.0 <2.0.0-0"},
      {"one star goes", "1.2.3*", strict, "1.2.3"},
      {"a star goes with its operator", "1.>=*2.3", strict, "1.2.3"},
      {"but with a whole one only", "<>=*1.2.3", strict, "<1.2.3"},
      {"not after a caret", "^1.2.3*", strict, ""},
      {"build metadata goes anywhere", ">+a.b=1.2.3", strict, ">=1.2.3"},
      {"build metadata alone is empty", "+a", strict, "*"},
      {"build metadata of a partial version", "1+b.2", strict, ">=1.0.0 <2.0.0-0"},
      {"build metadata without end", "1.2.3+" + repeat("b", 1000), strict, "1.2.3"},
      {"a prefix in a hyphen range ends it as an operator", "=1.2.3 - 2.0.0", strict, ""},
      {"but not of a partial version", "=1.2 - 2", strict, ">=1.2.0 <3.0.0-0"},
      {"an x before a hyphen", "x.1 - 2", strict, "<3.0.0-0"},
      {"a hyphen range of loose versions", "1.2.3beta - 2", strict, ""},
      {"a hyphen range of loose versions, loose", "1.2.3beta - 2", loose, ">=1.2.3-beta <3.0.0-0"},
      {"three bars", "1|||2", strict, ""},
      {"four bars", "1||||2", strict, "*"},
      {"order of a repeated comparator", ">1.0.0 <3.0.0 >1.0.0", strict, ">1.0.0 <3.0.0"},
      {"spelt differently but the same", "=1.2.3 v1.2.3", strict, "1.2.3"},
      {"all nothing", "<* || >x", strict, "<0.0.0-0"},
      {"nothing beside something bad", "<* || y", strict, ""},
      {"a comparator may be 256 long", "1.2.3-" + repeat("a", 250), strict, "1.2.3-" + repeat("a", 250)},
      {"but not 257", "1.2.3-" + repeat("a", 251), strict, ""},
      {"and its v counts", "v1.2.3-" + repeat("a", 250), strict, ""},
      {"too large once increased", "<=9007199254740991", strict, ""},
      {"just not", "<=9007199254740990", strict, "<9007199254740991.0.0-0"},
      {"the first that no one can exceed", "^0.9007199254740991", strict, ""},
      {"a zero by its text", "^00.2.3", loose, ">=0.2.3 <1.0.0-0"},
      {"the lowest by its text", ">=00.0.0", loose, ">=0.0.0"},
      {"the lowest by its text, strict", ">=v0.0.0", strict, ">=0.0.0"},
      {"the lowest in a caret", "^00", loose, ">=0.0.0 <1.0.0-0"},
      {"lowest of all", ">=0.0.0-0 <1", prereleases, "<1.0.0-0"},
      {"only there", ">=0.0.0-0 <1", strict, ">=0.0.0-0 <1.0.0-0"},
      {"not the lowest of all", ">=0.0.0", prereleases, ">=0.0.0"},
      {"loose drops the whole of an alternative", "latest || 1", loose, ">=1.0.0 <2.0.0-0"},
      {"loose keeps what allows all at an end", "latest *", loose, "*"},
      {"but not between", "latest * latest", loose, ""},
      {"loose refuses numbers too large", "latest 9007199254740992.0.0", loose, ""},
      {"loose drops those that print with an exponent", "1 - 1000000000000000000000", loose, ">=1.0.0"},
      {"or reads a part of them", "<=1.1500000000000000000000", loose, "<1.1.5-e"},
      {"or another", "1 - 1.2.1000000000000000000000", loose_prereleases, ">=1.0.0-0 <1.2.1-e"},
      {"loose takes a digit from the patch", "~1.2.34.5", loose, ">=1.2.3-4.5 <1.3.0-0"},
      {"a wide blank", "\u30001.2.3\u2003\u2003||\ufeff>\u00a02", strict, "1.2.3||>=3.0.0"},
      {"no blank", "1\u200b", strict, ""},
      {"many alternatives", repeat("1.2.3 || ", 50) + "^2", strict, repeat("1.2.3||", 50) + ">=2.0.0 <3.0.0-0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(valid_range(c.text, c.options), c.want);
  }
}

TEST(ParseRange, TextIsEmptyWhereValidTextIsAStar) {
  EXPECT_EQ(parsed("").text(), "");
  EXPECT_EQ(parsed("*", prereleases).text(), "");
  EXPECT_EQ(parsed("").valid_text(), "*");
  EXPECT_EQ(parsed("1.2.3 || 2").text(), "1.2.3||>=2.0.0 <3.0.0-0");
}

TEST(ParseRange, SaysWhatWasExpectedWhere) {
  struct Case {
    std::string_view text;  // Names the row.
    Options options;
    std::size_t offset;
    std::string_view expected;
  };
  const Case cases[] = {
      {"latest", strict, 0, "a digit, x or *"},
      {"^", strict, 1, "a digit, x or *"},
      {">= ", strict, 2, "a digit, x or *"},
      {"^~1.2.3", strict, 1, "a digit, x or *"},
      {"1.2.", strict, 4, "a digit, x or *"},
      {"1..2", strict, 2, "a digit, x or *"},
      {"1.2.3 || latest", strict, 9, "a digit, x or *"},
      {"1.2.3 latest", strict, 6, "a digit, x or *"},
      {"1,2", strict, 1, "a blank or ||"},
      {">=1.0.0, <2.0.0", strict, 7, "a blank or ||"},
      {">=1.0.0<2.0.0", strict, 7, "a blank or ||"},
      {">=1.0.0 && <2", strict, 8, "a digit, x or *"},
      {"1 | 2", strict, 2, "a digit, x or *"},
      {"1.2.3.4", strict, 5, "a blank or ||"},
      {"1.2-beta", strict, 3, "a dot and a number before it"},
      {"1.2.3-", strict, 6, "a letter, a digit or a hyphen"},
      {"1.2.3-01", strict, 6, "a number without leading zeros"},
      {"01.2.3", strict, 0, "a number without leading zeros"},
      {"^1.02", strict, 3, "a number without leading zeros"},
      {"1.x.5", strict, 4, "x or *, since an x is before it"},
      {"x.1", strict, 2, "x or *, since an x is before it"},
      {">=V1.2.3", strict, 2, "a digit, x or *"},
      {"v=1.2.3", strict, 1, "a digit, x or *"},
      {"==1.2.3", strict, 1, "a digit, x or *"},
      {"1.0.0 - 2.0.0 <1.5.0", strict, 6, "a digit, x or *"},
      {">  9007199254740991", strict, 3, "a number below 9007199254740991"},
      {"1.2.9007199254740992", strict, 4, "a number below 9007199254740991"},
      {"\u00a0\u00a0^1.2.3 \u3000 ~y", strict, 16, "a digit, x or *"},
      {"1.2.3+build.5 oops", strict, 14, "a digit, x or *"},
      {"latest", loose, 0, "a digit, x or *"},
      {"latest || 9007199254740992.0.0", loose, 10, "a number below 9007199254740991"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto range = parse_range(c.text, c.options);
    ASSERT_FALSE(range);
    EXPECT_EQ(range.error().offset, c.offset);
    EXPECT_EQ(range.error().expected, c.expected);
  }
}

TEST(ParseRange, RefusesATextLargerThanAnyoneWrites) {
  EXPECT_FALSE(parse_range(std::string(range_length_max + 1, ' ')));
  EXPECT_TRUE(parse_range(std::string(range_length_max, ' ')));
}

TEST(ParseRange, StaysLinearInManyComparators) {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += "<" + std::to_string(i % 10000 + 1) + ".0.0 ";
  }
  const Range range = parsed(text);
  EXPECT_EQ(range[0].size(), 10000U);
  EXPECT_EQ(to_string(range[0][9999]), "<10000.0.0");
}

TEST(ParseRange, ReadsNothingBeyondTheText) {
  const std::string_view whole = " >= 1.2.3-beta.4+b <2.x || ~> 3.4 || 1.0.0 - 2.0.0-rc+c || ^v5.*";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (const Options options : {strict, loose, prereleases, loose_prereleases}) {
      const Tight tight(whole.substr(0, size));
      (void)parse_range(tight.view(), options);
    }
  }
}

TEST(Satisfies, AnswersAsNpmDoes) {
  struct Case {
    std::string_view version;  // These two name the row.
    std::string_view range;
    Options options;
    bool want;
  };
  const Case cases[] = {
      {"1.3.0-beta", ">1.2.3", strict, false},
      {"1.2.3-beta", "<=1.2.3", strict, false},
      {"2.0.0-rc.1", "<2.0.0", strict, false},
      {"2.0.0-rc.1", ">1.2.3", strict, false},
      {"1.2.4-alpha", "^1.2.3-alpha", strict, false},
      {"1.2.3-beta", "^1.2.3-alpha", strict, true},
      {"1.2.3-beta", "1.2.3-alpha || >2", strict, false},
      {"1.2.3-rc.1", ">=1.2.3-alpha <1.2.3-rc.2", strict, true},
      {"1.2.3-rc.1", ">=1.0.0 1.2.3-rc.1", strict, true},
      {"2.0.0-alpha", ">=1.0.0 <2.0.0-0", strict, false},
      {"2.0.0-0", "^1.0.0", prereleases, false},
      {"2.0.0-rc.1", "<2.0.0", prereleases, true},
      {"2.0.0-rc.1", "^1.2.3", prereleases, false},
      {"1.0.0-rc1", "*", strict, false},
      {"1.0.0-rc1", "*", prereleases, true},
      {"1.0.0-rc1", "", prereleases, true},
      {"1.5.0", "1.2.3-2.0.0", strict, false},
      {"0.0.0-0", "<*", strict, false},
      {"1.5.0", ">2 <1", strict, false},
      {"1.2.3+build", "1.2.3", strict, true},
      {"1.2.3", "1.2.3+build", strict, true},
      {"not", "*", strict, false},
      {"v1.2.3", "1.2.3", strict, true},
      {"1.2", "1.x", strict, false},
      {"01.2.3", "1.x", strict, false},
      {"1.2.3beta", "*", loose, false},
      {"1.2.3beta", ">=1.2.3-alpha", loose, true},
      {"1.2.3", "~1.2.3beta", loose, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.version).append(" in ").append(c.range));
    const Range range = parsed(c.range, c.options);
    const Tight tight(c.version);
    EXPECT_EQ(satisfies(tight.view(), range), c.want);
    if (const auto version = parse_version(tight.view(), c.options)) {
      EXPECT_EQ(satisfies(*version, range), c.want);
      EXPECT_EQ(match(*version, range) == Match::Satisfies, c.want);
    }
  }
  // npm says false where there is no range to satisfy; we say that there is none.
  EXPECT_FALSE(parse_range("not a range"));
  EXPECT_FALSE(parse_range("1.2.3.4"));
}

TEST(MatchOf, TellsWhyAVersionDoesNotSatisfy) {
  struct Case {
    std::string_view name;
    std::string_view version;
    std::string_view range;
    Options options;
    Match want;
  };
  const Case cases[] = {
      {"within", "1.2.3", "^1", strict, Match::Satisfies},
      {"below", "0.9.0", "^1", strict, Match::Outside},
      {"above", "2.0.0", "^1", strict, Match::Outside},
      {"prerelease within", "1.2.3-rc.1", "^1", strict, Match::PrereleaseNotAsked},
      {"prerelease within, all asked", "1.2.3-rc.1", "^1", prereleases, Match::Satisfies},
      {"prerelease above", "2.0.0-rc.1", "^1", strict, Match::Outside},
      {"prerelease asked by the same numbers", "1.2.3-rc.1", "^1.2.3-beta", strict, Match::Satisfies},
      {"prerelease asked by other numbers", "1.2.4-rc.1", "^1.2.3-beta", strict, Match::PrereleaseNotAsked},
      {"the upper bound asks for none of its own", "2.0.0-0", "^1", strict, Match::Outside},
      {"an equality asks too", "1.2.3-rc.1", ">=1.0.0 1.2.3-rc.1", strict, Match::Satisfies},
      {"another alternative asks", "1.2.3-rc.1", "^1 || 1.2.3-rc.1", strict, Match::Satisfies},
      {"another alternative asks, but for more", "1.2.3-rc.1", "^1 || >1.2.3-rc.1", strict, Match::PrereleaseNotAsked},
      {"anything", "1.2.3-rc.1", "*", strict, Match::PrereleaseNotAsked},
      {"anything, all asked", "0.0.0-0", "*", prereleases, Match::Satisfies},
      {"numbers beyond the key", "1.2.40000001-rc", "~1.2.40000000-rc", strict, Match::PrereleaseNotAsked},
      {"the same numbers beyond the key", "1.2.40000000-rd", "~1.2.40000000-rc", strict, Match::Satisfies},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(match(*parse_version(c.version), parsed(c.range, c.options)), c.want);
  }
}

TEST(Range, ShowsItsComparators) {
  const Range range = parsed("~1.2.3-beta || 3.0.0 || >4");
  ASSERT_EQ(range.size(), 3U);
  EXPECT_EQ(range[0].text(), ">=1.2.3-beta <1.3.0-0");
  ASSERT_EQ(range[0].size(), 2U);
  const Comparator lower = range[0][0];
  EXPECT_EQ(lower.op, Operator::GreaterOrEqual);
  EXPECT_EQ(to_string(lower), ">=1.2.3-beta");
  EXPECT_EQ(to_string(lower.version), "1.2.3-beta");
  EXPECT_TRUE(lower.test(*parse_version("1.2.3-rc")));
  EXPECT_FALSE(range[0][1].test(*parse_version("1.3.0")));
  EXPECT_EQ(range[1][0].op, Operator::Equal);
  EXPECT_EQ(to_string(range[1][0]), "3.0.0");
  EXPECT_EQ(range[2].text(), ">=5.0.0");
}

TEST(Range, OfAllVersionsHasOneEmptySet) {
  for (const std::string_view text : {"", "*", "x || 1", "1 || >=0.0.0"}) {
    SCOPED_TRACE(text);
    const Range range = parsed(text);
    ASSERT_EQ(range.size(), 1U);
    EXPECT_TRUE(range[0].empty());
    EXPECT_EQ(range[0].text(), "");
  }
}

// Short ranges lie in the object, long ones on the heap; both keep working when copied and moved.
TEST(Range, IsCopiedAndMovedFreely) {
  const std::string longer = repeat("1.2.3-alpha.beta || ", 30) + "^2.0.0-rc.1";
  for (const std::string_view text : {std::string_view("^2.0.0-rc.1"), std::string_view(longer)}) {
    std::vector<Range> ranges;
    for (int i = 0; i < 5; ++i) {
      const Tight tight(text);
      ranges.push_back(parsed(tight.view()));
    }
    Range assigned = parsed("1");
    assigned = ranges[0];
    ranges[1] = std::move(assigned);
    const Range copy = ranges[1];
    ranges.erase(ranges.begin(), ranges.begin() + 3);
    for (const Range& range : {ranges[0], ranges[1], copy}) {
      EXPECT_TRUE(satisfies("2.0.0-rc.2", range));
      EXPECT_FALSE(satisfies("2.0.0-beta", range));
      EXPECT_TRUE(range.text().ends_with(">=2.0.0-rc.1 <3.0.0-0"));
    }
  }
}

}  // namespace
}  // namespace semver
