// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/fake_clock.h"

namespace base {
namespace {

using namespace std::chrono_literals;

Time at(std::int64_t millis) { return Time(std::chrono::milliseconds(millis)); }

TEST(Iso8601, IsWritten) {
  struct Case {
    std::int64_t millis;
    std::string_view text;
    std::string_view basic;
  };
  const Case cases[] = {{0, "1970-01-01T00:00:00Z", "19700101T000000Z"},
                        {1767323045000, "2026-01-02T03:04:05Z", "20260102T030405Z"},
                        {1767323045678, "2026-01-02T03:04:05.678Z", "20260102T030405Z"},
                        {1767323045007, "2026-01-02T03:04:05.007Z", "20260102T030405Z"},
                        {1709164799999, "2024-02-28T23:59:59.999Z", "20240228T235959Z"},
                        {1709164800000, "2024-02-29T00:00:00Z", "20240229T000000Z"},
                        {-1, "1969-12-31T23:59:59.999Z", "19691231T235959Z"},
                        {-62167219200000, "0000-01-01T00:00:00Z", "00000101T000000Z"},
                        {253402300799999, "9999-12-31T23:59:59.999Z", "99991231T235959Z"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(to_iso8601(at(c.millis)), c.text);
    EXPECT_EQ(to_iso8601_basic(at(c.millis)), c.basic);
    EXPECT_EQ(parse_iso8601(c.text), at(c.millis));
  }
}

TEST(Iso8601, IsReadInTheFormsServicesUse) {
  struct Case {
    std::string_view text;
    std::int64_t millis;
  };
  const Case cases[] = {
      {"2026-01-02T03:04:05", 1767323045000},         {"2026-01-02 03:04:05Z", 1767323045000},
      {"2026-01-02T03:04:05+00:00", 1767323045000},   {"2026-01-02T04:04:05+01:00", 1767323045000},
      {"2026-01-02T08:34:05+0530", 1767323045000},    {"2026-01-01T19:04:05-08:00", 1767323045000},
      {"2026-01-02T03:04:05.6Z", 1767323045600},      {"2026-01-02T03:04:05.000+0000", 1767323045000},
      {"2026-01-02T03:04:05.123456Z", 1767323045123}, {"2026-01-02T03:04:05.999999999Z", 1767323045999},
      {"2016-12-31T23:59:60Z", 1483228800000},  // A leap second counts as the next one.
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_iso8601(c.text), at(c.millis));
  }
}

TEST(Iso8601, IsNothingElse) {
  for (const auto* text : {"",
                           "2026",
                           "2026-01-02",
                           "2026-01-02T",
                           "2026-01-02T03:04",
                           "2026-1-2T03:04:05Z",
                           "26-01-02T03:04:05Z",
                           "2026-01-02T03:04:05z",
                           "2026-01-02T03:04:05Zx",
                           "2026-01-02T03:04:05 Z",
                           " 2026-01-02T03:04:05Z",
                           "2026-13-02T03:04:05Z",
                           "2026-00-02T03:04:05Z",
                           "2026-01-32T03:04:05Z",
                           "2026-02-29T03:04:05Z",
                           "2026-01-02T24:00:00Z",
                           "2026-01-02T03:60:05Z",
                           "2026-01-02T03:04:61Z",
                           "2026-01-02T03:04:05.Z",
                           "2026-01-02T03:04:05+1",
                           "2026-01-02T03:04:05+01:0",
                           "2026-01-02T03:04:05+24:00",
                           "2026-01-02T03:04:05+01:60",
                           "2026-01-02T03:04:05+-1:00",
                           "9999-12-31T23:59:60Z",
                           "9999-12-31T23:59:59-00:01",
                           "0000-01-01T00:00:00+00:01",
                           "20260102T030405Z",
                           "1767323045",
                           "+026-01-02T03:04:05Z",
                           "not a time"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_iso8601(text));
  }
}

TEST(EpochMilliseconds, AreDigitsUpToTheYear9999) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::optional<Time> want;
  };
  const Case cases[] = {{"the beginning", "0", at(0)},
                        {"now", "1767323045678", at(1767323045678)},
                        {"zeros in front", "00000000000000000000001", at(1)},
                        {"the end of 9999", "253402300799999", at(253402300799999)},
                        {"the year 10000", "253402300800000", std::nullopt},
                        {"more than 64 bits hold", "99999999999999999999", std::nullopt},
                        {"a sign", "-1", std::nullopt},
                        {"the least number", "-9223372036854775808", std::nullopt},
                        {"a plus", "+1", std::nullopt},
                        {"more behind it", "12x", std::nullopt},
                        {"a blank before it", " 12", std::nullopt},
                        {"a fraction", "12.5", std::nullopt},
                        {"nothing", "", std::nullopt}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parse_epoch_milliseconds(c.text), c.want);
  }
}

TEST(ToText, TakesTheLargestUnitThatDivides) {
  struct Case {
    Duration duration;
    std::string_view text;
  };
  const Case cases[] = {{0ms, "0s"},  {1ms, "1ms"}, {250ms, "250ms"}, {1s, "1s"},     {1500ms, "1500ms"},
                        {90s, "90s"}, {60s, "1m"},  {10min, "10m"},   {90min, "90m"}, {60min, "1h"},
                        {24h, "1d"},  {36h, "36h"}, {168h, "7d"},     {-90s, "-90s"}, {25h, "25h"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(to_text(c.duration), c.text);
  }
}

TEST(SystemClock, SleepsUntilTheTimeOrTheStop) {
  SystemClock clock;
  const auto start = clock.instant();
  EXPECT_TRUE(clock.sleep_until(start + 20ms, {}));
  EXPECT_GE(clock.instant() - start, 20ms);
  EXPECT_TRUE(clock.sleep_until(start, {}));

  std::stop_source stop;
  std::jthread stopping([&] {
    std::this_thread::sleep_for(10ms);
    stop.request_stop();
  });
  EXPECT_FALSE(clock.sleep_until(start + 1h, stop.get_token()));
  EXPECT_LT(clock.instant() - start, 30s);
  EXPECT_FALSE(clock.sleep_for(0ms, stop.get_token()));
}

TEST(SystemClock, TellsTheTimeToTheMillisecond) {
  SystemClock clock;
  const auto before = std::chrono::system_clock::now();
  const auto now = clock.now();
  EXPECT_LE(now, std::chrono::system_clock::now());
  EXPECT_GE(now, before - 1ms);
}

TEST(FakeClock, MovesOnlyWhenItIsMoved) {
  FakeClock clock(at(1000));
  const auto start = clock.instant();
  EXPECT_EQ(clock.now(), at(1000));
  EXPECT_TRUE(clock.sleep_for(5s, {}));
  EXPECT_EQ(clock.now(), at(6000));
  EXPECT_EQ(clock.instant(), start + 5s);
  EXPECT_TRUE(clock.sleep_until(start, {}));
  EXPECT_EQ(clock.now(), at(6000));
  clock.advance(1ms);
  EXPECT_EQ(clock.now(), at(6001));
  clock.set_now(at(0));
  EXPECT_EQ(clock.instant(), start + 5001ms);
  // Parts of a millisecond add up.
  for (int i = 0; i < 3; ++i) clock.sleep_until(clock.instant() + 500us, {});
  EXPECT_EQ(clock.now(), at(1));

  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(clock.sleep_for(1s, stop.get_token()));
  EXPECT_EQ(clock.now(), at(1));
}

}  // namespace
}  // namespace base
