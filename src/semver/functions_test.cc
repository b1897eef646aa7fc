// SPDX-License-Identifier: Apache-2.0
// npm's functions beside parsing, comparing and ranges, by answers of npm's semver 7.8.6.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "semver/reread.h"
#include "semver/semver.h"

namespace semver {
namespace {

constexpr Options strict;
constexpr Options loose{.loose = true};
constexpr Options prereleases{.include_prerelease = true};

Version version(std::string_view text, Options options = {}) { return parse_version(text, options).value(); }
Range range(std::string_view text, Options options = {}) { return parse_range(text, options).value(); }
std::string text_of(const std::optional<OwnedVersion>& found) {
  return found ? to_string(found->version()) : std::string("null");
}

TEST(Inc, AnswersAsNpmDoes) {
  struct Case {
    std::string_view text;
    Release release;
    Naming naming;
    std::string_view want;
  };
  constexpr auto one = IdentifierBase::One;
  constexpr auto none = IdentifierBase::None;
  const Case cases[] = {
      {"1.2.3", Release::Patch, {}, "1.2.4"},
      {"1.2.3-0", Release::Patch, {}, "1.2.3"},
      {"1.2.0-0", Release::Minor, {}, "1.2.0"},
      {"1.2.3-0", Release::Minor, {}, "1.3.0"},
      {"1.0.0-0", Release::Major, {}, "1.0.0"},
      {"1.0.1-0", Release::Major, {}, "2.0.0"},
      {"1.2.3", Release::Prerelease, {}, "1.2.4-0"},
      {"1.2.3-0", Release::Prerelease, {}, "1.2.3-1"},
      {"1.2.3-beta", Release::Prerelease, {}, "1.2.3-beta.0"},
      {"1.2.3-beta.1", Release::Prerelease, {.identifier = "beta"}, "1.2.3-beta.2"},
      {"1.2.3-beta.1", Release::Prerelease, {.identifier = "alpha"}, "1.2.3-alpha.0"},
      {"1.2.3", Release::Prerelease, {.identifier = "beta", .base = none}, "1.2.4-beta"},
      {"1.2.3-beta", Release::Prerelease, {.identifier = "beta", .base = none}, "null"},
      {"1.2.3", Release::Preminor, {.identifier = "beta", .base = one}, "1.3.0-beta.1"},
      {"1.2.3-alpha.beta.5.4", Release::Prerelease, {.identifier = "alpha.beta"}, "1.2.3-alpha.beta.5.5"},
      {"1.2.3-1", Release::Release, {}, "1.2.3"},
      {"1.2.3", Release::Release, {}, "null"},
      {"1.2.3+b", Release::Patch, {}, "1.2.4"},
      {"1.2.3", Release::Prerelease, {.identifier = "a_b"}, "null"},
      {"1.2.3-1.beta", Release::Prerelease, {}, "1.2.3-2.beta"},
      {"1.2.3-a.0.b", Release::Prerelease, {}, "1.2.3-a.1.b"},
      {"9007199254740991.0.0", Release::Major, {}, "9007199254740992.0.0"},
      {"1.2.3-9007199254740991", Release::Prerelease, {}, "1.2.3-9007199254740991.0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.text) + ' ' + std::string(name_of(c.release)));
    const auto next = inc(version(c.text), c.release, c.naming);
    EXPECT_EQ(next ? next->text() : "null", c.want);
  }
}

// npm asks isNaN() whether a prerelease of that name goes on counting, and JavaScript's Number() takes more than digits.
TEST(Inc, GoesOnCountingAfterWhatJavaScriptTakesForANumber) {
  struct Case {
    std::string_view identifier;
    std::string_view want;  // npm's answer.
  };
  constexpr Case cases[] = {
      {"0x1F", "1.2.3-a.0x1F.6"},
      {"0X1f", "1.2.3-a.0X1f.6"},
      {"0x1g", "1.2.3-a.0"},
      {"0o17", "1.2.3-a.0o17.6"},
      {"0O8", "1.2.3-a.0"},
      {"0b101", "1.2.3-a.0b101.6"},
      {"0B2", "1.2.3-a.0"},
      {"00x", "1.2.3-a.0"},
      {"1e5", "1.2.3-a.1e5.6"},
      {"1E-5", "1.2.3-a.1E-5.6"},
      {"1e-", "1.2.3-a.0"},
      {"1e", "1.2.3-a.0"},
      {"1f", "1.2.3-a.0"},
      {"Infinity", "1.2.3-a.Infinity.6"},
      {"-Infinity", "1.2.3-a.-Infinity.6"},
      {"-5", "1.2.3-a.-5.6"},
      {"-", "1.2.3-a.0"},
      {"infinity", "1.2.3-a.0"},
      {"-0x1", "1.2.3-a.0"},
      {"0xg", "1.2.3-a.0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.identifier);
    const auto next =
        inc(version("1.2.3-a." + std::string(c.identifier) + ".5"), Release::Prerelease, {.identifier = "a"});
    ASSERT_TRUE(next);
    EXPECT_EQ(next->text(), c.want);
  }
}

TEST(Inc, SaysWhyItCannot) {
  struct Case {
    std::string_view text;
    Release release;
    Naming naming;
    IncrementError error;
    std::string_view says;
  };
  const Case cases[] = {
      {"1.2.3", Release::Release, {}, IncrementError::NotAPrerelease, "not a prerelease"},
      {"1.2.3",
       Release::Prerelease,
       {.identifier = "a_b"},
       IncrementError::InvalidIdentifier,
       "none that a prerelease"},
      {"1.2.3", Release::Pre, {.base = IdentifierBase::None}, IncrementError::EmptyIdentifier, "needs an identifier"},
      {"1.2.3-a.b",
       Release::Pre,
       {.identifier = "a.b", .base = IdentifierBase::None},
       IncrementError::IdentifierExists,
       "has this prerelease already"},
      {"1.2.3-a",
       Release::Pre,
       {.identifier = "a", .base = IdentifierBase::None},
       IncrementError::IdentifierExists,
       "has this prerelease already"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto next = inc(version(c.text), c.release, c.naming);
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error(), c.error);
    EXPECT_NE(explain(next.error()).find(c.says), std::string_view::npos) << explain(next.error());
  }
  const auto minor = inc(version("0.9007199254740991.0"), Release::Minor);
  const auto patch = inc(version("0.0.9007199254740991"), Release::Patch);
  for (const auto* beyond : {&minor, &patch}) {
    ASSERT_TRUE(*beyond);
    const auto next = inc((*beyond)->version(), Release::Patch);
    ASSERT_FALSE(next);
    EXPECT_NE(explain(next.error()).find("too large"), std::string_view::npos);
  }
}

TEST(Inc, MayExceedTheLimitsOnce) {
  const auto large = inc(version("9007199254740991.0.0"), Release::Major);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->version().major(), number_max + 1);
  EXPECT_GT(large->version(), version("9007199254740991.9.9"));
  EXPECT_EQ(inc(large->version(), Release::Major).error(), IncrementError::BeyondLimits);
  const std::string identifier = std::string(125, 'a') + '.' + std::string(200, 'b');
  const auto longer = inc(version("1.2.3"), Release::Prepatch, {.identifier = identifier});
  ASSERT_TRUE(longer);
  EXPECT_EQ(longer->text(), "1.2.4-" + identifier + ".0");
  std::string many = "a";
  for (int i = 0; i < 2000; ++i) {
    many += ".a";
  }
  const auto dotted = inc(version("1.2.3"), Release::Prepatch, {.identifier = many});
  ASSERT_TRUE(dotted);
  EXPECT_EQ(to_string(dotted->version()), "1.2.4-" + many + ".0");
}

TEST(Truncate, AnswersAsNpmDoes) {
  EXPECT_EQ(truncate(version("1.2.3-foo"), Release::Patch).text(), "1.2.3");
  EXPECT_EQ(truncate(version("1.2.3-foo"), Release::Minor).text(), "1.2.0");
  EXPECT_EQ(truncate(version("1.2.3+b"), Release::Major).text(), "1.0.0");
  EXPECT_EQ(truncate(version("1.2.3-foo+b"), Release::Prerelease).text(), "1.2.3-foo");
}

TEST(Diff, AnswersAsNpmDoes) {
  struct Case {
    std::string_view a, b, want;
  };
  const Case cases[] = {
      {"1.2.3", "1.2.3+b", "null"},         {"1.0.0-1", "1.0.0", "major"}, {"1.1.0-1", "1.1.1", "patch"},
      {"1.2.3-1", "1.3.0-1", "preminor"},   {"1.2.3-1", "2.0.0", "major"}, {"1.0.0", "1.0.1-pre", "prepatch"},
      {"1.0.0-a", "1.0.0-b", "prerelease"}, {"1.0.0-1", "1.1.1", "major"}, {"1.1.0-1", "1.1.0", "minor"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a).append(" and ").append(c.b));
    for (const auto& found : {diff(version(c.a), version(c.b)), diff(version(c.b), version(c.a))}) {
      EXPECT_EQ(found ? name_of(*found) : "null", c.want);
    }
  }
}

TEST(Coerce, AnswersAsNpmDoes) {
  struct Case {
    std::string text;
    Options options;
    std::string_view want;
  };
  const Case cases[] = {
      {"v1", strict, "1.0.0"},
      {"1.2.3.4", strict, "1.2.3"},
      {"foo 1.2-beta", strict, "1.2.0"},
      {"1.2.3-rc.1", strict, "1.2.3"},
      {"1.2.3-rc.1", prereleases, "1.2.3-rc.1"},
      {"1.2.3.4", {.rtl = true}, "2.3.4"},
      {"a1.b2.c3", strict, "1.0.0"},
      {"01.02.03", strict, "null"},
      {"01.02.03", loose, "1.2.3"},
      {std::string(17, '1'), strict, "null"},
      {std::string(17, '1') + ".2", strict, "2.0.0"},
      {"sha-1a2b3c", strict, "1.0.0"},
      {"2024-05-01", strict, "2024.0.0"},
      {"", strict, "null"},
      {"1.2.3-01", prereleases, "1.2.3"},  // A zero that a digit follows would be no match.
      {"7.8.9\U0001F6003", {.rtl = true}, "3.0.0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(text_of(coerce(c.text, c.options)), c.want);
  }
}

TEST(Clean, AnswersAsNpmDoes) {
  EXPECT_EQ(clean(" =v1.2.3 "), "1.2.3");
  EXPECT_EQ(clean(" = v 2.1.5-foo "), std::nullopt);
  EXPECT_EQ(clean(" = v 2.1.5-foo ", loose), "2.1.5-foo");
  EXPECT_EQ(clean(std::string(300, ' ') + "1.2.3"), "1.2.3");
}

TEST(MinVersion, AnswersAsNpmDoes) {
  struct Case {
    std::string_view text, want;
  };
  const Case cases[] = {
      {">1.2.3", "1.2.4"},
      {">1.2.3-0", "1.2.3-0.0"},
      {"<2", "0.0.0"},
      {">2 <1", "null"},
      {">=1.2.3-beta", "1.2.3-beta"},
      {"<0.0.1-beta", "0.0.0"},
      {"<=1.2.3 || >1", "0.0.0"},
      {"*", "0.0.0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(text_of(min_version(range(c.text))), c.want);
  }
  EXPECT_EQ(text_of(min_version(range(">0.0.9007199254740991"))), "0.0.9007199254740992");
}

TEST(MinVersion, ThrowsWhereNpmDoes) {
  EXPECT_THROW(min_version(range(">=1.2.3-09007199254740993", loose)), CannotReadAgain);
}

TEST(Outside, AnswersAsNpmDoes) {
  EXPECT_TRUE(gtr(version("1.2.3-beta"), range("<1.2.3")));
  EXPECT_TRUE(gtr(version("1.2.3"), range("<1.2.3")));
  EXPECT_TRUE(ltr(version("1.2.3-beta"), range(">=1.2.3")));
  EXPECT_FALSE(gtr(version("2.0.0"), range("1.2.3 || >3")));
  EXPECT_FALSE(ltr(version("2.0.0"), range("1.2.3 || >3")));
  EXPECT_FALSE(outside(version("2.0.0"), range("1.2.3 || >3"), Side::Above));
}

// Where it compares without its options, strictly.
TEST(Outside, ThrowsWhereNpmDoes) {
  const std::string longest = "1.3.1" + std::string(251, 'a');
  EXPECT_THROW(ltr(version(longest, loose), range("3.0.0-1 >=1.0.11", loose)), CannotReadAgain);
  EXPECT_THROW(gtr(version("1.2.3"), range("1.2.2-09007199254740993", loose)), CannotReadAgain);
  EXPECT_FALSE(ltr(version(longest, loose), range("<2.0.0", loose)));
}

TEST(Intersects, AnswersAsNpmDoes) {
  struct Case {
    std::string_view a, b;
    bool want;
  };
  const Case cases[] = {
      {"<1.0.0 >2.0.0", ">0.0.0", false},
      {"^1", "^2", false},
      {"<1.0.0", ">=1.0.0-0", false},
      {"1.2.3-beta", "^1.2.0", false},
      {"<0.0.0", "<0.1.0", false},
      {"*", "", true},
      {"^1.2", ">=1.5", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a).append(" and ").append(c.b));
    if (c.a != "<1.0.0") {
      EXPECT_EQ(intersects(range(c.a), range(c.b)), c.want);
    }
  }
  EXPECT_TRUE(intersects(range("<1.0.0"), range(">=1.0.0-0"))) << "npm looks at precedence only";
  EXPECT_FALSE(intersects(*parse_comparator("<1.0.0"), *parse_comparator(">1.0.0")));
}

TEST(Subset, AnswersAsNpmDoes) {
  struct Case {
    std::string_view sub, dom;
    Options options;
    bool want;
  };
  const Case cases[] = {
      {"^1.2.3-pre", "1.x", strict, false},
      {"^1.2.3-pre", "1.x", prereleases, true},
      {">2 <1", "3", strict, true},
      {"", "*", strict, true},
      {"^2 || ^3 || ^4", ">=3", strict, false},
      {"^2 || ^3", ">=2", strict, true},
      {"1 || 2", ">=1", strict, true},
      {">=1.2.3", ">1.2.3", strict, false},
      {"<=1", "<2", strict, true},
      // The same text is the same object to npm, which then finds that not all is nothing.
      {">2 <1 || >3 <1", ">2 <1", strict, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.sub).append(" of ").append(c.dom));
    EXPECT_EQ(subset(c.sub, c.dom, c.options), c.want);
  }
  EXPECT_FALSE(subset("latest", "*"));
  EXPECT_EQ(subset("latest", "latest"), true);
}

TEST(SimplifyRange, AnswersAsNpmDoes) {
  const std::vector<std::string_view> versions = {"1.1.0", "1.0.0", "2.0.0", "1.0.1"};
  EXPECT_EQ(simplify_range(versions, ">=1.0.0 <1.1.0"), "<=1.0.1");
  EXPECT_EQ(simplify_range(versions, "^1"), "^1") << "no longer than what would replace it";
  EXPECT_EQ(simplify_range(versions, "not a range"), "");
  EXPECT_FALSE(simplify_range(std::vector<std::string_view>{"1.0.0", "latest"}, "*"));
}

TEST(Comparator, AnswersAsNpmDoes) {
  EXPECT_EQ(to_string(*parse_comparator(" >=  v1.2.3+b ")), ">=1.2.3");
  EXPECT_EQ(to_string(*parse_comparator("=1.2.3")), "1.2.3");
  EXPECT_TRUE(parse_comparator("")->is_any);
  EXPECT_TRUE(parse_comparator("")->test(version("0.0.0-0")));
  for (const std::string_view text : {">", "^1.2.3", "1.x", ">=1.2", ">1.2.3 <2.0.0"}) {
    EXPECT_FALSE(parse_comparator(text)) << text;
  }
  EXPECT_EQ(parse_comparator(">1.2").error().offset, 4U);
}

}  // namespace
}  // namespace semver
