// SPDX-License-Identifier: Apache-2.0
#include "reconcile/news.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace reconcile {
namespace {

using decide::Record;

constexpr base::Time now{};

rules::Rule rule() {
  return {.name = {},
          .repository = {"123456789012", "us-east-1", "shop"},
          .range_text = "^1.2",
          .range = *semver::parse_range("^1.2", {}),
          .service = *names::parse_service_arn("arn:aws:apprunner:us-east-1:123456789012:service/shop/1"),
          .tag_pattern = {},
          .tests = {},
          .position = {}};
}

Record set(std::string_view outcome, std::string_view intention = "i") {
  Record record;
  record.runs = Record::Runs{"1.2.4", "sha256:4"};
  record.set = Record::Set{.intention = std::string(intention),
                           .action = Record::Action::Update,
                           .image = "r/shop:1.2.4",
                           .tag = "1.2.4",
                           .digest = "sha256:4",
                           .operation = "op-1",
                           .outcome = std::string(outcome),
                           .overdue_at = {},
                           .at = now};
  return record;
}

// To be deployed behind what was.
Record intended() {
  auto record = set("SUCCEEDED");
  record.intention = Record::Intention{.id = "i2", .tag = "1.2.5", .digest = "sha256:5", .at = now};
  return record;
}

template <class Change>
Record with(Record record, const Change& change) {
  change(record);
  return record;
}

TEST(News, IsWhatPeopleWantToHearOf) {
  const auto running = set("");
  struct Case {
    std::string_view name;
    Record before;
    Record after;
    std::vector<std::string> says;
  };
  const Case cases[] = {
      {"nothing new", running, running, {}},
      {"it succeeded",
       running,
       set("SUCCEEDED"),
       {"succeeded: 1.2.4 is deployed: operation op-1 ended with SUCCEEDED"}},
      {"known already", set("SUCCEEDED"), set("SUCCEEDED"), {}},
      {"the next one ended too",
       set("SUCCEEDED", "h"),
       set("FAILED"),
       {"failed: 1.2.4 failed to deploy: operation op-1 ended with FAILED"}},
      {"it failed for the first time",
       running,
       with(set("FAILED"), [](Record& r) { r.rejected = {{r.set->digest, "1.2.4", "op-1", 1, now}}; }),
       {"failed: 1.2.4 failed to deploy: operation op-1 ended with FAILED; it is tried once more at " +
        base::to_iso8601(now + std::chrono::hours(1))}},
      {"it failed again",
       running,
       with(set("FAILED"), [](Record& r) { r.rejected = {{r.set->digest, "1.2.4", "op-1", 2, now}}; }),
       {"failed: 1.2.4 failed to deploy: operation op-1 ended with FAILED; it is tried again with another image"}},
      {"the next one runs", set("SUCCEEDED", "h"), running, {}},
      {"nobody knows",
       running,
       set("LOST"),
       {"failed: What came of the deployment of 1.2.4 is not known: operation op-1 is not listed"}},
      {"nobody knows, and it runs",
       running,
       with(set("LOST"), [](Record& record) { record.deployed = "1.2.4"; }),
       {"succeeded: 1.2.4 runs, though operation op-1 is not listed"}},
      {"another image runs",
       running,
       set("SUCCEEDED_WITH_ANOTHER_IMAGE"),
       {"failed: 1.2.4 is not what runs, though operation op-1 ended with SUCCEEDED"}},
      {"it takes long",
       running,
       with(running, [](Record& r) { r.set->overdue_at = now; }),
       {"overdue: The deployment of 1.2.4 takes longer than 30m: operation op-1"}},
      {"nobody knows for long what came of it",
       intended(),
       with(intended(), [](Record& r) { r.intention->overdue_at = now; }),
       {"overdue: What came of the deployment of 1.2.5 is not known for longer than 30m: AWS's answer was lost, and an "
        "operation that may be it has not ended"}},
      {"it failed, as did the one before",
       running,
       with(set("FAILED"),
            [](Record& r) {
              r.failures = 2;
              r.stop = Record::Stop{now};
            }),
       {"failed: 1.2.4 failed to deploy: operation op-1 ended with FAILED",
        "stopped: 2 deployments in a row failed, so nothing is deployed until a new image, of that version or "
        "above it, or a release"}},
      {"somebody moved it back",
       set("SUCCEEDED"),
       with(set("SUCCEEDED"),
            [](Record& r) {
              r.holds = {{{"1.2.4"}, "op-2", "", now}};
              r.runs->tag = "1.2.3";
            }),
       {"held: Operation op-2 moved the service back to 1.2.3, so 1.2.4 stay held until a higher version or a "
        "release"}},
      {"somebody moved what we never deployed",
       Record{},
       with(Record{}, [](Record& r) { r.holds = {{{"1", "2", "3", "4", "5", "6"}, "op-2", "", now}}; }),
       {"held: Operation op-2 moved the service back to , so 1, 2, 3, 4, 5 and more stay held until a higher version "
        "or a "
        "release"}},
      {"somebody moved it back, and nothing tells how",
       set("SUCCEEDED"),
       with(set("SUCCEEDED"),
            [](Record& r) { r.holds = {{{"1.2.4"}, std::string(Record::untold_operation), "", now}}; }),
       {"held: An operation that is not listed moved the service back to 1.2.4, so 1.2.4 stay held until a higher "
        "version "
        "or "
        "a release"}},
      {"the same once more",
       with(set("SUCCEEDED"),
            [](Record& r) { r.holds = {{{"1.2.4"}, std::string(Record::untold_operation), "", now}}; }),
       with(set("SUCCEEDED"),
            [](Record& r) {
              r.holds = {{{"1.2.4", "1.2.3"}, std::string(Record::untold_operation), "", now + std::chrono::hours(1)}};
            }),
       {"held: An operation that is not listed moved the service back to 1.2.4, so 1.2.4, 1.2.3 stay held until a "
        "higher "
        "version or a release"}},
      {"the same hold",
       with(set("SUCCEEDED"), [](Record& r) { r.holds = {{{"1.2.4"}, "op-2", "", now}}; }),
       with(set("SUCCEEDED"), [](Record& r) { r.holds = {{{"1.2.4"}, "op-2", "", now}}; }),
       {}},
      {"it still takes long",
       with(running, [](Record& r) { r.set->overdue_at = now; }),
       with(running, [](Record& r) { r.set->overdue_at = now; }),
       {}},
      {"nobody still knows what came of it",
       with(intended(), [](Record& r) { r.intention->overdue_at = now; }),
       with(intended(), [](Record& r) { r.intention->overdue_at = now; }),
       {}},
      {"an ordered hold is told by whoever orders",
       set("SUCCEEDED"),
       with(set("SUCCEEDED"), [](Record& r) { r.holds = {{{"1.2.4"}, "", "ann", now}}; }),
       {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> says;
    for (const auto& notice : news(c.before, c.after, rule())) {
      says.push_back(fmt::format("{}: {}", to_string(notice.kind), notice.why));
      EXPECT_EQ(notice.service, rule().service.text);
    }
    EXPECT_EQ(says, c.says);
  }
}

TEST(News, PutsTheEndIntoTheHistory) {
  records::Stored stored;
  stored.changes.resize(2);
  stored.changes[0].operation = "op-2";
  stored.changes[1].operation = "op-1";
  take(stored, set(""));
  EXPECT_EQ(stored.changes[1].outcome, "");
  take(stored, set("SUCCEEDED"));
  EXPECT_EQ(stored.changes[0].outcome, "");
  EXPECT_EQ(stored.changes[1].outcome, "SUCCEEDED");
  EXPECT_EQ(stored.record, set("SUCCEEDED"));
  // A history of twenty entries may have lost it.
  stored.changes.clear();
  take(stored, set("FAILED"));
  EXPECT_TRUE(stored.changes.empty());
}

}  // namespace
}  // namespace reconcile
