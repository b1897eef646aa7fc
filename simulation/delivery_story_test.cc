// SPDX-License-Identifier: Apache-2.0
// What becomes of messages, told in virtual time: waiting, giving up, dead letters, rules that are broken for a while.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "simulation/story.h"

namespace simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

void send(World& world, std::string_view body, std::chrono::seconds delay = seconds(0)) {
  world.aws(
      "AmazonSQS.SendMessage",
      fmt::format(R"({{"QueueUrl":"http://127.0.0.1:4566/123456789012/caretaker","MessageBody":{},"DelaySeconds":{}}})",
                  base::json_quote(body), delay.count()));
}

std::string image(std::string_view tag) {
  return std::string(registry) + std::string(repository) + ":" + std::string(tag);
}

// Both wait for the operation; the higher one wins, the other is superseded.
TEST(DeliveryStory, TwoPushesDuringAnOperationWaitAndTheHighestIsDeployed) {
  World world;
  const auto arn = set_up(world);
  push(world, "1.2.4", "second");
  world.run_for(seconds(1));
  ASSERT_EQ(look(world, arn).status, "OPERATION_IN_PROGRESS");
  push(world, "1.2.5", "third");
  push(world, "1.2.6", "fourth");
  world.run_for(hours(1));
  const auto end = look(world, arn);
  EXPECT_EQ(end.image, std::string(registry) + std::string(repository) + ":1.2.6");
  EXPECT_EQ(end.operations, (std::vector<std::string>{"CREATE_SERVICE SUCCEEDED", "UPDATE_SERVICE SUCCEEDED",
                                                      "UPDATE_SERVICE SUCCEEDED"}));
  EXPECT_TRUE(said(world, R"("end":"waiting","reason":"busy")"));
  EXPECT_TRUE(said(world, R"("end":"done","reason":"newest-runs")"));
}

TEST(DeliveryStory, APushThatWaitsTooLongEndsInTheDeadLettersWithItsReason) {
  // Operations that outlast all retries.
  World world(hours(3));
  set_up(world);
  push(world, "1.2.4", "second");
  world.run_for(seconds(1));
  push(world, "1.2.5", "third");
  world.run_for(minutes(29));
  EXPECT_TRUE(take_dead_letters(world).empty()) << "it still waits";
  world.run_for(minutes(3));
  const auto letters = take_dead_letters(world);
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_TRUE(letters[0].body.contains(R"("image-tag":"1.2.5")")) << letters[0].body;
  EXPECT_TRUE(letters[0].reason.contains("busy")) << letters[0].reason;
  EXPECT_TRUE(letters[0].reason.contains("given up after 3 retries, 10m apart")) << letters[0].reason;
  EXPECT_TRUE(said(world, R"("end":"dead-letter")"));
}

// As after an outage, or while the event source mapping was disabled.
TEST(DeliveryStory, APushThatCameToTheFunctionLateHasAllItsRetries) {
  World world(hours(3));
  set_up(world);
  push(world, "1.2.4", "second");
  world.run_for(seconds(1));
  push(world, "1.2.5", "third");
  send(
      world,
      fmt::format(
          R"({{"version":"0","source":"aws.ecr","detail-type":"ECR Image Action","account":"123456789012","region":"us-east-1",)"
          R"("time":"2026-01-01T00:00:00Z","detail":{{"result":"SUCCESS","action-type":"PUSH","repository-name":"{}","image-tag":"1.2.5"}}}})",
          repository),
      minutes(15));
  world.run_for(minutes(44));
  EXPECT_EQ(take_dead_letters(world).size(), 1U)
      << "it still waits, and the first message about the same push does not";
  world.run_for(minutes(4));
  const auto letters = take_dead_letters(world);
  ASSERT_EQ(letters.size(), 2U);
  for (const auto& letter : letters) {
    EXPECT_TRUE(letter.reason.contains("given up after 3 retries, 10m apart")) << letter.reason;
  }
}

TEST(DeliveryStory, MessagesThatAreNoPushEndWithTheirReasonAndDelayNobody) {
  World world;
  const auto arn = set_up(world);
  send(world, "no JSON at all");
  send(world, R"({"source":"aws.s3","detail-type":"Object Deleted"})");
  push(world, "1.2.4", "second");
  world.run_for(minutes(5));
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
  EXPECT_TRUE(said(world, R"("reason":"other-event")"));
  const auto letters = take_dead_letters(world);
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].body, "no JSON at all");
  EXPECT_TRUE(letters[0].reason.starts_with("malformed: ")) << letters[0].reason;
}

