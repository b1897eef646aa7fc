// SPDX-License-Identifier: Apache-2.0
#include "simulation/weather.h"

#include <algorithm>
#include <array>

namespace simulation {
namespace {

using std::chrono::milliseconds;

struct Weighted {
  Fault fault;
  double weight;
};
constexpr std::array faults = {
    Weighted{Fault::KillBefore, 1},  Weighted{Fault::KillAfter, 3}, Weighted{Fault::CutBefore, 2},
    Weighted{Fault::CutAfter, 4},    Weighted{Fault::NotSent, 2},   Weighted{Fault::Throttle, 4},
    Weighted{Fault::ServerError, 3}, Weighted{Fault::Html, 2},      Weighted{Fault::Expired, 1},
    Weighted{Fault::Garbled, 2},     Weighted{Fault::Stale, 12},    Weighted{Fault::Failed, 2},
    Weighted{Fault::Refused, 2},     Weighted{Fault::Empty, 1},
};

Fault any_fault(Random& random) {
  std::array<double, faults.size()> weights{};
  for (std::size_t i = 0; i < faults.size(); ++i) weights[i] = faults[i].weight;
  return faults[random.weighted(weights)].fault;
}

}  // namespace

Weather::Weather(Random random) : random_(random) {
  calm_rate_ = random_.pick({0.0, 0.0, 0.002, 0.01});
  storm_rate_ = random_.pick({0.0, 0.05, 0.15, 0.4});
  call_rate_ = random_.pick({0.0, 0.0, 0.05, 0.3});
  stale_rate_ = random_.pick({0.0, 0.0, 0.02, 0.1});
  slow_rate_ = random_.pick({0.0, 0.002, 0.02});
}

Weather Weather::still() {
  Weather weather(Random(0));
  weather.still_ = true;
  return weather;
}

void Weather::clear_up(World& world) {
  clear_ = true;
  world.account().clear_faults();
}

void Weather::trouble_events(World& world) {
  using sandbox::FaultKind;
  for (const auto kind : {FaultKind::LoseEvent, FaultKind::RepeatEvent, FaultKind::DelayEvent, FaultKind::ReorderEvents,
                          FaultKind::RepeatMessage}) {
    if (random_.chance(0.5)) continue;
    world.account().add_fault({.kind = kind,
                               .queue = "caretaker",
                               .times = 0,
                               .every = static_cast<unsigned>(random_.between(3, 15)),
                               .delay = std::chrono::minutes(random_.between(1, 600))});
  }
}

void Weather::set_clocks_apart(World& world) {
  // AWS minds from five minutes on.
  const auto by = std::chrono::minutes(random_.between(6, 40));
  world.account().add_fault(
      {.kind = sandbox::FaultKind::ClockSkew, .times = 0, .delay = random_.chance(0.5) ? by : -by});
}

Fate Weather::fate(base::Time now, std::string_view operation, bool is_read, bool is_call) {
  Fate fate;
  if (still_) return fate;
  fate.before = milliseconds(random_.between(1, 20));
  fate.after = milliseconds(random_.between(1, 30));
  if (clear_) return fate;
  if (now >= until_) {
    storm_ = !storm_;
    until_ =
        now + (storm_ ? std::chrono::minutes(random_.between(1, 30)) : std::chrono::minutes(random_.between(20, 300)));
  }
  if (random_.chance(storm_ ? slow_rate_ * 5 : slow_rate_)) {
    auto& part = random_.chance(0.5) ? fate.before : fate.after;
    part = milliseconds(random_.between(500, 15'000));
  }
  const auto rate = storm_ ? storm_rate_ : calm_rate_;
  if (random_.chance(is_call ? std::max(rate, call_rate_) : rate)) fate.fault = any_fault(random_);
  const bool lags = now < lags_until_ && (lagging_.empty() || lagging_ == operation);
  if (fate.fault == Fault::None && is_read && (lags || random_.chance(stale_rate_))) fate.fault = Fault::Stale;
  // All that is read within a moment may come from where changes come late, or all answers of one kind.
  if (fate.fault == Fault::Stale && is_read && now >= lags_until_ && random_.chance(0.3)) {
    lagging_ = random_.chance(0.5) ? operation : std::string_view();
    lags_until_ = now + std::chrono::seconds(random_.between(1, lagging_.empty() ? 60 : 240));
  }
  if (fate.fault == Fault::Stale && !is_read) fate.fault = Fault::None;
  if ((fate.fault == Fault::Empty && !is_read) || (fate.fault == Fault::Refused && !is_call))
    fate.fault = Fault::Throttle;
  return fate;
}

}  // namespace simulation
