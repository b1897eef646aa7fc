// SPDX-License-Identifier: Apache-2.0
#include "simulation/small_worlds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "simulation/model.h"
#include "simulation/request.h"
#include "simulation/town.h"
#include "simulation/witness.h"

namespace simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// A world in which a story is told.
struct Stage {
  World& world;
  Town& town;
  bool twice;  // Every message comes a second time at once, for another function.

  const TownService& service() const { return town.services().front(); }
  void push(const std::string& tag) {
    town.push(0, tag);
    if (twice) tell_again(tag);
  }
  // The same push once more.
  void tell(const std::string& tag) {
    tell_again(tag);
    if (twice) tell_again(tag);
  }
  void tell_again(const std::string& tag) {
    town.send(fmt::format(
        R"({{"version":"0","id":"x","detail-type":"ECR Image Action","source":"aws.ecr","account":"123456789012","time":"{}","region":"us-east-1","resources":[],"detail":{{"result":"SUCCESS","repository-name":"shop","image-digest":"{}","action-type":"PUSH","image-tag":"{}"}}}})",
        base::to_iso8601(std::chrono::floor<std::chrono::seconds>(world.now())),
        town.repositories()[0].tags.at(tag).digest, tag));
  }
  void set_range(std::size_t range) {
    town.services().front().rule.range = &plain_ranges()[range];
    town.write_rules();
  }
};

struct Story {
  std::string_view name;
  void (*tell)(Stage& stage);
};

constexpr std::array stories = {
    Story{"push", [](Stage& stage) { stage.push("1.2.4"); }},
    Story{"tags that must not deploy",
          [](Stage& stage) {
            for (const auto* tag : {"1.3.0-rc.1", "latest", "1.2.1", "1.3", "1.2.4-alpine", "20240101"})
              stage.push(tag);
          }},
    Story{"push during an operation",
          [](Stage& stage) {
            stage.town.push(0, "1.2.4");
            stage.world.run_for(minutes(1));
            stage.push("1.2.5");
          }},
    Story{"rollback by AWS",
          [](Stage& stage) {
            stage.world.account().decide_deployments(
                {.tag = "1.2.4", .outcome = sandbox::DeploymentOutcome::Rollback, .times = 0, .time = {}});
            stage.push("1.2.4");
          }},
    Story{"rollback by a person",
          [](Stage& stage) {
            stage.town.push(0, "1.2.4");
            stage.world.run_for(hours(2));
            // Somebody must have seen that it went well.
            stage.tell("1.2.4");
            stage.world.run_for(hours(1));
            stage.town.deploy(stage.service(), "1.2.3");
            stage.world.run_for(hours(1));
            stage.tell("1.2.4");
          }},
    Story{"re-push",
          [](Stage& stage) {
            stage.town.push(0, "1.2.4");
            stage.world.run_for(hours(2));
            stage.push("1.2.4");
          }},
    Story{"rules edit",
          [](Stage& stage) {
            stage.set_range(2);  // ~1.2.1
            stage.push("1.3.0");
            stage.world.run_for(hours(1));
            stage.set_range(0);  // ^1.2
            stage.push("1.3.1");
          }},
};

// Where a story ended.
struct Ending {
  std::string status;
  std::string tag;
  std::vector<std::string> operations;
  std::optional<Violation> violation;
  int requests = 0;  // Until all has been done.
  int struck = 0;

  bool same_as(const Ending& other) const {
    return !violation && status == other.status && tag == other.tag && operations.size() <= other.operations.size();
  }
};

std::string describe(const Ending& ending) {
  if (ending.violation)
    return fmt::format("violates invariant {}: {}", ending.violation->invariant, ending.violation->sentence);
  auto text = fmt::format("ends {} with {}:", ending.status, ending.tag);
  for (const auto& operation : ending.operations) text += " " + operation;
  return text;
}

using Prepare = std::function<void(World&)>;

Ending tell(const Story& story, unsigned functions, const Prepare& prepare) {
  auto weather = Weather::still();
  Trace trace(false);
  Tally tally;
  Witness witness(weather, trace, tally);
  World world({.operation_time = minutes(3), .functions = functions, .notice_bus = "default"}, &witness);
  Town town(world, Random(1));
  witness.attend(town);
  town.found_small();
  world.run_for(minutes(10));
  Stage stage{world, town, functions > 1};
  Ending ending;
  prepare(world);
  story.tell(stage);
  // What comes after that are sweeps that see what the ones before saw.
  world.run_for(minutes(95));
  ending.requests = world.requests();
  ending.struck = world.struck();
  // Longer than all retries together, and than a failed image waits for its second try.
  world.run_for(hours(5));
  if (!witness.violation()) witness.check_end();
  ending.violation = witness.violation() ? witness.violation() : check_end(town, witness.truth());
  const auto seen = town.see(stage.service().arn);
  ending.status = seen->status;
  ending.tag = seen->tag;
  for (const auto& operation : town.operations_of(stage.service().arn))
    ending.operations.push_back(operation.type + " " + operation.status);
  return ending;
}

constexpr std::array single_faults = {Fault::KillBefore, Fault::KillAfter, Fault::CutBefore, Fault::CutAfter,
                                      Fault::NotSent,    Fault::Throttle,  Fault::Html,      Fault::ServerError,
                                      Fault::Garbled,    Fault::Stale,     Fault::Failed};

