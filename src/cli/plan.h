// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/outlook.h"
#include "cli/snapshot.h"

namespace cli {

struct PlanQuestion {
  Question about;
  bool json = false;
};

// The table of `caretaker plan`.
void draw(const std::vector<Outlook>& outlooks, const Outside& outside);

// `caretaker plan [SERVICE…]`: what `caretaker reconcile` would do now, a row a service, as `npm outdated` shows packages. Returns
// 0 (nothing would change), 1 (something would) or 2 (it could not be asked, or of some service, as Outlook::decision says `error`).
int plan(const PlanQuestion& question, const Outside& outside);

}  // namespace cli
