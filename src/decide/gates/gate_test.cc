// SPDX-License-Identifier: Apache-2.0
#include "decide/gates/gate.h"

#include <gtest/gtest.h>

#include "decide/explain.h"
#include "decide/observe.h"
#include "decide/scenario_test.h"

namespace decide {
namespace {

// Gives the same answer of every image.
class Says final : public Gate {
 public:
  Says(std::string_view name, GateAnswer answer) : name_(name), answer_(std::move(answer)) {}
  std::string_view name() const override { return name_; }
  GateAnswer answer(const Candidate&, const Facts&) const override { return answer_; }

 private:
  std::string_view name_;
  GateAnswer answer_;
};

TEST(Gates, AnswerByTheFirstThatIsNotPassed) {
  using Kind = GateAnswer::Kind;
  struct Put {
    std::string_view name;
    GateAnswer answer;
  };
  struct Case {
    std::string_view name;
    std::vector<Put> gates;
    GateAnswer want;
  };
  const GateAnswer pass;
  const GateAnswer wait{.kind = Kind::Wait, .until = hour(123), .why = "waits", .gate = {}};
  const GateAnswer wait_for_something{.kind = Kind::Wait, .until = {}, .why = "waits for a person", .gate = {}};
  const GateAnswer refuse{.kind = Kind::Refuse, .until = {}, .why = "is refused", .gate = {}};
  const auto by = [](GateAnswer answer, std::string_view gate) {
    answer.gate = gate;
    return answer;
  };
  const Case cases[] = {
      {"none", {}, pass},
      {"one passes", {{"a", pass}}, pass},
      {"one waits", {{"a", wait}}, by(wait, "a")},
      {"one waits for no time", {{"a", wait_for_something}}, by(wait_for_something, "a")},
      {"one refuses", {{"a", refuse}}, by(refuse, "a")},
      {"both pass", {{"a", pass}, {"b", pass}}, pass},
      {"the second waits", {{"a", pass}, {"b", wait}}, by(wait, "b")},
      {"the second refuses", {{"a", pass}, {"b", refuse}}, by(refuse, "b")},
      {"the first waits", {{"a", wait}, {"b", pass}}, by(wait, "a")},
      {"the first refuses", {{"a", refuse}, {"b", pass}}, by(refuse, "a")},
      {"a wait before a refusal", {{"a", wait}, {"b", refuse}}, by(wait, "a")},
      {"a refusal before a wait", {{"a", refuse}, {"b", wait}}, by(refuse, "a")},
      {"two wait", {{"a", wait}, {"b", wait_for_something}}, by(wait, "a")},
      {"two refuse", {{"a", refuse}, {"b", refuse}}, by(refuse, "a")},
      {"in the order in which they stand, not in their names'", {{"b", wait}, {"a", refuse}}, by(wait, "b")},
      {"the third of three", {{"a", pass}, {"b", pass}, {"c", refuse}}, by(refuse, "c")},
      {"whatever one that passes says", {{"a", {.kind = Kind::Pass, .until = hour(1), .why = "x", .gate = "x"}}}, pass},
      {"its own name, whatever it says", {{"a", by(refuse, "x")}}, by(refuse, "a")},
  };
  const Scenario scenario("running 1.1.0 | tags 1.1.0, 1.2.0");
  const auto facts = scenario.observed();
  const auto& candidate = facts.listing.candidates().front();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Gates gates;
    for (const auto& [name, answer] : c.gates) gates.push_back(std::make_unique<Says>(name, answer));
    const auto answer = ask(gates, candidate, facts);
    EXPECT_EQ(answer.kind, c.want.kind);
    EXPECT_EQ(answer.until, c.want.until);
    EXPECT_EQ(answer.why, c.want.why);
    EXPECT_EQ(answer.gate, c.want.gate);
  }
}

TEST(Gates, AreThoseOfTheRule) {
  const auto names = [](std::string_view text) {
    std::string out;
    for (const auto& gate : gates_of(Scenario(text).rule)) out += std::string(gate->name()) + " ";
    return out;
  };
  EXPECT_EQ(names("running 1.1.0"), "");
  EXPECT_EQ(names("running 1.1.0 | soak 24"), "soak ");
}

TEST(Soak, LetsAnImageGetOldFirst) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view decision;
  };
  constexpr Case cases[] = {
      {"pushed just now", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @99 | seen 1.2.0@99",
       "wait gate 1.2.0 until 123"},
      {"to the minute", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @76 | seen 1.2.0@76", "update newer 1.2.0"},
      {"an hour before", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @77 | seen 1.2.0@77",
       "wait gate 1.2.0 until 101"},
      {"an old image seen just now", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @5", "wait gate 1.2.0 until 124"},
      {"a tag moved to an old image", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0=sha-x @5 | seen 1.2.0@50",
       "wait gate 1.2.0 until 124"},
      {"no time of its push", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @? | seen 1.2.0@50", "update newer 1.2.0"},
      {"an older one has soaked", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @5, 1.3.0 @99 | seen 1.2.0@50, 1.3.0@99",
       "update newer 1.2.0"},
      {"a new image of the running tag",
       "running 1.1.0 | soak 24 | tags 1.1.0=sha-new @99 | known sha-old | seen 1.1.0=sha-new@99",
       "wait gate 1.1.0 until 123"},
      {"the same, old enough",
       "running 1.1.0 | soak 24 | tags 1.1.0=sha-new @70 | known sha-old | seen 1.1.0=sha-new@70",
       "redeploy new-digest 1.1.0"},
      {"the way down", "running 2.0.0 | rule ^1 | options downgrade | soak 24 | tags 1.2.0 @99, 2.0.0 | seen 1.2.0@99",
       "wait gate 1.2.0 until 123"},
      {"the way down, when nobody has seen it yet",
       "running 2.0.0 | rule ^1 | options downgrade | soak 24 | tags 1.2.0 @5, 2.0.0", "wait gate 1.2.0 until 124"},
      {"the way down, old enough",
       "running 2.0.0 | rule ^1 | options downgrade | soak 24 | tags 1.1.0 @5, 1.2.0 @50, 2.0.0 | seen 1.2.0@50",
       "update downgrade 1.2.0"},
      {"the way down, and a lower one failed",
       "running 2.0.0 | rule ^1 | options downgrade | soak 24 | tags 1.1.0, 1.2.0 @99, 2.0.0 | seen 1.2.0@99 | "
       "rejected "
       "1.1.0:2@90",
       "wait gate 1.2.0 until 123"},
      {"no way down", "running 2.0.0 | rule ^1 | soak 24 | tags 1.2.0 @99, 2.0.0", "keep outside-range"},
      {"a new image of a pinned version outside of the range",
       "running 3.0.0 | rule ^1 | soak 24 | tags 3.0.0=sha-new @70 | known sha-old | pin 3.0.0 | seen 3.0.0=sha-new@90",
       "wait gate 3.0.0 until 114"},
      {"the same, old enough",
       "running 3.0.0 | rule ^1 | soak 24 | tags 3.0.0=sha-new @70 | known sha-old | pin 3.0.0 | seen 3.0.0=sha-new@70",
       "redeploy new-digest 3.0.0"},
      {"no soak", "running 1.1.0 | tags 1.1.0, 1.2.0 @99", "update newer 1.2.0"},
      {"a push is no hurry", "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @100 | push 1.2.0",
       "wait gate 1.2.0 until 124"},
      {"a higher one failed",
       "running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @99, 1.3.0 @5 | seen 1.3.0@5 | rejected 1.3.0:2@90",
       "keep rejected"},
      {"a higher one failed, and the rule falls back",
       "running 1.1.0 | options fallback | soak 24 | tags 1.1.0, 1.2.0 @99, 1.3.0 @5 | seen 1.2.0@99 | rejected "
       "1.3.0:2@90",
       "wait gate 1.2.0 until 123"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(brief(decide(Scenario(c.text).observed()).decision), c.decision);
  }
}

TEST(Soak, SaysUntilWhen) {
  struct Case {
    std::string_view text;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"running 1.1.0 | soak 24 | tags 1.1.0, 1.2.0 @99 | seen 1.2.0@98",
       "1.1.0 runs, and 1.2.0 soaks until 1970-01-06T03:00:00Z, 1d after its push"},
      {"running 1.1.0 | soak 36 | tags 1.1.0, 1.2.0 @50",
       "1.1.0 runs, and 1.2.0 soaks until 1970-01-06T16:00:00Z, 36h after it was first seen"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Scenario scenario(c.text);
    const auto facts = scenario.observed();
    EXPECT_EQ(explain(decide(facts), facts), c.says);
  }
}

TEST(Soak, IsOverForWhatIsTriedOnceMore) {
  Scenario scenario(
      "running 1.2.0 | state busy | now 90 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | seen 1.2.0@60 | set 1.2.0:a | "
      "before "
      "1.1.0 | ops a:update:underway");
  scenario.record = observe(scenario.facts());
  const Scenario failed(
      "running 1.1.0 | now 92 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | set 1.2.0:a | ops a:update:failed@89-90");
  auto facts = failed.facts();
  facts.record = scenario.record;
  facts.record = observe(facts);
  EXPECT_EQ(brief(decide(facts).decision), "update newer 1.2.0");
}

TEST(Soak, RemembersWhatMaySoonBeDeployed) {
  const auto seen = [](std::string_view text) {
    std::string out;
    for (const auto& one : observe(Scenario(text).facts()).seen) {
      out += one.tag + "@" + std::to_string(std::chrono::floor<std::chrono::hours>(one.at.time_since_epoch()).count()) +
             " ";
    }
    return out;
  };
  struct Row {
    std::string_view name;
    std::string_view text;
    std::string_view seen;
  };
  constexpr Row rows[] = {
      {"what runs, and what is above it and in the range",
       "running 1.1.0 | rule ^1 | soak 24 | tags 1.0.0, 1.1.0, 1.2.0, 1.3.0, 2.0.0, latest",
       "1.3.0@100 1.2.0@100 1.1.0@100 "},
      {"as it was first seen, while it is there",
       "running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | seen 1.2.0@60, 1.3.0@60", "1.2.0@60 1.1.0@100 "},
      {"what ran before we went down by an order",
       "running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | seen 1.2.0@60 | set 1.1.0:a:SUCCEEDED | pin 1.1.0",
       "1.2.0@60 1.1.0@100 "},
      {"nothing without a soak", "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | seen 1.2.0@60", ""},
      {"what is being deployed, and what is below it",
       "running 1.2.0 | state busy | rule ^1 | soak 24 | tags 1.1.0, 1.1.5, 1.2.0 | seen 1.2.0@60, 1.1.5@50 | set "
       "1.2.0:a "
       "| before 1.1.0 | ops a:update:underway",
       "1.2.0@60 1.1.5@50 "},
      {"all that was seen while somebody else deploys",
       "running 1.2.0 | state busy | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | seen 1.2.0@60 | ops x:update:underway",
       "1.2.0@60 "},
      {"what failed", "running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | seen 1.2.0@60 | rejected 1.2.0:1@90",
       "1.2.0@60 1.1.0@100 "},
      {"a new image of what is pinned, outside of the range",
       "running 3.0.0 | rule ^1 | soak 24 | tags 3.0.0=sha-new, 3.1.0 | known sha-old | pin 3.0.0", "3.0.0@100 "},
      {"or a prerelease outside of it",
       "running 3.0.0-rc.1 | rule ^1 | soak 24 | tags 3.0.0-rc.1=sha-new, 3.1.0 | known sha-old | pin 3.0.0-rc.1",
       "3.0.0-rc.1@100 "},
      {"what we deployed, which may come back",
       "running 1.2.0 | rule ^1 | soak 24 | tags 1.1.0, 1.2.0 | seen 1.2.0@60 | set 1.2.0:a:SUCCEEDED", "1.2.0@60 "},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(seen(row.text), row.seen);
  }
  // However many come after it.
  std::string many;
  for (int patch = 1; patch <= 600; ++patch) many += ", 1.2." + std::to_string(patch);
  const auto kept = seen("running 1.1.0 | rule ^1 | soak 720 | tags 1.1.0, 1.2.0" + many + " | seen 1.2.0@60");
  EXPECT_EQ(std::ranges::count(kept, '@'), 200);
  EXPECT_TRUE(kept.contains("1.2.0@60 ")) << kept;
  // Nor does it matter how many came before the newest.
  EXPECT_TRUE(kept.starts_with("1.2.600@100 ")) << kept;
  // Nor how many something else keeps back.
  const auto beside_held =
      seen("running 1.1.0 | rule ^1 | soak 24 | tags 1.1.0, 1.1.1" + many + " | seen 1.1.1@90 | held >1.1.1 <=1.2.600");
  EXPECT_TRUE(beside_held.starts_with("1.1.1@90 1.1.0@100 1.2.600@100 ")) << beside_held;
}

}  // namespace
}  // namespace decide
