// SPDX-License-Identifier: Apache-2.0
#include "cli/plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

using testing::ask;

const std::string facts = testing::file("facts.json");

TEST(Plan, LooksTheSameEverywhere) {
  struct Case {
    std::string_view name;
    Terminal terminal;
    std::string_view golden;
  };
  const Case cases[] = {
      {"no terminal", {}, "plan.txt"},
      {"a wide terminal", {.columns = 120}, "plan-120.txt"},
      {"a usual terminal", {.columns = 80}, "plan-80.txt"},
      {"a narrow terminal", {.columns = 40}, "plan-40.txt"},
      {"colours", {.columns = 80, .colours = true}, "plan-80-colours.txt"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask({"plan", "--facts", facts}, {.terminal = c.terminal});
    EXPECT_EQ(answer.code, 2) << "one service is gone";
    EXPECT_EQ(answer.err, "");
    testing::expect_golden(c.golden, answer.out);
    std::istringstream lines(answer.out);
    for (std::string line; std::getline(lines, line);) {
      if (c.terminal.columns > 0 && !c.terminal.colours) {
        EXPECT_LE(line.size(), static_cast<std::size_t>(c.terminal.columns)) << line;
      }
    }
  }
}

TEST(Plan, AnswersWithItsExitCode) {
  struct Case {
    std::string_view service;
    int code;
    std::string_view out;
  };
  const Case cases[] = {
      {"shop", 1, "update (minor)"},     {"hello-world-service", 0, "keep"}, {"shop-next", 1, "update (major)"},
      {"held", 0, "1.2.4 is held"},      {"fresh", 1, "has to ask for it"},  {"busy", 0, "wait"},
      {"gone", 2, "Service not found."},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.service);
    const auto answer = ask({"plan", std::string(c.service), "--facts", facts});
    EXPECT_EQ(answer.code, c.code) << answer.err;
    EXPECT_THAT(answer.out, ::testing::HasSubstr(c.out));
  }
}

TEST(Plan, SaysTheSameToMachines) {
  const auto answer = ask({"plan", "shop", "--facts", facts, "--json"});
  EXPECT_EQ(answer.code, 1);
  testing::expect_golden("plan.json", answer.out);
  const auto all = base::parse_json(ask({"plan", "--facts", facts, "--json"}).out);
  ASSERT_TRUE(all);
  EXPECT_EQ(base::member(*all, "services")->as_array().size(), 7U);
}

TEST(Plan, RefusesFactsThatAreNone) {
  struct Case {
    std::string_view name;
    std::string facts;
    std::string_view err;
  };
  auto wrong = testing::text_of("facts.json");
  const auto at = wrong.find("\"state\": \"busy\"");
  ASSERT_NE(at, std::string::npos);
  wrong.replace(at, 15, "\"state\": \"idle\"");
  const Case cases[] = {
      {"nothing", "", "not a facts file: "},
      {"another document", "{}", "`schema` is not there, and `caretaker-facts/1` is read here"},
      {"a newer one", R"({"schema":"caretaker-facts/2"})", "`schema` is `caretaker-facts/2`"},
      {"members missing", R"({"schema":"caretaker-facts/1"})", "/account is missing or not what it should be"},
      {"a state that is none", wrong, "/services/5/running/state is missing or not what it should be"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask({"plan", "--facts", "-"}, {.input = c.facts});
    EXPECT_EQ(answer.code, 2);
    EXPECT_THAT(answer.err, ::testing::HasSubstr(c.err));
  }
}

TEST(Plan, TakesOtherRulesForTheSameFacts) {
  const auto rules = R"([{"repository": "shop", "semVersion": "~1.2", "serviceArn":
      "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa"}])";
  const auto answer = ask({"plan", "--facts", facts, "--rules", "-"}, {.input = rules});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.out, ::testing::HasSubstr("1.2.4 is the highest version that ~1.2 allows"));
  EXPECT_THAT(answer.out, ::testing::Not(::testing::HasSubstr("hello")));
  const auto broken = ask({"plan", "--facts", facts, "--rules", "-"}, {.input = "[{}]"});
  EXPECT_EQ(broken.code, 2);
  EXPECT_THAT(broken.err, ::testing::HasSubstr("standard input:1:2: error: "));
}