void try_faults(const Story& story, const Ending& peace, Extent extent, SmallWorlds& result) {
  for (const auto fault : single_faults) {
    // The others are like one of these.
    const bool is_quick = fault == Fault::KillAfter || fault == Fault::CutAfter || fault == Fault::Stale;
    if (extent == Extent::Quick && !is_quick) continue;
    if (extent == Extent::Sample && fault != Fault::KillAfter) continue;
    const int step = extent == Extent::Sample ? 5 : 1;
    for (int at = 1; at <= peace.requests && !result.wrong; at += step) {
      const auto ending = tell(story, 1, [&](World& world) { world.strike(fault, at); });
      result.faults += static_cast<std::uint64_t>(ending.struck);
      if (!ending.same_as(peace))
        result.wrong = fmt::format("{} at request {}: {}", to_string(fault), at, describe(ending));
    }
  }
}

void try_pairs(const Story& story, const Ending& peace, SmallWorlds& result) {
  // The second crash may come as late as in the calls that make good for the first.
  const int last = peace.requests + 15;
  for (int first = 1; first <= peace.requests; ++first) {
    for (int second = first + 1; second <= last && !result.wrong; ++second) {
      ++result.pairs;
      const auto ending = tell(story, 1, [&](World& world) {
        world.strike(Fault::KillAfter, first);
        world.strike(Fault::KillAfter, second);
      });
      if (!ending.same_as(peace))
        result.wrong = fmt::format("crashes after requests {} and {}: {}", first, second, describe(ending));
    }
  }
}

// Whether the order of this request and those of another function can matter: rules and images stay as they are while two
// functions run, and messages and event log are each function's own.
bool may_matter(const http::Request* request) {
  if (!request) return false;
  const auto asked = read_request(*request);
  return asked.is_record() || asked.service == "AppRunner";
}

// One way through all choices of an encounter, and after it the next; depth first. Functions that meet again later meet for
// another encounter, since every wait lies between.
class Orders {
 public:
  Orders(int encounter, int switches_max) : encounter_(encounter), switches_max_(switches_max) {}

  void begin() {
    at_ = 0;
    last_ = 0;
    switches_ = 0;
    encounters_ = -1;
    last_time_ = {};
  }
  // Whether there was such an encounter at all.
  bool met() const { return encounters_ >= encounter_; }
  std::size_t choose(const World& world, std::span<const Scheduler::ActorId> ready) {
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (!may_matter(world.pending(ready[i]))) return i;
    }
    if (world.now() > last_time_ + minutes(1)) ++encounters_;
    last_time_ = world.now();
    // Who had the turn last keeps it first.
    const auto same = std::ranges::find(ready, last_);
    const auto first = same == ready.end() ? 0 : static_cast<std::size_t>(same - ready.begin());
    if (encounters_ != encounter_) {
      last_ = ready[first];
      return first;
    }
    if (at_ == choices_.size()) choices_.push_back({0, switches_ < switches_max_ ? ready.size() : 1, first});
    auto& choice = choices_[at_++];
    const auto index = (choice.first + choice.taken) % ready.size();
    if (choice.taken > 0) ++switches_;
    last_ = ready[index];
    return index;
  }
  // False after the last.
  bool next() {
    choices_.resize(at_);
    while (!choices_.empty() && choices_.back().taken + 1 >= choices_.back().options) choices_.pop_back();
    if (choices_.empty()) return false;
    ++choices_.back().taken;
    return true;
  }

 private:
  struct Choice {
    std::size_t taken;
    std::size_t options;
    std::size_t first;
  };
  int encounter_;
  int switches_max_;
  int encounters_ = -1;
  base::Time last_time_{};
  int switches_ = 0;
  std::vector<Choice> choices_;
  std::size_t at_ = 0;
  Scheduler::ActorId last_ = 0;
};

int switches_max(Extent extent) {
  switch (extent) {
    case Extent::Sample: return 0;
    case Extent::Quick: return 2;
    case Extent::All: return 1'000;
  }
  return 0;
}

void try_orders(const Story& story, const Ending& peace, Extent extent, SmallWorlds& result) {
  bool met = true;
  for (int encounter = 0; met && !result.wrong; ++encounter) {
    Orders orders(encounter, switches_max(extent));
    do {
      orders.begin();
      ++result.orders;
      const auto ending = tell(story, 2, [&](World& world) {
        world.scheduler().choose_by(
            [&](std::span<const Scheduler::ActorId> ready) { return orders.choose(world, ready); });
      });
      met = orders.met();
      if (!ending.same_as(peace))
        result.wrong = fmt::format("order {} of two functions: {}", result.orders, describe(ending));
    } while (met && !result.wrong && orders.next());
  }
}

}  // namespace

std::vector<std::string_view> small_stories() {
  std::vector<std::string_view> names;
  for (const auto& story : stories) names.push_back(story.name);
  return names;
}

SmallWorlds try_all(std::string_view name, Extent extent) {
  const auto* story = std::ranges::find(stories, name, &Story::name);
  SmallWorlds result{.story = story->name, .wrong = {}};
  const auto peace = tell(*story, 1, [](World&) {});
  if (peace.violation) {
    result.wrong = "in peace: " + describe(peace);
    return result;
  }
  try_faults(*story, peace, extent, result);
  if (!result.wrong) try_orders(*story, peace, extent, result);
  if (!result.wrong && extent == Extent::All) try_pairs(*story, peace, result);
  return result;
}

}  // namespace simulation
