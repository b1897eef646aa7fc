// SPDX-License-Identifier: Apache-2.0
#include "decide/observe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/scenario_test.h"

namespace decide {
namespace {

Record observed(std::string_view text) { return observe(Scenario(text).facts()); }

TEST(Observe, LearnsNothingTwice) {
  constexpr std::string_view scenarios[] = {
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first",
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first | push 1.2.0",
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | known 1.2.0=sha-1.2.0 | ops a:update:failed@60",
      "running 1.2.0 | rule ^1 | tags 1.2.0=sha-new @70 | known sha-old | ops x:deploy:ok@80",
      "running source | first",
      "running sha-x | rule ^1 | tags 1.1.0=sha-x | first",
  };
  for (const auto text : scenarios) {
    SCOPED_TRACE(text);
    const Scenario scenario(text);
    EXPECT_EQ(observe(scenario.observed()), observe(scenario.facts()));
  }
}

TEST(Observe, TakesTheHighestVersionInRangeAsBaseline) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::optional<std::string> version;  // nullopt: no baseline.
  };
  const Case cases[] = {
      {"a sweep", "running 1.1.0 | rule ^1 | tags 1.1.0, v1.3.0, 1.2.0, 2.0.0, 1.4.0-rc.1 | first", "1.3.0"},
      {"nothing in range", "running 1.1.0 | rule ^3 | tags 1.1.0 | first", ""},
      {"a push", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first | push 1.2.0", std::nullopt},
      {"an operator", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first | operator", std::nullopt},
      {"a rule that acts", "running 1.1.0 | rule ^1 | options act | tags 1.1.0, 1.2.0 | first", std::nullopt},
      {"a sweep keeps it", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | baseline 1.2.0", "1.2.0"},
      {"a sweep that finds what was pushed since lifts it",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5 @20, 1.2.0 | baseline 1.2.0", std::nullopt},
      {"not by what the rule is not about",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, latest @20, 2.0.0 @20, 1.3.0 @20 chart | baseline 1.2.0", "1.2.0"},
      {"a sweep that finds another image of the running tag lifts it",
       "running 1.1.0 | rule ^1 | tags 1.1.0=sha-old, 1.2.0 | known sha-1.1.0 | baseline 1.2.0", std::nullopt},
      {"not where the running image is named by its digest",
       "running 1.1.0@sha-1.1.0 | rule ^1 | tags 1.1.0=sha-old, 1.2.0 | known sha-1.1.0 | baseline 1.2.0", "1.2.0"},
      {"not where nobody knows which image runs",
       "running 1.1.0 | rule ^1 | tags 1.1.0=sha-old, 1.2.0 | known nothing | baseline 1.2.0", "1.2.0"},
      {"a push of a chart does not",
       "running 1.1.0 | rule ^1 | tags 1.0.0 chart, 1.1.0, 1.2.0 | baseline 1.2.0 | push 1.0.0", "1.2.0"},
      {"a push of what is not listed does not",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | baseline 1.2.0 | push 1.0.0", "1.2.0"},
      {"a push lifts it", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | baseline 1.2.0 | push 1.2.0", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto baseline = observed(c.text).baseline;
    EXPECT_EQ(baseline ? std::optional(baseline->version) : std::nullopt, c.version);
  }
}

TEST(Observe, FindsOutWhichImageRuns) {
  struct Case {
    std::string_view name;
    std::string_view text;
    Record::Runs runs;
  };
  const Case cases[] = {
      {"a sweep adopts what is there", "running 1.1.0 | tags 1.1.0 @50 | created 2 | first", {"1.1.0", "sha-1.1.0"}},
      {"created after the push",
       "running 1.1.0 | tags 1.1.0 @1 | created 2 | first | push 1.1.0",
       {"1.1.0", "sha-1.1.0"}},
      {"created before the push", "running 1.1.0 | tags 1.1.0 @3 | created 2 | first | push 1.1.0", {"1.1.0", ""}},
      {"deployed after the push",
       "running 1.1.0 | tags 1.1.0 @3 | created 2 | ops x:update:ok@4 | first | push 1.1.0",
       {"1.1.0", "sha-1.1.0"}},
      {"deployed before the push",
       "running 1.1.0 | tags 1.1.0 @5 | created 2 | ops x:update:ok@4 | first | push 1.1.0",
       {"1.1.0", ""}},
      {"a failed deployment tells nothing",
       "running 1.1.0 | tags 1.1.0 @3 | created 2 | ops x:deploy:failed@4 | first | push 1.1.0",
       {"1.1.0", ""}},
      {"nobody knows when it was pushed", "running 1.1.0 | tags 1.1.0 @? | first | push 1.1.0", {"1.1.0", ""}},
      {"the tag is gone", "running 1.1.0 | tags 1.2.0 | first | push 1.2.0", {"1.1.0", ""}},
      {"somebody changed the tag", "running 1.1.0 | tags 1.1.0, 1.2.0 | known 1.2.0=sha-1.2.0", {"1.1.0", "sha-1.1.0"}},
      {"the image names its digest", "running 1.1.0@sha-x | tags 1.1.0 | first | push 1.1.0", {"1.1.0", "sha-x"}},
      {"a digest alone", "running sha-x | tags 1.1.0=sha-x | first | push 1.1.0=sha-x", {"1.1.0", "sha-x"}},
      {"a digest alone, whose tag has moved on",
       "running sha-x | tags 1.1.0=sha-y, 1.2.0 | known 1.1.0=sha-x | push 1.1.0=sha-y",
       {"1.1.0", "sha-x"}},
      {"somebody deployed the new digest",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-old | ops x:deploy:ok@80",
       {"1.2.0", "sha-new"}},
      {"somebody deployed before it came",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-old | ops x:deploy:ok@60",
       {"1.2.0", "sha-old"}},
      {"somebody's update is under way, and described already",
       "running 1.2.0 | state busy | tags 1.1.0, 1.2.0 | known 1.1.0=sha-x | ops x:update:underway@99",
       {"1.1.0", "sha-x"}},
      {"the same, listed only",
       "running 1.2.0 | tags 1.1.0, 1.2.0 | known 1.1.0=sha-x | ops x:update:underway@99",
       {"1.1.0", "sha-x"}},
      {"an old image got the tag after somebody's deployment that was looked at",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-new as of 80 | ops x:deploy:ok@80, w:create:ok@2",
       {"1.2.0", "sha-new"}},
      {"and somebody deployed it then",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-new as of 80 | ops y:deploy:ok@85, x:deploy:ok@80",
       {"1.2.0", "sha-old"}},
      {"the newest deployments are not listed yet",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-new as of 80 | ops v:deploy:ok@70",
       {"1.2.0", "sha-new"}},
      {"an old image got the tag after somebody's deployment, as its push tells",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-new | ops x:deploy:ok@80 | push 1.2.0=sha-old @85",
       {"1.2.0", "sha-new"}},
      {"an old image got the tag after somebody's update, as its push tells",
       "running 1.1.0 | tags 1.1.0=sha-old @5, 1.2.0 | known 1.2.0=sha-1.2.0 | ops x:update:ok@80 | "
       "push 1.1.0=sha-old @85",
       {"1.1.0", ""}},
      {"an old image got the tag before somebody's update, as its push tells",
       "running 1.1.0 | tags 1.1.0=sha-old @5, 1.2.0 | known 1.2.0=sha-1.2.0 | ops x:update:ok@80 | "
       "push 1.1.0=sha-old @75",
       {"1.1.0", "sha-old"}},
      {"a push tells that an old image got the tag after what it was taken to have come with",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-old as of 80 | ops x:deploy:ok@80 | push 1.2.0=sha-old @85",
       {"1.2.0", ""}},
      {"a push tells that it got the tag before",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-old as of 80 | ops x:deploy:ok@80 | push 1.2.0=sha-old @75",
       {"1.2.0", "sha-old"}},
      {"a push of what we have deployed comes late",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-old as of 80 by us | set 1.2.0=sha-old:x:SUCCEEDED redeploy "
       "| ops x:deploy:ok@80 | push 1.2.0=sha-old @85",
       {"1.2.0", "sha-old"}},
      {"a push tells so before",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-old as of 80 | told 1.2.0=sha-old@85 | ops x:deploy:ok@80",
       {"1.2.0", ""}},
      {"it tells so of what we have deployed, and which is not listed any more",
       "running 1.2.0 | tags 1.2.0=sha-old @5 | known sha-old as of 40 by us | set 1.2.0=sha-old:z redeploy | told "
       "1.2.0=sha-old@45 | ops x:deploy:ok@40",
       {"1.2.0", "sha-old"}},
      {"it tells so of what we had deployed before, after another failed",
       "running 1.2.0 | tags 1.2.0=sha-b @5 | known sha-c as of 40 by us | set 1.2.0=sha-c:z redeploy | before "
       "1.2.0=sha-b as of 40 by us | told 1.2.0=sha-b@80 | ops z:deploy:failed@50, y:deploy:ok@40",
       {"1.2.0", "sha-b"}},
      {"it tells so of what we had deployed, and somebody has since",
       "running 1.2.0 | tags 1.2.0=sha-b @5 | known sha-b as of 40 by us | set 1.2.0=sha-b:y:SUCCEEDED redeploy | told "
       "1.2.0=sha-b@80 | ops x:deploy:ok@60, y:deploy:ok@40",
       {"1.2.0", ""}},
      {"a digest alone, whose tag has moved on, after our own failed",
       "running sha-x | rule ^1 | tags 1.1.0=sha-y, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | before 1.1.0=sha-x | "
       "ops a:update:failed",
       {"1.1.0", "sha-x"}},
      {"the same, and ours is not listed any more",
       "running sha-x | rule ^1 | tags 1.1.0=sha-y, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | before 1.1.0=sha-x | "
       "ops c:create:ok@2",
       {"1.1.0", "sha-x"}},
      {"it tells so while ours is not listed yet",
       "running 1.2.0 | now 50 | tags 1.2.0=sha-old @5 | known sha-old as of 40 | set 1.2.0=sha-old:z redeploy | told "
       "1.2.0=sha-old@45 | ops x:deploy:ok@40",
       {"1.2.0", "sha-old"}},
      {"ours is not listed yet, and the service is described as before",
       "running 1.1.0 | state busy | now 50 | tags 1.1.0, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | ops "
       "x:create:ok@2",
       {"1.2.0", "sha-1.2.0"}},
      {"one of several pushes tells",
       "running 1.1.0 | tags 1.1.0=sha-old @5, 1.2.0 | known 1.2.0=sha-1.2.0 | ops x:update:ok@80 | "
       "push 1.1.0=sha-old @85 | push 1.2.0 @90",
       {"1.1.0", ""}},
      {"somebody paused and resumed",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-old | ops x:pause:ok@80",
       {"1.2.0", "sha-old"}},
      {"somebody failed to deploy it",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-old | ops x:deploy:failed@80",
       {"1.2.0", "sha-old"}},
      {"our own deployment proves nothing of a later push",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-old | set 1.2.0=sha-old:a:SUCCEEDED | ops a:deploy:ok@80",
       {"1.2.0", "sha-old"}},
      {"ours is under way",
       "running 1.1.0 | state busy | tags 1.1.0, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | ops a:update:underway",
       {"1.2.0", "sha-1.2.0"}},
      {"ours may be under way",
       "running 1.2.0 | tags 1.1.0, 1.2.0 | known 1.1.0=sha-1.1.0 | intention 1.2.0 @99 until 101",
       {"1.1.0", "sha-1.1.0"}},
      {"ours was rolled back to the tag before",
       "running 1.1.0 | tags 1.1.0, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | ops a:update:failed@60, "
       "x:create:ok@2",
       {"1.1.0", "sha-1.1.0"}},
      {"ours was rolled back to the tag before, which has got another image",
       "running 1.1.0 | tags 1.1.0=sha-new @70, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | before 1.1.0=sha-old | "
       "ops "
       "a:update:failed@60-65, x:create:ok@2",
       {"1.1.0", "sha-old"}},
      {"ours of the same tag was rolled back, and what ran is known",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-new | set 1.2.0=sha-new:a redeploy | before 1.2.0=sha-old | "
       "ops a:deploy:failed@80, x:create:ok@2",
       {"1.2.0", "sha-old"}},
      {"somebody changed the tag, and then its image came",
       "running 1.1.0 | tags 1.1.0 @70, 1.2.0 | known 1.2.0=sha-1.2.0 | ops x:update:ok@60-65",
       {"1.1.0", ""}},
      {"ours of the same tag was rolled back",
       "running 1.2.0 | tags 1.2.0=sha-new @70 | known sha-new | set 1.2.0=sha-new:a redeploy | ops "
       "a:deploy:failed@80, x:create:ok@2",
       {"1.2.0", ""}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto runs = observed(c.text).runs;
    ASSERT_TRUE(runs);
    EXPECT_EQ(runs->tag, c.runs.tag);
    EXPECT_EQ(runs->digest, c.runs.digest);
  }
  EXPECT_FALSE(observed("running source | first").runs);
  EXPECT_FALSE(observed("running other | first").runs);
}

TEST(Observe, RemembersWhenAnOldImageGotItsTag) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::vector<Record::Told> told;
  };
  const Case cases[] = {
      {"a push of an old image",
       "running 1.1.0 | tags 1.1.0, 1.2.0 @5 | push 1.2.0 @50",
       {{"1.2.0", "sha-1.2.0", hour(50)}}},
      {"a push of a new one", "running 1.1.0 | tags 1.1.0, 1.2.0 @50 | push 1.2.0 @50", {}},
      {"not forgotten for a listing of the moment before",
       "running 1.1.0 | now 50 | tags 1.1.0, 1.2.0=sha-x @5 | told 1.2.0=sha-1.2.0@50",
       {{"1.2.0", "sha-1.2.0", hour(50)}}},
      {"of one whose time nobody knows",
       "running 1.1.0 | tags 1.2.0 @? | push 1.2.0 @50",
       {{"1.2.0", "sha-1.2.0", hour(50)}}},
      {"without a time", "running 1.1.0 | tags 1.1.0, 1.2.0 @5 | push 1.2.0", {}},
      {"of an image that the tag has no more", "running 1.1.0 | tags 1.2.0=sha-x @5 | push 1.2.0=sha-y @50", {}},
      {"of a tag that is gone", "running 1.1.0 | tags 1.1.0 | push 1.2.0 @50", {}},
      {"once more",
       "running 1.1.0 | tags 1.2.0 @5 | told 1.2.0@40 | push 1.2.0 @50",
       {{"1.2.0", "sha-1.2.0", hour(50)}}},
      {"late", "running 1.1.0 | tags 1.2.0 @5 | told 1.2.0@50 | push 1.2.0 @40", {{"1.2.0", "sha-1.2.0", hour(50)}}},
      {"it stays", "running 1.1.0 | tags 1.2.0 @5 | told 1.2.0@40", {{"1.2.0", "sha-1.2.0", hour(40)}}},
      {"until the tag gets another image", "running 1.1.0 | tags 1.2.0=sha-x @5 | told 1.2.0@40", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(observed(c.text).told, c.told);
  }
}

TEST(Observe, RemembersWhichDeploymentItLookedAt) {
  struct Case {
    std::string_view name;
    std::string_view text;
    int as_of;  // 0: none.
  };
  constexpr Case cases[] = {
      {"at first sight", "running 1.1.0 | tags 1.1.0 | ops x:update:ok@80 | first", 80},
      {"another's since", "running 1.1.0 | tags 1.1.0 | known sha-1.1.0 as of 70 | ops x:update:ok@80", 80},
      {"another tag", "running 1.2.0 | tags 1.2.0 | known 1.1.0=sha-1.1.0 as of 70 | ops x:update:ok@80", 80},
      {"not a failed one", "running 1.1.0 | tags 1.1.0 | known sha-1.1.0 as of 70 | ops x:update:failed@80", 70},
      {"not an older one", "running 1.1.0 | tags 1.1.0 | known sha-1.1.0 as of 80 | ops x:update:ok@70", 80},
      {"not one without a time", "running 1.1.0 | tags 1.1.0 | known sha-1.1.0 as of 80 | ops x:update:ok", 80},
      {"none", "running 1.1.0 | tags 1.1.0 | first", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto runs = observed(c.text).runs;
    ASSERT_TRUE(runs);
    EXPECT_EQ(runs->as_of, c.as_of ? std::optional(hour(c.as_of)) : std::nullopt);
  }
}

TEST(Observe, NotesWhatCameOfOurOperation) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view outcome;
    int failures;
    int attempts;  // Of sha-1.2.0; 0: not rejected.
    bool stopped;
  };
  constexpr Case cases[] = {
      {"under way", "running 1.2.0 | state busy | tags 1.2.0 | set 1.2.0:a | ops a:update:underway", "", 0, 0, false},
      {"rolling back", "running 1.2.0 | state busy | tags 1.2.0 | set 1.2.0:a | ops a:update:back", "", 0, 0, false},
      {"not told yet", "running 1.2.0 | now 50 | tags 1.2.0 | set 1.2.0:a | ops b:update:failed", "", 0, 0, false},
      {"not told for long", "running 1.2.0 | tags 1.2.0 | set 1.2.0:a | ops b:update:failed", "LOST", 0, 0, false},
      {"not told for long, and the image before runs",
       "running 1.1.0 | tags 1.2.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops b:update:failed", "LOST", 1, 1, false},
      {"succeeded, and described with the image before",
       "running 1.1.0 | now 50 | tags 1.2.0 | set 1.2.0:a | ops a:update:ok", "", 0, 0, false},
      {"the same for long", "running 1.1.0 | tags 1.2.0 | set 1.2.0:a | ops a:update:ok",
       "SUCCEEDED_WITH_ANOTHER_IMAGE", 1, 1, false},
      {"succeeded late, and described with the image before",
       "running 1.1.0 | tags 1.2.0 | set 1.2.0:a | ops a:update:ok@50-100", "", 0, 0, false},
      {"succeeded, and a later operation explains the image",
       "running 1.1.0 | now 50 | tags 1.2.0 | set 1.2.0:a | ops b:update:ok, a:update:ok", "SUCCEEDED", 0, 0, false},
      {"succeeded", "running 1.2.0 | tags 1.2.0 | set 1.2.0:a | ops a:update:ok", "SUCCEEDED", 0, 0, false},
      {"succeeded after failures",
       "running 1.2.0 | tags 1.2.0 | failures 2 | stop 90 | rejected 1.2.0:1@50, 1.1.0:1@40 | set 1.2.0:a | ops "
       "a:update:ok",
       "SUCCEEDED", 0, 0, false},
      {"failed", "running 1.1.0 | tags 1.2.0 | set 1.2.0:a | ops a:update:failed", "ROLLBACK_SUCCEEDED", 1, 1, false},
      {"failed again",
       "running 1.1.0 | tags 1.2.0 | failures 1 | rejected 1.2.0:1@50 | set 1.2.0:a | ops a:update:failed",
       "ROLLBACK_SUCCEEDED", 2, 2, true},
      {"failed after another failed",
       "running 1.1.0 | tags 1.2.0 | failures 1 | rejected 1.1.5:1@50 | set 1.2.0:a | ops a:update:failed",
       "ROLLBACK_SUCCEEDED", 2, 1, true},
      {"noted before",
       "running 1.1.0 | tags 1.2.0 | failures 1 | rejected 1.2.0:1@50 | set 1.2.0:a:FAILED | ops a:update:failed",
       "FAILED", 1, 1, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto record = observed(c.text);
    EXPECT_EQ(record.set->outcome, c.outcome);
    EXPECT_EQ(record.failures, c.failures);
    const auto rejected = std::ranges::find(record.rejected, "sha-1.2.0", &Record::Rejected::digest);
    EXPECT_EQ(rejected == record.rejected.end() ? 0 : rejected->attempts, c.attempts);
    EXPECT_EQ(record.stop.has_value(), c.stopped);
  }
}

TEST(Observe, NotesTheFailureItself) {
  const auto record = observed("running 1.1.0 | tags 1.2.0 | failures 1 | set 1.2.0:a | ops a:update:failed | now 70");
  EXPECT_THAT(record.rejected, testing::ElementsAre(Record::Rejected{"sha-1.2.0", "1.2.0", "a", 1, hour(70)}));
  EXPECT_EQ(record.stop, Record::Stop{hour(50)}) << "what was there when it was decided on";
}

TEST(Observe, DatesAFailureByItsEnd) {
  const Scenario scenario(
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.2.1 @57 | failures 1 | set 1.2.0:a | ops a:update:failed@55-60 | "
      "now 70");
  const auto facts = scenario.observed();
  EXPECT_EQ(facts.record->rejected.at(0).at, hour(60));
  EXPECT_EQ(facts.record->stop, Record::Stop{hour(50)});
  EXPECT_EQ(brief(decide(facts).decision), "update newer 1.2.1");
}

TEST(Observe, ForgetsTheOldestFailures) {
  Scenario scenario("running 1.1.0 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:failed");
  for (int i = 0; i < 50; ++i) scenario.record->rejected.push_back({"sha-" + std::to_string(i), "x", "op", 1, hour(i)});
  const auto record = observe(scenario.facts());
  ASSERT_EQ(record.rejected.size(), 50U);
  EXPECT_EQ(record.rejected.front().digest, "sha-1");
  EXPECT_EQ(record.rejected.back().digest, "sha-1.2.0");
  scenario.record->rejected.front() = {"sha-1.1.0", "1.1.0", "op", 2, hour(0)};
  EXPECT_EQ(observe(scenario.facts()).rejected.front().digest, "sha-1.1.0") << "it is in the repository";
}

TEST(Observe, SeesAnotherServiceOfTheSameArnForTheFirstTime) {
  Scenario scenario(
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | created 5 | held 1.2.0 | stop 90 | failures 2 | skipped 1.3.0 | "
      "pin 1.1.0"
      " | rejected 1.2.0:2@9 | set 1.2.0:a");
  scenario.record->service_created_at = hour(4);
  const auto record = observe(scenario.facts());
  EXPECT_EQ(record.service_created_at, hour(5));
  EXPECT_EQ(record.baseline->version, "1.2.0");
  EXPECT_EQ(record.pin->version, "1.1.0");
  EXPECT_EQ(record.skips.size(), 1U);
  EXPECT_FALSE(record.stop || record.set);
  EXPECT_THAT(record.holds, testing::IsEmpty());
  EXPECT_THAT(record.rejected, testing::IsEmpty());
  EXPECT_EQ(record.failures, 0);
}

// Two runs of decide() around a deployment that fails: the story of the rejected digest, told by observe().
TEST(Observe, LeadsAFailedDeploymentToItsSecondAttempt) {
  Scenario scenario(
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | known 1.2.0=sha-1.2.0 | set 1.2.0:a | ops a:update:failed@99, "
      "x:create:ok@2");
  auto facts = scenario.observed();
  EXPECT_EQ(brief(decide(facts).decision), "wait retry 1.2.0 until 101");
  facts.now = hour(101);
  facts.record = observe(facts);
  EXPECT_EQ(brief(decide(facts).decision), "update newer 1.2.0");
}

}  // namespace
}  // namespace decide
