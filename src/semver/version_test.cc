// SPDX-License-Identifier: Apache-2.0
#include "semver/version.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "semver/testing.h"

namespace semver {
namespace {

constexpr Options strict;
constexpr Options loose{.loose = true};

constexpr auto less = std::weak_ordering::less;
constexpr auto equal = std::weak_ordering::equivalent;
constexpr auto greater = std::weak_ordering::greater;

std::string name_of(std::weak_ordering order) { return order < 0 ? "less" : order > 0 ? "greater" : "equal"; }

std::string repeat(std::string_view text, std::size_t count) {
  std::string repeated;
  for (; count > 0; --count) {
    repeated += text;
  }
  return repeated;
}

// Empty if it is none, as npm's `valid` gives null.
std::string valid(std::string_view text, Options options = {}) {
  const Tight tight(text);
  const auto version = parse_version(tight.view(), options);
  return version ? to_string(*version) : "";
}

Version parsed(std::string_view text, Options options = {}) {
  const auto version = parse_version(text, options);
  EXPECT_TRUE(version) << text;
  return version.value_or(Version());
}

std::vector<std::string> list(const Identifiers& identifiers) { return {identifiers.begin(), identifiers.end()}; }

TEST(ParseVersion, AnswersAsNpmDoes) {
  struct Case {
    std::string_view text;  // Names the row.
    Options options;
    std::string_view want;
  };
  const Case cases[] = {
      {"v1.2.3", strict, "1.2.3"},
      {"V1.2.3", strict, ""},
      {"=1.2.3", strict, ""},
      {" 1.2.3 ", strict, "1.2.3"},
      {"1.2.3\n", strict, "1.2.3"},
      {"v 1.2.3", strict, ""},
      {"v 1.2.3", loose, "1.2.3"},
      {"=v1.2.3", loose, "1.2.3"},
      {"1.2.3beta", strict, ""},
      {"1.2.3beta", loose, "1.2.3-beta"},
      {"1.2.3-01", strict, ""},
      {"1.2.3-01", loose, "1.2.3-1"},
      {"1.2.3-0a", strict, "1.2.3-0a"},
      {"1.2.3-00a", strict, "1.2.3-00a"},
      {"1.2.3-", strict, ""},
      {"1.2.3--", strict, "1.2.3--"},
      {"1.2.3-a..b", strict, ""},
      {"1.2.3+", strict, ""},
      {"1.2.3+01", strict, "1.2.3"},
      {"1.2.3+a_b", strict, ""},
      {"1.2.3+a+b", strict, ""},
      {"1.2", strict, ""},
      {"1.2.3.4", strict, ""},
      {"9007199254740991.0.0", strict, "9007199254740991.0.0"},
      {"9007199254740992.0.0", strict, ""},
      {"1.2.3-9007199254740993", strict, "1.2.3-9007199254740993"},
      {"", strict, ""},
      {"01.2.3", strict, ""},
      {"01.02.03", loose, "1.2.3"},
      {"1.2.3\u00a0", strict, "1.2.3"},
      {"\ufeff1.2.3", strict, "1.2.3"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(valid(c.text, c.options), c.want);
  }
}

TEST(ParseVersion, KeepsToTheLimitsOfNpm) {
  struct Case {
    std::string_view name;
    std::string text;
    Options options;
    std::string want;
  };
  const Case cases[] = {
      {"256 characters", "1.2.3-" + repeat("a", 250), strict, "1.2.3-" + repeat("a", 250)},
      {"257 characters", "1.2.3-" + repeat("a", 251), strict, ""},
      {"256 with the blanks around it", "1.2.3" + repeat(" ", 251), strict, "1.2.3"},
      {"257 with the blanks around it", "1.2.3" + repeat(" ", 252), strict, ""},
      {"blanks of three bytes count one each", "1.2.3" + repeat("\u3000", 251), strict, "1.2.3"},
      {"257 of them", "1.2.3" + repeat("\u3000", 252), strict, ""},
      {"blanks of two bytes", "1.2.3" + repeat("\u00a0", 251), strict, "1.2.3"},
      {"257 of them again", "1.2.3" + repeat("\u00a0", 252), strict, ""},
      {"far too long", repeat("1", 100000), strict, ""},
      {"the hyphen that loose adds does not count", "1.2.3" + repeat("a", 251), loose, "1.2.3-" + repeat("a", 251)},
      {"the largest minor", "0.9007199254740991.0", strict, "0.9007199254740991.0"},
      {"a minor too large", "0.9007199254740992.0", strict, ""},
      {"a patch too large", "0.0.9007199254740992", strict, ""},
      {"a patch that would wrap around 64 bits", "0.0.18446744073709551617", strict, ""},
      {"too large, loose too", "9007199254740992.0.0", loose, ""},
      {"zeros do not make it large", repeat("0", 200) + "1.2.3", loose, "1.2.3"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(valid(c.text, c.options), c.want);
  }
}

TEST(ParseVersion, TrimsWhatJavaScriptTrims) {
  for (const std::string_view blank : {"\t", "\n", "\v", "\f", "\r", " ", "\u00a0", "\u1680", "\u2000", "\u2005",
                                       "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"}) {
    SCOPED_TRACE(testing::PrintToString(blank));
    const std::string text = std::string(blank).append("1.2.3").append(blank).append(blank);
    EXPECT_EQ(valid(text), "1.2.3");
    EXPECT_EQ(valid("1.2.3" + text), "");
    EXPECT_EQ(valid(std::string("v").append(blank).append("1.2.3"), loose), "1.2.3");
  }
  using namespace std::string_view_literals;
  for (const std::string_view other :
       {"\u0085"sv, "\u180e"sv, "\u200b"sv, "\u2060"sv, "\0"sv, "\xC2"sv, "\xE2\x80"sv, "\xA0"sv}) {
    SCOPED_TRACE(testing::PrintToString(other));
    EXPECT_EQ(valid(std::string(other).append("1.2.3")), "");
    EXPECT_EQ(valid(std::string("1.2.3").append(other)), "");
  }
}

TEST(ParseVersion, SaysWhatWasExpectedWhere) {
  struct Case {
    std::string_view text;  // Names the row.
    Options options;
    std::size_t offset;
    std::string_view expected;
  };
  const Case cases[] = {
      {"", strict, 0, "a digit"},
      {"  ", strict, 2, "a digit"},
      {"latest", strict, 0, "a digit"},
      {"V1.2.3", strict, 0, "a digit"},
      {" v1", strict, 3, "a dot and the minor version"},
      {"1.2", strict, 3, "a dot and the patch version"},
      {"1.2.", strict, 4, "a digit"},
      {"1.x.3", strict, 2, "a digit"},
      {"01.2.3", strict, 0, "a number without leading zeros"},
      {"1.2.03", strict, 4, "a number without leading zeros"},
      {"1.2.3-a.01", strict, 8, "a number without leading zeros"},
      {"1.2.3.4", strict, 5, "the end of the version"},
      {"1.2.3 4", strict, 5, "the end of the version"},
      {"1.2.3-", strict, 6, "a letter, a digit or a hyphen"},
      {"1.2.3-a..b", strict, 8, "a letter, a digit or a hyphen"},
      {"1.2.3-a_b", strict, 7, "the end of the version"},
      {"1.2.3+", strict, 6, "a letter, a digit or a hyphen"},
      {"1.2.3+a+b", strict, 7, "the end of the version"},
      {"\u00a01.2.9007199254740992", strict, 6, "a number up to 9007199254740991"},
      {"1.2.3!", loose, 5, "the end of the version"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto version = parse_version(c.text, c.options);
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().offset, c.offset);
    EXPECT_EQ(version.error().expected, c.expected);
  }
}

TEST(ParseVersion, ReadsNothingBeyondTheText) {
  const std::string_view whole = "12.345.6789-alpha.10+build.5";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Tight tight(whole.substr(0, size));
    const auto version = parse_version(tight.view());
    const auto loose_version = parse_version(tight.view(), loose);
    EXPECT_EQ(version.has_value(), loose_version.has_value() && tight.view().back() != '-') << tight.view();
    if (version) {
      EXPECT_EQ(*version, *loose_version);
      EXPECT_EQ(version->written(), tight.view());
    }
  }
}

// What surprises in loose versions.
TEST(ParseVersion, LooseTraps) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view want;
  };
  const Case cases[] = {
      {"the patch lends its last digit", "1.2.34.5", "1.2.3-4.5"},
      {"it has none to lend", "1.2.3.4", ""},
      {"it lends only before a dot", "1.2.34", "1.2.34"},
      {"it lends behind a zero", "1.0.09.09", "1.0.0-9.9"},
      {"a lone hyphen is an identifier", "1.2.3-", "1.2.3--"},
      {"a lone hyphen and more", "1.2.3-.5", "1.2.3--.5"},
      {"two hyphens", "1.2.3--", "1.2.3--"},
      {"zeros go", "1.2.3-00.01a.007", "1.2.3-0.01a.7"},
      {"zeros of numbers beyond 2^53 stay", "1.2.3-09007199254740991", "1.2.3-09007199254740991"},
      {"up to there they go", "1.2.3-09007199254740990", "1.2.3-9007199254740990"},
      {"anything may precede", "v =\u00a0v= 1.2.3", "1.2.3"},
      {"build metadata needs its plus", "1.2.3-a b", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(valid(c.text, loose), c.want);
  }
}

TEST(Version, GivesItsPieces) {
  struct Case {
    std::string_view name;
    std::string_view text;
    Options options;
    std::uint64_t major, minor, patch;
    std::vector<std::string> prerelease;
    std::vector<std::string> build;
    std::string_view written;
  };
  const Case cases[] = {
      {"release", "v1.20.300", strict, 1, 20, 300, {}, {}, "1.20.300"},
      {"prerelease", "1.2.3-beta.10.-", strict, 1, 2, 3, {"beta", "10", "-"}, {}, "1.2.3-beta.10.-"},
      {"build", " 1.2.3+5.007 ", strict, 1, 2, 3, {}, {"5", "007"}, "1.2.3+5.007"},
      {"all", "1.2.3-a+b.c", strict, 1, 2, 3, {"a"}, {"b", "c"}, "1.2.3-a+b.c"},
      {"largest that fit the key",
       "262142.1048574.33554430",
       strict,
       262142,
       1048574,
       33554430,
       {},
       {},
       "262142.1048574.33554430"},
      {"major beyond the key", "262143.1.2-a", strict, 262143, 1, 2, {"a"}, {}, "262143.1.2-a"},
      {"minor beyond the key", "1.1048575.2", strict, 1, 1048575, 2, {}, {}, "1.1048575.2"},
      {"patch beyond the key", "1.2.33554431+x", strict, 1, 2, 33554431, {}, {"x"}, "1.2.33554431+x"},
      {"beyond 2^53", "1.2.3-9007199254740993", strict, 1, 2, 3, {"9007199254740993"}, {}, "1.2.3-9007199254740993"},
      {"loose", "=v 01.02.003beta.04+05", loose, 1, 2, 3, {"beta", "4"}, {"05"}, "01.02.003beta.04+05"},
      {"lent digit beyond the key",
       "3.0.90071992547409912.10",
       loose,
       3,
       0,
       9007199254740991,
       {"2", "10"},
       {},
       "3.0.90071992547409912.10"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Version version = parsed(c.text, c.options);
    EXPECT_EQ(version.major(), c.major);
    EXPECT_EQ(version.minor(), c.minor);
    EXPECT_EQ(version.patch(), c.patch);
    EXPECT_EQ(list(version.prerelease()), c.prerelease);
    EXPECT_EQ(list(version.build()), c.build);
    EXPECT_EQ(version.is_prerelease(), !c.prerelease.empty());
    EXPECT_EQ(version.written(), c.written);
  }
}

TEST(Version, IsZeroByDefault) {
  EXPECT_EQ(Version(), parsed("0.0.0"));
  EXPECT_EQ(to_string(Version()), "0.0.0");
}

TEST(Compare, AnswersAsNpmDoes) {
  struct Case {
    std::string_view a;
    std::string_view b;
    std::weak_ordering want;
  };
  const Case cases[] = {
      {"1.0.0-alpha", "1.0.0-alpha.1", less},
      {"1.0.0-2", "1.0.0-10", less},
      {"1.0.0-a2", "1.0.0-a10", greater},
      {"1.0.0-1", "1.0.0-a", less},
      {"1.0.0-A", "1.0.0-a", less},
      {"1.0.0+a", "1.0.0+b", equal},
      {"1.2.3-9007199254740993", "1.2.3-a", less},
      {"1.2.3-9007199254740993", "1.2.3-9", greater},
      {"1.2.3-99999999999999999999", "1.2.3-100000000000000000000", equal},
      {"1.2.3-9007199254740993", "1.2.3-9007199254740992", equal},
      {"1.2.3", "1.2.3", equal},
      {"1.2.3", "1.2.4", less},
      {"1.2.3", "1.3.0", less},
      {"1.2.3", "2.0.0", less},
      {"1.2.3-a", "1.2.3", less},
      {"1.2.4-a", "1.2.3", greater},
      {"v1.2.3", " 1.2.3 ", equal},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a).append(" and ").append(c.b));
    const Tight a(c.a);
    const Tight b(c.b);
    EXPECT_EQ(name_of(compare(parsed(a.view()), parsed(b.view()))), name_of(c.want));
    EXPECT_EQ(name_of(compare(parsed(b.view()), parsed(a.view()))), name_of(0 <=> c.want));
    EXPECT_EQ(parsed(a.view()) == parsed(b.view()), c.want == 0);
  }
}

// Ascending, all different: every pair is compared. Numbers around the ends of the key's fields, and prereleases of
// each.
TEST(Compare, OrdersWhatTheKeyCannotHold) {
  const std::string_view ascending[] = {"0.0.0-0",
                                        "0.0.0",
                                        "0.0.33554430-a",
                                        "0.0.33554430",
                                        "0.0.33554431-a",
                                        "0.0.33554431-b",
                                        "0.0.33554431",
                                        "0.0.33554432-a",
                                        "0.0.33554432",
                                        "0.0.9007199254740991-1",
                                        "0.0.9007199254740991",
                                        "0.1.0",
                                        "0.1048574.33554432",
                                        "0.1048575.0-a",
                                        "0.1048575.0",
                                        "0.1048575.1-a",
                                        "0.1048575.1",
                                        "0.1048575.33554432",
                                        "0.1048576.0-a",
                                        "0.1048576.0",
                                        "0.9007199254740991.0",
                                        "1.0.0-a",
                                        "1.0.0",
                                        "262142.1048575.1",
                                        "262143.0.0-a",
                                        "262143.0.0",
                                        "262143.0.1",
                                        "262143.1.0",
                                        "262144.0.0-a",
                                        "262144.0.0",
                                        "9007199254740991.0.0",
                                        "9007199254740991.9007199254740991.9007199254740991"};
  for (const std::string_view& a : ascending) {
    for (const std::string_view& b : ascending) {
      SCOPED_TRACE(std::string(a).append(" and ").append(b));
      EXPECT_EQ(name_of(compare(parsed(a), parsed(b))), name_of(&a <=> &b));
    }
  }
}

TEST(Compare, Traps) {
  struct Case {
    std::string_view name;
    std::string_view a;
    std::string_view b;
    Options options;
    std::weak_ordering want;
  };
  const Case cases[] = {
      {"equal doubles end it", "1.0.0-9007199254740993.1", "1.0.0-9007199254740992.2", strict, equal},
      {"equal digits do not", "1.0.0-9007199254740993.1", "1.0.0-9007199254740993.2", strict, less},
      {"sixteen digits that differ as doubles", "1.0.0-9007199254740990", "1.0.0-9007199254740991", strict, less},
      {"loose zeros", "1.0.0-01", "1.0.0-1", loose, equal},
      {"loose zeros beyond 2^53 end it", "1.0.0-09007199254740993.1", "1.0.0-9007199254740993.2", loose, equal},
      {"upper before lower case", "1.0.0-Z", "1.0.0-a", strict, less},
      {"a hyphen before digits in text", "1.0.0--", "1.0.0-0a", strict, less},
      {"digits before a hyphen", "1.0.0-1", "1.0.0--", strict, less},
      {"a prefix is less", "1.0.0-a", "1.0.0-a.0", strict, less},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(name_of(compare(parsed(c.a, c.options), parsed(c.b, c.options))), name_of(c.want));
  }
}

TEST(CompareBuild, AnswersAsNpmDoes) {
  struct Case {
    std::string_view a;
    std::string_view b;
    std::weak_ordering want;
  };
  const Case cases[] = {
      {"1.0.0+a", "1.0.0+b", less},    {"1.0.0", "1.0.0+b", less},         {"1.0.0+9", "1.0.0+10", less},
      {"1.0.0+a", "1.0.0+a.0", less},  {"1.0.0+01.b", "1.0.0+1.a", equal},  // Equal numbers spelt differently end it.
      {"1.0.1+a", "1.0.0+b", greater},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a).append(" and ").append(c.b));
    EXPECT_EQ(name_of(compare_build(parsed(c.a), parsed(c.b))), name_of(c.want));
  }
}

