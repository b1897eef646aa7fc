// SPDX-License-Identifier: Apache-2.0
#include "cli/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing.h"

namespace cli {
namespace {

using testing::ask;

const std::string facts = testing::file("facts.json");

std::string push(std::string_view tag, std::string_view time, std::string_view digest = "sha256:77",
                 std::string_view repository = "shop") {
  return R"({"source":"aws.ecr","detail-type":"ECR Image Action","account":"123456789012","region":"us-east-1","time":")" +
         std::string(time) + R"(","detail":{"action-type":"PUSH","result":"SUCCESS","repository-name":")" +
         std::string(repository) + R"(","image-tag":")" + std::string(tag) + R"(","image-digest":")" +
         std::string(digest) + R"("}})" + "\n";
}

std::string rules(std::string_view range) {
  return R"([{"repository":"shop","semVersion":")" + std::string(range) +
         R"(","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa"}])";
}

class Replay : public ::testing::Test {
 protected:
  Replay() : rules_file_(std::filesystem::path(::testing::TempDir()) / "replay-rules.json") {}
  ~Replay() override { std::filesystem::remove(rules_file_); }
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  testing::Answer play(const std::string& events, std::string_view range) {
    std::ofstream(rules_file_) << rules(range);
    return ask({"replay", "-", "--facts", facts, "--rules", rules_file_.string()}, {.input = events});
  }

 private:
  std::filesystem::path rules_file_;
};

TEST_F(Replay, SaysWhatWouldBecomeOfEachEvent) {
  struct Case {
    std::string_view name;
    std::string_view range;
    std::string events;
    int code;
    std::vector<std::string> parts;
  };
  const Case cases[] = {
      {"the tag that would be taken",
       "~1.2",
       push("1.2.4", "2026-01-01T09:00:00Z"),
       1,
       {"shop: started 1.2.3 → 1.2.4: 1.2.4 is the highest version that ~1.2 allows", "1 event, 1 deployment"}},
      {"a higher one is there", "^1", push("1.2.4", "2026-01-01T09:00:00Z"), 1, {"shop: superseded 1.2.3 → 1.9.0"}},
      {"the second finds what the first left",
       "~1.2",
       push("1.2.4", "2026-01-01T09:00:00Z") + push("1.2.4", "2026-01-01T09:00:00Z", "sha256:4"),
       1,
       {"newest-runs: 1.2.4 runs", "2 events, 1 deployment"}},
      {"an event newer than the facts",
       "~1.2",
       push("1.2.10", "2026-01-03T00:00:00Z"),
       1,
       {"shop: started 1.2.3 → 1.2.10"}},
      {"one after the other",
       "~1.2",
       push("1.2.10", "2026-01-03T00:00:00Z") + push("1.2.11", "2026-01-04T00:00:00Z"),
       1,
       {"started 1.2.3 → 1.2.10", "started 1.2.10 → 1.2.11", "2 events, 2 deployments"}},
      {"a tag that is not there any more", "~1.2", push("1.2.8", "2026-01-01T00:00:00Z"), 0, {"not-listed: 1.2.8"}},
      {"outside the range", "^1", push("2.0.0", "2026-01-01T12:00:00Z"), 0, {"outside-range: 2.0.0 is outside ^1"}},
      {"another rule would have taken it", "^2", push("2.0.0", "2026-01-01T12:00:00Z"), 1, {"started 1.2.3 → 2.0.0"}},
      {"no rule",
       "^1",
       push("1.0.0", "2026-01-01T12:00:00Z", "sha256:1", "other"),
       0,
       {"no-rule: no rule is about 123456789012/us-east-1/other"}},
      {"no event", "^1", "{}\n", 0, {"event 1\n", "other-event: ", "1 event, 0 deployments"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = play(c.events, c.range);
    EXPECT_EQ(answer.code, c.code) << answer.err;
    for (const auto& part : c.parts) EXPECT_THAT(answer.out, ::testing::HasSubstr(part));
  }
}

// What each event taught, and what it deployed, is known at the next.
TEST(ReplayOutput, GoesOnFromWhatItLeft) {
  const auto text = [](std::string_view options) {
    return R"({"schema":"caretaker-facts/1","takenAt":"2026-01-02T12:00:00Z","account":"123456789012","region":"us-east-1",
      "rules":[{"repository":"shop","semVersion":"^1","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1")" +
           std::string(options) + R"(}],
      "services":[{"service":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1",
        "repository":{"account":"123456789012","region":"us-east-1","name":"shop"},
        "running":{"state":"running","status":"RUNNING","image":"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:2.0.0","operations":[]}}],
      "repositories":[{"account":"123456789012","region":"us-east-1","name":"shop",
        "tags":[{"tag":"2.0.0","digest":"sha256:2"},{"tag":"1.2.0","digest":"sha256:1"}]}]})";
  };
  struct Case {
    std::string_view name;
    std::string_view options;
    std::string events;
    std::vector<std::string> parts;
  };
  const Case cases[] = {
      {"a way down is our own move",
       R"(,"downgrade":true)",
       push("1.2.0", "2026-01-02T11:00:00Z") + push("1.2.1", "2026-01-03T12:00:00Z"),
       {"started 2.0.0 → 1.2.0", "started 1.2.0 → 1.2.1"}},
      {"an image soaks from its first event on",
       R"(,"downgrade":true,"soak":"24h")",
       push("1.2.1", "2026-01-03T12:00:00Z") + push("1.2.0", "2026-01-05T12:00:00Z"),
       {"gate 2.0.0 → 1.2.1: ", "superseded 2.0.0 → 1.2.1"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto path = std::filesystem::path(::testing::TempDir()) / "replayed-facts.json";
    std::ofstream(path, std::ios::binary) << text(c.options);
    const auto out = ask({"replay", "-", "--facts", path.string()}, {.input = c.events}).out;
    for (const auto& part : c.parts) EXPECT_THAT(out, ::testing::HasSubstr(part));
  }
}

TEST(ReplayOutput, IsStable) {
  const auto events = push("1.2.4", "2026-01-01T09:00:00Z") + push("2.0.0", "2026-01-01T12:00:00Z") + "junk\n";
  const auto play = [&](std::vector<std::string> more, Terminal terminal = {}) {
    std::vector<std::string> arguments{"replay", "-", "--facts", facts};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(arguments, {.input = events, .terminal = terminal}).out;
  };
  testing::expect_golden("replay-80.txt", play({}, {.columns = 80}));
  testing::expect_golden("replay-40.txt", play({}, {.columns = 40}));
  testing::expect_golden("replay.json", play({"--json"}));
}

TEST_F(Replay, SaysWhatTheDeployedStackDoesNotCover) {
  auto text = testing::text_of("facts.json");
  const auto at = text.find(R"("service": "arn:aws:apprunner:us-east-1:123456789012:service/shop/)");
  ASSERT_NE(at, std::string::npos);
  text.insert(at, R"("notCovered": "the deployed stack does not cover it", )");
  const auto saved = std::filesystem::path(::testing::TempDir()) / "not-covered-facts.json";
  std::ofstream(saved, std::ios::binary) << text;
  const auto answer = ask({"replay", "-", "--facts", saved.string()}, {.input = push("1.9.0", "2026-01-02T11:00:00Z")});
  EXPECT_THAT(answer.out, ::testing::HasSubstr("shop: not-covered: the deployed stack does not cover it"));
}

}  // namespace
}  // namespace cli
