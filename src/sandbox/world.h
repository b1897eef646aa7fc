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
#include "sandbox/faults.h"
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
  static constexpr std::size_t told_size_max = std::size_t{8} << 10;  // Of a text, in bytes.

  World(Settings settings, Watch watch);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Settings& settings() const { return settings_; }
  base::Time now() const { return now_; }
  Ids& ids() { return ids_; }
  const Ids& ids() const { return ids_; }
  Agenda& agenda() { return agenda_; }
  const Agenda& agenda() const { return agenda_; }
  Faults& faults() { return faults_; }
  const Faults& faults() const { return faults_; }

  // The time by the clock of a client of that service: clients do not notice that the account's time was moved, and AWS's
  // clock may be made to go wrong.
  base::Time client_time(std::string_view service) const { return now_ - ahead_ + faults_.skew(service); }
  base::Duration ahead() const { return ahead_; }
  void set_ahead(base::Duration ahead) { ahead_ = ahead; }

  // Does what is due by `now`, setting the time to each entry's own, then to `now`. Time never goes back. May be called
  // again from inside an entry.
  void advance(base::Time now);

  // Of a world in which nothing happened yet.
  void begin_at(base::Time now) { now_ = now; }

  void tell(std::string kind, std::string text);
  // The last `told_max` happenings, oldest first.
  const std::deque<Told>& told() const { return told_; }
  // The number of the last one. Numbers go on where an account takes another's place, for whoever asks for those after N.
  std::uint64_t told_count() const { return told_count_; }
  void count_told_from(std::uint64_t count) { told_count_ = count; }

  // What all messages of all queues weigh, in bytes; at most `queued_max`.
  static constexpr std::size_t queued_max = std::size_t{512} << 20;
  std::size_t& queued() { return queued_; }

  // `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`
  std::string arn(std::string_view service, std::string_view resource) const;

 private:
  Settings settings_;
  Watch watch_;
  base::Time now_;
  Ids ids_;
  Agenda agenda_;
  Faults faults_;
  base::Duration ahead_{0};
  std::deque<Told> told_;
  std::uint64_t told_count_ = 0;
  std::size_t queued_ = 0;
};

// `12:34:56`, for a line that a person reads.
std::string clock_text(base::Time time);
// The first twelve digits of a digest, as people quote it: `sha256:0123456789ab`.
std::string short_digest(std::string_view digest);
// Seconds since 1970 as AWS's JSON writes times.
double epoch_seconds(base::Time time);

}  // namespace sandbox
