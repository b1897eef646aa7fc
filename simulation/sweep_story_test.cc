// SPDX-License-Identifier: Apache-2.0
// What happens without any push: sweeps, wake-ups, holds, second tries, images that soak.
#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "names/names.h"
#include "records/store.h"
#include "simulation/story.h"

namespace simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string image(std::string_view tag) {
  return std::string(registry) + std::string(repository) + ":" + std::string(tag);
}

// As a person does it in the console.
void deploy_by_hand(World& world, std::string_view arn, std::string_view tag) {
  world.aws(
      "AppRunner.UpdateService",
      R"({"ServiceArn":")" + std::string(arn) +
          R"(","SourceConfiguration":{"AuthenticationConfiguration":{"AccessRoleArn":"arn:aws:iam::123456789012:role/Access"},"ImageRepository":{"ImageIdentifier":")" +
          image(tag) + R"(","ImageRepositoryType":"ECR"},"AutoDeploymentsEnabled":false}})");
}

void rules_with(World& world, std::string_view arn, std::string_view options) {
  world.put_object("rules.json", R"([{"repository":")" + std::string(repository) +
                                     R"(","semVersion":">1.2.2","serviceArn":")" + std::string(arn) + R"(",)" +
                                     std::string(options) + "}]");
}

std::ptrdiff_t count(const End& end, std::string_view operation) {
  return std::ranges::count(end.operations, operation);
}

TEST(SweepStory, ConvergesThoughThePushIsLost) {
  World world;
  const auto arn = set_up(world);
  // The service becomes known.
  world.run_for(minutes(20));
  world.aws("AWSEvents.DisableRule", R"({"Name":"caretaker-image-pushes"})");
  push(world, "1.2.4", "second");
  world.run_for(minutes(20));
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
}

// Eleven of the twelve services are not there, which delays nobody.
TEST(SweepStory, ASweepOfManyServicesIsSpreadOverMessages) {
  World world;
  const auto arn = set_up(world);
  auto rules = rules_for(arn, ">1.2.2");
  rules.pop_back();
  for (int i = 10; i < 21; ++i) {
    rules += R"(,{"repository":"hello-world-apprunner-repo","semVersion":"^1","serviceArn":")" +
             arn.substr(0, arn.size() - 2) + std::to_string(i) + R"("})";
  }
  world.put_object("rules.json", rules + "]");
  world.run_for(minutes(20));
  world.aws("AWSEvents.DisableRule", R"({"Name":"caretaker-image-pushes"})");
  push(world, "1.2.4", "second");
  world.run_for(minutes(40));
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
  EXPECT_TRUE(said(world, "12 services are looked at by 2 messages"));
  EXPECT_TRUE(said(world, R"("end":"done","reason":"not-found")"));
  EXPECT_TRUE(take_dead_letters(world).empty());
}

TEST(SweepStory, WithoutRulesThereIsNothingToSweep) {
  World world;
  set_up(world);
  world.put_object("rules.json", "[]");
  world.run_for(minutes(20));
  EXPECT_TRUE(said(world, R"("end":"done","reason":"no-rules")"));
}

TEST(SweepStory, InstallingItDeploysNothing) {
  World world;
  const auto arn = set_up(world);
  world.aws("AWSEvents.DisableRule", R"({"Name":"caretaker-image-pushes"})");
  push(world, "1.2.4", "second");
  world.object("DELETE", "records/" + records::record_key(*names::parse_service_arn(arn)));
  world.run_for(hours(2));
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  push(world, "1.2.5", "third");
  world.run_for(hours(1));
  EXPECT_EQ(look(world, arn).image, image("1.2.5")) << "what comes later is no longer of the first sight";
}

TEST(SweepStory, SaysHowADeploymentEnded) {
  World world;
  set_up(world);
  push(world, "1.2.4", "second");
  world.run_for(minutes(10));
  EXPECT_TRUE(said(world, R"("event":"notice","kind":"started")"));
  EXPECT_TRUE(said(world, R"("event":"notice","kind":"succeeded")"));
  EXPECT_TRUE(said(world, R"("DeploymentsSucceeded":1)"));
}

