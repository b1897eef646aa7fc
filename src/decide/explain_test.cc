// SPDX-License-Identifier: Apache-2.0
#include "decide/explain.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "decide/grounds.h"
#include "decide/scenario_test.h"

namespace decide {
namespace {

TEST(Explain, SaysWhyTheRuleExcludesATag) {
  const Scenario scenario("running 1.2.3 | rule >1.2.2 | tags 1.2.3");
  struct Case {
    std::string_view tag;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"1.2.1", "1.2.1 is outside >1.2.2"},
      {"1.2.4-alpine", "1.2.4-alpine is a prerelease in npm's eyes (-alpine), and >1.2.2 does not ask for one"},
      {"1.2.5-rc.1", "1.2.5-rc.1 is a prerelease (-rc.1), and >1.2.2 does not ask for one"},
      {"1.2.5-20240101", "1.2.5-20240101 is a prerelease (-20240101), and >1.2.2 does not ask for one"},
      {"1.2.5-SNAPSHOT", "1.2.5-SNAPSHOT is a prerelease (-SNAPSHOT), and >1.2.2 does not ask for one"},
      {"latest", "latest is no version, but whatever was pushed last"},
      {"1.3", "1.3 is no version: it needs three numbers, as in 1.3.0"},
      {"v2", "v2 is no version: it needs three numbers, as in v2.0.0"},
      {"20240101", "20240101 is no version but a single number; a version has three, as in 1.2.3"},
      {"1234567", "1234567 is no version but a single number; a version has three, as in 1.2.3"},
      {"1.2.4.5", "1.2.4.5 is no version: it has 4 numbers, and a version has three"},
      {"01.2.4", "01.2.4 is no version: a number in it begins with 0"},
  };
  for (const auto& c : cases) {
    const auto reason = excluded(c.tag, scenario.rule);
    ASSERT_TRUE(reason) << c.tag;
    EXPECT_EQ(explain(*reason, c.tag, scenario.rule), c.says);
  }
  for (const std::string_view tag : {"nightly", "1.2.x", "1.2.3_4", "release-1.2.3", "v", "", "1..2"}) {
    EXPECT_EQ(explain(Reason::NotAVersion, tag, scenario.rule).find(std::string(tag) + " is no version: expected "), 0U)
        << explain(Reason::NotAVersion, tag, scenario.rule);
  }
}

struct Case {
  std::string_view text;
  std::string_view says;
};

TEST(Explain, SaysWhyADecisionWasTaken) {
  constexpr Case cases[] = {
      {"running 1.2.3 | rule >1.2.2 | tags 1.2.3, 1.2.4",
       "1.2.4 is the highest version that >1.2.2 allows, and 1.2.3 runs"},
      {"running 1.2.3 | rule >=1 <2 | tags 1.2.3", "1.2.3 runs, and `>=1 <2` allows nothing newer that is there"},
      {"running 1.2.3 | rule ^1 | tags 1.2.0, 1.2.3 | pin 1.2.0",
       "1.2.0 is the version that the service is pinned to by ann at 1970-01-01T20:00:00Z, and 1.2.3 runs"},
      {"running 2.0.0 | rule ^1 | options downgrade | tags 1.2.0, 2.0.0",
       "2.0.0 runs, which is outside ^1, and 1.2.0 is the highest version inside"},
      {"running 2.0.0 | rule ^1 | tags 1.2.0, 2.0.0",
       "2.0.0 runs, which is outside ^1, and 1.2.0 inside is lower: the rule would have to say \"downgrade\": true"},
      {"running 2.0.0 | rule ^1 | options downgrade | tags 1.2.0",
       "2.0.0 runs, which is outside ^1, and 1.2.0 inside is lower; what runs is not listed itself, so the list may "
       "have "
       "come short, and nothing lower is taken"},
      {"running 2.0.0 | rule ^1 | tags 1.2.0, 2.0.0 | first",
       "2.0.0 runs, which is outside ^1, and 1.2.0 inside is lower: the rule would have to say \"downgrade\": true"},
      {"running 2.0.0 | rule ^1 | options downgrade | tags 1.2.0, 2.0.0 | first",
       "2.0.0 runs, which is outside ^1, and 1.2.0 was there when the service was first seen; the next push is "
       "looked at with it"},
      {"running 2.0.0 | rule ^3 | tags 2.0.0", "2.0.0 runs, which is outside ^3, and nothing is inside"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3=sha-new @80 | known sha-old",
       "1.2.3 runs, and its tag has a new image (sha-new)"},
      {"running 1.2.3 | rule ^1 | state busy | tags 1.2.3, 1.2.4",
       "1.2.4 waits, because the service is busy (OPERATION_IN_PROGRESS)"},
      {"running 1.2.3 | rule ^1 | state busy | tags 1.2.3, 1.2.4, 1.2.5 | set 1.2.4:a | ops a:update:underway",
       "1.2.5 waits until the deployment of 1.2.4 has ended"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | ops x:update:underway@99",
       "1.2.4 waits until operation x has ended (IN_PROGRESS)"},
      {"running 1.2.3 | now 50 | rule ^1 | tags 1.2.3, 1.2.4 | set 1.2.4:a",
       "1.2.4 waits until operation a, which deploys 1.2.4, is listed, or until 1970-01-03T02:30:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | known 1.2.3=sha-1.2.3 as of 40 | ops x:update:ok@99-100",
       "1.2.4 waits for 5m at most, since the service may be told of as it was before its last operation"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | set 1.2.4:a:SUCCEEDED | ops a:update:ok",
       "1.2.4 waits until it is known how the service came to run 1.2.3"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | ops :update:back@99",
       "1.2.4 waits until another operation has ended (ROLLBACK_IN_PROGRESS)"},
      {"running 1.2.3 | rule ^1 | state busy | tags 1.2.3, 1.2.4 | set 1.2.4:a | ops a:update:underway",
       "1.2.4 is being deployed"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 | rejected 1.2.4:1@100",
       "1.2.4 failed to deploy, and is tried once more at 1970-01-05T05:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 | rejected 1.2.4:2@9",
       "1.2.3 runs, and 1.2.4 failed to deploy 2 times; it is tried again with another image"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 @80 | stop 90",
       "1.2.3 runs, and 1.2.4 was pushed before 1970-01-04T18:00:00Z, when the second of two deployments in a row "
       "began "
       "that failed; only what is pushed after that is deployed"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4, 1.2.5, 1.2.6 chart, 2.0.0 | skipped 1.2.5",
       "1.2.4 is the highest version that may be deployed, and 1.2.3 runs; 1.2.5 is to be skipped, as ann said at "
       "1970-01-01T20:00:00Z"},
      {"running 2.0.0 | rule ^1 | options downgrade | tags 1.2.0, 1.1.0, 2.0.0 | skipped 1.2.0",
       "2.0.0 runs, which is outside ^1, and 1.1.0 is the highest version inside that may be deployed"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | skipped 1.2.4",
       "1.2.3 runs, and 1.2.4 is to be skipped, as ann said at 1970-01-01T20:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | held 1.2.4",
       "1.2.3 runs, and 1.2.4 is held: somebody moved the service back at 1970-01-01T20:00:00Z; a higher "
       "version or a release ends that"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4, 1.2.5 | held 1.2.5 | held 1.2.5, 1.2.4 by bob",
       "1.2.3 runs, and 1.2.5 is held, as bob said at 1970-01-01T20:00:00Z; a higher version or a release ends that"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | first",
       "1.2.3 runs, and 1.2.4 was there when the service was first seen; the next push is looked at with it"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3 | pin 1.2.3",
       "1.2.3 runs, to which the service is pinned by ann at 1970-01-01T20:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 2.0.0 | held 2.0.0 by bob | pin 2.0.0",
       "1.2.3 runs, and 2.0.0 is held, as bob said at 1970-01-01T20:00:00Z; a higher version or a release ends "
       "that"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3 | pin 1.2.4",
       "the service is pinned to 1.2.4, of which the repository has no image that could run"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | pin 1.2.4 | rejected 1.2.4:2@21",
       "1.2.3 runs, and 1.2.4 failed to deploy 2 times; it is tried again with another image"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4, 1.2.5 | pin 1.2.4 | skipped 1.2.4",
       "1.2.4 is the version that the service is pinned to by ann at 1970-01-01T20:00:00Z, and 1.2.3 runs"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, v1.2.4, 1.2.4 | first",
       "1.2.3 runs, and 1.2.4 was there when the service was first seen; the next push is looked at with it"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3 | set 1.2.3:a | ops :update:underway",
       "1.2.3 runs, and ^1 allows nothing newer that is there"},
      {"running nightly | rule ^1 | tags 1.2.3", "nightly runs, which is no version, so nothing can be called newer"},
      {"running other | tags 1.2.3",
       "the service runs 123456789012.dkr.ecr.us-east-1.amazonaws.com/other:other, which is not of "
       "123456789012/us-east-1/shop"},
      {"running 1.2.3 | state auto | tags 1.2.3",
       "the service deploys its tag automatically, which leaves nothing to do here"},
      {"running latest | tags 1.2.3", "the service runs the tag `latest`, and a rule on versions leaves that alone"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 | intention 1.2.4 @100 until 102",
       "1.2.4 is about to be deployed by another invocation, which has time until 1970-01-05T06:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 | intention 1.2.4 @99 until 100",
       "1.2.4 may have been deployed by an invocation that was interrupted; that is certain later"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Scenario scenario(c.text);
    const auto facts = scenario.observed();
    EXPECT_EQ(explain(decide(facts), facts), c.says);
  }
}

TEST(Explain, SaysWhyACandidateWasNotChosen) {
  const Scenario scenario("running 1.2.3 | rule ^1 | tags 1.2.3, v1.2.3, 1.2.0, 1.2.4, 1.2.5 chart | pin 1.2.3");
  const auto facts = scenario.observed();
  const auto decided = decide(facts);
  const auto says = [&](std::size_t i) {
    return explain(decided.verdicts[i], facts.listing.candidates()[i], facts, decided.current);
  };
  EXPECT_EQ(says(0), "1.2.3 runs");
  EXPECT_EQ(says(1), "v1.2.3 is the same version as 1.2.3, which runs");
  EXPECT_EQ(says(2), "1.2.0 is not 1.2.3, to which the service is pinned by ann at 1970-01-01T20:00:00Z");
  EXPECT_EQ(says(4), "1.2.5 is no container image that a service could run");

  const Scenario pinned("running 1.2.3 | rule ^1 | tags 3.0.0, 1.2.3 | pin 3.0.0");
  const auto asked = pinned.observed();
  const auto then = decide(asked);
  EXPECT_EQ(explain(then.verdicts[0], asked.listing.candidates()[0], asked, then.current),
            "3.0.0 is the version that the service is pinned to by ann at 1970-01-01T20:00:00Z");
}

// A record may have been edited by hand or be gone by the time that a sentence is made of it.
TEST(Explain, HasASentenceWhateverIsKnown) {
  constexpr Reason reasons[] = {Reason::NotAVersion,
                                Reason::OutsideRange,
                                Reason::PrereleaseNotAsked,
                                Reason::UnusableKind,
                                Reason::BesidePin,
                                Reason::Skipped,
                                Reason::Held,
                                Reason::Rejected,
                                Reason::Stopped,
                                Reason::ThereAtFirstSight,
                                Reason::NotNewer,
                                Reason::Gated,
                                Reason::Eligible,
                                Reason::Pinned};
  for (const std::string_view text :
       {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 @80, latest, 2.0.0-rc.1 | pin 1.2.4 | skipped 1.2.4 | held 1.2.4 "
        "| stop 90 | "
        "rejected 1.2.4:1@99 | soak 2",
        "running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 @?, latest, 2.0.0-rc.1 | first",
        "running source | rule ^1 | tags 1.2.4, latest",
        "running app-1.2.3 | rule ^1 | pattern ^app-(?P<version>.+)$ | tags app-1.2.3, app-latest, other | "
        "state busy | ops a:update:underway | set app-1.2.3:a"}) {
    const Scenario scenario(text);
    const auto observed = scenario.observed();
    auto without_record = observed;
    without_record.record.reset();
    auto nameless = observed;
    if (nameless.record->pin) nameless.record->pin->by.clear();
    for (auto& hold : nameless.record->holds) hold.operation.clear();
    for (auto& skip : nameless.record->skips) skip.by.clear();
    if (!nameless.record->skips.empty()) nameless.record->skips.push_back({"no version", "", {}});
    for (const Facts* facts : std::initializer_list<const Facts*>{&observed, &without_record, &nameless}) {
      const auto decided = decide(*facts);
      EXPECT_FALSE(explain(decided, *facts).empty()) << text;
      for (const auto& candidate : facts->listing.candidates()) {
        for (const auto reason : reasons) {
          for (const auto& until : {std::optional<base::Time>(), std::optional(hour(101))}) {
            const Verdict verdict{reason, until};
            EXPECT_FALSE(explain(verdict, candidate, *facts, decided.current).empty()) << text;
            EXPECT_GT(to_string(reason).size(), 1U);
            EXPECT_EQ(grounds(verdict, candidate, *facts, decided.current).source.empty(), reason == Reason::Eligible);
          }
        }
      }
    }
  }
}

TEST(Explain, HasASentenceForEveryDecisionWithoutAVersion) {
  const Scenario scenario("running 1.2.3 | rule ^1 | tags 1.2.3");
  auto facts = scenario.observed();
  for (const bool recorded : {true, false}) {
    if (!recorded) facts.record.reset();
    auto decided = decide(facts);
    const auto* candidate = &facts.listing.candidates().front();
    decided.decision = Keep{.why = KeepReason::NothingEligible, .best = candidate};
    EXPECT_FALSE(explain(decided, facts).empty());
    decided.decision = Wait{.why = WaitReason::Gate, .best = candidate};
    EXPECT_FALSE(explain(decided, facts).empty());
    for (const auto why :
         {WaitReason::Busy, WaitReason::Leased, WaitReason::Unsettled, WaitReason::Retry, WaitReason::Gate}) {
      decided.decision = Wait{.why = why};
      EXPECT_FALSE(explain(decided, facts).empty());
    }
    for (const auto why :
         {KeepReason::PinMissing, KeepReason::RunsNoVersion, KeepReason::BesidePattern, KeepReason::Rejected,
          KeepReason::Stopped, KeepReason::NothingEligible, KeepReason::OutsideRange}) {
      decided.decision = Keep{.why = why};
      EXPECT_FALSE(explain(decided, facts).empty());
      decided.current.tag.clear();
      EXPECT_FALSE(explain(decided, facts).empty());
    }
    decided.decision = Update{.to = candidate};
    EXPECT_FALSE(explain(decided, facts).empty());
  }
}

// Every sentence stands as a clause of a log line.
TEST(Explain, NeedsNoFullStop) {
  for (const auto text :
       {"running 1.2.3 | options suspend", "running 1.2.3 | state paused", "running 1.2.3 | state deleted",
        "running 1.2.3 | state failed", "running 1.2.3 | state odd", "running source"}) {
    const Scenario scenario(text);
    const auto facts = scenario.observed();
    const auto sentence = explain(decide(facts), facts);
    EXPECT_FALSE(sentence.empty() || sentence.ends_with('.')) << sentence;
  }
}

}  // namespace
}  // namespace decide
