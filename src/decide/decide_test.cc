// SPDX-License-Identifier: Apache-2.0
#include "decide/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/scenario_test.h"

namespace decide {
namespace {

struct Case {
  std::string_view name;
  std::string_view text;  // A scenario (scenario_test.h), `=>`, and the decision.
};

void expect_decisions(std::span<const Case> cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arrow = c.text.find(" => ");
    ASSERT_NE(arrow, std::string_view::npos);
    const Scenario scenario(c.text.substr(0, arrow));
    EXPECT_EQ(brief(decide(scenario.observed()).decision), c.text.substr(arrow + 4));
  }
}

TEST(Decide, LeavesTheOwnersMovesAlone) {
  constexpr Case cases[] = {
      {"suspended", "running 1.1.0 | options suspend | tags 1.1.0, 1.2.0 => keep suspended"},
      {"source code", "running source | tags 1.2.0 => keep source-code"},
      {"another repository", "running other | tags 1.2.0 => keep other-repository"},
      {"deploys by itself", "running 1.1.0 | state auto | tags 1.1.0, 1.2.0 => keep auto-deploys"},
      {"latest", "running latest | tags latest, 1.2.0 => keep tracks-latest"},
      {"no tag and no digest", "running none | tags 1.2.0 => keep tracks-latest"},
      {"paused", "running 1.1.0 | state paused | tags 1.1.0, 1.2.0 => keep paused"},
      {"deleted", "running 1.1.0 | state deleted | tags 1.1.0, 1.2.0 => keep deleted"},
      {"failed", "running 1.1.0 | state failed | tags 1.1.0, 1.2.0 => keep failed"},
      {"a status of the future", "running 1.1.0 | state odd | tags 1.1.0, 1.2.0 => keep unknown-state"},
      {"a pin moves none of them", "running 1.1.0 | state paused | tags 1.1.0, 1.2.0 | pin 1.2.0 => keep paused"},
      {"suspended though busy", "running 1.1.0 | state busy | options suspend | tags 1.1.0, 1.2.0 => keep suspended"},
  };
  expect_decisions(cases);
}

TEST(Decide, UpdatesToTheHighestEligibleVersion) {
  constexpr Case cases[] = {
      {"the post", "running 1.2.3 | rule >1.2.2 | tags 1.2.3, 1.2.4 | push 1.2.4 => update newer 1.2.4"},
      {"the post, its other pushes",
       "running 1.2.4 | rule >1.2.2 | tags 1.2.3, 1.2.4, 1.2.5-rc.1, latest, 1.2.1, 1.3, 1.2.4-alpine, 20240101 => "
       "keep newest-runs"},
      {"the highest, not the pushed",
       "running 1.1.0 | rule ^1.0 | tags 1.1.0, 1.2.0, 1.10.0 | push 1.2.0 => update newer 1.10.0"},
      {"from outside the range upwards", "running 0.9.0 | rule ^1.0 | tags 0.9.0, 1.2.0 => update newer 1.2.0"},
      {"the newest runs", "running 1.2.0 | rule ^1.0 | tags 1.1.0, 1.2.0, 2.0.0 => keep newest-runs"},
      {"a prerelease when asked",
       "running 1.1.0 | rule ^1.0 | options prerelease | tags 1.1.0, 1.2.0-rc.1 => update newer 1.2.0-rc.1"},
      {"from a prerelease to its release",
       "running 1.2.0-rc.1 | rule ^1.2.0-rc.0 | tags 1.2.0-rc.1, 1.2.0 => update newer 1.2.0"},
      {"no chart", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 chart => update newer 1.2.0"},
      {"only a chart is newer", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.3.0 chart => keep nothing-eligible"},
      {"an empty repository", "running 1.1.0 | rule ^1 | tags => keep newest-runs"},
      {"outside, and nothing higher inside", "running 2.0.0 | rule ^1 | tags 1.1.0, 2.0.0 => keep outside-range"},
      {"outside, and nothing inside", "running 2.0.0 | rule ^3 | tags 1.1.0, 2.0.0 => keep outside-range"},
      {"a tag that is no version runs", "running nightly | rule ^1 | tags nightly, 1.2.0 => keep runs-no-version"},
      {"an image without a tag", "running sha-1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 => update newer 1.2.0"},
      {"an image without a tag that has several",
       "running shared | rule ^1 | tags 1.1.0=sha-x, 1.2.0=sha-x => keep runs-no-version"},
      {"the highest of a digest's tags",
       "running sha-x | rule ^1 | tags 1.1=sha-x, 1.1.0=sha-x, 1.1.1=sha-x, 1.1.1 => keep newest-runs"},
      {"an image without a tag that has several: the highest, and of equal ones the first by name",
       "running sha-x | rule ^1 | tags v1.1.1=sha-x, 1.1.1=sha-x, 1.1.0=sha-x, 1.2.0 => update newer 1.2.0"},
      {"an unknown image without a tag", "running sha-lost | rule ^1 | tags 1.1.0 => keep runs-no-version"},
      {"the tag goes before the digest", "running 1.1.0@sha-1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 => update newer 1.2.0"},
  };
  expect_decisions(cases);
}

TEST(Decide, ReadsTagsByTheRulesPattern) {
  constexpr Case cases[] = {
      {"only tags of the pattern",
       "running 1.1.0-alpine | pattern ^(?P<version>.+)-alpine$ | rule ^1 | tags 1.1.0-alpine, 1.2.0-alpine, 1.3.0 => "
       "update newer 1.2.0-alpine"},
      {"another spelling of a group",
       "running 1.1.0-alpine | pattern ^(?<version>.+)-alpine$ | rule ^1 | tags 1.1.0-alpine, 1.2.0-alpine => update "
       "newer 1.2.0-alpine"},
      {"a prefix",
       "running api-1.1.0 | pattern ^api-(?P<version>.+)$ | rule ^1 | tags api-1.1.0, api-1.2.0, web-1.3.0 => "
       "update newer api-1.2.0"},
      {"a prerelease in it",
       "running 1.1.0-alpine | pattern ^(?P<version>.+)-alpine$ | rule ^1 | tags 1.1.0-alpine, 1.2.0-rc.1-alpine => "
       "keep "
       "newest-runs"},
      {"Helm's build metadata",
       "running 1.1.0_b.7 | pattern ^(?P<version>.+)$ | rule ^1 | tags 1.1.0_b.7, 1.2.0_b.1, 1.1.0_b.8 => update newer "
       "1.2.0_b.1"},
      {"another build is no change",
       "running 1.1.0_7 | pattern ^(?P<version>.+)$ | rule ^1 | tags 1.1.0_7, 1.1.0_8 => keep newest-runs"},
      {"no build metadata without a pattern", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0_7 => keep newest-runs"},
      {"a version beside the pattern runs",
       "running 1.1.0 | pattern ^(?P<version>.+)-alpine$ | rule ^1 | tags 1.1.0, 1.2.0-alpine => keep beside-pattern"},
      {"what runs beside it may be pinned away from",
       "running 1.1.0 | pattern ^(?P<version>.+)-alpine$ | rule ^1 | tags 1.1.0, 1.2.0-alpine | pin 1.2.0 => update "
       "pinned 1.2.0-alpine"},
      {"no version beside the pattern runs",
       "running latest-alpine | pattern ^(?P<version>.+)-alpine$ | rule ^1 | tags 1.2.0-alpine => keep "
       "runs-no-version"},
      {"the running tag's form",
       "running v1.1.0-slim | pattern ^v?(?P<version>[0-9.]+)(-slim)?$ | rule ^1 | tags v1.1.0-slim, 1.2.0, "
       "v1.2.0-slim, "
       "1.2.0-slim => update newer v1.2.0-slim"},
      {"another form where the running one's is missing",
       "running 1.1.0-slim | pattern ^v?(?P<version>[0-9.]+)(-slim)?$ | rule ^1 | tags 1.1.0-slim, v1.2.0, 1.2.0 => "
       "update "
       "newer 1.2.0"},
      {"the same tag again",
       "running 1.1.0-alpine | pattern ^(?P<version>.+)-alpine$ | rule ^1 | tags 1.1.0-alpine=sha-new | known sha-old "
       "=> "
       "redeploy new-digest 1.1.0-alpine"},
  };
  expect_decisions(cases);
}

TEST(Decide, ChoosesTheTagOfAVersionThatLooksLikeTheRunningOne) {
  constexpr Case cases[] = {
      {"with a v", "running v1.1.0 | rule ^1 | tags v1.1.0, 1.2.0, v1.2.0 => update newer v1.2.0"},
      {"without a v", "running 1.1.0 | rule ^1 | tags 1.1.0, v1.2.0, 1.2.0 => update newer 1.2.0"},
      {"only the other form is there", "running 1.1.0 | rule ^1 | tags 1.1.0, v1.2.0 => update newer v1.2.0"},
      {"equal precedence is no change", "running 1.2.0 | rule ^1 | tags 1.2.0, v1.2.0 => keep newest-runs"},
      {"a version beats the form", "running v1.1.0 | rule ^1 | tags v1.2.0, 1.3.0 => update newer 1.3.0"},
  };
  expect_decisions(cases);
}

TEST(Decide, GoesDownOnlyWhenTheRuleSaysSo) {
  constexpr Case cases[] = {
      {"not by default", "running 2.0.0 | rule ^1 | tags 1.1.0, 1.2.0, 2.0.0 => keep outside-range"},
      {"by the rule",
       "running 2.0.0 | rule ^1 | options downgrade | tags 1.1.0, 1.2.0, 2.0.0 => update downgrade 1.2.0"},
      {"not inside the range", "running 1.2.0 | rule ^1 | options downgrade | tags 1.1.0, 1.2.0 => keep newest-runs"},
      {"higher goes first",
       "running 2.0.0 | rule ^1 || ^3 | options downgrade | tags 1.2.0, 2.0.0, 3.0.0 => update newer 3.0.0"},
      {"not to a held version",
       "running 2.0.0 | rule ^1 | options downgrade | tags 1.1.0, 1.2.0, 2.0.0 | held 1.2.0, 2.1.0 => update "
       "downgrade 1.1.0"},
      {"not to what was there at first sight",
       "running 2.0.0 | rule ^1 | options downgrade | tags 1.2.0, 2.0.0 | baseline 1.2.0 => keep outside-range"},
      {"not past a failed one",
       "running 2.0.0 | rule ^1 | options downgrade | tags 1.1.0, 1.2.0, 2.0.0 | rejected 1.2.0:2@90 => keep rejected"},
      {"past a failed one by fallback",
       "running 2.0.0 | rule ^1 | options downgrade fallback | tags 1.1.0, 1.2.0, 2.0.0 | rejected 1.2.0:2@90 => "
       "update downgrade 1.1.0"},
      {"not if the running tag is not listed",
       "running 2.0.0 | rule ^1 | options downgrade | tags 1.2.0 => keep outside-range"},
  };
  expect_decisions(cases);
}

TEST(Decide, RedeploysTheSameTagOncePerDigest) {
  constexpr Case cases[] = {
      {"a new digest", "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new @80 | known sha-old => redeploy new-digest 1.2.4"},
      {"not the image before, as listed a moment ago",
       "running 1.2.4 | now 50 | rule ^1 | tags 1.2.4=sha-old @40 | known 1.2.4=sha-new as of 50 by us => keep "
       "newest-runs"},
      {"though it is older, if it is pushed",
       "running 1.2.4 | now 50 | rule ^1 | tags 1.2.4=sha-old @40 | known 1.2.4=sha-new as of 50 by us | push "
       "1.2.4=sha-old @50 => redeploy new-digest 1.2.4"},
      {"though it is older, an hour after the deployment",
       "running 1.2.4 | now 51 | rule ^1 | tags 1.2.4=sha-old @40 | known 1.2.4=sha-new as of 50 by us => redeploy "
       "new-digest 1.2.4"},
      {"the same digest",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-old | known sha-old | push 1.2.4=sha-old => keep newest-runs"},
      {"not if the rule says no",
       "running 1.2.4 | rule ^1 | options no-redeploy | tags 1.2.4=sha-new | known sha-old => keep newest-runs"},
      {"a newer version goes first",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new, 1.2.5 | known sha-old => update newer 1.2.5"},
      {"outside the range", "running 2.0.0 | rule ^1 | tags 2.0.0=sha-new | known sha-old => keep outside-range"},
      {"held by an order",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new | known sha-old | held 1.2.4, 1.2.5 by ann => keep newest-runs"},
      {"moved back from, and put there again",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new | known sha-old | held 1.2.4, 1.2.5 => redeploy new-digest 1.2.4"},
      {"while busy", "running 1.2.4 | rule ^1 | state busy | tags 1.2.4=sha-new | known sha-old => wait busy 1.2.4"},
      {"unknown, and pushed after the newest deployment",
       "running 1.2.4 | rule ^1 | tags 1.2.4 @70 | known nothing | ops x:update:ok@60-65 => redeploy new-digest 1.2.4"},
      {"unknown, and pushed during the newest deployment",
       "running 1.2.4 | rule ^1 | tags 1.2.4 @65 | known nothing | ops x:update:ok@60-65 => keep newest-runs"},
      {"unknown and not pushed", "running 1.2.4 | rule ^1 | tags 1.2.4 | known nothing => keep newest-runs"},
      {"unknown and pushed",
       "running 1.2.4 | rule ^1 | tags 1.2.4 | known nothing | push 1.2.4 => redeploy new-digest 1.2.4"},
      {"unknown and another digest pushed",
       "running 1.2.4 | rule ^1 | tags 1.2.4 | known nothing | push 1.2.4=sha-x => keep newest-runs"},
      {"unknown and another tag pushed",
       "running 1.2.4 | rule ^1 | tags 1.2.4, 1.2.3 | known nothing | push 1.2.3 => keep newest-runs"},
      {"the new digest failed just now",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new | known nothing | rejected 1.2.4=sha-new:1@100 => wait retry "
       "1.2.4 until 101"},
      {"the new digest failed an hour ago",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new | known nothing | rejected 1.2.4=sha-new:1@99 => redeploy "
       "new-digest 1.2.4"},
      {"the new digest failed twice",
       "running 1.2.4 | rule ^1 | tags 1.2.4=sha-new | known nothing | rejected 1.2.4=sha-new:2@9 => keep rejected"},
      {"a service that names its digest", "running 1.2.4@sha-old | rule ^1 | tags 1.2.4=sha-new => keep newest-runs"},
      {"a tag that is gone", "running 1.2.4 | rule ^1 | tags 1.2.3 | known sha-old => keep newest-runs"},
  };
  expect_decisions(cases);
}

// The registry tells the time of the image, and only the push that of the tag.
TEST(Decide, RedeploysAnOldImageThatGotTheRunningTag) {
  constexpr Case cases[] = {
      {"as a push told",
       "running 1.1.0 | rule ^1 | tags 1.1.0=sha-old @5 | known nothing | told 1.1.0=sha-old@60 => "
       "redeploy new-digest 1.1.0"},
      {"after it has soaked",
       "running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0=sha-old @5 | known nothing | told 1.1.0=sha-old@60 | seen "
       "1.1.0=sha-old@60 => redeploy new-digest 1.1.0"},
      {"not as long as it soaks",
       "running 1.1.0 | rule ^1 | soak 72 | tags 1.1.0=sha-old @5 | known nothing | told 1.1.0=sha-old@60 | seen "
       "1.1.0=sha-old@60 => wait gate 1.1.0 until 132"},
      {"not what another push told",
       "running 1.1.0 | rule ^1 | tags 1.1.0=sha-old @5 | known nothing | told 1.1.0=sha-x@60 => keep newest-runs"},
  };
  expect_decisions(cases);
}

TEST(Decide, GoesOnFromADigestWhoseTagHasMovedOn) {
  constexpr Case cases[] = {
      {"to a newer version",
       "running sha-x | rule ^1 | tags 1.1.0=sha-y, 1.2.0 | known 1.1.0=sha-x => update newer 1.2.0"},
      {"not to another image of the same",
       "running sha-x | rule ^1 | tags 1.1.0=sha-y | known 1.1.0=sha-x => keep newest-runs"},
      {"not from what nobody knows",
       "running sha-x | rule ^1 | tags 1.1.0=sha-y, 1.2.0 | known 1.1.0=sha-z => keep runs-no-version"},
  };
  expect_decisions(cases);
}

// Where the batch has the push of a higher version as well.
TEST(Decide, RedeploysForAnyPushOfTheBatch) {
  constexpr Case cases[] = {
      {"of the running tag first",
       "running 1.1.0 | rule ~1.1.0 | tags 1.1.0, 1.2.0 | known nothing | push 1.1.0 | push 1.2.0 => redeploy "
       "new-digest 1.1.0"},
      {"of another tag alone",
       "running 1.1.0 | rule ~1.1.0 | tags 1.1.0, 1.2.0 | known nothing | push 1.2.0 => keep "
       "newest-runs"},
  };
  expect_decisions(cases);
}

TEST(Decide, WaitsUntilItKnowsHowItsDeploymentEnded) {
  constexpr Case cases[] = {
      {"described as before, and listed as under way",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:underway => keep "
       "being-deployed"},
      {"the same, and something newer is there",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | set 1.2.0:a | ops a:update:underway => wait busy "
       "1.3.0"},
      {"described as before, and listed as rolling back",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:back => wait busy 1.2.0"},
      {"for long, since a failure is slow",
       "running 1.1.0 | now 55 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:underway => keep "
       "being-deployed"},
      {"rolling back for long",
       "running 1.1.0 | now 55 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:back@50 => wait busy 1.2.0"},
      {"described as before, and listed as ended",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:ok => keep being-deployed"},
      {"the same, and something newer is there",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | set 1.2.0:a | ops a:update:ok => wait busy "
       "1.3.0"},
      {"not listed, and described as before",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops c:create:ok@2 => wait busy 1.2.0"},
      {"not listed, and somebody has moved it back, who is not listed either",
       "running 1.1.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a => wait busy 1.2.0"},
      {"not listed, and described as it is to be",
       "running 1.2.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a => keep newest-runs"},
      {"the same, and something newer is there",
       "running 1.2.0 | now 50 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.2.0:a => wait busy 1.3.0"},
      {"a redeployment that is not listed, and something newer is there",
       "running 1.2.0 | now 50 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.2.0:a redeploy => wait busy 1.3.0"},
      {"not listed for long, described as it is to be, and something newer is there",
       "running 1.2.0 | now 51 | rule ^1 | tags 1.2.0, 1.3.0 | set 1.2.0:a => update newer 1.3.0"},
      {"not listed for long",
       "running 1.1.0 | now 51 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | before 1.1.0=sha-1.1.0 | ops "
       "c:create:ok@2 => "
       "wait retry 1.2.0 until 52"},
      {"for so long that nobody knows what it is",
       "running 1.1.0 | now 56 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:underway => update newer "
       "1.2.0"},
  };
  expect_decisions(cases);
}

TEST(Decide, WaitsWhileTheServiceIsBusyWithSomethingElse) {
  constexpr Case cases[] = {
      {"another's operation",
       "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | ops x:update:underway => wait busy 1.2.0"},
      {"another's update has just ended, and the image before is described",
       "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 | known 1.2.0=sha-1.2.0 as of 40 | set 1.2.0:a:SUCCEEDED | ops "
       "x:update:ok@99-100, a:update:ok@40-41 => wait busy 1.3.0"},
      {"the same, and another image is described",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.3.0 | known 1.2.0=sha-1.2.0 as of 40 | foreign c=1.0.0 | ops "
       "x:update:ok@99-100, c:create:ok@40-41 => update newer 1.3.0"},
      {"the same, and it ended long ago",
       "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 | known 1.2.0=sha-1.2.0 as of 40 | set 1.2.0:a:SUCCEEDED | ops "
       "x:update:ok@98-99, a:update:ok@40-41 => update newer 1.3.0"},
      {"ours downwards of a moment ago is not listed, and the image before is described",
       "running 1.2.0 | now 50 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | set 1.1.0:b:SUCCEEDED | ops "
       "a:update:ok@40-41 => wait busy 1.1.0"},
      {"ours downwards has just ended, and the image before is described",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | set 1.1.0:b:SUCCEEDED | ops b:update:ok@99-100, "
       "a:update:ok@40-41 => wait busy 1.1.0"},
      {"an operation that is not told", "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 => wait busy 1.2.0"},
      {"nothing to do", "running 1.2.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 => keep newest-runs"},
      {"ours, described as before",
       "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:underway => keep "
       "being-deployed"},
      {"ours, described as after",
       "running 1.2.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:underway => keep "
       "being-deployed"},
      {"ours, ended since",
       "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:ok => keep "
       "being-deployed"},
      {"ours, and a newer one came",
       "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0, 1.3.0 | set 1.2.0:a | ops a:update:underway => wait "
       "busy 1.3.0"},
      {"ours, and its tag was pushed again",
       "running 1.2.0 | rule ^1 | state busy | tags 1.2.0=sha-new | set 1.2.0=sha-old:a | ops a:update:underway => "
       "wait busy 1.2.0"},
      {"ours, rolling back",
       "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:back => wait busy 1.2.0"},
      {"ours is not the newest",
       "running 1.1.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops b:update:underway, a:update:ok => "
       "wait busy 1.2.0"},
      {"another's, though it is described as after it",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | ops x:update:underway@99, a:update:ok => "
       "wait busy 1.2.0"},
      {"another's, rolling back",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | ops x:update:back@95, c:create:ok => wait busy 1.2.0"},
      {"another's, without a time",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | ops x:update:underway => wait busy 1.2.0"},
      {"another's, for so long that nobody knows what it is",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | ops x:update:underway@94 => update newer 1.2.0"},
      {"a downgrade",
       "running 2.0.0 | rule ^1 | options downgrade | state busy | tags 1.2.0, 2.0.0 => wait busy 1.2.0"},
      {"a pin", "running 1.2.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | pin 1.1.0 => wait busy 1.1.0"},
  };
  expect_decisions(cases);
}

TEST(Decide, ObeysPins) {
  constexpr Case cases[] = {
      {"down", "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | pin 1.1.0 => update pinned 1.1.0"},
      {"up, and no higher", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | pin 1.2.0 => update pinned 1.2.0"},
      {"out of the range", "running 1.1.0 | rule ^1 | tags 1.1.0, 3.0.0 | pin 3.0.0 => update pinned 3.0.0"},
      {"moved back from by a person",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | held 1.2.0 | pin 1.2.0 => keep nothing-eligible"},
      {"that has to soak",
       "running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 @99 | pin 1.2.0 => update pinned 1.2.0"},
      {"away from what is no version",
       "running nightly | rule ^1 | tags nightly, 1.2.0 | pin 1.2.0 => update pinned 1.2.0"},
      {"by the running form", "running v1.1.0 | rule ^1 | tags 1.2.0, v1.2.0 | pin 1.2.0 => update pinned v1.2.0"},
      {"another image of the pinned version, outside of the range",
       "running 3.0.0 | rule ^1 | tags 3.0.0=sha-new | known sha-old | pin 3.0.0 => redeploy new-digest 3.0.0"},
      {"the same, which failed twice before it was ordered",
       "running 1.2.0 | rule ^1 | tags 1.2.0=sha-new | known sha-old | pin 1.2.0 | stop 18 | rejected "
       "1.2.0=sha-new:2@19 "
       "=> redeploy new-digest 1.2.0"},
      {"the same, which failed twice",
       "running 3.0.0 | rule ^1 | tags 3.0.0=sha-new | known sha-old | pin 3.0.0 | rejected 3.0.0=sha-new:2@21 => keep "
       "rejected"},
      {"it runs", "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 | pin 1.2.0 => keep pin-runs"},
      {"it runs and was pushed again",
       "running 1.2.0 | rule ^1 | tags 1.2.0=sha-new | known sha-old | pin 1.2.0 => redeploy new-digest 1.2.0"},
      {"it runs, and a chart took its tag",
       "running 1.2.0 | rule ^1 | tags 1.2.0=sha-new chart | known sha-old | pin 1.2.0 => keep pin-runs"},
      {"no image", "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 | pin 1.1.0 => keep pin-missing"},
      {"only a chart", "running 1.2.0 | rule ^1 | tags 1.1.0 chart, 1.2.0 | pin 1.1.0 => keep pin-missing"},
      {"no version", "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 | pin stable => keep pin-missing"},
      {"failed twice before it was ordered",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:2@19 => update pinned 1.1.0"},
      {"failed again since",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:3@21 => keep rejected"},
      {"another tag of it failed twice",
       "running 1.2.0 | rule ^1 | tags 1.1.0, v1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:2@21 => update pinned v1.1.0"},
      {"failed once",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:1@100 => wait retry 1.1.0 until 101"},
      {"it failed just now, and another before it",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:1@100 | stop 100 => wait retry 1.1.0 "
       "until 101"},
      {"failed twice",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:2@21 => keep rejected"},
      {"a stopped service obeys",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | stop 90 => update pinned 1.1.0"},
      {"it is being deployed",
       "running 1.2.0 | rule ^1 | state busy | tags 1.1.0, 1.2.0 | pin 1.1.0 | set 1.1.0:a | ops a:update:underway => "
       "keep being-deployed"},
  };
  expect_decisions(cases);
}

TEST(Decide, RespectsHoldsAndSkips) {
  constexpr Case cases[] = {
      {"held", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | held 1.2.0 => keep nothing-eligible"},
      {"one between that is not listed in the hold",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.1.5, 1.2.0 | held 1.2.0 => update newer 1.1.5"},
      {"a version above the hold",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.2.1 | held 1.2.0 => update newer 1.2.1"},
      {"another spelling of a held one",
       "running 1.1.0 | rule ^1 | tags 1.1.0, v1.2.0 | held 1.2.0 => keep nothing-eligible"},
      {"skipped", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | skipped 1.3.0 => update newer 1.2.0"},
      {"all skipped", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | skipped 1.2.0, 1.3.0 => keep nothing-eligible"},
  };
  expect_decisions(cases);
}

TEST(Decide, TriesAFailedDigestOnceMoreAfterAnHour) {
  constexpr Case cases[] = {
      {"within the hour",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | rejected 1.2.0:1@100 => wait retry 1.2.0 until 101"},
      {"after the hour", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | rejected 1.2.0:1@99 => update newer 1.2.0"},
      {"failed twice", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | rejected 1.2.0:2@9 => keep rejected"},
      {"a new digest of it",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0=sha-new | rejected 1.2.0:2@9 => update newer 1.2.0"},
      {"no fall to a lower one",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | rejected 1.3.0:2@9 => keep rejected"},
      {"no fall to a lower one within the hour",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | rejected 1.3.0:1@100 => wait retry 1.3.0 until 101"},
      {"a fall by fallback",
       "running 1.1.0 | rule ^1 | options fallback | tags 1.1.0, 1.2.0, 1.3.0 | rejected 1.3.0:2@9 => update newer "
       "1.2.0"},
      {"nothing to fall to",
       "running 1.1.0 | rule ^1 | options fallback | tags 1.1.0, 1.3.0 | rejected 1.3.0:2@9 => keep rejected"},
      {"a higher one", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.3.0 | rejected 1.2.0:2@9 => update newer 1.3.0"},
      {"a failed one that is older",
       "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | rejected 1.1.0:2@9 => keep newest-runs"},
      {"a failed one outside", "running 1.2.0 | rule ^1 | tags 1.2.0, 2.0.0 | rejected 2.0.0:2@9 => keep newest-runs"},
      {"a failed one does not keep the running tag from being redeployed",
       "running 1.2.0 | rule ^1 | tags 1.2.0=sha-new, 1.3.0 | known sha-old | rejected 1.3.0:2@9 => redeploy "
       "new-digest 1.2.0"},
      {"another tag of the same version works",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, v1.2.0 | rejected 1.2.0:2@9 => update newer v1.2.0"},
  };
  expect_decisions(cases);
}

TEST(Decide, StopsAfterTwoFailuresUntilSomethingNewIsPushed) {
  constexpr Case cases[] = {
      {"pushed before", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @80 | stop 90 => keep stopped"},
      {"pushed after", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @91 | stop 90 => update newer 1.4.0"},
      {"an old image whose tag was pushed after, as the push tells",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @80 | stop 90 | told 1.4.0@95 => update newer 1.4.0"},
      {"an old image whose tag was pushed before",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @80 | stop 90 | told 1.4.0@85 => keep stopped"},
      {"an image that the pushed tag has no more",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0=sha-x @80 | stop 90 | told 1.4.0=sha-y@95 => keep stopped"},
      {"nobody knows when", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @? | stop 90 => keep stopped"},
      {"no retry by time",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @80 | rejected 1.4.0:1@100 | stop 100 => keep rejected"},
      {"no retry after the hour",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.4.0 @80 | rejected 1.4.0:1@90 | stop 90 => keep stopped"},
      {"no fall below one that failed",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.3.0 @91, 1.4.0 @80 | rejected 1.4.0:1@20 | stop 90 => keep stopped"},
      {"a fix below one that was there and did not fail",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.3.0 @91, 1.4.0 @80 | rejected 1.2.0:2@90 | stop 90 => update newer "
       "1.3.0"},
      {"the same, soaking",
       "running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0, 1.3.0 @91, 1.4.0 @80 | stop 90 => wait gate 1.3.0 until 124"},
      {"a redeployment of new content",
       "running 1.1.0 | rule ^1 | tags 1.1.0=sha-new @91 | known sha-old | stop 90 => redeploy new-digest 1.1.0"},
      {"nothing new is there", "running 1.1.0 | rule ^1 | tags 1.1.0 | stop 90 => keep newest-runs"},
  };
  expect_decisions(cases);
}

TEST(Decide, DeploysNothingByBeingInstalled) {
  constexpr Case cases[] = {
      {"a sweep at first sight", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first => keep nothing-eligible"},
      {"a sweep later", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | baseline 1.2.0 => keep nothing-eligible"},
      {"something new came",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0, 1.2.1 | baseline 1.2.0 => update newer 1.2.1"},
      {"a push at first sight",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first | push 1.2.0 => update newer 1.2.0"},
      {"an operator at first sight",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | first | operator => update newer 1.2.0"},
      {"a push later",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | baseline 1.2.0 | push 1.1.0 => update newer 1.2.0"},
      {"a rule that acts", "running 1.1.0 | rule ^1 | options act | tags 1.1.0, 1.2.0 | first => update newer 1.2.0"},
      {"a rule that acts from now on",
       "running 1.1.0 | rule ^1 | options act | tags 1.1.0, 1.2.0 | baseline 1.2.0 => update newer 1.2.0"},
      {"an old push of the running tag",
       "running 1.1.0 | rule ^1 | tags 1.1.0 @1 | created 2 | first | push 1.1.0 => keep newest-runs"},
      {"the running tag pushed again",
       "running 1.1.0 | rule ^1 | tags 1.1.0 @3 | created 2 | first | push 1.1.0 => redeploy new-digest 1.1.0"},
  };
  expect_decisions(cases);
}

TEST(Decide, LeavesAnIntentionToItsOwner) {
  constexpr Case cases[] = {
      {"leased",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | intention 1.2.0 @100 until 102 => wait leased until 102"},
      {"the lease is over",
       "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | intention 1.2.0 @98 until 100 => wait unsettled"},
      {"before all else",
       "running 1.1.0 | options suspend | tags 1.1.0 | intention 1.2.0 @100 until 102 => wait leased until 102"},
  };
  expect_decisions(cases);
}

// facts/lessons of users of other image updaters, by what happened to them.
TEST(Decide, KeepsWhatOthersBroke) {
  constexpr Case cases[] = {
      {"an empty list after an outage never means down",
       "running 1.2.0 | rule ^1 | options downgrade | tags => keep newest-runs"},
      {"a list without the running tag never means down",
       "running 1.2.0 | rule ^1 | tags 1.0.0, 1.1.0 => keep newest-runs"},
      {"a release candidate is not chosen by default",
       "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0-rc.1 => keep newest-runs"},
      {"1.20 and 1.20.0 do not chase each other",
       "running 1.20.0 | rule ^1 | tags 1.20, 1.20.0, v1.20.0 => keep newest-runs"},
      {"commit hashes are never ordered",
       "running 1.2.0 | rule * | tags 1.2.0, 1234567, 9f8e7d6, deadbeef => keep newest-runs"},
      {"a running hash is never ordered",
       "running 9f8e7d6 | rule * | tags 9f8e7d6, 1234567, 1.2.0 => keep runs-no-version"},
      {"the same version is not redeployed each minute",
       "running 1.2.0 | rule ^1 | tags 1.2.0, latest=sha-1.2.0 | push latest=sha-1.2.0 => keep newest-runs"},
      {"2.0.0 does not hide 1.0.3", "running 1.0.2 | rule ~1.0 | tags 1.0.2, 1.0.3, 2.0.0 => update newer 1.0.3"},
      {"dates do not beat versions",
       "running 1.2.0 | rule * | tags 1.2.0, 20.04.1, 20240101, 2021.12.16.1 => keep newest-runs"},
      {"four parts do not beat versions", "running 1.2.0 | rule * | tags 1.2.0, 1.2.4.5 => keep newest-runs"},
      {"a leading zero is no version", "running 1.2.0 | rule * | tags 1.2.0, 01.2.4 => keep newest-runs"},
      {"an older push after a newer one",
       "running 1.3.0 | rule ^1 | tags 1.2.0, 1.3.0 | push 1.2.0 => keep newest-runs"},
      {"the tag moved and nothing was redeployed",
       "running 1.2.0 | rule ^1 | tags 1.2.0=sha-new @99 | known sha-old => redeploy new-digest 1.2.0"},
      {"stuck because the event was lost", "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 => update newer 1.3.0"},
      {"a helm chart beside the image", "running 1.2.0 | rule ^1 | tags 1.2.0, 1.3.0 chart => keep nothing-eligible"},
  };
  expect_decisions(cases);
}

TEST(Decide, GivesEveryCandidateItsVerdict) {
  Scenario scenario(
      "running 1.2.0 | rule ^1 | tags 1.2.0, latest, 2.0.0, 1.9.0-rc.1, 1.8.0 chart, 1.7.0, 1.6.0, 1.5.0, 1.4.0 @?, "
      "1.3.0 @99, 1.1.0 @99"
      " | skipped 1.7.0 | held 1.6.0 | rejected 1.5.0:2@9 | stop 90 | baseline 1.1.5");
  scenario.record->baseline->at = hour(99);
  const auto facts = scenario.observed();
  const auto decided = decide(facts);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < decided.verdicts.size(); ++i) {
    lines.push_back(std::string(facts.listing.candidates()[i].tag) + " " +
                    std::string(to_string(decided.verdicts[i].reason)));
  }
  EXPECT_THAT(lines, testing::ElementsAre("1.2.0 stopped", "latest not-a-version", "2.0.0 outside-range",
                                          "1.9.0-rc.1 prerelease-not-asked", "1.8.0 unusable-kind", "1.7.0 skipped",
                                          "1.6.0 held", "1.5.0 rejected", "1.4.0 stopped", "1.3.0 eligible",
                                          "1.1.0 there-at-first-sight"));
}

TEST(Decide, AllowsWhatAPinAsksFor) {
  struct Row {
    std::string_view name;
    std::string_view text;
    std::string_view verdict;  // Of the first tag.
  };
  constexpr Row rows[] = {
      {"down", "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0", "pinned"},
      {"up", "running 1.1.0 | rule ^1 | tags 1.2.0, 1.1.0 | pin 1.2.0", "pinned"},
      {"out of the range", "running 1.1.0 | rule ^1 | tags 3.0.0, 1.1.0 | pin 3.0.0", "pinned"},
      {"from no version", "running nightly | rule ^1 | tags 1.2.0 | pin 1.2.0", "pinned"},
      {"under a stop", "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | stop 90", "pinned"},
      {"before a gate", "running 1.1.0 | rule ^1 | soak 24 | tags 1.2.0 @99, 1.1.0 | pin 1.2.0", "pinned"},
      {"it runs", "running 1.2.0 | rule ^1 | tags 1.2.0 | pin 1.2.0", "not-newer"},
      {"it runs, out of the range", "running 3.0.0 | rule ^1 | tags 3.0.0 | pin 3.0.0", "not-newer"},
      {"it runs, and its new image failed", "running 3.0.0 | rule ^1 | tags 3.0.0 | pin 3.0.0 | rejected 3.0.0:2@21",
       "rejected"},
      {"another", "running 1.2.0 | rule ^1 | tags 1.3.0, 1.2.0 | pin 1.1.0", "beside-pin"},
      {"a chart", "running 1.2.0 | rule ^1 | tags 1.1.0 chart, 1.2.0 | pin 1.1.0", "unusable-kind"},
      {"held since", "running 1.1.0 | rule ^1 | tags 3.0.0, 1.1.0 | pin 3.0.0 | held 3.0.0", "held"},
      {"failed twice", "running 1.2.0 | rule ^1 | tags 1.1.0, 1.2.0 | pin 1.1.0 | rejected 1.1.0:2@21", "rejected"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Scenario scenario(row.text);
    EXPECT_EQ(to_string(decide(scenario.observed()).verdicts.front().reason), row.verdict);
  }
}

TEST(Excluded, IsWhatTheRuleAloneSays) {
  const Scenario scenario("running 1.2.3 | rule >1.2.2 | tags 1.2.3");
  struct Row {
    std::string_view tag;
    std::optional<Reason> want;
  };
  constexpr Row rows[] = {
      {"1.2.4", std::nullopt},         {"v1.2.4", std::nullopt},
      {"1.2.1", Reason::OutsideRange}, {"1.2.4-alpine", Reason::PrereleaseNotAsked},
      {"latest", Reason::NotAVersion}, {"1.3", Reason::NotAVersion},
      {"", Reason::NotAVersion},       {"1.2.1-rc.1", Reason::OutsideRange},
  };
  for (const auto& row : rows) EXPECT_EQ(excluded(row.tag, scenario.rule), row.want) << row.tag;
}

}  // namespace
}  // namespace decide
