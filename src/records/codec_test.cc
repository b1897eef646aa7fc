// SPDX-License-Identifier: Apache-2.0
#include "records/codec.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/json.h"

namespace records {
namespace {

constexpr std::string_view arn =
    "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa";

base::Time at(int seconds) {
  return base::Time(std::chrono::milliseconds(1'700'000'000'123)) + std::chrono::seconds(seconds);
}

// A record with something in every member.
Stored full() {
  Stored stored;
  auto& record = stored.record;
  record.service_created_at = at(0);
  record.baseline = {"1.9.0", at(1)};
  record.runs = {"1.2.3", "sha256:3", at(14), true};
  record.intention = {"i",
                      decide::Record::Action::Redeploy,
                      "r/shop:1.2.3",
                      "1.2.3",
                      "sha256:4",
                      "r/shop:1.2.3",
                      "op-1",
                      at(2),
                      at(3),
                      "[CI/CD] said",
                      at(17)};
  record.set = {"h",   decide::Record::Action::Update, "r/shop:1.2.3", "1.2.3", "sha256:3", "op-1", "SUCCEEDED", at(11),
                at(4), {{"1.2.2", "sha256:2"}}};
  record.failures = 1;
  record.rejected = {{"sha256:9", "1.2.2", "op-0", 2, at(5)}};
  record.holds = {{{"1.2.4", "1.2.5"}, "op-2", "", at(6)}, {{"1.2.5"}, "", "ada", at(6)}};
  record.deployed = "1.2.4";
  record.foreign = {"op-0", "1.2.3", at(15), "r/shop:1.2.3"};
  record.unexplained_at = base::Time(std::chrono::hours(3));
  record.range = "^1.2";
  record.seen = {{"1.2.6", "sha256:6", at(12)}};
  record.told = {{"1.2.7", "sha256:7", at(16)}};
  record.until = at(13);
  record.stop = {at(7)};
  record.pin = {"1.2.3", "arn:aws:iam::123456789012:user/ada", at(8)};
  record.skips = {{"1.3.0", "ada", at(9)}};
  stored.changes = {{at(10),
                     "update",
                     "1.2.2",
                     "1.2.3",
                     "sha256:3",
                     "op-1",
                     "SUCCEEDED",
                     "ada",
                     "newer",
                     {"1.2.3 is \"newer\""},
                     12,
                     1}};
  stored.untold = {{{.kind = report::Notice::Kind::Failed,
                     .rule = "^1.2",
                     .tag = "1.2.3",
                     .from = "1.2.2",
                     .digest = "sha256:3",
                     .operation = "op-1",
                     .outcome = "FAILED",
                     .by = "ada",
                     .why = "it failed"},
                    "[CI/CD] it failed",
                    at(17)}};
  stored.nonce = "n";
  stored.nonces_before = {"m", "l"};
  return stored;
}

TEST(Codec, KeepsEveryMember) {
  const auto before = full();
  const auto after = decode(encode(before, arn));
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->record, before.record);
  EXPECT_EQ(after->changes, before.changes);
  EXPECT_EQ(after->untold, before.untold);
  EXPECT_EQ(after->service, arn);
  EXPECT_EQ(after->nonce, "n");
  EXPECT_TRUE(after->exists);
  EXPECT_FALSE(after->read_only);
}

TEST(Codec, ReadsARecordWithLittleInIt) {
  const auto stored = decode(R"({"schema":1,"runs":null})");
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->record, decide::Record());
}

TEST(Codec, KeepsWhatItDoesNotKnow) {
  auto stored = decode(R"({"schema":1,"service":"x","future":{"a":[1.0,2]},"pin":{"version":"1.0.0","by":"ada",
    "at":"2026-01-01T00:00:00Z","ticket":"OPS-1"},"skips":[{"version":"2.0.0","by":"b","at":"2026-01-01T00:00:00Z","why":"x"}]})");
  ASSERT_TRUE(stored) << stored.error().message;
  stored->record.skips.push_back({"3.0.0", "c", at(0)});
  const auto written = base::parse_json(encode(*stored, arn));
  ASSERT_TRUE(written);
  EXPECT_TRUE(base::member(*written, "future"));
  EXPECT_EQ(base::string_member(*base::member(*written, "pin"), "ticket"), "OPS-1");
  const auto& skips = base::member(*written, "skips")->as_array();
  ASSERT_EQ(skips.size(), 2U);
  EXPECT_EQ(base::string_member(skips[0], "why"), "x");
  EXPECT_EQ(base::string_member(*written, "service"), arn);
}

