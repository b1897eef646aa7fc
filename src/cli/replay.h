// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/snapshot.h"

namespace cli {

struct ReplayQuestion {
  Question about;
  std::string file;  // Events; `-` is standard input. See events.h for its forms.
  bool json = false;
};

// `caretaker replay FILE`: what would become of each event, in order, if it came now; with facts that were saved: if it came then,
// or at its own time if that is later. A deployment that would be started is taken as done when the next event comes. Nothing is
// written, called or sent. Returns 0 (nothing would be deployed), 1 (something would) or 2 (it could not be asked).
int replay(const ReplayQuestion& question, const Outside& outside);

}  // namespace cli
