// SPDX-License-Identifier: Apache-2.0
#include "rules/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view arn =
    "arn:aws:apprunner:us-east-1:123456789012:service/hello-world-service/8fe1e10304f84fd2b0df550fe98a71fa";

// A file of one rule with these members besides its ARN.
std::string one_rule(std::string_view members) {
  return "[{" + std::string(members) + R"(, "serviceArn": ")" + std::string(arn) + "\"}]";
}

std::string with_range(std::string_view literal) {
  return one_rule(R"("repository": "shop", "semVersion": )" + std::string(literal));
}

std::vector<std::string> lines(const Checked& checked) {
  std::vector<std::string> lines;
  for (const auto& problem : checked.problems) lines.push_back(to_string(problem, "f"));
  return lines;
}

TEST(Rules, AreThePostsArray) {
  // As the post prints it, with its capitals and its en dash.
  const auto checked = parse_rules(R"([
   {
     "repository": "hello-World-AppRunner-Repo",
      "semVersion": "1.1 || 1.2.3 – 2.0.0",
      "serviceArn": "arn:aws:apprunner:us-east-1:123456789123:service/Hello-World-Service/2d0032a93cbb4cbdaef0966607052336"
   }
])");
  ASSERT_TRUE(checked.rules);
  ASSERT_EQ(checked.rules->rules.size(), 1U);
  const auto& rule = checked.rules->rules.front();
  EXPECT_EQ(rule.repository, (names::Repository{"", "", "hello-World-AppRunner-Repo"}));
  EXPECT_EQ(rule.range_text, "1.1 || 1.2.3 – 2.0.0");
  EXPECT_EQ(rule.range.text(), ">=1.1.0 <1.2.0-0||>=1.2.3 <=2.0.0");
  EXPECT_EQ(rule.service.account, "123456789123");
  EXPECT_EQ(rule.position, (base::Position{2, 4}));
  EXPECT_EQ(checked.rules->retry.after, std::chrono::minutes(10));
  EXPECT_EQ(checked.rules->retry.times, 3);
  EXPECT_THAT(
      lines(checked),
      ElementsAre(
          "f:3:20: warning: /0/repository: `hello-World-AppRunner-Repo` can never match: names of repositories have no "
          "upper-case letters in ECR; did you mean `hello-world-apprunner-repo`? [upper-case-repository]",
          "f:4:35: warning: /0/semVersion: `1.1 || 1.2.3 – 2.0.0` has a dash (–), which is read as a hyphen: write "
          "`1.1 || 1.2.3 - 2.0.0` [en-dash]"));
}

TEST(Rules, AreTheObjectThatWrapsThem) {
  const auto checked = parse_rules(R"({
  "$schema": "rules.schema.json",
  "retry": { "after": "90s", "times": 10 },
  "rules": [
    { "name": "hello, production", "repository": "team/shop", "semVersion": "^1.2",
      "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1",
      "includePrerelease": false, "downgrade": true, "suspend": true, "redeploy": true, "adopt": "wait", "fallback": true,
      "foreignChange": "reapply",
      "tests": [ { "running": "1.2.3-alpine", "tag": "1.2.4-alpine", "expect": "update", "listed": ["latest"], "busy": false } ] },
    { "repository": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/shop", "semVersion": "1.x", "tagPattern": "^(.+)-(?<version>.+)$",
      "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/2" }
  ],
  "defaults": { "includePrerelease": true, "redeploy": false, "adopt": "act",
                "tagPattern": "^(?P<version>.+)-alpine$" }
})");
  EXPECT_THAT(lines(checked), IsEmpty());
  ASSERT_TRUE(checked.rules);
  EXPECT_EQ(checked.rules->retry.after, std::chrono::seconds(90));
  EXPECT_EQ(checked.rules->retry.times, 10);
  ASSERT_EQ(checked.rules->rules.size(), 2U);
  const auto& own = checked.rules->rules[0];
  EXPECT_EQ(own.name, "hello, production");
  EXPECT_TRUE(own.downgrade && own.suspend && own.redeploy && own.fallback);
  EXPECT_FALSE(own.include_prerelease);
  EXPECT_EQ(own.adopt, Adopt::Wait);
  EXPECT_EQ(own.foreign_change, ForeignChange::Reapply);
  EXPECT_EQ(own.tag_pattern->text(), "^(?P<version>.+)-alpine$");
  EXPECT_EQ(repository_of(own, "210987654321", "eu-west-1"),
            (names::Repository{"210987654321", "eu-west-1", "team/shop"}));
  ASSERT_EQ(own.tests.size(), 1U);
  EXPECT_EQ(own.tests[0].expect, RuleTest::Expect::Update);
  EXPECT_THAT(own.tests[0].listed, ElementsAre("latest"));
  EXPECT_EQ(own.tests[0].place.pointer, "/rules/0/tests/0/expect");
  EXPECT_FALSE(semver::satisfies("1.3.0-rc.1", own.range));
  const auto& defaulted = checked.rules->rules[1];
  EXPECT_TRUE(defaulted.include_prerelease);
  EXPECT_FALSE(defaulted.downgrade || defaulted.suspend || defaulted.redeploy || defaulted.fallback);
  EXPECT_EQ(defaulted.adopt, Adopt::Act);
  EXPECT_EQ(defaulted.foreign_change, ForeignChange::Hold);
  EXPECT_EQ(version_of("api-1.3.0", defaulted), semver::parse_version("1.3.0").value());
  EXPECT_EQ(repository_of(defaulted, "210987654321", "eu-west-1"),
            (names::Repository{"123456789012", "us-east-1", "team/shop"}));
  EXPECT_TRUE(semver::satisfies("1.3.0-rc.1", defaulted.range));
}