TEST(OwnedVersion, OutlivesTheTextItWasReadFrom) {
  std::vector<OwnedVersion> versions;
  for (const std::string_view text :
       {"1.2.3", "1.2.3-beta.1+5", "9007199254740991.0.0-x", "1.2.3-a-very-long-prerelease.indeed+and.a.build"}) {
    const Tight tight(text);
    versions.emplace_back(parsed(tight.view()));
  }
  // Short texts lie in the string itself and move with it.
  std::vector<OwnedVersion> moved;
  for (OwnedVersion& version : versions) {
    moved.push_back(std::move(version));
  }
  EXPECT_EQ(moved[0].text(), "1.2.3");
  EXPECT_EQ(moved[1].text(), "1.2.3-beta.1+5");
  EXPECT_EQ(list(moved[1].version().prerelease()), (std::vector<std::string>{"beta", "1"}));
  EXPECT_EQ(list(moved[1].version().build()), (std::vector<std::string>{"5"}));
  EXPECT_EQ(moved[2].version().major(), number_max);
  EXPECT_EQ(moved[3].version().written(), "1.2.3-a-very-long-prerelease.indeed+and.a.build");
  const OwnedVersion copy = moved[1];
  moved.clear();
  EXPECT_EQ(copy, OwnedVersion(parsed("1.2.3-beta.1")));
  EXPECT_LT(copy, OwnedVersion(parsed("1.2.3")));
}

TEST(OwnedVersion, KeepsTheStrictSpelling) {
  const OwnedVersion owned(parsed(" v01.02.3beta.04+007 ", loose));
  EXPECT_EQ(owned.text(), "1.2.3-beta.4+007");
  EXPECT_EQ(owned.version(), parsed("1.2.3-beta.4"));
  EXPECT_EQ(to_string(owned.version()), "1.2.3-beta.4");
}

template <class Text>
concept CanParse = requires(Text&& text) { parse_version(std::forward<Text>(text)); };
static_assert(CanParse<std::string&> && CanParse<const std::string&> && CanParse<std::string_view> &&
              CanParse<const char*>);
static_assert(!CanParse<std::string> && !CanParse<const std::string>, "a version would outlive its text");

template <class Owned>
concept CanBorrow = requires(Owned&& owned) { std::forward<Owned>(owned).version(); };
static_assert(CanBorrow<OwnedVersion&> && CanBorrow<const OwnedVersion&> && !CanBorrow<OwnedVersion>);

}  // namespace
}  // namespace semver
