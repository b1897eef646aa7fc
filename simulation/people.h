// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "simulation/random.h"
#include "simulation/tally.h"
#include "simulation/town.h"
#include "simulation/trace.h"
#include "simulation/truth.h"

namespace simulation {

// Pipelines that push, people who deploy, roll back, change their minds and break things, and strangers' events: one act after
// the other, as a seed has it.
class People {
 public:
  People(Town& town, Truth& truth, Trace& trace, Tally& tally, Random random)
      : town_(town), truth_(truth), trace_(trace), tally_(tally), random_(random) {}

  void act();
  // Somebody acts on this service, or orders something about it.
  void meddle_with(const std::string& arn);
  // Puts the rules right, and pushes a new version for most services, or their running tag once more, so that there is something to
  // come to.
  void calm_down();

 private:
  TownService& any_service() { return town_.services()[random_.below(town_.services().size())]; }
  std::string any_tag(std::size_t repository);
  std::string failed_or_any_tag(const TownService& service);
  void note(const std::string& text, std::string_view about = {});

  void push();
  void push_again();
  void tag_again();
  void write_of_newer();
  void delete_tag();
  void deploy();
  void deploy(const TownService& service);
  void operate();
  void operate(const TownService& service);
  void recreate();
  void mend();
  void edit_rules();
  void order();
  void order(const TownService& service);
  void decide_fate();
  void send_something();

  Town& town_;
  Truth& truth_;
  Trace& trace_;
  Tally& tally_;
  Random random_;
  bool broken_ = false;
};

}  // namespace simulation
