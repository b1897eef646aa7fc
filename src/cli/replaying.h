// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "cli/events.h"
#include "cli/snapshot.h"
#include "delivery/ending.h"

namespace cli {

// What would become of one event: an ending for each service that it concerns, or one that says why it concerns none.
struct Replayed {
  FiledEvent event;
  std::optional<delivery::Push> push;
  std::vector<delivery::Ending> endings;
  std::size_t deployments = 0;
};

// Plays events against a snapshot, one after the other; each finds what those before it would have left.
class Replaying {
 public:
  // Borrows the snapshot, and changes in it what an event would change.
  explicit Replaying(Snapshot& snapshot) : snapshot_(snapshot) {}

  Replayed play(FiledEvent event);

 private:
  delivery::Ending play(const delivery::Push& push, ServiceFacts& service, std::size_t& deployments);
  // An event that is newer than the facts tells what the repository holds by then.
  void learn(const delivery::Push& push, ServiceFacts& service);

  Snapshot& snapshot_;
  std::deque<decide::Listing> listings_;
};

}  // namespace cli
