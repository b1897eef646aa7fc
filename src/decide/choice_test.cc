// SPDX-License-Identifier: Apache-2.0
#include "decide/choice.h"

#include <gtest/gtest.h>

#include "decide/scenario_test.h"

namespace decide {
namespace {

// A gate that opens at no known time keeps nothing else from waiting for its own.
TEST(Choice, WaitsForTheHighestThatIsKnownToPassAGate) {
  struct Case {
    std::string_view name;
    std::optional<base::Time> higher;  // When 1.3.0 passes.
    std::optional<base::Time> lower;   // The same of 1.2.0.
    std::string_view chosen;
  };
  const Case cases[] = {
      {"both pass in time", hour(200), hour(150), "1.3.0"},
      {"the higher is refused", std::nullopt, hour(150), "1.2.0"},
      {"the lower is", hour(200), std::nullopt, "1.3.0"},
      {"both are", std::nullopt, std::nullopt, ""},
  };
  const Scenario scenario("running 1.1.0 | tags 1.1.0, 1.2.0, 1.3.0");
  const auto facts = scenario.observed();
  const auto now = current(facts);
  const Judge judge(facts, now);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Verdict> verdicts;
    for (const auto& candidate : facts.listing.candidates()) {
      const bool runs = candidate.tag == "1.1.0";
      verdicts.push_back({runs ? Reason::NotNewer : Reason::Gated, candidate.tag == "1.3.0"   ? c.higher
                                                                   : candidate.tag == "1.2.0" ? c.lower
                                                                                              : std::nullopt});
    }
    const auto chosen = Choice(facts, now, judge, verdicts).newest_gated();
    EXPECT_EQ(chosen.to ? chosen.to->tag : "", c.chosen);
  }
}

}  // namespace
}  // namespace decide
