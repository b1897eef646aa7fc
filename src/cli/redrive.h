// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/outside.h"

namespace cli {

struct RedriveQuestion {
  std::vector<std::string> messages;  // Ids, or beginnings of one only; none, and not `all`: they are only listed.
  bool all = false;
  bool dry_run = false;  // Say what would be sent back, and send nothing.
  bool json = false;     // Of the list.
};

// `caretaker redrive`: lists the dead letters with their reasons, or sends them back to the queue that they came from: sent
// first and deleted after, so that one may be there twice but none gets lost. Returns 0 (listed; sent), 1 (one could not be sent,
// or with `all` is hidden because somebody looks at it; with `dry_run`: something would be), 2 (it could not be asked), 130
// (interrupted: what was read shows again at once, and a move that began goes on).
int redrive(const RedriveQuestion& question, const Outside& outside);

}  // namespace cli
