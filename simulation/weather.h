// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "simulation/random.h"
#include "simulation/world.h"

namespace simulation {

// What befalls the functions' requests and the events, as a seed has it: some worlds are calm, some are stormy all the time,
// most have storms that come and go.
class Weather {
 public:
  explicit Weather(Random random);
  // Nothing ever happens, and every answer comes at once.
  static Weather still();

  // No fault befalls anything any more.
  void clear_up(World& world);
  // Makes events late, lost, doubled and out of order.
  void trouble_events(World& world);
  // Sets AWS's clock wrong, or the functions', which is the same to both.
  void set_clocks_apart(World& world);
  Fate fate(base::Time now, std::string_view operation, bool is_read, bool is_call);

 private:
  Random random_;
  double calm_rate_ = 0;   // Faults a request.
  double storm_rate_ = 0;  // The same in a storm.
  double call_rate_ = 0;   // The least of those that deploy, since storms let few come so far.
  double stale_rate_ = 0;  // Reads that tell what was so a moment ago, beside those of storms.
  double slow_rate_ = 0;   // How many requests take seconds.
  bool clear_ = false;
  bool still_ = false;
  bool storm_ = false;
  base::Time lags_until_{};  // All reads are stale, or those of one operation.
  std::string lagging_;      // That operation; empty: all.
  base::Time until_{};       // When storm and calm change.
};

}  // namespace simulation
