// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "base/clock.h"

namespace base {

// A clock for tests: time stands still until the test moves it or somebody sleeps, which takes no time at all.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time start = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(3))
      : now_(start) {}

  Time now() override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  Instant instant() override {
    const std::scoped_lock lock(mutex_);
    return instant_;
  }
  // Moves both times on to `until`, unless a stop was requested.
  bool sleep_until(Instant until, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    const std::scoped_lock lock(mutex_);
    if (until > instant_) move(until - instant_);
    return true;
  }

  // Both times go on by `duration`.
  void advance(Duration duration) {
    const std::scoped_lock lock(mutex_);
    move(duration);
  }
  // The wall time jumps, as when a machine corrects its clock; durations don't notice.
  void set_now(Time now) {
    const std::scoped_lock lock(mutex_);
    now_ = now;
  }

 private:
  void move(Instant::duration by) {
    instant_ += by;
    const auto whole = std::chrono::floor<Duration>(rest_ + by);
    rest_ += by - whole;
    now_ += whole;
  }

  std::mutex mutex_;
  Time now_;
  Instant instant_{std::chrono::hours(1)};
  Instant::duration rest_{};  // What of the time gone by is less than the milliseconds of now().
};

}  // namespace base