TEST(SweepStory, ATriedVersionIsTriedOnceMoreAfterAnHourAndThenNotAgain) {
  World world;
  const auto arn = set_up(world);
  world.fail_deployments_of("1.2.4");
  push(world, "1.2.4", "second");
  world.run_for(minutes(50));
  EXPECT_EQ(count(look(world, arn), "UPDATE_SERVICE ROLLBACK_SUCCEEDED"), 1);
  world.run_for(hours(12));
  EXPECT_EQ(count(look(world, arn), "UPDATE_SERVICE ROLLBACK_SUCCEEDED"), 2);
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  EXPECT_TRUE(said(world, R"("kind":"stopped")"));
  push(world, "1.2.5", "third");
  world.run_for(minutes(10));
  EXPECT_EQ(look(world, arn).image, image("1.2.5")) << "a new image ends the stop";
}

TEST(SweepStory, APersonsRollbackIsNotUndone) {
  World world;
  const auto arn = set_up(world);
  push(world, "1.2.4", "second");
  world.run_for(minutes(10));
  ASSERT_EQ(look(world, arn).image, image("1.2.4"));
  deploy_by_hand(world, arn, "1.2.3");
  world.run_for(hours(24));
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  EXPECT_TRUE(said(world, R"("kind":"held")"));
  push(world, "1.2.4", "second, rebuilt");
  world.run_for(hours(2));
  EXPECT_EQ(look(world, arn).image, image("1.2.3")) << "the version is held, whatever its image";
  push(world, "1.2.5", "third");
  world.run_for(hours(1));
  EXPECT_EQ(look(world, arn).image, image("1.2.5")) << "a higher version ends the hold";
}

TEST(SweepStory, ARuleThatReappliesUndoesIt) {
  World world;
  const auto arn = set_up(world);
  rules_with(world, arn, R"("foreignChange":"reapply")");
  push(world, "1.2.4", "second");
  world.run_for(minutes(10));
  deploy_by_hand(world, arn, "1.2.3");
  world.run_for(minutes(30));
  EXPECT_EQ(look(world, arn).image, image("1.2.4"));
}

TEST(SweepStory, AnImageSoaksBeforeItIsDeployed) {
  World world;
  const auto arn = set_up(world);
  rules_with(world, arn, R"("soak":"6h")");
  push(world, "1.2.4", "second");
  world.run_for(hours(6) - minutes(1));
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
  world.run_for(minutes(5));
  EXPECT_EQ(look(world, arn).image, image("1.2.4")) << "and no sweep had to come along";
}

// Nothing can be noted in the record of a newer version, so that what is due moves away with each look.
TEST(SweepStory, WakeUpsDoNotBegetEachOther) {
  World world;
  const auto arn = set_up(world);
  rules_with(world, arn, R"("soak":"10m")");
  world.run_for(minutes(20));
  const auto key = "records/" + records::record_key(*names::parse_service_arn(arn));
  auto record = world.object("GET", key).body;
  record.replace(record.find(R"("schema":1)"), 10, R"("schema":2)");
  ASSERT_LT(world.object("PUT", key, record).status, 300);
  push(world, "1.2.4", "second");
  const auto before = world.log().size();
  world.run_for(hours(12));
  const auto looks = std::ranges::count_if(std::span(world.log()).subspan(before), [](const std::string& line) {
    return line.contains(R"("event":"decision")");
  });
  EXPECT_LE(looks, 2 * 4 * 12 + 2) << "each sweep, and one wake-up for each";
  EXPECT_EQ(look(world, arn).image, image("1.2.3"));
}

TEST(SweepStory, EditedRulesTakeEffectAtOnce) {
  World world;
  const auto arn = set_up(world, "~1.2.3");
  push(world, "1.3.0", "second");
  world.run_for(minutes(5));
  ASSERT_EQ(look(world, arn).image, image("1.2.3"));
  world.run_for(minutes(20));
  world.put_object("rules.json", rules_for(arn, "^1.2.3"));
  world.run_for(minutes(5));
  EXPECT_EQ(look(world, arn).image, image("1.3.0"));
}

}  // namespace
}  // namespace simulation
