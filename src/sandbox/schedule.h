// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "sandbox/refusal.h"

namespace sandbox {

// When a scheduled rule of EventBridge fires: `rate(5 minutes)` or `cron(0 12 ? * MON-FRI *)`, in UTC, as its user guide
// documents them ("Setting a schedule pattern for scheduled rules").
class Schedule {
 public:
  // Errors: ValidationException.
  static Answer<Schedule> parse(std::string_view text);

  // The first time after `last`, which for a rate is when the rule was enabled or fired last. Nullopt if there is none any
  // more: cron's years end in 2199.
  std::optional<base::Time> next(base::Time last) const;
  const std::string& text() const { return text_; }

 private:
  using Set = std::bitset<230>;  // Values of a cron field; years count from 1970.
  // Alternatives of cron's day-of-month and day-of-week that depend on the month. Sunday is 0.
  struct LastDay {};  // `L`
  struct NearestWeekday {
    unsigned day = 0;  // `15W`
  };
  struct LastOf {
    unsigned weekday = 0;  // `6L`: the month's last Friday.
  };
  struct NthOf {
    unsigned weekday = 0;  // `6#3`: the third Friday.
    unsigned nth = 0;
  };
  using Special = std::variant<LastDay, NearestWeekday, LastOf, NthOf>;
  struct Cron {
    Set minutes;
    Set hours;
    Set days;
    Set months;
    Set weekdays;
    Set years;
    std::vector<Special> specials;
  };
  using Rate = std::chrono::minutes;
  friend class CronParser;

  static bool fits(const Special& special, std::chrono::year_month_day date);
  static bool fits(const Cron& cron, std::chrono::year_month_day date);
  static std::optional<base::Time> next(const Cron& cron, base::Time last);

  std::string text_;
  std::variant<Rate, Cron> when_;
};

}  // namespace sandbox
