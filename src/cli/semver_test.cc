// SPDX-License-Identifier: Apache-2.0
#include "cli/semver.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cli {
namespace {

struct Said {
  int code;
  std::string out;
  std::string err;
};

Said say(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int code = semver(arguments, in, out, err);
  return {code, out.str(), err.str()};
}

// What npm's command says, test/semver/command.mjs compares.
TEST(SemverExplain, SaysWhichComparatorDecided) {
  struct Case {
    std::string_view name;
    std::vector<std::string> arguments;
    int code;
    std::string_view out;
  };
  const Case cases[] = {
      {"the lower bound", {"-r", "^1.2", "1.1.0"}, 1, "1.1.0  no   ^1.2: >=1.2.0 refuses it: it is below 1.2.0\n"},
      {"the upper bound", {"-r", "^1.2", "2.0.0"}, 1, "2.0.0  no   ^1.2: <2.0.0-0 refuses it: it is above 2.0.0-0\n"},
      {"equal", {"-r", ">1.2.0", "1.2.0"}, 1, "1.2.0  no   >1.2.0: >1.2.0 refuses it: it is equal to 1.2.0\n"},
      {"satisfied", {"-r", "^1.2", "1.4.0"}, 0, "1.4.0  yes  ^1.2: >=1.2.0 <2.0.0-0 holds it\n"},
      {"the first set that holds it",
       {"-r", "1 || 2 || >=2", "2.5.0"},
       0,
       "2.5.0  yes  1 || 2 || >=2: >=2.0.0 <3.0.0-0 holds it\n"},
      {"every set that refuses it",
       {"-r", "1 || 3", "2.0.0"},
       1,
       "2.0.0  no   1 || 3: <2.0.0-0 refuses it: it is above 2.0.0-0; >=3.0.0 refuses it: it is below 3.0.0\n"},
      {"a prerelease not asked for",
       {"-r", "^1.2", "1.3.0-rc.1"},
       1,
       "1.3.0-rc.1  no   ^1.2: >=1.2.0 <2.0.0-0 holds it, but no comparator asks for prereleases of 1.3.0 (see -p)\n"},
      {"a prerelease of any",
       {"-r", "*", "1.0.0-a"},
       1,
       "1.0.0-a  no   *: * holds it, but no comparator asks for prereleases of 1.0.0 (see -p)\n"},
      {"prereleases on request",
       {"-p", "-r", "^1.2", "1.3.0-rc.1"},
       0,
       "1.3.0-rc.1  yes  ^1.2: >=1.2.0-0 <2.0.0-0 holds it\n"},
      {"all ranges",
       {"-r", "^1", "-r", "<1.5", "1.6.0"},
       1,
       "1.6.0  yes  ^1: >=1.0.0 <2.0.0-0 holds it\n1.6.0  no   <1.5: <1.5.0-0 refuses it: it is above 1.5.0-0\n"},
      {"one of the versions is enough",
       {"-r", "^1", "2.0.0", "1.0.0"},
       0,
       "2.0.0  no   ^1: <2.0.0-0 refuses it: it is above 2.0.0-0\n1.0.0  yes  ^1: >=1.0.0 <2.0.0-0 holds it\n"},
      {"no version", {"-r", "^1", "1.2.x"}, 1, "1.2.x  no   not a version: expected a digit at offset 4\n"},
      {"coerced", {"-c", "-r", ">=1", "v1"}, 0, "1.0.0  yes  >=1: >=1.0.0 holds it\n"},
      {"no range", {"1.2.3"}, 0, "1.2.3  yes  a version\n"},
      {"nothing", {}, 1, ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> arguments = {"--explain"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Said said = say(arguments);
    EXPECT_EQ(said.code, c.code);
    EXPECT_EQ(said.out, c.out);
    EXPECT_EQ(said.err, "");
  }
}

TEST(Semver, ShowsWhereARangeFails) {
  for (const bool explain : {false, true}) {
    SCOPED_TRACE(explain);
    std::vector<std::string> arguments = {"-r", "^1 || 2.3.4.5", "1.2.3"};
    if (explain) arguments.emplace_back("--explain");
    const Said said = say(arguments);
    EXPECT_EQ(said.code, 1);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err, "caretaker semver: not a range: expected a blank or ||\n  ^1 || 2.3.4.5\n             ^\n");
    arguments = {"1.2.3", "-r"};
    if (explain) arguments.insert(arguments.begin(), "--explain");
    EXPECT_EQ(say(arguments).err, "caretaker semver: the option for a range is last and has none after it\n");
    EXPECT_EQ(say(arguments).code, 1);
  }
}

TEST(SemverBatch, AnswersALineWithALine) {
  struct Case {
    std::string_view name;
    std::string_view line;
    std::string_view answer;
  };
  const Case cases[] = {
      {"true", R"({"fn":"satisfies","args":["1.2.3",">1.2.2"]})", R"({"result":true})"},
      {"options", R"({"fn":"satisfies","args":["1.2.3-a","^1",{"includePrerelease":true}]})", R"({"result":true})"},
      {"null where npm gives null", R"({"fn":"parse","args":["latest"]})", R"({"result":null})"},
      {"an error where npm throws", R"({"fn":"compare","args":["1.2.3","latest"]})",
       R"({"error":"Invalid Version: at 0 expected a digit"})"},
      {"the place in a range", R"({"fn":"Range","args":["1 2 <"]})",
       R"({"error":"Invalid SemVer Range: at 5 expected a digit, x or *"})"},
      {"a version is its text", R"({"fn":"coerce","args":[42]})", R"({"result":"42.0.0"})"},
      {"half a surrogate pair", R"({"fn":"valid","args":["1.2.3\ud83d"]})", R"({"result":null})"},
      {"no line", "", R"({"error":"not JSON: incomplete JSON"})"},
      {"cut short", R"({"fn":"valid","args":["1.2.3"])", R"({"error":"not JSON: incomplete JSON"})"},
      {"no JSON", "nonsense", R"({"error":"not JSON: syntax error"})"},
      {"no UTF-8", "{\"fn\":\"valid\",\"args\":[\"\xFF\"]}", R"({"error":"not JSON: syntax error"})"},
      {"no object", "[]", R"({"error":"not a call: expected {\"fn\":\"NAME\",\"args\":[...]}"})"},
      {"no arguments", R"({"fn":"valid"})", R"({"error":"not a call: expected {\"fn\":\"NAME\",\"args\":[...]}"})"},
      {"no name", R"({"fn":5,"args":[]})", R"({"error":"not a call: expected {\"fn\":\"NAME\",\"args\":[...]}"})"},
      {"arguments that are no list", R"({"fn":"valid","args":"1.2.3"})",
       R"({"error":"not a call: expected {\"fn\":\"NAME\",\"args\":[...]}"})"},
      {"no such function", R"({"fn":"__proto__","args":[]})",
       R"({"error":"npm's semver has no function `__proto__`"})"},
  };
  std::string input;
  std::string expected;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Said said = say({"--batch"}, std::string(c.line) + "\n");
    EXPECT_EQ(said.out, std::string(c.answer) + "\n");
    EXPECT_EQ(said.code, 0);
    input.append(c.line).append("\n");
    expected.append(c.answer).append("\n");
  }
  EXPECT_EQ(say({"--batch"}, input).out, expected);
  EXPECT_EQ(say({"--batch"}, std::string(100000, '[')).out, "{\"error\":\"not JSON: too deep\"}\n");
  EXPECT_EQ(say({"--batch"}, "").out, "");
}

}  // namespace
}  // namespace cli