TEST(Codec, DropsWhatIsOver) {
  auto stored = *decode(encode(full(), arn));
  stored.record.intention.reset();
  stored.record.pin.reset();
  const auto written = encode(stored, arn);
  EXPECT_FALSE(written.contains("\"intention\":{"));
  EXPECT_FALSE(written.contains("\"pin\""));
}

TEST(Codec, WritesAnewWhereNothingOfUseStood) {
  for (const std::string_view before : {"", "[]", "no JSON", R"({"schema":1,"pin":7,"skips":[7],"changes":"x"})"}) {
    auto stored = full();
    stored.document = before;
    const auto after = decode(encode(stored, arn));
    ASSERT_TRUE(after) << before;
    EXPECT_EQ(after->record, full().record);
  }
}

TEST(Codec, ReadsButDoesNotWriteANewerSchema) {
  const auto stored = decode(R"({"schema":2,"runs":{"tag":"1.0.0","digest":"sha256:1","new":1}})");
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_TRUE(stored->read_only);
  EXPECT_EQ(stored->record.runs->tag, "1.0.0");
}

TEST(Codec, LeavesANewerSchemaThatItDoesNotUnderstandToTheNewer) {
  const auto stored = decode(R"({"schema":2,"set":{"action":"rollback"}})");
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, base::ErrorKind::Denied);
  EXPECT_TRUE(stored.error().message.contains("/set/action")) << stored.error().message;
}

TEST(Codec, KeepsWhatItDoesNotKnowBesideWhatChanges) {
  struct Case {
    std::string_view name;
    std::string_view before;
    std::function<void(Stored&)> change;
    bool stays;
  };
  const Case cases[] = {
      {"an operation that ends", R"("set":{"intention":"i","operation":"a","future":1})",
       [](Stored& stored) { stored.record.set->outcome = "SUCCEEDED"; }, true},
      {"another operation", R"("set":{"intention":"i","operation":"a","future":1})",
       [](Stored& stored) { stored.record.set = decide::Record::Set{.intention = "j"}; }, false},
      {"a change whose end is told", R"("changes":[{"at":"2026-01-02T03:04:05Z","operation":"a","future":1}])",
       [](Stored& stored) { stored.changes[0].outcome = "SUCCEEDED"; }, true},
      {"a second try", R"("rejected":[{"digest":"a","attempts":1,"future":1},{"digest":"b","attempts":1}])",
       [](Stored& stored) { stored.record.rejected[0].attempts = 2; }, true},
      {"another's hold", R"("holds":[{"versions":["1.0.0"],"by":"alice","future":1}])",
       [](Stored& stored) { stored.record.holds[0].by = "bob"; }, false},
      {"another pin", R"("pin":{"version":"1.0.0","future":1})",
       [](Stored& stored) { stored.record.pin->version = "1.1.0"; }, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto stored = decode(R"({"schema":1,)" + std::string(c.before) + "}");
    ASSERT_TRUE(stored) << stored.error().message;
    c.change(*stored);
    EXPECT_EQ(encode(*stored, arn).contains("future"), c.stays) << encode(*stored, arn);
  }
}

TEST(Codec, RefusesWhatIsNoRecord) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string_view says;
  };
  const Case cases[] = {
      {"empty", "", "ends too early"},
      {"a list", "[]", "no schema"},
      {"no schema", "{}", "no schema"},
      {"a text as schema", R"({"schema":"1"})", "no schema"},
      {"a wrong time", R"({"schema":1,"baseline":{"version":"1.0.0","at":"soon"}})", "/baseline/at"},
      {"a time that is a number", R"({"schema":1,"baseline":{"version":"1.0.0","at":7}})", "/baseline/at"},
      {"a wrong type", R"({"schema":1,"runs":{"tag":1}})", "/runs/tag"},
      {"a text for yes or no", R"({"schema":1,"runs":{"byUs":"yes"}})", "/runs/byUs"},
      {"a wrong member beside a service", R"({"schema":1,"failures":-1,"service":"a"})", "/failures"},
      {"a wrong list", R"({"schema":1,"rejected":{}})", "/rejected"},
      {"a wrong element", R"({"schema":1,"skips":[{"version":"1.0.0"},7]})", "/skips/1"},
      {"a negative count", R"({"schema":1,"failures":-1})", "/failures"},
      {"a count that is a text", R"({"schema":1,"failures":"1"})", "/failures"},
      {"a count that is too large", R"({"schema":1,"failures":2147483647})", "/failures"},
      {"more than any record has", R"({"schema":1})" + std::string(readable_max, ' '), "too large"},
      {"an element with a wrong member", R"({"schema":1,"skips":[{"version":7}]})", "/skips/0/version"},
      {"an action that is a number", R"({"schema":1,"set":{"action":7}})", "/set/action"},
      {"an action that is none", R"({"schema":1,"set":{"action":"undo"}})", "/set/action"},
      {"a kind of notice that is none", R"({"schema":1,"untold":[{"kind":"sung"}]})", "/untold/0/kind"},
      {"a kind of notice that is a number", R"({"schema":1,"untold":[{"kind":1}]})", "/untold/0/kind"},
      {"a service that is a number", R"({"schema":1,"service":7})", "/service"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto stored = decode(c.text);
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().kind, base::ErrorKind::Invalid);
    EXPECT_TRUE(stored.error().message.contains(c.says)) << stored.error().message;
  }
}

