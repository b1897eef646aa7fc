// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "cli/snapshot.h"
#include "reconcile/conclude.h"

namespace cli {

struct ReconcileQuestion {
  Question about;  // Services and rules file; facts files are for `plan`.
  bool dry_run = false;
  bool wait = false;
  std::chrono::milliseconds timeout = std::chrono::minutes(30);  // Of waiting, for each service.
};

// `caretaker reconcile [SERVICE…]`: looks at each service as a push would have it looked at, and acts. It lifts the baseline of
// services that were only just seen. With `dry_run` the same code stops before anything is written or called that changes
// something. With `wait` it follows the operation to its end, with a line for each change.
// Returns 0 (nothing to do, or done; with `wait`: it ended well), 1 (not done: a service is busy, its operation failed or has
// not ended in time, or the deployed stack does not cover it; with `dry_run`: something would be done), 2 (it could not be asked, or a
// service could not be looked at), 130 (interrupted while waiting; operations go on, and services that come later are not looked at,
// which is said).
int reconcile(const ReconcileQuestion& question, const Outside& outside);

// What came of one service.
struct Came {
  int code = 0;                                 // As above.
  std::optional<::reconcile::Reconciled> done;  // What was decided last; none: it could not be looked at.
};
// The same for a rule that was found already, in rules that were read, in an account that is open.
Came reconcile(const ReconcileQuestion& question, Account& account, const RulesText& rules, const rules::Rule& rule,
               const Outside& outside);
// What that would come to, with nothing said or done.
base::Result<::reconcile::Reconciled> foresee(const ReconcileQuestion& question, Account& account,
                                              const RulesText& rules, const rules::Rule& rule, const Outside& outside);

}  // namespace cli
