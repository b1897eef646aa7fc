// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "sandbox/account.h"
#include "sandbox/agenda.h"
#include "sandbox/ids.h"

namespace sandbox {

// What all services of the account share: its settings, the time, the agenda, ids, and the watch that is told what happens.
class World {
 public:
  struct Told {
    std::uint64_t number = 0;  // Counted from 1.
    Happening happening;
  };
  static constexpr std::size_t told_max = 10'000;

  World(Settings settings, Watch watch);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Settings& settings() const { return settings_; }
  base::Time now() const { return now_; }
  Ids& ids() { return ids_; }
  Agenda& agenda() { return agenda_; }
  const Agenda& agenda() const { return agenda_; }

  // Does what is due by `now`, setting the time to each entry's own, then to `now`. Time never goes back. May be called
  // again from inside an entry.
  void advance(base::Time now);

  void tell(std::string kind, std::string text);
  // The last `told_max` happenings, oldest first.
  const std::deque<Told>& told() const { return told_; }

  // `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`
  std::string arn(std::string_view service, std::string_view resource) const;

 private:
  Settings settings_;
  Watch watch_;
  base::Time now_;
  Ids ids_;
  Agenda agenda_;
  std::deque<Told> told_;
  std::uint64_t told_count_ = 0;
};

// `12:34:56`, for a line that a person reads.
std::string clock_text(base::Time time);
// The first twelve digits of a digest, as people quote it: `sha256:0123456789ab`.
std::string short_digest(std::string_view digest);
// Seconds since 1970 as AWS's JSON writes times.
double epoch_seconds(base::Time time);

}  // namespace sandbox