TEST(Codec, LooksAtAsManyChangesAsARecordHas) {
  auto stored = full();
  const auto change = stored.changes.front();
  stored.changes.resize(changes_max + 5, change);
  const auto after = decode(encode(stored, arn));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->changes.size(), changes_max);
}

TEST(Codec, LooksAtAsMuchThatIsUntoldAsARecordHas) {
  auto stored = full();
  stored.untold.resize(untold_max + 5, stored.untold.front());
  const auto after = decode(encode(stored, arn));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->untold.size(), untold_max);
}

TEST(Codec, ShortensTheHistoryToItsLimit) {
  auto stored = full();
  const auto change = stored.changes.front();
  for (int i = 0; i < 30; ++i) {
    stored.changes.push_back(change);
    stored.changes.back().why = std::string(5000, 'w');
  }
  const auto text = encode(stored, arn);
  EXPECT_LE(text.size(), size_max);
  const auto after = decode(text);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->record, stored.record);
  EXPECT_EQ(after->changes.front(), change);
}

TEST(Codec, KeepsOfTheHistoryWhatARollbackNeeds) {
  struct Case {
    std::string_view name;
    std::vector<std::string>
        actions;  // Newest first; with `!` one that succeeded, with `?` one that was lost sight of.
    std::size_t goes;
  };
  const Case cases[] = {
      {"the oldest", {"redeploy", "update!", "hold", "update!"}, 3},
      {"not the only one that brought a version", {"redeploy", "redeploy", "update!"}, 1},
      {"nor the only order to pin", {"redeploy", "hold", "pin", "update!"}, 1},
      {"one that failed before one that did not", {"redeploy", "update!", "update"}, 2},
      {"nor one of which only what runs tells", {"redeploy", "redeploy", "update?"}, 1},
      {"nor the only rollback", {"redeploy", "redeploy", "rollback"}, 1},
      {"though all are needed", {"pin", "update!"}, 1},
      {"the only one", {"update!"}, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Change> changes;
    for (const auto& action : c.actions) {
      const std::string outcome = action.ends_with('!') ? "SUCCEEDED" : action.ends_with('?') ? "LOST" : "";
      changes.push_back({.action = action.substr(0, action.find_first_of("!?")), .outcome = outcome});
    }
    EXPECT_EQ(least_needed(changes), c.goes);
  }
}

TEST(RecordKey, NamesAccountRegionKindNameAndId) {
  const auto service = names::parse_service_arn(arn);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(record_key(*service), "123456789012/us-east-1/apprunner/shop/8fe1e10304f84fd2b0df550fe98a71fa.json");
}

}  // namespace
}  // namespace records
