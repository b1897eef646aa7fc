// SPDX-License-Identifier: Apache-2.0
#include "cli/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing.h"

namespace cli {
namespace {

using testing::ask;

const std::string facts = testing::file("facts.json");

TEST(Explain, TellsEveryTag) {
  struct Case {
    std::string_view name;
    Terminal terminal;
    std::string_view golden;
  };
  const Case cases[] = {
      {"no terminal", {}, "explain.txt"},
      {"a usual terminal", {.columns = 80}, "explain-80.txt"},
      {"a narrow terminal", {.columns = 40}, "explain-40.txt"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask({"explain", "shop", "--facts", facts}, {.terminal = c.terminal});
    EXPECT_EQ(answer.code, 0) << answer.err;
    testing::expect_golden(c.golden, answer.out);
  }
  testing::expect_golden("explain.json", ask({"explain", "shop", "--facts", facts, "--json"}).out);
}

TEST(Explain, SaysWhatAVerdictRestsOn) {
  struct Case {
    std::string_view service;
    std::string_view tag;
    int code;
    std::vector<std::string> parts;
  };
  const Case cases[] = {
      {"shop", "1.9.0", 0, {"eligible", "1.9.0 may be deployed"}},
      {"shop", "1.2.3", 0, {"not-newer", "1.2.3 runs", "service runs: 1.2.3"}},
      {"shop", "2.0.0", 1, {"outside-range", "rule semVersion: <2.0.0-0"}},
      {"shop", "1.3.0-rc.1", 1, {"prerelease-not-asked", "rule semVersion: ^1.2", "includePrerelease"}},
      {"shop", "1.2.5-alpine", 1, {"prerelease-not-asked", "tagPattern", "-alpine$"}},
      {"shop", "1.3", 1, {"not-a-version", "image tag: 1.3", "moves from image to image"}},
      {"shop", "20240101", 1, {"not-a-version", "build number"}},
      {"shop", "1.2.6_build1", 1, {"not-a-version", "Helm"}},
      {"shop", "1.8.0", 1, {"unusable-kind", "no container image"}},
      {"shop", "1.2.77", 1, {"not-listed", "never pushed, or deleted since"}},
      {"shop", "3.0.0", 1, {"outside-range", "; nor is it in 123456789012/us-east-1/shop"}},
      {"held", "1.2.4", 1, {"held", "record holds: op-7 at 2026-01-02T09:00:00Z"}},
      {"fresh", "1.9.0", 1, {"there-at-first-sight", "record baseline: 1.9.0 at 2026-01-02T12:00:00Z"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.tag);
    const auto answer = ask({"explain", std::string(c.service), std::string(c.tag), "--facts", facts});
    EXPECT_EQ(answer.code, c.code) << answer.err;
    for (const auto& part : c.parts) EXPECT_THAT(answer.out, ::testing::HasSubstr(part));
  }
}

TEST(Explain, SumsUpTheLongTail) {
  std::string tags;
  for (int i = 0; i < 30; ++i) {
    tags += (i == 0 ? "" : ",") + std::string(R"({"tag":"1.0.)") + std::to_string(i) + R"(","digest":"sha256:1"})";
  }
  const auto text =
      R"({"schema":"caretaker-facts/1","takenAt":"2026-01-02T12:00:00Z","account":"123456789012","region":"us-east-1",
      "rules":[{"repository":"shop","semVersion":"^1","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}],
      "services":[{"service":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1",
        "repository":{"account":"123456789012","region":"us-east-1","name":"shop"},
        "running":{"state":"running","status":"RUNNING","image":"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.0.29","operations":[]}}],
      "repositories":[{"account":"123456789012","region":"us-east-1","name":"shop","tags":[)" +
      tags + "]}]}";
  const auto some = ask({"explain", "shop", "--facts", "-"}, {.input = text});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.out, ::testing::HasSubstr("and 10 more tags: 10 there-at-first-sight (--all shows each)"));
  EXPECT_THAT(some.out, ::testing::Not(::testing::HasSubstr("1.0.9 ")));
  const auto all = ask({"explain", "shop", "--all", "--facts", "-"}, {.input = text});
  EXPECT_THAT(all.out, ::testing::HasSubstr("1.0.9 "));
  EXPECT_THAT(all.out, ::testing::Not(::testing::HasSubstr("--all")));
}

TEST(Explain, AllowsTheWayDown) {
  const std::string text =
      R"({"schema":"caretaker-facts/1","takenAt":"2026-01-02T12:00:00Z","account":"123456789012","region":"us-east-1",
      "rules":[{"repository":"shop","semVersion":"^1","downgrade":true,"adopt":"act","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}],
      "services":[{"service":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1",
        "repository":{"account":"123456789012","region":"us-east-1","name":"shop"},
        "running":{"state":"running","status":"RUNNING","image":"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:2.0.0","operations":[]}}],
      "repositories":[{"account":"123456789012","region":"us-east-1","name":"shop",
        "tags":[{"tag":"2.0.0","digest":"sha256:2"},{"tag":"1.2.0","digest":"sha256:1"},{"tag":"1.1.0","digest":"sha256:0"}]}]})";
  const auto down = ask({"explain", "shop", "1.2.0", "--facts", "-"}, {.input = text});
  EXPECT_EQ(down.code, 0) << down.out;
  EXPECT_THAT(down.out, ::testing::HasSubstr("1.2.0 may be deployed"));
  EXPECT_EQ(ask({"explain", "shop", "1.1.0", "--facts", "-"}, {.input = text}).code, 1);
}

TEST(Explain, ExplainsARangeByItself) {
  const auto answer = ask({"explain", "--range", ">1", "1.9.0", "2.0.0"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.out, ::testing::HasSubstr("2.0.0 or newer; no prereleases"));
  EXPECT_THAT(answer.out, ::testing::HasSubstr("`>1` is >=2.0.0"));
  EXPECT_THAT(answer.out, ::testing::HasSubstr("no 1.x is newer than all of 1"));
  EXPECT_THAT(answer.out, ::testing::HasSubstr("2.0.0 is in the range"));
}

}  // namespace
}  // namespace cli
