// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/reconcile.h"
#include "cli/snapshot.h"

namespace cli {

// What a person orders about one service. It is written into the service's record with who and when; the function obeys it from then
// on.
struct OrderQuestion {
  enum class Kind {
    Hold,  // `hold SERVICE [VERSION…]`: these are not deployed until one above them all is; none named: all that is newer now.
    Release,  // `release SERVICE [VERSION…]`: ends hold, rejections, stop and pin; named: only what is said against these, so no stop.
    Pin,      // `pin SERVICE VERSION`: ends a hold and a skip of it.
    Skip,     // `skip SERVICE VERSION…`
    Rollback,  // `rollback SERVICE`: a pin to what ran before.
  };
  Kind kind = Kind::Hold;
  std::vector<std::string> words;  // SERVICE, then versions.
  ReconcileQuestion then;          // Rules file and records; and how to reconcile afterwards.
  bool later = false;              // Only write it down: the next sweep carries it out.
};

// Writes the order down; after a release, a pin and a rollback it reconciles the service, unless that is for later. Returns 0 (done, or
// all was that way already), 1 (the service was not brought there, as reconcile says; a pinned version neither runs nor is being
// deployed, or for later would not be; what was released stays stopped), 2 (it could not be asked, or nothing could run the version:
// nothing was written), 130 (interrupted while waiting).
int order(const OrderQuestion& question, const Outside& outside);

}  // namespace cli
