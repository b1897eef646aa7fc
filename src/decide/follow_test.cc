// SPDX-License-Identifier: Apache-2.0
#include "decide/follow.h"

#include <gtest/gtest.h>

#include "decide/observe.h"
#include "decide/scenario_test.h"

namespace decide {
namespace {

// What came of an operation is tested with observe(); here is what it does while nothing has come of it.
TEST(Follow, NotesOnceThatAnOperationTakesTooLong) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::optional<int> overdue_at;  // An hour.
  };
  constexpr Case cases[] = {
      {"just begun", "running 1.2.0 | now 50 | state busy | tags 1.2.0 | set 1.2.0:a | ops a:update:underway", {}},
      {"for long", "running 1.2.0 | now 51 | state busy | tags 1.2.0 | set 1.2.0:a | ops a:update:underway", 51},
      {"rolling back for long", "running 1.2.0 | now 51 | state busy | tags 1.2.0 | set 1.2.0:a | ops a:update:back",
       51},
      {"ended", "running 1.2.0 | now 51 | tags 1.2.0 | set 1.2.0:a | ops a:update:ok", {}},
      {"ended long ago", "running 1.2.0 | now 51 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | ops a:update:ok", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Scenario scenario(c.text);
    const auto record = observe(scenario.facts());
    EXPECT_EQ(record.set->overdue_at, c.overdue_at ? std::optional(hour(*c.overdue_at)) : std::nullopt);
    scenario.record = record;
    scenario.now = hour(70);
    if (c.overdue_at) {
      EXPECT_EQ(observe(scenario.facts()).set->overdue_at, record.set->overdue_at);
    }
  }
}

TEST(Follow, NotesOnceThatNobodyKnowsForLongWhatCameOfAnIntention) {
  Scenario scenario("running 1.1.0 | now 101 | state busy | tags 1.2.0 | intention 1.2.0 @100 until 101");
  for (const bool is_known : {false, true}) {
    const auto record = observe(scenario.facts());
    EXPECT_EQ(record.intention->overdue_at, hour(101)) << is_known;
    scenario.record = record;
    scenario.now = hour(102);
  }
  scenario.record->intention->overdue_at.reset();
  scenario.now = hour(100) + followed_for - std::chrono::seconds(1);
  EXPECT_EQ(observe(scenario.facts()).intention->overdue_at, std::nullopt);
}

TEST(Follow, TakesWhatRunsForTheEndOfAnOperationThatIsNotListed) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view outcome;
    std::string_view deployed;
    int failures;
  };
  constexpr Case cases[] = {
      {"its image runs", "running 1.2.0 | set 1.2.0:a | foreign c=1.1.0 | ops c:create:ok@2", "LOST", "1.2.0", 0},
      {"the image before does", "running 1.1.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops c:create:ok@2", "LOST", "",
       1},
      {"a third one does", "running 1.0.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops c:create:ok@2", "LOST", "", 0},
      {"the service is busy", "running 1.1.0 | state busy | set 1.2.0:a | before 1.1.0=sha-1.1.0", "", "", 0},
      {"something is listed as under way",
       "running 1.1.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops x:update:underway@99", "", "", 0},
      {"it is early", "running 1.1.0 | now 50 | set 1.2.0:a | before 1.1.0=sha-1.1.0", "", "", 0},
      {"it is listed as under way, and another's has ended since",
       "running 1.0.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops y:update:ok@60, a:update:underway", "LOST", "", 0},
      {"the same, after a deployment, which moves no image",
       "running 1.1.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops y:deploy:ok@60, a:update:underway", "LOST", "", 1},
      {"the same, after a deployment of ours", "running 1.2.0 | set 1.2.0:a | ops y:deploy:ok@60, a:update:underway",
       "LOST", "1.2.0", 0},
      {"it is listed as being rolled back, and another's has ended since",
       "running 1.1.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops y:update:ok@60, a:update:back", "LOST", "", 1},
      {"the same, while another's is under way",
       "running 1.0.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops z:update:underway@99, y:update:ok@60, "
       "a:update:underway",
       "", "", 0},
      {"another's began since", "running 1.0.0 | now 51 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops y:update:ok@51",
       "LOST", "", 0},
      {"of a redeployment nothing tells", "running 1.2.0 | failures 1 | set 1.2.0:a redeploy | ops c:create:ok@2",
       "LOST", "", 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto record = observe(Scenario(std::string(c.text) + " | rule ^1 | tags 1.0.0, 1.1.0, 1.2.0").facts());
    EXPECT_EQ(record.set->outcome, c.outcome);
    EXPECT_EQ(record.deployed, c.deployed);
    EXPECT_EQ(record.failures, c.failures);
    EXPECT_EQ(record.rejected.size(), c.failures == 1 && c.outcome == "LOST" && c.deployed.empty() &&
                                              c.name != "of a redeployment nothing tells"
                                          ? 1U
                                          : 0U);
  }
}

