// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/testing.h"

namespace cli {
namespace {

constexpr std::string_view good =
    R"([{"repository": "shop", "semVersion": "^1", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])";

class Check : public ::testing::Test {
 protected:
  Check()
      : folder_(std::filesystem::path(::testing::TempDir()) /
                ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder_);
  }
  ~Check() override { std::filesystem::remove_all(folder_); }
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;

  std::string file(std::string_view name, std::string_view text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string folder() const { return folder_.string(); }
  int run(std::vector<std::string> arguments, const std::string& input = {}, Terminal terminal = {}) {
    arguments.insert(arguments.begin(), "check");
    answer_ = testing::ask(std::move(arguments), {.input = input, .terminal = terminal});
    return answer_.code;
  }
  std::string out() const { return answer_.out; }
  std::string err() const { return answer_.err; }

 private:
  std::filesystem::path folder_;
  testing::Answer answer_;
};

TEST_F(Check, FindsNothingInGoodRules) {
  const auto path = file("rules.json", good);
  EXPECT_EQ(run({path}), 0);
  EXPECT_EQ(out(), path + ": 1 rule, no problems\n");
  EXPECT_EQ(err(), "");
}

TEST_F(Check, ShowsAnErrorWithItsLineAndACaret) {
  const auto path = file("rules.json",
                         "[\n  {\"repository\": \"shop\", \"semVersion\": \"^1.x.y\",\n   \"serviceArn\": "
                         "\"arn:aws:apprunner:us-east-1:123456789012:service/shop/1\"}\n]\n");
  EXPECT_EQ(run({path}), 1);
  EXPECT_THAT(out(), ::testing::StartsWith(path + ":2:46: error: /0/semVersion: `^1.x.y` is no range: expected "));
  EXPECT_THAT(out(), ::testing::HasSubstr("\n  {\"repository\": \"shop\", \"semVersion\": \"^1.x.y\",\n"
                                          "                                             ^\n"));
  EXPECT_THAT(out(), ::testing::EndsWith(path + ": 1 error\n"));
}

TEST_F(Check, IsContentWithWarnings) {
  const auto path = file("rules.json", std::string(good).replace(good.find("shop"), 4, "Shop"));
  EXPECT_EQ(run({path}), 0);
  EXPECT_THAT(out(), ::testing::HasSubstr("warning: /0/repository: `Shop` can never match"));
  EXPECT_THAT(out(), ::testing::EndsWith(path + ": 1 rule, 1 warning\n"));
}

TEST_F(Check, ReadsStandardInput) {
  EXPECT_EQ(run({"-"}, std::string(good)), 0);
  EXPECT_EQ(out(), "standard input: 1 rule, no problems\n");
  EXPECT_EQ(run({"-"}, ""), 1);
  EXPECT_EQ(out(),
            "standard input:1:1: error: the file is empty; a file without rules is `[]`\nstandard input: 1 error\n");
}

TEST_F(Check, SaysWhichFileItCouldNotReadAndChecksTheOthers) {
  const auto path = file("rules.json", "[]");
  const auto missing = folder() + "/missing.json";
  EXPECT_EQ(run({missing, folder(), path}), 2);
  EXPECT_EQ(err(), "caretaker check: " + missing + ": No such file or directory\ncaretaker check: " + folder() +
                       ": Is a directory; name a file in it\n");
  EXPECT_EQ(out(), path + ": 0 rules, no problems\n");
}

TEST_F(Check, ReturnsTheWorstOfItsFiles) {
  const auto bad = file("bad.json", "{}");
  const auto empty = file("empty.json", "");
  EXPECT_EQ(run({file("good.json", good), bad}), 1);
  EXPECT_EQ(run({empty}), 1);
  EXPECT_EQ(run({bad, folder() + "/missing.json", bad}), 2);
}

// A file of one rule about `^1` with these tests.
std::string with_tests(std::string_view tests, std::string_view options = "") {
  return std::string("[{\"repository\": \"shop\", \"semVersion\": \"^1\", ") + std::string(options) +
         R"("serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1", "tests": [)" + std::string(tests) +
         "]}]";
}

TEST_F(Check, TriesTheRulesOwnTests) {
  struct Case {
    std::string_view name;
    std::string_view options;
    std::string_view test;
    std::string_view says;  // Empty: it passes.
  };
  constexpr Case cases[] = {
      {"an update", "", R"({"running": "1.2.3", "tag": "1.2.4", "expect": "update"})", ""},
      {"no update outside", "", R"({"running": "1.2.3", "tag": "2.0.0", "expect": "keep"})", ""},
      {"no prerelease", "", R"({"running": "1.2.3", "tag": "1.3.0-rc.1", "expect": "keep"})", ""},
      {"a prerelease that is asked for", R"("includePrerelease": true, )",
       R"({"running": "1.2.3", "tag": "1.3.0-rc.1", "expect": "update"})", ""},
      {"the same tag again", "", R"({"running": "1.2.3", "tag": "1.2.3", "expect": "redeploy"})", ""},
      {"the same tag again, unasked", R"("redeploy": false, )",
       R"({"running": "1.2.3", "tag": "1.2.3", "expect": "keep"})", ""},
      {"a busy service", "", R"({"running": "1.2.3", "tag": "1.2.4", "busy": true, "expect": "wait"})", ""},
      {"a suspended rule", R"("suspend": true, )", R"({"running": "1.2.3", "tag": "1.2.4", "expect": "keep"})", ""},
      {"a pattern", R"("tagPattern": "^(?P<version>.+)-alpine$", )",
       R"({"running": "1.2.3-alpine", "tag": "1.2.4-alpine", "expect": "update"})", ""},
      {"latest", "", R"({"running": "latest", "tag": "1.2.4", "expect": "keep"})", ""},
      {"a fallen test", "", R"({"running": "1.2.3", "tag": "1.3.0-rc.1", "expect": "update"})",
       "expected update to 1.3.0-rc.1 when 1.2.3 runs and 1.3.0-rc.1 is pushed, and the decision is keep: 1.2.3 runs, "
       "and ^1 "
       "allows nothing newer that is there; 1.3.0-rc.1 is a prerelease (-rc.1), and ^1 does not ask for one"},
      {"an update to another", "", R"({"running": "1.2.3", "tag": "1.2.4", "listed": ["1.2.5"], "expect": "update"})",
       "and the decision is update to 1.2.5: 1.2.5 is the highest version that ^1 allows, and 1.2.3 runs"},
      {"an update where none is wanted", "", R"({"running": "1.2.3", "tag": "1.2.4", "expect": "keep"})",
       "expected keep when 1.2.3 runs and 1.2.4 is pushed, and the decision is update to 1.2.4"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(run({"-"}, with_tests(c.test, c.options)), c.says.empty() ? 0 : 1) << out();
    EXPECT_THAT(out(), ::testing::HasSubstr(std::string(c.says)));
    EXPECT_THAT(out(), ::testing::EndsWith(c.says.empty() ? "standard input: 1 rule, 1 test, no problems\n"
                                                          : "standard input: 1 rule, 1 test, 1 error\n"));
  }
}

TEST_F(Check, IsStrictOnRequest) {
  const auto warned = std::string(good).replace(good.find("shop"), 4, "Shop");
  const auto hinted = std::string(good).replace(good.find("^1"), 2, "*");
  EXPECT_EQ(run({"-"}, warned), 0);
  EXPECT_EQ(run({"--strict", "-"}, warned), 1);
  EXPECT_EQ(run({"--strict", "-"}, hinted), 0);
}

TEST_F(Check, SpeaksJson) {
  EXPECT_EQ(run({"--json", "-", folder() + "/missing.json"}, "[5]"), 2);
  EXPECT_EQ(err(), "");
  const auto answer = boost::json::parse(out());
  const auto& file = answer.at("files").at(0);
  EXPECT_FALSE(file.at("valid").as_bool());
  const auto& problem = file.at("problems").at(0);
  EXPECT_EQ(problem.at("severity"), "error");
  EXPECT_EQ(problem.at("id"), "wrong-type");
  EXPECT_EQ(problem.at("line"), 1);
  EXPECT_EQ(problem.at("column"), 2);
  EXPECT_EQ(problem.at("pointer"), "/0");
  EXPECT_EQ(problem.at("excerpt"), "[5]\n ^");
  EXPECT_EQ(answer.at("files").at(1).at("unreadable"), "No such file or directory");
}

TEST_F(Check, LeavesOutWhatWouldMoveTheCursor) {
  const auto rule = [](std::string_view range) { return std::string(good).replace(good.find("^1"), 2, range); };
  const auto tested = with_tests(R"({"running": "1.2.3", "tag": "1.2.4", "expect": "keep"})");
  const std::string files[] = {rule(R"(\u001b[2J^x.y)"),
                               rule(R"(oops\nrules.json: 1 rule, no problems)"),
                               std::string(good).replace(good.find("shop\""), 4, R"(my\nshop)"),
                               R"([{"\u001b]0;x\u0007": 1}])",
                               std::string(tested).replace(tested.find("^1"), 2, R"(^1\n)"),
                               "[\"\x1b[2J\x7f\"]"};
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    EXPECT_EQ(run({"-"}, file), 1);
    EXPECT_THAT(out(), ::testing::Each(::testing::AllOf(::testing::Ne('\x1b'), ::testing::Ne('\x7f'))));
    std::istringstream lines(out());
    int problems = 0;
    for (std::string line; std::getline(lines, line);) problems += line.starts_with("standard input:") ? 1 : 0;
    // Three lines for each problem, and the last one sums up.
    EXPECT_EQ(std::ranges::count(out(), '\n'), 3 * (problems - 1) + 1) << out();
  }
}

TEST_F(Check, WritesUtf8WhateverItReads) {
  EXPECT_EQ(run({"--json", "-"}, "[\n\"caf\xE9\"]"), 1);
  EXPECT_EQ(boost::json::parse(out()).at("files").at(0).at("problems").at(0).at("excerpt"), "\"caf?\"]\n    ^");
}

TEST_F(Check, ColoursForATerminal) {
  run({"-"}, "[5]", {.colours = true});
  EXPECT_THAT(out(),
              ::testing::StartsWith("\x1b[1mstandard input:1:2: \x1b[0m\x1b[31merror\x1b[0m: /0: expected a rule"));
  EXPECT_THAT(out(), ::testing::HasSubstr("\n[5]\n \x1b[32m^\x1b[0m\n"));
}

TEST_F(Check, PrintsTheSchema) {
  EXPECT_EQ(run({"--schema"}), 0);
  EXPECT_EQ(boost::json::parse(out()).at("title"), "The rules of Caretaker");
}

}  // namespace
}  // namespace cli
