// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace base {

// Wall time, as people and AWS see it. May jump.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
// Monotone time, for deadlines and durations. Its zero means nothing.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
using Duration = std::chrono::milliseconds;

// One of the two seams to the world's timing (the other is http::Client). Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;
  virtual Instant instant() = 0;
  // Sleeps until `until`; false if `stop` was requested before that.
  virtual bool sleep_until(Instant until, std::stop_token stop) = 0;
  bool sleep_for(Duration duration, std::stop_token stop) { return sleep_until(instant() + duration, std::move(stop)); }
};

class SystemClock final : public Clock {
 public:
  // `ahead`: how far its wall time is ahead of the machine's.
  explicit SystemClock(Duration ahead = {}) : ahead_(ahead) {}
  Time now() override;
  Instant instant() override;
  bool sleep_until(Instant until, std::stop_token stop) override;

 private:
  Duration ahead_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

// Of years 0 to 9999: `2026-01-02T03:04:05Z`, or with milliseconds `2026-01-02T03:04:05.678Z` where they are not zero.
std::string to_iso8601(Time time);
// `20260102T030405Z`, as signatures want it.
std::string to_iso8601_basic(Time time);
// Reads `2026-01-02T03:04:05[.678][Z|±hh:mm|±hhmm]`; nullopt where it is anything else. A blank may stand for the T, and a
// fraction may have more or fewer digits, of which three count. A leap second is the second after it. Also nullopt if in UTC it is
// of none of the years 0 to 9999.
std::optional<Time> parse_iso8601(std::string_view text);
// Reads epoch milliseconds as SQS writes them: digits and nothing else; nullopt behind the year 9999 too.
std::optional<Time> parse_epoch_milliseconds(std::string_view text);

// `90s`, `10m`, `24h`, `7d`: the largest unit that divides it; milliseconds as `250ms`.
std::string to_text(Duration duration);

}  // namespace base