TEST(Plan, SaysWhatTheDeployedStackDoesNotCover) {
  struct Case {
    std::string_view name;
    std::string stack;  // As the function published it; empty: it has not.
    std::string_view says;
    std::string_view error;
    int code;
  };
  const auto covers = [](std::string_view service) {
    return R"({"schema":1,"rules":{"services":[")" + std::string(service) +
           R"("],"repositories":["123456789012/us-east-1/shop"]}})";
  };
  const Case cases[] = {
      {"nobody knows", "", "update (patch)", "", 1},
      {"it is covered", covers(testing::AccountDouble::arn), "update (patch)", "", 1},
      {"it is not", covers("arn:other"), "the deployed stack does not cover the service shop", "", 0},
      {"nobody can read it", "{", "update (patch)", "what the deployed stack covers is unknown", 1},
  };
  const auto saved = ::testing::TempDir() + "covered-facts.json";
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    base::FakeClock clock(base::Time(std::chrono::seconds(1'767'323'045)));
    testing::AccountDouble account(clock);
    if (!row.stack.empty()) account.objects["records/stack.json"] = row.stack;
    const auto say = [&](std::vector<std::string> arguments) {
      return ask(std::move(arguments),
                 {.input = R"([{"repository":"shop","semVersion":"^1.2","serviceArn":")" +
                           std::string(testing::AccountDouble::arn) + R"("}])",
                  .clock = &clock,
                  .environment = testing::account_environment(),
                  .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(account); }});
    };
    const auto answer = say({"plan", "--rules", "-", "--save-facts", saved});
    EXPECT_EQ(answer.code, row.code) << answer.err;
    EXPECT_THAT(answer.out, ::testing::HasSubstr(row.says));
    EXPECT_THAT(answer.err, ::testing::HasSubstr(row.error));
    EXPECT_EQ(ask({"plan", "--facts", saved}).out, answer.out);
    if (row.says.starts_with("the deployed stack")) {
      const auto story = say({"explain", "shop", "--rules", "-"}).out;
      EXPECT_THAT(story, ::testing::HasSubstr("keep      " + std::string(row.says)));
      EXPECT_THAT(story, ::testing::Not(::testing::HasSubstr("if asked")));
      EXPECT_THAT(ask({"explain", "shop", "--json", "--facts", saved}).out,
                  ::testing::HasSubstr(R"("decision":"keep","reason":"not-covered")"));
    }
  }
}

// What would be refused is not promised, and the same is said of saved facts.
TEST(Plan, SaysThatARecordIsOfANewerCaretaker) {
  base::FakeClock clock{base::Time(std::chrono::seconds(1'767'323'045))};
  testing::AccountDouble account(clock);
  const auto say = [&](std::vector<std::string> arguments) {
    return ask(std::move(arguments),
               {.input = fmt::format(R"([{{"repository":"shop","semVersion":"^1.2","serviceArn":"{}"}}])",
                                     testing::AccountDouble::arn),
                .clock = &clock,
                .environment = testing::account_environment(),
                .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(account); }});
  };
  const auto tags = std::exchange(account.tags, {"1.2.3"});
  ASSERT_EQ(say({"reconcile", "--rules", "-"}).code, 0);
  ASSERT_EQ(account.objects.size(), 1U);
  auto& record = account.objects.begin()->second;
  auto tree = base::parse_json(record).value();
  tree.as_object()["schema"] = 2;
  record = boost::json::serialize(tree);
  EXPECT_EQ(say({"plan", "--rules", "-"}).code, 0) << "nothing would change";

  account.tags = tags;
  const auto saved = ::testing::TempDir() + "newer-facts.json";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"plan", "--rules", "-", "--save-facts", saved}, {"plan", "--facts", saved}}) {
    SCOPED_TRACE(arguments[1]);
    const auto answer = say(arguments);
    EXPECT_EQ(answer.code, 2);
    EXPECT_THAT(answer.out, ::testing::HasSubstr("error  its record is of a newer Caretaker; update this one\n"));
  }
  EXPECT_THAT(say({"explain", "shop", "--facts", saved}).out,
              ::testing::HasSubstr("error     its record is of a newer Caretaker; update this one\n"));
  const auto events = ::testing::TempDir() + "newer-events.json";
  std::ofstream(events)
      << R"({"source":"aws.ecr","detail-type":"ECR Image Action","account":"123456789012","region":)"
      << R"("us-east-1","time":"2026-01-02T03:04:00Z","detail":{"action-type":"PUSH","result":"SUCCESS",)"
      << R"("repository-name":"shop","image-tag":"1.2.4","image-digest":"sha256:1.2.4"}})";
  const auto replayed = say({"replay", events, "--facts", saved});
  EXPECT_THAT(replayed.out,
              ::testing::HasSubstr("its record is of a newer Caretaker; update this one\n1 event, 0 deployments"));
  EXPECT_EQ(replayed.code, 0);
}

}  // namespace
}  // namespace cli
