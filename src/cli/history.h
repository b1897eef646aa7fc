// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/snapshot.h"

namespace cli {

struct HistoryQuestion {
  Question about;  // One service.
  bool json = false;
};

// `caretaker history SERVICE`: what is ordered and remembered of the service, then what was done to it and why, newest first, at most 20
// entries. Returns 0, or 2 (it could not be asked).
int history(const HistoryQuestion& question, const Outside& outside);

}  // namespace cli
