// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "simulation/model.h"
#include "simulation/people.h"
#include "simulation/town.h"
#include "simulation/weather.h"
#include "simulation/witness.h"

namespace simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Long enough for a deployment under way, the rejected one's second try after an hour, and two sweeps.
constexpr auto time_to_settle = hours(6);
constexpr std::size_t trace_lines_max = 120;

World::Options any_options(std::uint64_t seed, Random& random) {
  World::Options options{.operation_time = minutes(random.between(1, 8)), .seed = seed, .notice_bus = "default"};
  options.verify_signatures = random.chance(0.02);
  options.credentials_expire = random.chance(0.2);
  options.functions = static_cast<unsigned>(random.between(1, 3));
  if (random.chance(0.15)) options.page_size = static_cast<std::size_t>(random.between(3, 12));
  // Drawn apart, so that nothing else in a world hangs on it.
  Random apart(~seed);
  options.describe_former = apart.chance(0.3);
  if (apart.chance(0.15)) options.skew_max = std::chrono::seconds(apart.between(1, 20));
  return options;
}

std::string in_words(const World::Options& options, const TownRetry& retry) {
  return fmt::format("operations take {}, {} function{}, pushes retried {} times by {}m{}{}{}{}{}",
                     base::to_text(options.operation_time), options.functions, options.functions == 1 ? "" : "s",
                     retry.times, retry.after.count(), options.credentials_expire ? ", credentials expire" : "",
                     options.page_size == 0 ? "" : fmt::format(", pages of {}", options.page_size),
                     options.describe_former ? ", described as before until an operation ends" : "",
                     options.verify_signatures ? ", signatures are verified" : "",
                     options.skew_max == base::Duration::zero()
                         ? ""
                         : ", functions' clocks up to " + base::to_text(options.skew_max) + " from AWS's");
}

// Some acts come close upon each other, some hours apart.
base::Duration time_to_next(Random& random, base::Duration mean) {
  if (random.chance(0.3)) return std::chrono::seconds(random.between(1, 90));
  const auto seconds = std::chrono::duration<double>(mean).count();
  return std::chrono::seconds(static_cast<std::int64_t>(-std::log(1.0 - random.real()) * seconds));
}

}  // namespace

Verdict simulate(const Plan& plan, Tally& tally) {
  Random random(plan.seed);
  const auto options = any_options(plan.seed, random);
  Trace trace(plan.trace);
  Weather weather{Random(random.next())};
  Witness witness(weather, trace, tally);
  World world(options, &witness);
  world.scheduler().choose_by([order = Random(random.next())](std::span<const Scheduler::ActorId> ready) mutable {
    return order.below(ready.size());
  });
  Town town(world, Random(random.next()));
  witness.attend(town);
  People people(town, witness.truth(), trace, tally, Random(random.next()));

  witness.interfere_by([&people, chance = Random(random.next())](const std::string& arn) mutable {
    if (chance.chance(0.004)) people.meddle_with(arn);
  });

  // Many tags by very small pages would be hundreds of requests a look.
  town.found(random.chance(0.01) && options.page_size == 0);
  world.run_for(minutes(15));
  weather.trouble_events(world);
  // Only who verifies signatures minds.
  if (options.verify_signatures && random.chance(0.5)) weather.set_clocks_apart(world);
  if (random.chance(0.1)) town.shorten_visibility();
  const auto between_acts = minutes(random.pick({10, 60, 60, 60}));
  const auto end = world_begin + hours(24) * plan.days;
  while (world.now() < end && !witness.violation()) {
    people.act();
    world.run_for(time_to_next(random, between_acts));
  }
  weather.clear_up(world);
  people.calm_down();
  witness.calmed();
  for (auto left = time_to_settle; left > hours(0) && !witness.violation(); left -= hours(1)) world.run_for(hours(1));
  if (!witness.violation()) witness.check_end();
  auto violation = witness.violation();
  if (!violation) violation = check_end(town, witness.truth());
  ++tally.worlds;
  for (const auto& use : witness.permits().used()) tally.count(use);

  Verdict verdict{.violation = std::move(violation), .setting = {}, .trace = {}};
  if (verdict.violation && plan.trace) {
    const auto* service = town.service(verdict.violation->service);
    verdict.setting = in_words(options, town.rules().retry);
    if (service) verdict.setting = fmt::format("{} by {}; {}", service->name, in_words(service->rule), verdict.setting);
    verdict.trace = trace.shortened(*verdict.violation, service ? service->name : "",
                                    service ? town.repositories()[service->repository].name : "", trace_lines_max);
  }
  return verdict;
}

}  // namespace simulation
