// SPDX-License-Identifier: Apache-2.0
#include "reconcile/conclude.h"

#include <gtest/gtest.h>

#include "decide/explain.h"

namespace reconcile {
namespace {

using decide::Operation;
using decide::Record;
using namespace std::chrono_literals;

const base::Time noon = base::parse_iso8601("2026-01-02T12:00:00Z").value();

rules::Rule rule() {
  auto checked = rules::parse_rules(
      R"([{"repository": "shop", "semVersion": "^1", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])");
  return checked.rules.value().rules.front();
}

Conclusion conclude_at_noon(const rules::Rule& of, const decide::Listing& listing, const decide::Running& running,
                            const Record& record) {
  return conclude({.rule = of,
                   .repository = {"123456789012", "us-east-1", "shop"},
                   .listing = listing,
                   .running = running,
                   .record = record,
                   .trigger = {},
                   .now = noon});
}

// A service that runs 1.2.3, with an intention for 1.2.4 whose lease ended a minute ago.
struct Case {
  std::string_view name;
  std::vector<Operation> operations;
  base::Duration written_ago;
  bool intention_left;
  std::string_view decision;
  std::string_view set;  // The operation that is taken for the intention's.
};

TEST(Conclude, SettlesWhatWasLeftOverAsARunWould) {
  const Operation created{.id = "op-1", .kind = Operation::Kind::Create, .state = Operation::State::Succeeded};
  const Operation updated{.id = "op-2", .kind = Operation::Kind::Update, .state = Operation::State::Failed};
  const Case cases[] = {
      {"it was carried out", {updated, created}, 2min, false, "wait", "op-2"},
      {"it was not, and nothing can come of it any more", {created}, 6min, false, "update", ""},
      {"nobody can tell yet", {created}, 2min, true, "wait", ""},
  };
  const auto of = rule();
  decide::Listing listing;
  listing.add("sha256:3", {"1.2.3"}, noon - 2h, true);
  listing.add("sha256:4", {"1.2.4"}, noon - 1h, true);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Record record;
    record.runs = Record::Runs{"1.2.3", "sha256:3"};
    record.intention = Record::Intention{.id = "i",
                                         .image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.2.4",
                                         .tag = "1.2.4",
                                         .digest = "sha256:4",
                                         .operation_before = "op-1",
                                         .at = noon - c.written_ago,
                                         .lease_until = noon - 1min};
    decide::Running running{
        .image = names::parse_image_reference("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.2.3").value(),
        .operations = c.operations};
    const auto concluded = conclude_at_noon(of, listing, running, record);
    EXPECT_EQ(concluded.facts.record->intention.has_value(), c.intention_left);
    EXPECT_EQ(decide::name(concluded.decided.decision), c.decision) << decide::reason(concluded.decided.decision);
    EXPECT_EQ(told(concluded).to, "1.2.4");
    EXPECT_EQ(concluded.facts.record->set ? concluded.facts.record->set->operation : "", c.set);
  }
}

TEST(Conclude, IsDueWhenTheFirstOfSeveralHasSoaked) {
  auto of = rule();
  of.soak = 24h;
  decide::Listing listing;
  listing.add("sha256:3", {"1.2.3"}, noon - 48h, true);
  listing.add("sha256:4", {"1.2.4"}, noon - 20h, true);
  listing.add("sha256:5", {"1.2.5"}, noon - 10h, true);
  Record record;
  record.runs = Record::Runs{"1.2.3", "sha256:3"};
  record.seen = {{"1.2.4", "sha256:4", noon - 20h}, {"1.2.5", "sha256:5", noon - 10h}};
  const decide::Running running{
      .image = names::parse_image_reference("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.2.3").value()};
  const auto concluded = conclude_at_noon(of, listing, running, record);
  EXPECT_EQ(decide::name(concluded.decided.decision), "wait");
  EXPECT_EQ(concluded.facts.record->until, noon + 4h);
  EXPECT_EQ(told(concluded).until, noon + 4h);
}

}  // namespace
}  // namespace reconcile