TEST(Follow, EndsAnOrderedHold) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::size_t holds;
  };
  constexpr Case cases[] = {
      {"by a version above it", "running 1.3.0 | rule ^1 | tags 1.3.0 | set 1.3.0:a | ops a:update:ok", 0},
      {"not by itself, which was under way", "running 1.2.0 | rule ^1 | tags 1.2.0 | set 1.2.0:a | ops a:update:ok", 1},
      {"not by another image of what ran already",
       "running 1.3.0 | rule ^1 | tags 1.3.0 | set 1.3.0:a redeploy | ops a:deploy:ok", 1},
      {"not by one below it", "running 1.1.0 | rule ^1 | tags 1.1.0 | set 1.1.0:a | ops a:update:ok", 1},
      {"not while it is deployed",
       "running 1.3.0 | state busy | rule ^1 | tags 1.3.0 | set 1.3.0:a | ops a:update:underway", 1},
      {"not by one that fails", "running 1.1.0 | rule ^1 | tags 1.3.0 | set 1.3.0:a | ops a:update:failed", 1},
      {"not by a pin outside the range", "running 2.0.0 | rule ^1 | tags 2.0.0 | set 2.0.0:a | ops a:update:ok", 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Scenario scenario(c.text);
    scenario.record->holds.push_back({.versions = {"1.2.0"}, .operation = {}, .by = "ann", .at = hour(20)});
    EXPECT_EQ(observe(scenario.facts()).holds.size(), c.holds);
    // What is ordered while a deployment is under way is said of the time after it.
    scenario.record->holds[0].at = hour(51);
    EXPECT_EQ(observe(scenario.facts()).holds.size(), 1U);
  }
}

TEST(Follow, TakesAServiceForBeingDeployedUntilItIsDescribedSo) {
  struct Case {
    std::string_view name;
    std::string_view text;
    bool awaits;
  };
  constexpr Case cases[] = {
      {"described with the image before", "running 1.1.0 | set 1.2.0:a | ops a:update:ok", true},
      {"a pause came later", "running 1.1.0 | set 1.2.0:a | ops p:pause:ok, a:update:ok", true},
      {"described with ours", "running 1.2.0 | set 1.2.0:a | ops a:update:ok", false},
      {"another update came later", "running 1.1.0 | set 1.2.0:a | ops b:update:ok, a:update:ok", false},
      {"another began", "running 1.1.0 | set 1.2.0:a | ops b:update:underway, a:update:ok", false},
      {"ours is under way", "running 1.1.0 | set 1.2.0:a | ops a:update:underway", false},
      {"noted long ago", "running 1.1.0 | set 1.2.0:a:SUCCEEDED | ops a:update:ok", false},
      {"nothing was set", "running 1.1.0 | ops a:update:ok", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Scenario scenario(c.text);
    EXPECT_EQ(awaits_description(*scenario.record, scenario.running), c.awaits);
  }
}

}  // namespace
}  // namespace decide
