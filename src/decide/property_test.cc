// SPDX-License-Identifier: Apache-2.0
// What holds for all facts, tried on random ones. A failure prints its seed; the same seed gives the same facts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "decide/observe.h"
#include "decide/scenario_test.h"

namespace decide {
namespace {

constexpr unsigned seeds = 3000;

class Dice {
 public:
  explicit Dice(unsigned seed) : generator_(seed + 1) {}
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(generator_()) % end; }
  bool once_in(std::size_t n) { return below(n) == 0; }
  template <class T, std::size_t n>
  T of(const T (&choices)[n]) {
    return choices[below(n)];
  }
  std::minstd_rand& generator() { return generator_; }

 private:
  std::minstd_rand generator_;
};

std::string random_version(Dice& dice) {
  auto text = fmt::format("{}.{}.{}", dice.below(3), dice.below(3), dice.below(3));
  if (dice.once_in(5)) text += fmt::format("-rc.{}", dice.below(2));
  return text;
}

std::string random_tag(Dice& dice) {
  static constexpr std::string_view others[] = {"latest",  "1.3",     "nightly", "20240101",
                                                "1.2.4.5", "9f8e7d6", "1234567"};
  if (dice.once_in(6)) return std::string(dice.of(others));
  return (dice.once_in(5) ? "v" : "") + random_version(dice);
}

// A scenario's text: what it was is what a failure shows.
std::string random_scenario(unsigned seed) {
  Dice dice(seed);
  static constexpr std::string_view ranges[] = {"^1",           "~1.2",    "*", ">1.1.1", "1.x || >=2.1.0",
                                                ">=1.0.0-rc.0", "<0.0.0-0"};
  static constexpr std::string_view options[] = {"downgrade", "fallback", "no-redeploy", "prerelease", "act"};
  std::vector<std::string> tags;
  for (auto i = dice.below(12); i > 0; --i) tags.push_back(random_tag(dice));
  std::ranges::sort(tags);
  tags.erase(std::ranges::unique(tags).begin(), tags.end());

  auto text =
      fmt::format("running {} | rule {} | tags ",
                  tags.empty() || dice.once_in(6) ? random_tag(dice) : tags[dice.below(tags.size())], dice.of(ranges));
  for (const auto& tag : tags) {
    text += fmt::format("{}{}=sha-{} @{}{}", &tag == tags.data() ? "" : ", ", tag, dice.below(9), dice.below(100),
                        dice.once_in(9) ? " chart" : "");
  }
  if (dice.once_in(2)) text += fmt::format(" | options {}", dice.of(options));
  if (dice.once_in(2) && !tags.empty()) text += fmt::format(" | push {}", tags[dice.below(tags.size())]);
  if (dice.once_in(6)) return text + " | first";
  if (dice.once_in(4)) text += " | known nothing";
  if (dice.once_in(6)) text += fmt::format(" | baseline {}", random_version(dice));
  if (dice.once_in(4)) text += fmt::format(" | held {}", random_version(dice));
  if (dice.once_in(4)) text += fmt::format(" | skipped {}", random_version(dice));
  if (dice.once_in(5)) text += fmt::format(" | pin {}", random_version(dice));
  if (dice.once_in(3))
    text += fmt::format(" | rejected x=sha-{}:{}@{}", dice.below(9), 1 + dice.below(2), 98 + dice.below(3));
  if (dice.once_in(6)) text += fmt::format(" | stop {}", dice.below(100));
  return text;
}

// The facts after the decision was carried out and ended well.
Facts apply(const Facts& facts, const Candidate& to) {
  auto after = facts;
  after.running.image = facts.running.image->with_tag(to.tag);
  after.running.operations.insert(
      after.running.operations.begin(),
      {"ours", Operation::Kind::Update, Operation::State::Succeeded, "SUCCEEDED", facts.now});
  after.record->runs = Record::Runs{std::string(to.tag), std::string(to.digest)};
  after.record->set = Record::Set{.intention = "i",
                                  .action = {},
                                  .image = {},
                                  .tag = std::string(to.tag),
                                  .digest = std::string(to.digest),
                                  .operation = "ours",
                                  .outcome = {},
                                  .at = facts.now};
  after.now = facts.now + std::chrono::minutes(5);
  return after;
}

const Candidate* deployed(const Decision& decision) {
  if (const auto* update = std::get_if<Update>(&decision)) return update->to;
  if (const auto* redeploy = std::get_if<Redeploy>(&decision)) return redeploy->to;
  return nullptr;
}

void add_all(Listing& listing, const std::vector<Candidate>& candidates) {
  for (const auto& c : candidates) listing.add(c.digest, {std::string(c.tag)}, c.pushed_at, c.usable);
}

// Runs `check` on the facts of many seeds.
template <class Check>
void for_all(const Check& check) {
  for (unsigned seed = 0; seed < seeds && !testing::Test::HasFailure(); ++seed) {
    const auto text = random_scenario(seed);
    SCOPED_TRACE(fmt::format("seed {}: {}", seed, text));
    const Scenario scenario(text);
    const auto facts = scenario.observed();
    check(facts, decide(facts));
  }
}

TEST(DecideAlways, KeepsOnceItHasActed) {
  int actions = 0;
  for_all([&](const Facts& facts, const Decided& decided) {
    const auto* to = deployed(decided.decision);
    // A success lifts a stop, and with it what the stop kept back.
    if (!to || facts.record->stop) return;
    ++actions;
    auto after = apply(facts, *to);
    after.record = observe(after);
    const auto again = decide(after);
    EXPECT_FALSE(deployed(again.decision)) << brief(decided.decision) << ", then " << brief(again.decision);
  });
  EXPECT_GT(actions, static_cast<int>(seeds / 6));
}

TEST(DecideAlways, StaysInTheRangeAndAboveWhatRuns) {
  for_all([](const Facts& facts, const Decided& decided) {
    const auto* to = deployed(decided.decision);
    if (!to) return;
    const auto* update = std::get_if<Update>(&decided.decision);
    EXPECT_TRUE(to->usable || !update);
    if (update && update->pinned) return;
    EXPECT_TRUE(facts.rule.range.contains(*to->version));
    if (!update) {
      EXPECT_EQ(to->tag, decided.current.tag);
    } else if (update->down) {
      EXPECT_TRUE(facts.rule.downgrade && *to->version < decided.current.version->version());
    } else {
      EXPECT_TRUE(*to->version > decided.current.version->version());
    }
  });
}

TEST(DecideAlways, TakesWhatMaxSatisfyingSaysOverTheEligible) {
  for_all([](const Facts& facts, const Decided& decided) {
    const auto* update = std::get_if<Update>(&decided.decision);
    if (!update || update->pinned || update->down) return;
    std::vector<semver::Version> eligible;
    for (std::size_t i = 0; i < decided.verdicts.size(); ++i) {
      if (decided.verdicts[i].reason == Reason::Eligible) eligible.push_back(*facts.listing.candidates()[i].version);
    }
    const auto best = semver::max_satisfying(eligible, facts.rule.range);
    ASSERT_TRUE(best);
    EXPECT_EQ(to_string(eligible[*best]), to_string(*update->to->version));
  });
}

TEST(DecideAlways, IgnoresTheOrderOfTheListing) {
  Dice dice(7);
  for_all([&](const Facts& facts, const Decided& decided) {
    auto candidates = facts.listing.candidates();
    std::ranges::shuffle(candidates, dice.generator());
    Listing shuffled;
    add_all(shuffled, candidates);
    const Facts other{facts.rule, facts.repository, shuffled, facts.running, facts.record, facts.trigger, facts.now};
    EXPECT_EQ(brief(decide(other).decision), brief(decided.decision));
  });
}

TEST(DecideAlways, IgnoresTagsThatAreNoVersions) {
  for_all([](const Facts& facts, const Decided& decided) {
    Listing more;
    more.add("sha-0", {"99.0"}, hour(99), true);
    add_all(more, facts.listing.candidates());
    more.add("sha-y", {"99999999"}, hour(99), true);
    more.add("sha-z", {"stable"}, hour(99), true);
    const Facts other{facts.rule, facts.repository, more, facts.running, facts.record, facts.trigger, facts.now};
    EXPECT_EQ(brief(decide(other).decision), brief(decided.decision));
  });
}

}  // namespace
}  // namespace decide
