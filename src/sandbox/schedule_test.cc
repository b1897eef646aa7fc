// SPDX-License-Identifier: Apache-2.0
#include "sandbox/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandbox {
namespace {

TEST(Schedule, NamesTheNextTime) {
  struct Case {
    std::string_view schedule;
    std::string_view after;
    std::string_view want;
  };
  // 2 January 2026 is a Friday.
  const Case cases[] = {
      {"rate(1 minute)", "2026-01-02T12:00:07Z", "2026-01-02T12:01:07Z"},
      {"rate(5 minutes)", "2026-01-02T12:00:00Z", "2026-01-02T12:05:00Z"},
      {"rate(1 hour)", "2026-01-02T12:00:00Z", "2026-01-02T13:00:00Z"},
      {"rate(2 days)", "2026-01-02T12:00:00Z", "2026-01-04T12:00:00Z"},
      {"cron(* * * * ? *)", "2026-01-02T12:00:07Z", "2026-01-02T12:01:00Z"},
      {"cron(0 10 * * ? *)", "2026-01-02T12:00:00Z", "2026-01-03T10:00:00Z"},
      {"cron(0 12 * * ? *)", "2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z"},
      {"cron(15 12 * * ? *)", "2026-01-02T12:00:00Z", "2026-01-02T12:15:00Z"},
      {"cron(0 18 ? * MON-FRI *)", "2026-01-02T19:00:00Z", "2026-01-05T18:00:00Z"},
      {"cron(0 8 1 * ? *)", "2026-01-02T12:00:00Z", "2026-02-01T08:00:00Z"},
      {"cron(0/15 * * * ? *)", "2026-01-02T12:50:00Z", "2026-01-02T13:00:00Z"},
      {"cron(1/10 * * * ? *)", "2026-01-02T12:12:00Z", "2026-01-02T12:21:00Z"},
      {"cron(*/20 9-10 * * ? *)", "2026-01-02T10:41:00Z", "2026-01-03T09:00:00Z"},
      {"cron(0-10/5 * * * ? *)", "2026-01-02T12:05:00Z", "2026-01-02T12:10:00Z"},
      {"cron(0/5 8-17 ? * mon-fri *)", "2026-01-02T17:55:00Z", "2026-01-05T08:00:00Z"},
      {"cron(0 9 ? * 2#1 *)", "2026-01-05T09:00:00Z", "2026-02-02T09:00:00Z"},
      {"cron(0 9 ? * FRI#5 *)", "2026-01-02T12:00:00Z", "2026-01-30T09:00:00Z"},
      {"cron(0 9 ? * 6L *)", "2026-01-02T12:00:00Z", "2026-01-30T09:00:00Z"},
      {"cron(0 9 ? * L *)", "2026-01-02T12:00:00Z", "2026-01-03T09:00:00Z"},
      {"cron(0 9 L * ? *)", "2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z"},
      {"cron(0 9 L 2 ? *)", "2027-03-01T00:00:00Z", "2028-02-29T09:00:00Z"},
      {"cron(0 9 3W * ? *)", "2026-01-01T00:00:00Z", "2026-01-02T09:00:00Z"},
      {"cron(0 9 4W * ? *)", "2026-01-02T12:00:00Z", "2026-01-05T09:00:00Z"},
      {"cron(0 9 1W 8 ? *)", "2026-01-02T12:00:00Z", "2026-08-03T09:00:00Z"},
      {"cron(0 9 31W 5 ? *)", "2026-01-02T12:00:00Z", "2026-05-29T09:00:00Z"},
      {"cron(0 9 31W 2,3 ? *)", "2026-01-02T12:00:00Z", "2026-03-31T09:00:00Z"},
      {"cron(0 9 1,15,L JAN,DEC ? *)", "2026-01-15T10:00:00Z", "2026-01-31T09:00:00Z"},
      {"cron(0 9 ? * SUN,7 *)", "2026-01-02T12:00:00Z", "2026-01-03T09:00:00Z"},
      {"cron(0 0 1 1 ? 2030)", "2026-01-02T12:00:00Z", "2030-01-01T00:00:00Z"},
      {"cron(0 0 1 1 ? 2027/2)", "2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z"},
      {"cron(0 0 29 2 ? *)", "2026-01-02T12:00:00Z", "2028-02-29T00:00:00Z"},
      {"cron(0 0 30 2 ? *)", "2026-01-02T12:00:00Z", "never"},
      {"cron(0 0 1 1 ? 2025)", "2026-01-02T12:00:00Z", "never"},
      {"cron(59 23 31 12 ? 2199)", "2026-01-02T12:00:00Z", "2199-12-31T23:59:00Z"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.schedule);
    const auto schedule = Schedule::parse(c.schedule);
    ASSERT_TRUE(schedule) << schedule.error().message;
    const auto next = schedule->next(*base::parse_iso8601(c.after));
    EXPECT_EQ(next ? base::to_iso8601(*next) : "never", c.want);
    EXPECT_EQ(schedule->text(), c.schedule);
  }
}

TEST(Schedule, RefusesWhatItCannotRead) {
  struct Case {
    std::string_view schedule;
    std::string_view reason;
  };
  const Case cases[] = {
      {"", "rate(...) or cron(...)"},
      {"5 minutes", "rate(...) or cron(...)"},
      {"at(2026-01-02T12:00:00)", "rate(...) or cron(...)"},
      {"rate(5 minutes", "rate(...) or cron(...)"},
      {"rate()", "positive number"},
      {"rate(5)", "positive number"},
      {"rate(0 minutes)", "positive number"},
      {"rate(-1 minutes)", "positive number"},
      {"rate(1.5 hours)", "positive number"},
      {"rate(5 minutes 3)", "positive number"},
      {"rate(5 seconds)", "minute(s), hour(s) or day(s)"},
      {"rate(1 hours)", "the unit of 1 must be hour"},
      {"rate(5 hour)", "the unit of 5 must be hours"},
      {"cron()", "six fields"},
      {"cron(0 12 * * ?)", "six fields"},
      {"cron(0 12 * * ? * *)", "six fields"},
      {"cron(0 12 * * * *)", "one of day-of-month and day-of-week must be ?"},
      {"cron(0 12 ? * ? *)", "one of day-of-month and day-of-week must be ?"},
      {"cron(60 12 * * ? *)", "'60' can't be read as minutes"},
      {"cron(0 24 * * ? *)", "'24' can't be read as hours"},
      {"cron(0 12 32 * ? *)", "'32' can't be read as day-of-month"},
      {"cron(0 12 0 * ? *)", "'0' can't be read as day-of-month"},
      {"cron(0 12 * 13 ? *)", "'13' can't be read as month"},
      {"cron(0 12 * JANUARY ? *)", "'JANUARY' can't be read as month"},
      {"cron(0 12 ? * 8 *)", "'8' can't be read as day-of-week"},
      {"cron(0 12 ? * 0 *)", "'0' can't be read as day-of-week"},
      {"cron(0 12 * * ? 1969)", "'1969' can't be read as year"},
      {"cron(0 12 * * ? 2200)", "'2200' can't be read as year"},
      {"cron(? 12 * * ? *)", "'?' can't be read as minutes"},
      {"cron(5-1 12 * * ? *)", "'5-1' can't be read as minutes"},
      {"cron(5- 12 * * ? *)", "'5-' can't be read as minutes"},
      {"cron(*/0 12 * * ? *)", "'*/0' can't be read as minutes"},
      {"cron(/5 12 * * ? *)", "'/5' can't be read as minutes"},
      {"cron(1,,2 12 * * ? *)", "'1,,2' can't be read as minutes"},
      {"cron(L 12 * * ? *)", "'L' can't be read as minutes"},
      {"cron(0 12 W * ? *)", "'W' can't be read as day-of-month"},
      {"cron(0 12 ? * 3W *)", "'3W' can't be read as day-of-week"},
      {"cron(0 12 3#2 * ? *)", "'3#2' can't be read as day-of-month"},
      {"cron(0 12 ? * 3#6 *)", "'3#6' can't be read as day-of-week"},
      {"cron(0 12 ? * 3#1,6#3 *)", "'3#1,6#3' can't be read as day-of-week"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.schedule);
    const auto schedule = Schedule::parse(c.schedule);
    ASSERT_FALSE(schedule);
    EXPECT_EQ(schedule.error().code, "ValidationException");
    EXPECT_THAT(schedule.error().message, testing::StartsWith("Parameter ScheduleExpression is not valid."));
    EXPECT_THAT(schedule.error().message, testing::HasSubstr(std::string(c.reason)));
  }
}

}  // namespace
}  // namespace sandbox