TEST(Rules, MayBeNone) {
  const auto checked = parse_rules("[]", {.after = std::chrono::seconds(10), .times = 2});
  ASSERT_TRUE(checked.rules);
  EXPECT_THAT(checked.rules->rules, IsEmpty());
  EXPECT_THAT(checked.problems, IsEmpty());
  EXPECT_EQ(checked.rules->retry.after, std::chrono::seconds(10));
  EXPECT_EQ(checked.rules->retry.times, 2);
}

TEST(Rules, RefuseAFileThatIsNone) {
  struct Case {
    std::string name;
    std::string text;
    std::string says;
  };
  const Case cases[] = {
      {"nothing", "", "f:1:1: error: the file is empty; a file without rules is `[]`"},
      {"blanks", " \r\n\t", "f:1:1: error: the file is empty; a file without rules is `[]`"},
      {"null", "null", "f:1:1: error: expected an array of rules, or an object with `rules`, and this is null"},
      {"a number", "\n 5",
       "f:2:2: error: expected an array of rules, or an object with `rules`, and this is the number 5"},
      {"a string", "\"rules\"",
       "f:1:1: error: expected an array of rules, or an object with `rules`, and this is the string \"rules\""},
      {"a byte-order mark", "\xEF\xBB\xBF[]",
       "f:1:1: error: the file begins with a byte-order mark, which JSON has not; save it as UTF-8 without one"},
      {"UTF-16", std::string("\xFF\xFE[\0]\0", 6),
       "f:1:1: error: byte 0xFF is not UTF-8, and the file seems to be UTF-16; save the file as UTF-8"},
      {"Latin-1", "[\n\"caf\xE9\"]", "f:2:5: error: byte 0xE9 is not UTF-8; save the file as UTF-8"},
      {"a surrogate in UTF-8", "[\"\xED\xA0\x80\"]", "f:1:3: error: byte 0xED is not UTF-8; save the file as UTF-8"},
      {"10 MB", "[" + std::string(10'000'000, ' ') + "]",
       "f:1:1: error: the file has 10000002 bytes, and rules may have 1048576"},
      {"an empty object", "{}", "f:1:1: error: the file has no `rules`"},
      {"one rule by itself", R"({"repository": "shop", "semVersion": "1", "serviceArn": "x"})",
       "f:1:1: error: this is one rule by itself; put it into an array: [ {…} ]"},
      {"rules that are an object", R"({"rules": {}})",
       "f:1:11: error: /rules: expected an array of rules, and this is an object"},
      {"an array of arrays", "[[]]",
       "f:1:2: error: /0: expected a rule: an object with `repository`, `semVersion` and `serviceArn`, and this is an "
       "array"},
      {"a schema that is no string", R"({"$schema": 1, "rules": []})",
       "f:1:13: error: /$schema: expected a string, and this is the number 1"},
      {"another key", R"({"rules": [], "version": 1})",
       "f:1:15: error: /version: \"version\" is not known; a file of rules may have $schema, retry, defaults, silence, "
       "rules"},
      {"a mistyped key", R"({"rule": []})", "f:1:2: error: /rule: \"rule\" is not known; did you mean `rules`?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(c.text);
    EXPECT_FALSE(checked.rules);
    EXPECT_THAT(lines(checked), ElementsAre(c.says));
  }
}

TEST(Rules, SayWhereTheSyntaxIsWrong) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view place;
    std::string_view hint;
  };
  constexpr Case cases[] = {
      {"a comma too many in an object", "[\n  {\"name\": \"a\",}\n]", "f:2:16: error: ", "a comma too many"},
      {"a comma too many in an array", "[1,\n]", "f:2:1: error: ", "a comma too many"},
      {"a comment", "[\n// mine\n]", "f:2:1: error: ", "no comments"},
      {"single quotes", "[{'name': 1}]", "f:1:3: error: ", "double quotes only"},
      {"a comma that is missing", "[\n{\"a\": \"b\"\n \"c\": 1}]", "f:3:2: error: ", "a comma is missing"},
      {"a comma missing between rules", "[{}\n{}]", "f:2:1: error: ", "a comma is missing"},
      {"the end is missing", "[{", "f:1:3: error: ", "ends too early"},
      {"two values", "[]\n[]", "f:2:1: error: ", "extra text"},
      {"an escape that is none", "[\"\\x\"]", "f:1:4: error: ", "not JSON"},
      {"half a surrogate pair", "[\"\\ud800\"]", "f:1:", "not JSON"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(std::string(c.text));
    EXPECT_FALSE(checked.rules);
    ASSERT_EQ(checked.problems.size(), 1U);
    EXPECT_THAT(lines(checked).front(), testing::StartsWith(std::string(c.place)));
    EXPECT_THAT(lines(checked).front(), HasSubstr(std::string(c.hint)));
  }
  // 33 levels are one too many; a hundred thousand do no harm.
  EXPECT_FALSE(parse_rules(std::string(33, '[') + std::string(33, ']')).rules);
  EXPECT_FALSE(parse_rules(std::string(100'000, '[')).rules);
}

TEST(Rules, SayWhatIsWrongWithAMember) {
  struct Case {
    std::string name;
    std::string text;
    std::string says;
  };
  const std::string good = R"("repository": "shop", "semVersion": "^1")";
  const Case cases[] = {
      {"another case", one_rule(good + R"(, "includeprerelease": true)"),
       "f:1:45: error: /0/includeprerelease: \"includeprerelease\" is not known; did you mean `includePrerelease`?"},
      {"a key of nothing", one_rule(good + R"(, "foo": true)"),
       "\"foo\" is not known; a rule may have name, repository, semVersion, serviceArn, tests,"},
      {"a key twice", one_rule(good + R"(, "semVersion": "^2")"),
       "f:1:45: error: /0/semVersion: \"semVersion\" is given twice, first on line 1: keep one of them"},
      {"a number for a range", with_range("1.2"),
       "/0/semVersion: expected a range of versions, as in \"^1.2\", and this is the number 1.2"},
      {"null for a range", with_range("null"),
       "/0/semVersion: expected a range of versions, as in \"^1.2\", and this is null"},
      {"a string for a boolean", one_rule(good + R"(, "suspend": "yes")"),
       "/0/suspend: expected true or false, and this is the string \"yes\""},
      {"another way to adopt", one_rule(good + R"(, "adopt": "now")"),
       "/0/adopt: expected \"wait\" or \"act\", and this is the string \"now\""},
      {"a name that is a number", one_rule(good + R"(, "name": 1)"),
       "/0/name: expected a string, and this is the number 1"},
      {"no repository", one_rule(R"("semVersion": "^1")"), "f:1:2: error: /0: the rule has no `repository`"},
      {"no range", one_rule(R"("repository": "shop")"), "f:1:2: error: /0: the rule has no `semVersion`"},
      {"no service", R"([{"repository": "shop", "semVersion": "^1"}])",
       "f:1:2: error: /0: the rule has no `serviceArn`"},
      {"an empty repository", one_rule(R"("repository": "", "semVersion": "^1")"),
       "/0/repository: expected the name of a repository"},
      {"a service that is none", R"([{"repository": "shop", "semVersion": "^1", "serviceArn": "shop"}])",
       "f:1:60: error: /0/serviceArn: `shop` is no ARN of a service: expected arn:aws:apprunner:"},
      {"a default that is no option", R"({"defaults": {"repository": "shop"}, "rules": []})",
       "f:1:15: error: /defaults/repository: `repository` can have no default: each rule has its own"},
      {"a mistyped default", R"({"defaults": {"downgrad": true}, "rules": []})",
       "/defaults/downgrad: \"downgrad\" is not known; did you mean `downgrade`?"},
      {"defaults that are a list", R"({"defaults": [], "rules": []})",
       "/defaults: expected an object of options, and this is an array"},
      {"a retry that is a number", R"({"retry": 3, "rules": []})",
       "/retry: expected an object with `after` and `times`, and this is the number 3"},
      {"eleven times", R"({"retry": {"times": 11}, "rules": []})",
       "/retry/times: expected a whole number from 0 to 10, and this is the number 11"},
      {"minus one times", R"({"retry": {"times": -1}, "rules": []})", "from 0 to 10, and this is the number -1"},
      {"half a time", R"({"retry": {"times": 1.5}, "rules": []})", "from 0 to 10, and this is the number 1.5"},
      {"a number to wait", R"({"retry": {"after": 600}, "rules": []})",
       "/retry/after: expected a duration, as in \"10m\", and this is the number 600"},
      {"no unit", R"({"retry": {"after": "600"}, "rules": []})", "/retry/after: `600` is no duration"},
      {"no time to wait", R"({"retry": {"after": "0s"}, "rules": []})",
       "`0s` is out of bounds: a message can wait from 1s to 12h"},
      {"a day to wait", R"({"retry": {"after": "1d"}, "rules": []})",
       "`1d` is out of bounds: a message can wait from 1s to 12h"},
      {"a mistyped retry", R"({"retry": {"time": 1}, "rules": []})",
       "/retry/time: \"time\" is not known; did you mean `times`?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(c.text);
    EXPECT_FALSE(checked.rules);
    ASSERT_EQ(checked.problems.size(), 1U) << testing::PrintToString(lines(checked));
    EXPECT_THAT(lines(checked).front(), HasSubstr(c.says));
  }
}

TEST(Rules, PointAtTheCharacterOfARange) {
  struct Case {
    std::string_view name;
    std::string_view literal;
    std::string_view marked;  // The literal's text from the spot on.
  };
  constexpr Case cases[] = {
      {"a letter", R"("^1.x.y")", "y\""},
      {"the end", R"(">=")", "\""},
      {"behind an escape", R"("\u003e1.2 ~oops")", "oops\""},
      {"behind a surrogate pair", R"("1.2.3-\ud83d\ude00")", "\\ud83d"},
      {"behind an en dash", R"("1.0.0 – 2.0.0 || ^1.x.y")", "y\""},
      {"behind an escaped en dash", R"("1.0.0 \u2013 2.0.0 || ^1.x.y")", "y\""},
      {"a second alternative", R"("^1 || two")", "two\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto text = with_range(c.literal);
    const auto checked = parse_rules(text);
    ASSERT_FALSE(checked.rules);
    const auto& problem = checked.problems.front();
    EXPECT_THAT(text.substr(problem.place.position.column - 1), testing::StartsWith(std::string(c.marked)))
        << to_string(problem, "f");
    EXPECT_THAT(problem.message, HasSubstr("is no range: expected "));
  }
}

TEST(Rules, WarnOfWhatNobodyMeans) {
  struct Case {
    std::string name;
    std::string text;
    std::string says;  // Empty: nothing.
  };
  const Case cases[] = {
      {"two bounds apart", with_range("\">2 <1\""), "`>2 <1` matches no version at all"},
      {"npm's nothing", with_range("\"<0.0.0-0\""), "`<0.0.0-0` matches no version at all"},
      {"one alternative apart", with_range("\"^1 || >3 <2\""),
       "the part of `^1 || >3 <2` that npm reads as `>=4.0.0 <2.0.0-0` matches no version at all"},
      {"an alternative that npm drops", with_range("\"^1 || >*\""),
       "the part of `^1 || >*` that npm reads as `<0.0.0-0` matches no version at all"},
      {"another one", with_range("\"<x || ^1\""), "the part of `<x || ^1` that npm reads as `<0.0.0-0` matches no"},
      {"one beside all releases", with_range(R"("* || >2 <1", "silence": ["unbounded-range"])"),
       "the part of `* || >2 <1` that npm reads as `>=3.0.0 <1.0.0-0` matches no version at all"},
      {"alternatives apart", with_range("\"^1 || >3 <2 || >5 <4\""),
       "the part of `^1 || >3 <2 || >5 <4` that npm reads as `>=4.0.0 <2.0.0-0` matches no version at all"},
      {"all of them apart", with_range("\">3 <2 || >*\""), "`>3 <2 || >*` matches no version at all"},
      {"a span without blanks", with_range("\"1.0.0-2.0\""),
       "`1.0.0-2.0` is one prerelease to npm: from one version to another is `1.0.0 - 2.0`, with blanks"},
      {"a span to a major version", with_range("\"1.0.0-2\""), "from one version to another is `1.0.0 - 2`, with"},
      {"a span within a major version", with_range("\"1.2.0-1.5\""), "is `1.2.0 - 1.5`, with blanks"},
      {"the first prerelease", with_range("\"1.2.3-0\""), ""},
      {"a prerelease of two numbers", with_range("\"1.2.3-0.3\""), ""},
      {"a prerelease with a date", with_range("\"1.2.3-20240102\""), ""},
      {"a prerelease with a word", with_range("\"1.2.3-rc.2\""), ""},
      {"an en dash", with_range("\"1.0.0 – 2.0.0\""),
       "f:1:46: warning: /0/semVersion: `1.0.0 – 2.0.0` has a dash (–), which is read as a hyphen: write `1.0.0 - "
       "2.0.0` [en-dash]"},
      {"two underscores", one_rule(R"("repository": "my__shop", "semVersion": "^1")"), "can't be run by App Runner"},
      {"two dashes", one_rule(R"("repository": "my--shop", "semVersion": "^1")"), "can't be run by App Runner"},
      {"a name ECR refuses", one_rule(R"("repository": "-shop", "semVersion": "^1")"), "`-shop` can never match"},
      {"upper case", one_rule(R"("repository": "Shop", "semVersion": "^1")"), "can never match"},
      {"an exact version", with_range("\"1.2.3\""), ""},
      {"between two prereleases", with_range("\">1.2.3-alpha <1.2.3-beta\""), ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(c.text);
    EXPECT_TRUE(checked.rules);
    ASSERT_EQ(checked.problems.size(), c.says.empty() ? 0U : 1U) << testing::PrintToString(lines(checked));
    for (const auto& line : lines(checked)) EXPECT_THAT(line, HasSubstr(c.says));
  }
}

TEST(Rules, HintAtARangeWithoutAnUpperBound) {
  struct Case {
    std::string_view range;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {">=1 >3",
       "`>=1 >3` has no upper bound, so every later major version is deployed too; `>=1.0.0 >=4.0.0 <5` would"},
      {">3 >=1", "`>=4.0.0 >=1.0.0 <5` would stay below 5.0.0"},
      {"^1 || >=3.1", "the part of `^1 || >=3.1` that npm reads as `>=3.1.0` has no upper bound"},
      {"^1 || >=3.1", "; `>=3.1.0 <4` would stay below 4.0.0"},
      {"^1.2 ||", "the part of `^1.2 ||` that npm reads as `*` has no upper bound"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.range);
    const auto checked = parse_rules(with_range('"' + std::string(c.range) + '"'));
    ASSERT_EQ(checked.problems.size(), 1U) << testing::PrintToString(lines(checked));
    EXPECT_THAT(lines(checked).front(), HasSubstr(std::string(c.says)));
  }
}

TEST(Rules, SayEverythingInOneLine) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string says;
  };
  const Case cases[] = {
      {"escape in a range", with_range(R"("\u001b[2J^x.y")"), "/0/semVersion: `?[2J^x.y` is no range"},
      {"a line break in a repository", one_rule(R"("semVersion": "^1", "repository": "my\nshop")"), "`my?shop` has a"},
      {"a line break behind an ARN", R"([{"repository": "shop", "semVersion": "^1", "serviceArn": "arn:a\n"}])",
       "`arn:a?` is no ARN"},
      {"escape in a key", R"([{"\u001b]0;x\u0007": 1, "repository": "shop"}])", "/0/?]0;x?: \"\\u001b]0;x\\u0007\""},
      {"a control of two bytes", with_range(R"("\u009b2J")"), "`?2J` is no range"},
      {"delete", with_range(R"("\u007f")"), "`?` is no range"},
      {"marks of direction", with_range(R"("\u202e\u2066\u200f")"), "`???` is no range"},
      {"a line break in a range that is fine", with_range(R"("^1 ||\n>3 <2")"), "the part of `^1 ||?>3 <2` that"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(c.text);
    ASSERT_FALSE(checked.problems.empty());
    EXPECT_THAT(lines(checked), testing::Contains(HasSubstr(c.says)));
    for (const auto& line : lines(checked)) {
      EXPECT_THAT(line, testing::Each(testing::AllOf(testing::Ne('\n'), testing::Ne('\x1b'), testing::Ne('\x7f'))));
    }
  }
}

TEST(Rules, SayOnlyTheEndsOfWhatIsLong) {
  const std::string text(500'000, 'y');
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) umlauts += "ü";
  struct Case {
    std::string_view name;
    std::string text;
    std::string_view says;
  };
  const Case cases[] = {
      {"a range", with_range('"' + text + '"'), "the range has 500000 bytes, and may have 16384"},
      {"a range that may be as long", with_range('"' + text.substr(0, 16384) + '"'), "yyyy` is no range: expected "},
      {"a pattern", one_rule(R"("repository": "shop", "semVersion": "^1", "tagPattern": ")" + text + '"'),
       "yyyy` is no pattern of tags: it is longer than 500 bytes"},
      {"a duration", R"({"rules": [], "retry": {"after": ")" + text + "\"}}", "yyyy` is no duration: expected "},
      {"characters of several bytes", R"({"rules": [], "retry": {"after": "aa)" + umlauts + "\"}}", "ü…ü"},
      {"a key", "{\"" + text + R"(": 1, "rules": []})", "yyyy: \"yyyy"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(c.text);
    ASSERT_EQ(checked.problems.size(), 1U);
    const auto line = to_string(checked.problems.front(), "f");
    EXPECT_LT(line.size(), 2500U);
    EXPECT_THAT(line, HasSubstr(std::string(c.says)));
  }
}

TEST(Rules, TakeOtherDashesForMistakes) {
  for (const std::string dash : {"1.0.0–2.0.0", "1.0.0 — 2.0.0", "1.0.0 − 2.0.0", "– 1"}) {
    const auto checked = parse_rules(with_range('"' + dash + '"'));
    EXPECT_FALSE(checked.rules) << dash;
    EXPECT_THAT(lines(checked).front(),
                HasSubstr("it has a dash where npm wants a hyphen between blanks, as in `1.2.3 - 2.0.0`"));
  }
}

TEST(Rules, HaveOneRuleAService) {
  const auto rule = R"({"repository": "shop", "semVersion": "^1", "serviceArn": ")" + std::string(arn) + "\"}";
  const auto checked = parse_rules("[\n" + rule + ",\n" + rule + "\n]");
  EXPECT_FALSE(checked.rules);
  EXPECT_THAT(
      lines(checked),
      ElementsAre(
          "f:3:58: error: /1/serviceArn: the service hello-world-service has a rule already: /0/serviceArn on line 2"));
}

TEST(Rules, ReportAllProblemsInTheOrderOfTheText) {
  const auto checked = parse_rules(R"([
  { "repository": "Shop", "semVersion": "^x.y", "suspend": 1 },
  { "repository": "shop", "semversion": "^1", "serviceArn": "nothing" }
])");
  EXPECT_FALSE(checked.rules);
  std::vector<std::string> pointers;
  for (const auto& problem : checked.problems) pointers.push_back(problem.place.pointer);
  EXPECT_THAT(pointers,
              ElementsAre("/0", "/0/repository", "/0/semVersion", "/0/suspend", "/1/semversion", "/1/serviceArn"));
}

TEST(Rules, ReportAHundredProblemsAtMostAndNeverHideAnErrorBehindWarnings) {
  std::string text = "[";
  for (int i = 0; i < 300; ++i) {
    text +=
        R"({"repository": "Shop", "semVersion": "^1", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/)" +
        std::to_string(i) + "\"},\n";
  }
  const auto warned = parse_rules(text.substr(0, text.size() - 2) + "]");
  EXPECT_EQ(warned.problems.size(), problems_max);
  ASSERT_TRUE(warned.rules);
  EXPECT_EQ(warned.rules->rules.size(), 300U);
  const auto refused = parse_rules(text + "5]");
  EXPECT_FALSE(refused.rules);
  EXPECT_EQ(refused.problems.back().severity, Problem::Severity::Error);

  std::string ones = "[1";
  for (int i = 0; i < 500'000; ++i) ones += ",1";
  EXPECT_EQ(parse_rules(ones + "]").problems.size(), problems_max);
}

TEST(Rules, LookAtAHundredUnknownKeysAtMost) {
  std::string keys = R"({"serviceArm": 1)";
  for (int i = 0; i < 60'000; ++i) keys += ",\"k" + std::to_string(i) + "\":1";
  for (const auto& text : {"[" + keys + "}]", R"({"rules": [], "defaults": )" + keys + "}}", keys + "}"}) {
    EXPECT_EQ(parse_rules(text).problems.size(), problems_max);
  }
}

TEST(Rules, BoundWhatTheirPatternsTakeTogether) {
  struct Case {
    std::string_view name;
    int rules;
    std::string_view pattern;  // With `#` for the rule's number.
    bool fits;
  };
  const Case cases[] = {
      {"usual ones", 3000, "^(?P<version>.+)-#$", true},
      {"a large one in many rules", 3000, "^(?P<version>.{500})$", true},
      {"many large ones", 1000, "^(?P<version>.{500})-#$", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::string text;
    for (int i = 0; i < c.rules; ++i) {
      std::string pattern(c.pattern);
      if (const auto at = pattern.find('#'); at != std::string::npos) pattern.replace(at, 1, std::to_string(i));
      text += (i > 0 ? ",\n" : "[");
      text += R"({"repository": "shop", "semVersion": "^1", "tagPattern": ")" + pattern +
              R"(", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/)" + std::to_string(i) + "\"}";
    }
    const auto checked = parse_rules(text + "]");
    EXPECT_EQ(checked.rules.has_value(), c.fits);
    ASSERT_EQ(checked.problems.size(), c.fits ? 0U : 1U);
    if (!c.fits) {
      EXPECT_THAT(lines(checked).front(), HasSubstr("take too much memory together"));
    }
  }
}

TEST(Rules, ShowTheLineAndTheSpot) {
  const auto checked = parse_rules("[\n\t{ \"repository\": \"größe\", \"semVersion\": \"oops\" }\n]");
  ASSERT_EQ(checked.problems.size(), 3U);
  EXPECT_EQ(checked.problems[2].place.excerpt,
            "\t{ \"repository\": \"größe\", \"semVersion\": \"oops\" }\n"
            "\t                                        ^");
  // Of a long line, the part around the spot.
  const auto wide = parse_rules(
      one_rule(R"("name": ")" + std::string(5000, 'x') + R"(", "repository": "shop", "semVersion": "oops")"));
  EXPECT_LT(wide.problems.front().place.excerpt.size(), 300U);
}

TEST(Rules, ShowTheSpotInUtf8) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string excerpt;
  };
  const Case cases[] = {
      {"Latin-1", "[\n\"caf\xE9\"]", "\"caf?\"]\n    ^"},
      {"bytes that only go on", "[\"" + std::string(1000, '\x80') + "\"]", "[\"" + std::string(28 + 3, '?') + "\n  ^"},
      {"a surrogate", "[\"\xED\xA0\x80\"]", "[\"???\"]\n  ^"},
      {"controls", "[\"\x1b\x7f\xC2\x9b\"]", "[\"???\"]\n  ^"},
      {"marks of direction", "[\"\u2067\u061C\u2028\"]", "[\"???\"]\n ^"},
      {"a tab", "\t[\"a\tb\"]", "\t[\"a\tb\"]\n\t   ^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = parse_rules(c.text);
    ASSERT_EQ(checked.problems.size(), 1U);
    EXPECT_EQ(checked.problems.front().place.excerpt, c.excerpt);
  }
}

}  // namespace
}  // namespace rules
