// SPDX-License-Identifier: Apache-2.0
#include "decide/grounds.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "decide/scenario_test.h"

namespace decide {
namespace {

TEST(Grounds, NameWhatAVerdictRestsOn) {
  struct Case {
    std::string_view text;
    std::string_view tag;  // Whose verdict.
    std::string_view rests_on;
  };
  constexpr Case cases[] = {
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4", "1.2.4", ""},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.0", "1.2.0", "service runs: 1.2.3"},
      {"running 1.2.3 | rule ^1 | state busy | tags 1.2.3, 1.2.4, 1.2.1 | set 1.2.4:a | ops a:update:underway", "1.2.1",
       "service deploys: 1.2.4"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 2.0.0", "2.0.0", "rule semVersion: <2.0.0-0"},
      {"running 1.2.3 | rule ^1 || ^3 | tags 1.2.3, 2.0.0", "2.0.0", "rule semVersion: <2.0.0-0 and >=3.0.0"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.3.0-rc.1", "1.3.0-rc.1", "rule semVersion: ^1"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, latest", "latest", "image tag: latest"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.5 chart", "1.2.5", "image kind: no container image"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | pin 1.2.3", "1.2.4", "record pin: 1.2.3"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.2 | pin 1.2.2", "1.2.2", "record pin: 1.2.2"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | skipped 1.2.4", "1.2.4", "record skips: 1.2.4"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | held 1.2.4 by bob", "1.2.4",
       "record holds: set at 1970-01-01T20:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | held 1.2.4", "1.2.4", "record holds: op at 1970-01-01T20:00:00Z"},
      {"running app-1.2.3 | rule ^1 | pattern ^app-(?P<version>.+)$ | tags app-1.2.3, other", "other",
       "rule tagPattern: ^app-(?P<version>.+)$"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 @80 | stop 90", "1.2.4", "record stop: 1970-01-04T18:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.3, 1.2.4 | first", "1.2.4",
       "record baseline: 1.2.4 at 1970-01-05T04:00:00Z"},
      {"running 1.2.3 | rule ^1 | tags 1.2.4 | rejected 1.2.4:2@9", "1.2.4",
       "record rejected: op at 1970-01-01T09:00:00Z"},
      {"running 1.2.3 | rule ^1 | soak 2 | tags 1.2.3, 1.2.4 @100", "1.2.4", "rule soak: until 1970-01-05T06:00:00Z"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Scenario scenario(c.text);
    const auto facts = scenario.observed();
    const auto decided = decide(facts);
    const auto& candidates = facts.listing.candidates();
    const auto found = std::ranges::find(candidates, c.tag, &Candidate::tag);
    ASSERT_NE(found, candidates.end());
    const auto& verdict = decided.verdicts[static_cast<std::size_t>(found - candidates.begin())];
    EXPECT_EQ(to_string(grounds(verdict, *found, facts, decided.current)), c.rests_on);
  }
}

TEST(Grounds, OfATagThatTheRuleAloneExcludes) {
  const Scenario plain("running 1.2.3 | rule ^1 | tags 1.2.3");
  EXPECT_EQ(to_string(grounds(Reason::OutsideRange, "2.0.0", plain.rule)), "rule semVersion: <2.0.0-0");
  EXPECT_EQ(to_string(grounds(Reason::PrereleaseNotAsked, "1.3.0-rc.1", plain.rule)), "rule semVersion: ^1");
  EXPECT_EQ(to_string(grounds(Reason::NotAVersion, "latest", plain.rule)), "image tag: latest");
}

}  // namespace
}  // namespace decide
