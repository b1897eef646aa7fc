// SPDX-License-Identifier: Apache-2.0
#include "decide/foreign_change.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "decide/observe.h"
#include "decide/orders.h"
#include "decide/scenario_test.h"

namespace decide {
namespace {

// `1.2.0, 1.1.5 by x`: what is held, and the operation or the person that it comes from; `nothing`.
std::string held(std::string_view text) {
  const auto record = observe(Scenario(text).facts());
  std::string all;
  for (const auto& hold : record.holds) {
    all += fmt::format("{}{} by {}", all.empty() ? "" : "; ", fmt::join(hold.versions, ", "),
                       hold.is_ordered() ? hold.by : hold.operation);
  }
  return all.empty() ? "nothing" : all;
}

struct Case {
  std::string_view name;
  std::string_view text;
  std::string_view held;
};

void expect_held(std::span<const Case> cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(held(c.text), c.held);
  }
}

TEST(ForeignChange, HoldsWhatAPersonMovedTheServiceBackFrom) {
  constexpr Case cases[] = {
      {"moved back",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, a:update:ok",
       "1.2.0 by x"},
      {"as soon as ours is seen to have succeeded",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops x:update:ok, a:update:ok", "1.2.0 by x"},
      {"with all between, and nothing above",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0, 1.3.0, 1.2.0-rc.1 | set 1.2.0:a:SUCCEEDED | ops "
       "x:update:ok, "
       "a:update:ok",
       "1.2.0, 1.1.5, 1.2.0-rc.1 by x"},
      {"with all between, those that the rule is about first",
       "running 1.1.0 | rule ~1.1 | options prerelease | tags 1.1.0, 1.1.5-rc.1, 1.2.0, 1.2.1, 1.3.0 | set "
       "1.2.1:a:SUCCEEDED | ops x:update:ok, a:update:ok",
       "1.2.1, 1.1.5-rc.1, 1.2.0 by x"},
      {"though its image is gone",
       "running 1.1.0 | rule ^1 | tags 1.1.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, a:update:ok", "1.2.0 by x"},
      {"somebody else's ran, and none is listed any more",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign x=1.2.0 | unexplained 90 | ops q:pause:ok, p:pause:ok",
       "1.2.0 by UNTOLD"},
      {"though ours is listed as under way still",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops x:update:ok@60, a:update:underway@50",
       "1.2.0 by x"},
      {"ours is listed no more", "running 1.1.0 | rule ^1 | tags 1.1.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok@60",
       "1.2.0 by x"},
      {"moved back once more",
       "running 1.0.0 | rule ^1 | tags 1.0.0, 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | held 1.2.0 | ops y:update:ok, "
       "op:update:ok, a:update:ok",
       "1.2.0, 1.1.0 by y"},
      {"after a deployment of ours that AWS rolled back",
       "running 1.0.0 | rule ^1 | tags 1.0.0, 1.1.0, 1.2.0 | set 1.2.0:a:ROLLBACK_SUCCEEDED | deployed 1.1.0 | ops "
       "x:update:ok, a:update:failed",
       "1.1.0 by x"},
      {"beside what was ordered",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | held 1.3.0 by ann | ops x:update:ok, "
       "a:update:ok",
       "1.2.0 by x; 1.3.0 by ann"},
      {"known already, whatever was pushed since",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0 | set 1.2.0:a:SUCCEEDED | held 1.2.0 | foreign op=1.1.0 | "
       "ops op:update:ok, a:update:ok",
       "1.2.0 by op"},
      {"back from where somebody had moved it forward",
       "running 1.3.0 | rule ^1 | tags 1.2.0, 1.3.0, 1.5.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.5.0 | ops "
       "y:update:ok, x:update:ok, a:update:ok",
       "1.5.0 by y"},
      {"back once more, after a release that nothing came of",
       "running 1.0.0 | rule ^1 | tags 1.0.0, 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.1.0 | ops "
       "y:update:ok, "
       "x:update:ok, a:update:ok",
       "1.2.0, 1.1.0 by y"},
      {"of a pattern, past a tag that is not",
       "running 1.1.0-alpine | rule ^1 | pattern ^(?P<version>.+)-alpine$ | tags 1.1.0-alpine, 1.2.0-alpine | set "
       "1.2.0-alpine:a:SUCCEEDED | foreign x=1.1.5 | ops y:update:ok, x:update:ok, a:update:ok",
       "1.2.0 by y"},
      {"from what was found, before we ever deployed",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign c=1.2.0 | ops x:update:ok, c:create:ok", "1.2.0 by x"},
      {"from what was found, and described as before at first",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign x=1.2.0 as 1.2.0 | ops x:update:ok, c:create:ok",
       "1.2.0 by x"},
      {"by way of what the pattern is not about",
       "running 1.2.4-alpine | rule ^1 | pattern ^(?P<version>.+)-alpine$ | tags 1.2.4-alpine, 1.2.4-slim, "
       "1.2.5-alpine "
       "| foreign c=1.2.5 as 1.2.5-alpine | ops y:update:ok, x:update:ok, c:create:ok",
       "1.2.5 by y"},
      {"from what was found, of which no operation was told",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign =1.2.0 | ops x:update:ok@60", "1.2.0 by x"},
      {"twice, and our own in between failed",
       "running 1.0.0 | rule ^1 | tags 1.0.0, 1.1.0, 1.2.0, 1.3.0 | set 1.3.0:b:FAILED | held 1.2.0 | foreign x=1.1.0 "
       "| "
       "ops y:update:ok, b:update:failed, x:update:ok",
       "1.2.0, 1.1.0 by y"},
      {"ours is not listed, and theirs that came after it is",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops y:update:ok@60",
       "1.2.0 by y"},
      {"after ours was described late",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED_WITH_ANOTHER_IMAGE | foreign a=1.2.0 | ops "
       "y:update:ok, a:update:ok",
       "1.2.0 by y"},
      {"after ours was lost sight of, and had succeeded",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:LOST | deployed 1.2.0 | ops y:update:ok@60, "
       "c:create:ok@2",
       "1.2.0 by y"},
      {"but not what was pinned since",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0 | set 1.2.0:a:SUCCEEDED | pin 1.2.0 | ops x:update:ok@10, "
       "a:update:ok@5",
       "1.1.5 by x"},
      {"and what was pinned before",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | pin 1.2.0 | ops x:update:ok@60, "
       "a:update:ok@50",
       "1.2.0 by x"},
      {"by an operation without an id",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops :update:ok, a:update:ok",
       "1.2.0 by UNTOLD"},
      {"by an operation that is not listed, for long",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0 | set 1.2.0:a:SUCCEEDED | unexplained 99 | ops a:update:ok",
       "1.2.0, 1.1.5 by UNTOLD"},
      {"for long, and no operation is listed at all",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | unexplained 99", "1.2.0 by UNTOLD"},
      {"for long, after a deployment of ours that failed",
       "running 1.0.0 | rule ^1 | tags 1.0.0, 1.1.0, 1.2.0 | set 1.2.0:b:FAILED | deployed 1.1.0 | unexplained 99 | "
       "ops "
       "b:update:failed, a:update:ok",
       "1.1.0 by UNTOLD"},
      {"for long, back from where somebody had moved it forward",
       "running 1.3.0 | rule ^1 | tags 1.2.0, 1.3.0, 1.5.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.5.0 | unexplained 99 "
       "| "
       "ops a:update:ok",
       "1.5.0 by UNTOLD"},
      {"for long, but not what was pinned since",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0 | set 1.2.0:a:SUCCEEDED | pin 1.2.0 | unexplained 19 | ops "
       "a:update:ok",
       "1.1.5 by UNTOLD"},
      {"described as before at first",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.2.0 | ops x:update:ok, "
       "a:update:ok",
       "1.2.0 by x"},
      {"long after an operation of which is known what it brought",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.3.0 | unexplained 99 "
       "| "
       "ops x:update:ok@50-51, a:update:ok@40-41",
       "1.3.0, 1.2.0 by UNTOLD"},
      {"the same, down to what we had set",
       "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.3.0 | unexplained 99 | "
       "ops x:update:ok@50-51, a:update:ok@40-41",
       "1.3.0 by UNTOLD"},
  };
  expect_held(cases);
}

TEST(ForeignChange, HoldsNothingThatNobodyMovedBack) {
  constexpr Case cases[] = {
      {"it is waited for what explains it",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.3.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.3.0 | ops "
       "x:update:ok@50-51, a:update:ok@40-41",
       "nothing"},
      {"it is found so", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | ops x:update:ok", "nothing"},
      {"moved forward, and described once more as before",
       "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0, 2.0.0 | set 1.2.0:a:SUCCEEDED | foreign x=2.0.0 | ops "
       "x:update:ok@99-100, a:update:ok@40-41",
       "nothing"},
      {"ours failed after what was found",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | foreign c=1.1.0 | ops a:update:failed, c:create:ok",
       "nothing"},
      {"a higher tag of the running image is gone",
       "running sha-d | rule ^1 | tags 1.2.0=sha-d, 1.3.0=sha-e | foreign x=1.3.0 as sha-d | ops x:update:ok",
       "nothing"},
      {"the pattern was edited, and reads the running tag otherwise",
       "running 1.2.0-alpine | rule ^1 | tags 1.2.0, 1.2.0-alpine | foreign x=1.2.0 as 1.2.0-alpine | ops x:update:ok",
       "nothing"},
      {"the same after ours had succeeded",
       "running 1.2.0-alpine | rule ^1 | tags 1.2.0, 1.2.0-alpine | set 1.2.0-alpine:a:SUCCEEDED | foreign x=1.2.0 as "
       "1.2.0-alpine | ops x:update:ok, a:update:ok",
       "nothing"},
      {"the rule is about another repository now",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign c=1.5.0 as other | ops x:update:ok, c:create:ok",
       "nothing"},
      {"somebody took what the pattern is not about",
       "running 1.2.5-slim | rule ^1 | pattern ^(?P<version>.+)-alpine$ | tags 1.2.5-alpine, 1.2.5-slim | set "
       "1.2.5-alpine:a:SUCCEEDED | ops x:update:ok, a:update:ok",
       "nothing"},
      {"an older list of operations than the one that was found",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign x=1.2.0 | ops c:create:ok@0", "nothing"},
      {"ours is the newest",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops a:update:ok, x:update:ok", "nothing"},
      {"AWS rolled ours back",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:failed, x:update:ok", "nothing"},
      {"ours was rolled back to what it had deployed before",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:ROLLBACK_SUCCEEDED | deployed 1.1.0 | ops "
       "a:update:failed",
       "nothing"},
      {"ours was rolled back to what somebody else had deployed",
       "running 1.0.0 | rule ^1 | tags 1.0.0, 1.2.0 | set 1.2.0:a:ROLLBACK_SUCCEEDED | ops x:update:ok, "
       "a:update:failed",
       "nothing"},
      {"theirs failed",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:failed, a:update:ok",
       "nothing"},
      {"theirs is listed as under way, for whatever time",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | unexplained 99 | ops "
       "x:update:underway@98, "
       "a:update:ok",
       "nothing"},
      {"somebody else's ran, and none is listed yet",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign x=1.2.0 | ops p:pause:ok", "nothing"},
      {"it ran already when ours that failed was decided on",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | foreign x=1.2.0 | set 1.2.0:b:FAILED | before 1.1.0 | "
       "unexplained "
       "90 | ops p:pause:ok",
       "nothing"},
      {"theirs is not listed yet",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops a:update:ok", "nothing"},
      {"for long, and the rule reapplies",
       "running 1.1.0 | rule ^1 | options reapply | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | unexplained 99 | ops "
       "a:update:ok",
       "nothing"},
      {"it was held for long, released, and the operation is listed at last",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | foreign =1.1.0 | ops x:update:ok, "
       "a:update:ok",
       "nothing"},
      {"it was held for long, released, and the operation is never listed",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | foreign =1.1.0 | unexplained 99 | ops "
       "a:update:ok",
       "nothing"},
      {"it was ours that failed, and its image is still described",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.1.0:b:FAILED | deployed 1.2.0 | unexplained 99 | ops "
       "b:update:failed, a:update:ok",
       "nothing"},
      {"theirs is under way",
       "running 1.1.0 | state busy | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:underway, "
       "a:update:ok",
       "nothing"},
      {"the same version",
       "running 1.2.0 | rule ^1 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, a:update:ok", "nothing"},
      {"moved forward",
       "running 1.3.0 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, a:update:ok", "nothing"},
      {"only paused and resumed",
       "running 1.2.0 | rule ^1 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | ops p:pause:ok, a:update:ok", "nothing"},
      {"another repository",
       "running other | rule ^1 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, a:update:ok", "nothing"},
      {"no version", "running nightly | rule ^1 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, a:update:ok",
       "nothing"},
      {"the rule reapplies",
       "running 1.1.0 | rule ^1 | options reapply | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok, "
       "a:update:ok",
       "nothing"},
      {"it was released",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.1.0 | ops x:update:ok, "
       "a:update:ok",
       "nothing"},
      {"it was released, and an operation since moved nothing",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | foreign x=1.1.0 | ops y:update:ok, "
       "x:update:ok, a:update:ok",
       "nothing"},
      {"ours moved on since",
       "running 1.3.0 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.3.0:b | foreign x=1.5.0 | ops y:update:ok, b:update:ok, "
       "x:update:ok",
       "nothing"},
      {"it may be our own of an interrupted function",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | intention 1.1.0 @99 until 101 | ops "
       "x:update:ok, a:update:ok",
       "nothing"},
      {"an older list of operations",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:ok@40", "nothing"},
  };
  expect_held(cases);
}

TEST(ForeignChange, NotesWhatItFinds) {
  struct Row {
    std::string_view name;
    std::string_view text;
    std::string_view noted;
  };
  constexpr Row rows[] = {
      {"before we ever deployed", "running 1.1.0 | rule ^1 | tags 1.1.0 | ops x:update:ok, c:create:ok", "x=1.1.0"},
      {"of no operation", "running 1.1.0 | rule ^1 | tags 1.1.0", "=1.1.0"},
      {"while the service is paused",
       "running 1.1.0 | state paused | rule ^1 | tags 1.1.0 | ops p:pause:ok, c:create:ok", "c=1.1.0"},
      {"while somebody deploys", "running 1.1.0 | state busy | rule ^1 | tags 1.1.0 | ops x:update:underway", ""},
      {"while ours is under way", "running 1.1.0 | rule ^1 | tags 1.1.0 | set 1.2.0:a | ops a:update:underway", ""},
      {"after ours was lost sight of", "running 1.2.0 | rule ^1 | tags 1.2.0 | set 1.2.0:a:LOST | ops x:update:ok",
       "x=1.2.0"},
      {"not where ours runs", "running 1.2.0 | rule ^1 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | ops a:update:ok", ""},
      {"not for a rule that reapplies", "running 1.1.0 | rule ^1 | options reapply | tags 1.1.0 | ops x:update:ok", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto noted = observe(Scenario(row.text).facts()).foreign;
    EXPECT_EQ(noted ? noted->operation + "=" + noted->version : "", row.noted);
  }
}

TEST(ForeignChange, TakesWhatMayBeOursForNobodyElses) {
  Scenario scenario(
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.5.0 | set 1.1.0:a | foreign x=1.5.0 | ops :update:ok@50, "
      "x:update:ok@40");
  scenario.now = hour(50) + std::chrono::minutes(10);
  scenario.running.operations.front().started_at = hour(50) + std::chrono::seconds(1);
  EXPECT_TRUE(observe(scenario.facts()).holds.empty());
}

TEST(ForeignChange, WaitsUntilItIsKnownWhoMovedTheServiceBack) {
  Scenario scenario(
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | deployed 1.2.0 | ops a:update:ok");
  struct Step {
    std::string_view name;
    std::chrono::minutes after;
    std::string_view decision;
    bool waits;
  };
  constexpr Step steps[] = {
      {"found", std::chrono::minutes(0), "wait busy 1.2.0", true},
      {"looked at again", std::chrono::minutes(4), "wait busy 1.2.0", true},
      {"somebody must have done it", std::chrono::minutes(5), "keep nothing-eligible", false},
      {"and stays so", std::chrono::minutes(30), "keep nothing-eligible", false},
  };
  const auto begin = scenario.now;
  for (const auto& step : steps) {
    SCOPED_TRACE(step.name);
    scenario.now = begin + step.after;
    const auto facts = scenario.observed();
    EXPECT_EQ(brief(decide(facts).decision), step.decision);
    EXPECT_EQ(facts.record->unexplained_at, step.waits ? std::optional(begin) : std::nullopt);
    EXPECT_EQ(facts.record->deployed.empty(), !step.waits);
    scenario.record = facts.record;
  }
  scenario.record->holds.clear();
  EXPECT_EQ(brief(decide(scenario.observed()).decision), "update newer 1.2.0") << "released";
}

TEST(ForeignChange, ForgetsADescriptionThatLagged) {
  const auto record = observe(
      Scenario("running 1.2.0 | rule ^1 | tags 1.2.0 | set 1.2.0:a:SUCCEEDED | unexplained 99 | ops a:update:ok")
          .facts());
  EXPECT_FALSE(record.unexplained_at);
  EXPECT_TRUE(record.holds.empty());
}

// 1.0.1 to 1.0.1200 lie between what runs and what ran.
std::string very_many(std::string_view more) {
  std::string text =
      "running 1.0.0 | rule ^1 | set 1.0.1200:a:SUCCEEDED | ops x:update:ok@60, a:update:ok@50 | tags 0.9.0";
  for (int patch = 1; patch <= 1200; ++patch) text += fmt::format(", 1.0.{}", patch);
  return text + std::string(more);
}

TEST(ForeignChange, HoldsTheRestOfVeryManyByASpan) {
  const Scenario scenario(very_many(", 1.0.0"));
  const auto facts = scenario.observed();
  const auto& versions = facts.record->holds.at(0).versions;
  EXPECT_EQ(versions.size(), 1001);
  EXPECT_EQ(versions.front(), "1.0.1200");
  EXPECT_EQ(versions.back(), ">1.0.0 <=1.0.200");
  EXPECT_EQ(brief(decide(facts).decision), "keep nothing-eligible");
}

TEST(ForeignChange, HoldsByNoSpanWhatTheRuleIsNotAbout) {
  std::string text =
      "running 1.0.0 | rule ^1 | set 1.2.0:a:SUCCEEDED | ops x:update:ok@60, a:update:ok@50 | tags 1.1.0";
  for (int i = 1; i <= 1200; ++i) text += fmt::format(", 1.2.0-dev.{}", i);
  const auto facts = Scenario(text).observed();
  const auto& versions = facts.record->holds.at(0).versions;
  EXPECT_EQ(versions.size(), 1000);
  EXPECT_EQ(versions[0], "1.2.0");
  EXPECT_EQ(versions[1], "1.1.0");
  EXPECT_EQ(versions[2], "1.2.0-dev.1200");
  EXPECT_EQ(versions.back(), "1.2.0-dev.203");
}

TEST(ForeignChange, HoldsInASpanNothingThatNobodyMovedBackFrom) {
  Scenario again(very_many(", 1.0.0=sha-new @70 | known sha-old"));
  EXPECT_EQ(brief(decide(again.observed()).decision), "redeploy new-digest 1.0.0");
  EXPECT_EQ(brief(decide(Scenario(very_many(", 1.0.0 | pin 0.9.0")).observed()).decision), "update pinned 0.9.0");
}

TEST(ForeignChange, LeavesInASpanWhatIsOrdered) {
  Scenario scenario(very_many(", 1.0.0"));
  scenario.record = observe(scenario.facts());
  EXPECT_TRUE(release(*scenario.record, "1.0.100", scenario.rule));
  EXPECT_EQ(brief(decide(scenario.observed()).decision), "update newer 1.0.100");
  EXPECT_TRUE(pin(*scenario.record, "1.0.50", "ann", hour(99)));
  EXPECT_EQ(brief(decide(scenario.observed()).decision), "update pinned 1.0.50");
  // Also where the order came between the move and our look.
  Scenario pinned(very_many(", 1.0.0 | pin 1.0.50"));
  EXPECT_EQ(brief(decide(pinned.observed()).decision), "keep nothing-eligible");
  pinned.record->pin->at = hour(70);
  EXPECT_EQ(brief(decide(pinned.observed()).decision), "update pinned 1.0.50");
}

TEST(ForeignChange, TakesNoOlderRuleForAnEdit) {
  Scenario scenario("running 1.1.0 | rule ^1 | under ~1.2 | tags 1.1.0, 1.2.0 | held 1.2.0");
  auto facts = scenario.facts();
  facts.rule_is_current = false;
  const auto record = observe(facts);
  EXPECT_EQ(record.holds.size(), 1U);
  EXPECT_EQ(record.range, "~1.2");
}

TEST(ForeignChange, TakesAnEditOfAnEmptyRangeForOne) {
  Scenario scenario("running 1.1.0 | tags 1.1.0, 1.2.0 | held 1.2.0");
  scenario.rule.range_text = "";
  scenario.record = observe(scenario.facts());
  EXPECT_EQ(scenario.record->holds.size(), 1U);
  scenario.rule.range_text = "*";
  EXPECT_EQ(observe(scenario.facts()).holds.size(), 1U) << "it says the same";
  scenario.rule.range_text = "^1";
  EXPECT_EQ(observe(scenario.facts()).holds.size(), 0U);
}

TEST(ForeignChange, EndsAHold) {
  constexpr Case cases[] = {
      {"not by time", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | held 1.2.0", "1.2.0 by op"},
      {"by a version above it", "running 1.3.0 | rule ^1 | tags 1.3.0 | held 1.2.0", "nothing"},
      {"when the version is put back", "running 1.2.0 | rule ^1 | tags 1.2.0 | held 1.2.0", "nothing"},
      {"not by what is described, and listed, as it was before the move",
       "running 1.2.0 | now 20 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | held 1.2.0 | foreign "
       "op=1.1.0@20 | ops a:update:ok",
       "1.2.0 by op"},
      {"not by one outside the range, which the rule would leave for the held one",
       "running 2.0.0 | rule ^1 | options downgrade | tags 1.1.0, 1.2.0, 2.0.0 | held 1.2.0", "1.2.0 by op"},
      {"not by ours that failed, and is described all the same",
       "running 1.3.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | set 1.3.0:b | held 1.2.0 | foreign op=1.1.0 | ops "
       "b:update:failed, op:update:ok",
       "1.2.0 by op"},
      {"as far as one between", "running 1.1.5 | rule ^1 | tags 1.1.5 | held 1.2.0, 1.1.5", "1.2.0 by op"},
      {"as far as what runs within a span", "running 1.1.5 | rule ^1 | tags 1.1.5 | held >1.1.0 <=1.2.0",
       ">1.1.5 <=1.2.0 by op"},
      {"of what runs, though a span of before has no lower end", "running 1.1.5 | rule ^1 | tags 1.1.5 | held <=1.2.0",
       ">1.1.5 <=1.2.0 by op"},
      {"by an edit of the range", "running 1.1.0 | rule ^1 | under ~1.2 | tags 1.1.0, 1.2.0 | held 1.2.0", "nothing"},
      {"not by the same range", "running 1.1.0 | rule ^1 | under ^1 | tags 1.1.0, 1.2.0 | held 1.2.0", "1.2.0 by op"},
      {"by a rule that reapplies", "running 1.1.0 | rule ^1 | options reapply | tags 1.1.0 | held 1.2.0", "nothing"},
      {"not what was ordered", "running 1.1.0 | rule ^1 | options reapply | tags 1.1.0 | held 1.2.0 by ann",
       "1.2.0 by ann"},
      {"not what was ordered of the version that runs",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | held 1.2.0 by ann", "1.2.0 by ann"},
      {"and not what was ordered beside it",
       "running 1.4.0 | rule ^1 | tags 1.3.0, 1.4.0 | held 1.3.0 | held 1.4.0 by ann", "1.4.0 by ann"},
      {"by a rule that reapplies, and not what was ordered beside it",
       "running 1.1.0 | rule ^1 | options reapply | tags 1.1.0 | held 1.2.0 | held 1.3.0 by ann", "1.3.0 by ann"},
      {"not what was ordered, by a version above it that ran already",
       "running 1.3.0 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.3.0:a:SUCCEEDED | held 1.2.0 by ann | ops a:update:ok",
       "1.2.0 by ann"},
      {"by an edit, and the same operation makes no other one",
       "running 1.1.0 | rule ^1 | under ~1.2 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | held 1.2.0 | foreign "
       "op=1.1.0 | ops op:update:ok, a:update:ok",
       "nothing"},
      {"not by an operation that moved nothing, and holds no more by it",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0 | set 1.2.0:a:SUCCEEDED | held 1.2.0 | foreign op=1.1.0 | "
       "ops y:update:ok, op:update:ok, a:update:ok",
       "1.2.0 by op"},
  };
  expect_held(cases);
}

}  // namespace
}  // namespace decide
