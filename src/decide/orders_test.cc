// SPDX-License-Identifier: Apache-2.0
#include "decide/orders.h"

#include <gtest/gtest.h>

#include "decide/scenario_test.h"

namespace decide {
namespace {

// A record that has something against 1.2.0 in every way, and something else against 1.3.0.
Record burdened() {
  return *Scenario(
              "running 1.1.0 | held 1.2.0, 1.3.0 | skipped 1.2.0, 1.3.0 | pin 1.2.0 | rejected 1.2.0:2@50, 1.3.0:1@60 "
              "| "
              "stop 60 | failures 2")
              .record;
}

TEST(Orders, PinsAnewAndEndsTheHoldOfThatVersion) {
  auto record = burdened();
  EXPECT_TRUE(pin(record, "1.3.0", "ann", hour(1)));
  EXPECT_EQ(record.pin, (Record::Pin{"1.3.0", "ann", hour(1)}));
  EXPECT_EQ(record.holds.at(0).versions, std::vector<std::string>{"1.2.0"});
  EXPECT_TRUE(pin(record, "1.3.0", "bob", hour(2)));
  EXPECT_EQ(record.pin, (Record::Pin{"1.3.0", "bob", hour(2)}));
  EXPECT_FALSE(pin(record, "1.3.0", "bob", hour(2)));
}

TEST(Orders, LetAPinThatIsGivenAnewGoBeforeAMoveBackThatBeganBefore) {
  Scenario scenario(
      "running 1.1.0 | rule ^1 | tags 1.1.0, 1.2.0 | set 1.2.0:a:SUCCEEDED | pin 1.2.0 | ops x:update:ok@60, "
      "a:update:ok@50");
  EXPECT_EQ(brief(decide(scenario.observed()).decision), "keep nothing-eligible");
  EXPECT_TRUE(pin(*scenario.record, "1.2.0", "ann", hour(70)));
  EXPECT_EQ(brief(decide(scenario.observed()).decision), "update pinned 1.2.0");
}

TEST(Orders, PinsWhatWasToBeSkipped) {
  auto record = burdened();
  EXPECT_TRUE(pin(record, "1.2.0", "ann", hour(1)));
  ASSERT_EQ(record.skips.size(), 1U);
  EXPECT_EQ(record.skips[0].version, "1.3.0");
}

TEST(Orders, SkipsEachVersionOnce) {
  Record record;
  EXPECT_TRUE(skip(record, "1.2.0", "ann", hour(1)));
  EXPECT_FALSE(skip(record, "1.2.0+b.2", "bob", hour(2)));
  ASSERT_EQ(record.skips.size(), 1U);
  EXPECT_EQ(record.skips[0], (Record::Skip{"1.2.0", "ann", hour(1)}));
}

TEST(Orders, HoldsWhatIsNotHeldYet) {
  Record record;
  EXPECT_TRUE(hold(record, {"1.2.0", "1.3.0"}, "ann", hour(1)));
  EXPECT_FALSE(hold(record, {"1.3.0"}, "bob", hour(2)));
  EXPECT_TRUE(hold(record, {"1.3.0", "1.4.0"}, "bob", hour(2)));
  EXPECT_EQ(record.holds,
            (std::vector<Record::Hold>{{{"1.2.0", "1.3.0"}, "", "ann", hour(1)}, {{"1.4.0"}, "", "bob", hour(2)}}));
}

TEST(Orders, HoldsWhatAPersonMovedTheServiceBackFromByOrderToo) {
  auto record = burdened();
  EXPECT_TRUE(hold(record, {"1.2.0"}, "ann", hour(1)));
  ASSERT_EQ(record.holds.size(), 2U);
  EXPECT_EQ(record.holds[1], (Record::Hold{{"1.2.0"}, "", "ann", hour(1)}));
}

TEST(Orders, ReleaseAllButTheSkips) {
  auto record = burdened();
  EXPECT_TRUE(release(record));
  EXPECT_FALSE(record.pin || record.stop);
  EXPECT_TRUE(record.holds.empty());
  EXPECT_TRUE(record.rejected.empty());
  EXPECT_EQ(record.failures, 0);
  EXPECT_EQ(record.skips.size(), 2U);
  EXPECT_FALSE(release(record));
}

TEST(Orders, ReleaseOneVersion) {
  auto record = burdened();
  const Scenario scenario("running 1.1.0 | rule ^1");
  EXPECT_TRUE(release(record, "1.2.0", scenario.rule));
  EXPECT_EQ(record.holds.at(0).versions, std::vector<std::string>{"1.3.0"});
  EXPECT_EQ(record.skips.size(), 1U);
  EXPECT_FALSE(record.pin);
  EXPECT_TRUE(record.stop);
  ASSERT_EQ(record.rejected.size(), 1U);
  EXPECT_EQ(record.rejected[0].tag, "1.3.0");
  EXPECT_TRUE(release(record, "1.3.0", scenario.rule));
  EXPECT_TRUE(record.holds.empty());
  EXPECT_FALSE(release(record, "1.3.0", scenario.rule));
}

TEST(Orders, ReleaseAVersionUnderAPattern) {
  struct Case {
    std::string_view name;
    std::string_view pattern;
    std::string_view tag;
  };
  constexpr Case cases[] = {
      {"a suffix", "^(?P<version>.+)-alpine$", "1.2.0-alpine"},
      {"a prefix", "^api-(?P<version>.+)$", "api-1.2.0"},
      {"no version without it", "^(?P<version>[^_]+)_.*$", "1.2.0_7"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Scenario scenario("running 1.1.0 | rule ^1 | pattern " + std::string(c.pattern) + " | rejected " +
                      std::string(c.tag) + ":2@50");
    EXPECT_TRUE(release(*scenario.record, "1.2.0", scenario.rule));
    EXPECT_TRUE(scenario.record->rejected.empty());
  }
}

TEST(Orders, ComeAfterTheEditOfTheRange) {
  Scenario scenario("running 1.1.0 | rule ^1 | under ~1.1 | tags 1.1.0, 1.2.0 | held 1.1.5");
  note_range(*scenario.record, "^1");
  EXPECT_TRUE(scenario.record->holds.empty());
  EXPECT_TRUE(hold(*scenario.record, {"1.2.0"}, "ann", hour(90)));
  EXPECT_EQ(brief(decide(scenario.observed()).decision), "keep nothing-eligible");
  note_range(*scenario.record, "^1");
  EXPECT_EQ(scenario.record->holds.size(), 1U) << "no edit";
}

TEST(Orders, ForgiveLeavesWhatWasOrdered) {
  auto record = burdened();
  EXPECT_TRUE(forgive(record));
  EXPECT_TRUE(record.pin);
  EXPECT_EQ(record.skips.size(), 2U);
  EXPECT_FALSE(record.stop);
  EXPECT_TRUE(record.holds.empty());
}

}  // namespace
}  // namespace decide
