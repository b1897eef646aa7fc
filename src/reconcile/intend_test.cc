// SPDX-License-Identifier: Apache-2.0
#include "reconcile/intend.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using decide::Operation;
using decide::Record;
using Kind = Operation::Kind;

const base::Time start{std::chrono::milliseconds(1'700'000'000'000)};

base::Time at(int seconds) { return start + std::chrono::seconds(seconds); }

Operation operation(std::string id, Kind kind, int seconds) {
  return {.id = std::move(id),
          .kind = kind,
          .state = Operation::State::Underway,
          .status = "IN_PROGRESS",
          .started_at = at(seconds)};
}

Record::Intention intention(Record::Action action, std::string operation_before) {
  return {.id = "i1",
          .action = action,
          .image = "r/shop:2.0.0",
          .tag = "2.0.0",
          .digest = "sha256:2",
          .image_before = "r/shop:1.0.0",
          .operation_before = std::move(operation_before),
          .at = at(0),
          .lease_until = at(120)};
}

TEST(Settle, FindsTheOperationThatAnIntentionStarted) {
  using enum Settlement::Kind;
  using enum Record::Action;
  struct Case {
    std::string_view name;
    Record::Action action;
    std::string before;
    std::vector<Operation> operations;  // Newest first.
    int now;
    Settlement::Kind want;
    std::string_view operation;
  };
  const Case cases[] = {
      {"no operation yet", Update, "", {}, 10, Open, ""},
      {"none after five minutes", Update, "", {}, 300, NotApplied, ""},
      {"only the one of before", Update, "old", {operation("old", Kind::Update, -50)}, 10, Open, ""},
      {"only the one of before, late", Update, "old", {operation("old", Kind::Update, -50)}, 301, NotApplied, ""},
      {"a newer update",
       Update,
       "old",
       {operation("new", Kind::Update, 1), operation("old", Kind::Update, -50)},
       10,
       Applied,
       "new"},
      {"late all the same",
       Update,
       "old",
       {operation("new", Kind::Update, 1), operation("old", Kind::Update, -50)},
       999,
       Applied,
       "new"},
      {"the older of two",
       Update,
       "old",
       {operation("later", Kind::Update, 200), operation("new", Kind::Update, 1), operation("old", Kind::Create, -50)},
       300,
       Applied,
       "new"},
      {"the one that began with it, though one of minutes before was not listed then",
       Update,
       "old",
       {operation("new", Kind::Update, 1), operation("theirs", Kind::Update, -121),
        operation("old", Kind::Update, -500)},
       300,
       Applied,
       "new"},
      {"the same by a clock that is behind AWS's",
       Update,
       "old",
       {operation("new", Kind::Update, 31), operation("theirs", Kind::Update, -59),
        operation("old", Kind::Update, -500)},
       300,
       Applied,
       "new"},
      {"between two of somebody",
       Redeploy,
       "old",
       {operation("later", Kind::Deployment, 125), operation("new", Kind::Deployment, 1),
        operation("theirs", Kind::Deployment, -121), operation("old", Kind::Update, -500)},
       300,
       Applied,
       "new"},
      {"one of somebody that had ended before it, and was not listed then",
       Redeploy,
       "old",
       {operation("theirs", Kind::Deployment, -121), operation("old", Kind::Update, -500)},
       300,
       NotApplied,
       ""},
      {"likewise, and it is early",
       Update,
       "old",
       {operation("theirs", Kind::Update, -121), operation("old", Kind::Create, -500)},
       10,
       Open,
       ""},
      {"an update of somebody long after the lease",
       Update,
       "old",
       {operation("theirs", Kind::Update, 3600), operation("old", Kind::Update, -50)},
       4000,
       NotApplied,
       ""},
      {"a pause is none of ours",
       Update,
       "old",
       {operation("pause", Kind::Other, 1), operation("old", Kind::Update, -50)},
       10,
       Open,
       ""},
      {"a deployment is no update",
       Update,
       "old",
       {operation("d", Kind::Deployment, 1), operation("old", Kind::Update, -50)},
       10,
       Open,
       ""},
      {"a redeployment",
       Redeploy,
       "old",
       {operation("d", Kind::Deployment, 1), operation("old", Kind::Update, -50)},
       10,
       Applied,
       "d"},
      {"its id is not told yet",
       Update,
       "old",
       {operation("", Kind::Update, 1), operation("old", Kind::Update, -50)},
       10,
       Open,
       ""},
      {"an old one where none was known before", Update, "", {operation("old", Kind::Update, -4000)}, 10, Open, ""},
      {"a new one where none was known before", Update, "", {operation("new", Kind::Update, 2)}, 10, Applied, "new"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    decide::Running running;
    running.operations = c.operations;
    const auto settlement = settle(intention(c.action, c.before), running, at(c.now));
    EXPECT_EQ(settlement.kind, c.want);
    EXPECT_EQ(settlement.operation, c.operation);
  }
}

TEST(Settle, TellsAnUpdateByTheImageThatItPutIntoService) {
  using enum Settlement::Kind;
  using State = Operation::State;
  struct Case {
    std::string_view name;
    State state;
    std::string_view described;
    std::optional<int> ended_at;
    int now;
    Settlement::Kind want;
  };
  const Case cases[] = {
      {"ours, under way", State::Underway, "2.0.0", {}, 10, Applied},
      {"ours, done", State::Succeeded, "2.0.0", 600, 900, Applied},
      {"ours or not: the image of before is described", State::Underway, "1.0.0", {}, 10, Open},
      {"the same, and long ago", State::Underway, "1.0.0", {}, 900, Open},
      {"the same, and for too long", State::Underway, "1.0.0", {}, 6 * 3600, Applied},
      {"another's, done", State::Succeeded, "1.0.0", 5, 10, Open},
      {"another's, done, and long ago", State::Succeeded, "1.0.0", 300, 900, NotApplied},
      {"the same, without the time of its end", State::Succeeded, "1.0.0", {}, 900, NotApplied},
      {"ours or not: done after the service was described", State::Succeeded, "1.0.0", 300, 301, Open},
      {"another's: done five minutes before it was described", State::Succeeded, "1.0.0", 300, 600, NotApplied},
      {"failed: nobody can tell, and two attempts are enough", State::Failed, "1.0.0", 600, 900, Applied},
      {"being rolled back: likewise", State::RollingBack, "1.0.0", {}, 900, Applied},
      {"followed by another update, whose image is described", State::Succeeded, "1.5.0", 600, 900, Applied},
      {"another's, followed by an update that failed", State::Succeeded, "1.3.0", 600, 900, NotApplied},
      {"another's, followed by a deployment of it", State::Succeeded, "1.4.0", 600, 900, NotApplied},
      {"another's or ours, and a deployment follows", State::Succeeded, "1.4.0", 600, 700, Open},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto written = intention(Record::Action::Update, "old");
    written.image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:2.0.0";
    decide::Running running;
    running.image =
        names::parse_image_reference("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:" + std::string(c.described))
            .value();
    running.operations = {operation("new", Kind::Update, 1), operation("old", Kind::Create, -50)};
    running.operations.front().state = c.state;
    if (c.ended_at) running.operations.front().ended_at = at(*c.ended_at);
    const auto follow = [&](Kind kind) {
      running.operations.insert(running.operations.begin(), operation("next", kind, 700));
    };
    if (c.described == "1.5.0") follow(Kind::Update);
    if (c.described == "1.4.0") follow(Kind::Deployment);
    if (c.described == "1.3.0") {
      follow(Kind::Update);
      running.operations.front().state = State::Failed;
    }
    EXPECT_EQ(settle(written, running, at(c.now)).kind, c.want);
  }
}

// Which was not listed when it was written: of the nearer one nobody can tell yet.
TEST(Settle, TakesNoUpdateOfBefore) {
  auto written = intention(Record::Action::Update, "old");
  written.image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:2.0.0";
  decide::Running running;
  running.image = names::parse_image_reference("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.0.0").value();
  running.operations = {operation("new", Kind::Update, 1), operation("theirs", Kind::Update, -121),
                        operation("old", Kind::Create, -500)};
  running.operations[1].state = Operation::State::Succeeded;
  running.operations[1].ended_at = at(-1);
  EXPECT_EQ(settle(written, running, at(10)).kind, Settlement::Kind::Open);
  EXPECT_EQ(settle(written, running, at(900)).kind, Settlement::Kind::Open);
  running.image = names::parse_image_reference("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:2.0.0").value();
  EXPECT_EQ(settle(written, running, at(10)).operation, "new");
}

TEST(Apply, TurnsAnIntentionIntoWhatWasSet) {
  Record record;
  record.intention = intention(Record::Action::Update, "old");
  record.intention->overdue_at = at(40);
  apply(record, *record.intention, "op-1");
  EXPECT_FALSE(record.intention);
  ASSERT_TRUE(record.set);
  EXPECT_EQ(record.set->overdue_at, at(40));
  EXPECT_EQ(record.set->operation, "op-1");
  EXPECT_EQ(record.set->tag, "2.0.0");
  EXPECT_EQ(record.set->outcome, "");
  EXPECT_EQ(record.runs, (Record::Runs{"2.0.0", "sha256:2", {}, true}));
}

TEST(Apply, LeavesAnothersIntentionAlone) {
  Record record;
  record.intention = intention(Record::Action::Update, "old");
  record.intention->id = "i2";
  apply(record, intention(Record::Action::Update, "old"), "op-1");
  EXPECT_TRUE(record.intention);
}

}  // namespace
}  // namespace reconcile