TEST(DeliveryStory, APushWaitsForRulesThatCanBeRead) {
  World world;
  const auto arn = set_up(world);
  world.restart_function();
  world.object("DELETE", "records/rules/rules.json");
  world.put_object("rules.json", "[{]");
  push(world, "1.2.4", "second");
  world.run_for(minutes(5));
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  EXPECT_TRUE(said(world, R"("reason":"no-rules")"));
  world.put_object("rules.json", rules_for(arn, "^1.2"));
  world.run_for(minutes(10));
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
}

// The last line of the function about its rules that says so.
std::string rules_line(const World& world, std::string_view state) {
  const auto wanted = R"("event":"rules","state":")" + std::string(state) + '"';
  const auto& log = world.log();
  const auto found = std::find_if(log.rbegin(), log.rend(), [&](const auto& line) { return line.contains(wanted); });
  return found == log.rend() ? "" : *found;
}

TEST(DeliveryStory, BrokenRulesDoNotReplaceTheLastValidOnes) {
  struct Case {
    std::string_view name;
    bool restart;
    std::string_view in_force;
  };
  for (const auto& [name, restart, in_force] :
       {Case{"in a process that has read them", false, "last-valid"}, Case{"after a cold start", true, "kept"}}) {
    SCOPED_TRACE(name);
    World world;
    const auto arn = set_up(world);
    // So that the function reads the rules while they are valid.
    push(world, "latest", "first");
    world.run_for(minutes(1));
    world.put_object("rules.json", "[\n  {]");
    if (restart) world.restart_function();
    push(world, "1.2.4", "second");
    world.run_for(minutes(5));
    EXPECT_EQ(look(world, arn).image, image("1.2.4"));
    const auto alarm = rules_line(world, "broken");
    EXPECT_TRUE(alarm.contains(R"("level":"error")")) << alarm;
    EXPECT_TRUE(alarm.contains(R"("in_force":")" + std::string(in_force) + '"')) << alarm;
    EXPECT_TRUE(alarm.contains(R"("places":[{"line":2,"column":4,)")) << alarm;

    world.put_object("rules.json", rules_for(arn, "<1.2.5"));
    push(world, "1.2.5", "third");
    world.run_for(minutes(5));
    EXPECT_EQ(look(world, arn).image, image("1.2.4")) << "the repaired rules are in force";
    EXPECT_NE(rules_line(world, "repaired"), "");
    if (restart) world.restart_function();
    world.put_object("rules.json", "{");
    push(world, "1.2.6", "fourth");
    world.run_for(minutes(5));
    EXPECT_EQ(look(world, arn).image, image("1.2.4")) << "and they are what is kept now";
  }
}

TEST(DeliveryStory, APushThatOnlyTheBrokenRulesMayKnowWaitsForThem) {
  World world;
  const auto arn = set_up(world);
  world.put_object("rules.json", "[]");
  push(world, "latest", "first");
  world.run_for(minutes(1));
  world.put_object("rules.json", "[{]");
  push(world, "1.2.4", "second");
  world.run_for(minutes(5));
  EXPECT_TRUE(said(world, "and the newest rules are broken"));
  world.put_object("rules.json", rules_for(arn, "^1.2"));
  world.run_for(minutes(10));
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
}

TEST(DeliveryStory, AFailedDeploymentIsNotTriedAgainByItsOwnPush) {
  World world;
  const auto arn = set_up(world);
  world.fail_deployments_of("1.2.4");
  push(world, "1.2.4", "second");
  world.run_for(minutes(30));
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  // A push of something lower makes the function look again: the failed one is remembered.
  push(world, "1.2.2", "older");
  push(world, "1.2.3", "first, rebuilt");
  world.run_for(minutes(20));
  const auto end = look(world, arn);
  EXPECT_EQ(end.image, image("1.2.3"));
  EXPECT_EQ(std::ranges::count(end.operations, "UPDATE_SERVICE ROLLBACK_SUCCEEDED"), 1) << end;
}

// What a decision may cost: counted, since each call is time and money.
TEST(DeliveryStory, MakesFewCalls) {
  World world;
  const auto arn = set_up(world);
  // Only what a push costs by itself.
  for (const std::string name : {"caretaker-operations-ended", "caretaker-rules-changed", "caretaker-sweep"}) {
    world.aws("AWSEvents.DisableRule", R"({"Name":")" + name + R"("})");
  }
  world.restart_function();
  struct Case {
    std::string_view tag;
    int calls_max;
  };
  for (const auto& [tag, calls_max] :
       // The first reads rules that changed, and keeps them beside the records.
       {Case{"latest", 3}, Case{"latest", 1}, Case{"1.3.0-rc.1", 1}, Case{"1.2.4", 12},
        // The next look also writes down and tells how the deployment ended.
        Case{"1.2.3", 8}, Case{"1.2.3", 6}}) {
    SCOPED_TRACE(tag);
    const auto before = world.requests();
    push(world, tag, std::to_string(before));
    world.run_for(minutes(5));
    EXPECT_LE(world.requests() - before, calls_max);
    EXPECT_GT(world.requests(), before);
  }
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
}

// Whatever is out of reach is its owner's move: the push ends, somebody is told, and the metric raises an alarm.
TEST(DeliveryStory, APushForWhatIsOutOfReachEndsAndIsToldOf) {
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string_view code;
    std::string_view reason;
  };
  const Case cases[] = {
      {"no permission to see the service", "DescribeService", "AccessDeniedException", "denied"},
      {"no permission to change it", "UpdateService", "AccessDeniedException", "denied"},
      {"no permission to list the images", "DescribeImages", "AccessDeniedException", "denied"},
      {"no such service", "DescribeService", "ResourceNotFoundException", "not-found"},
      {"no such repository", "DescribeImages", "RepositoryNotFoundException", "not-found"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    World world({.notice_bus = "default"});
    const auto arn = set_up(world);
    world.account().add_fault({.kind = sandbox::FaultKind::Error,
                               .operation = std::string(row.operation),
                               .times = 0,
                               .code = std::string(row.code),
                               .message = "AWS says why"});
    push(world, "1.2.4", "second");
    world.run_for(minutes(5));
    EXPECT_TRUE(said(world, fmt::format(R"("end":"done","reason":"{}")", row.reason)));
    EXPECT_TRUE(said(world, R"("event":"notice","kind":"refused")"));
    EXPECT_TRUE(said(world, R"("ServicesRefused":1)"));
    EXPECT_TRUE(take_dead_letters(world).empty());
    world.account().clear_faults();
    EXPECT_EQ(look(world, arn).image, image("1.2.3"));
    // Nothing is lost by it.
    push(world, "1.2.5", "third");
    world.run_for(minutes(5));
    EXPECT_EQ(look(world, arn).image, image("1.2.5"));
  }
}

TEST(DeliveryStory, ARuleThatTheStackDoesNotCoverCostsNoCallAndIsToldOf) {
  constexpr std::string_view covers_another =
      R"({"schema":1,"rules":{"services":["arn:aws:apprunner:us-east-1:123456789012:service/other/1"],)"
      R"("repositories":["123456789012/us-east-1/hello-world-apprunner-repo"]}})";
  World world({.notice_bus = "default", .stack = std::string(covers_another)});
  const auto arn = set_up(world);
  const auto before = world.requests();
  push(world, "1.2.4", "second");
  world.run_for(minutes(5));
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  EXPECT_TRUE(said(world, R"("end":"done","reason":"not-covered")"));
  EXPECT_TRUE(said(world, R"("kind":"not-covered")"));
  EXPECT_TRUE(said(world, R"("RulesNotCovered":1)"));
  // Whether the rules have changed, and the notice.
  EXPECT_EQ(world.requests() - before, 2);
  send(world, R"({"source":"aws.events","detail-type":"Scheduled Event"})");
  world.run_for(minutes(5));
  EXPECT_EQ(world.object("GET", "records/stack.json").body, covers_another);
}

TEST(DeliveryStory, ANewRulesObjectIsLookedAtAndOthersAreNot) {
  struct Row {
    std::string_view name;
    std::string_view bucket;
    std::string_view key;
    std::string_view reason;
  };
  constexpr Row rows[] = {
      {"the rules", "caretaker", "rules.json", "newest-runs"},
      {"another object", "caretaker", "readme.txt", "other-object"},
      {"another bucket's", "somewhere", "rules.json", "other-object"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    World world;
    set_up(world);
    send(world, fmt::format(R"({{"source":"aws.s3","detail-type":"Object Created","detail":{{"bucket":{{"name":"{}"}},)"
                            R"("object":{{"key":"{}"}}}}}})",
                            row.bucket, row.key));
    world.run_for(minutes(2));
    EXPECT_TRUE(said(world, fmt::format(R"("end":"done","reason":"{}")", row.reason)));
  }
}

}  // namespace
}  // namespace simulation
