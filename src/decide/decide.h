// SPDX-License-Identifier: Apache-2.0
#pragma once

// decide/: the whole policy. Facts in, verdicts and a decision out; pure: no clock, no network, no log.
//   record.h   what is remembered of a service
//   facts.h    all that a decision may look at
//   observe.h  what the facts teach the record; follow.h and foreign_change.h are parts of it
//   held.h     which versions a hold is about
//   orders.h   what an operator may order, as changes of the record
//   current.h  which version runs, or is about to
//   verdict.h  for one candidate: eligible, or the reason why not
//   decide.h   for one service: what to do, and why
//   gates/     what an eligible image must pass before it is deployed
//   explain.h  the same in sentences
// and behind them choice.h (which of the candidates) and phrases.h (parts of sentences).

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "decide/current.h"
#include "decide/facts.h"
#include "decide/verdict.h"

namespace decide {

// Why nothing is done. In the order in which the reasons are looked for.
enum class KeepReason {
  Suspended,        // The rule says so.
  SourceCode,       // The service runs source code, no image.
  OtherRepository,  // It runs another repository or registry than the rule's.
  AutoDeploys,      // App Runner itself follows the tag.
  TracksLatest,     // It runs the tag `latest`, or none.
  Paused,
  Deleted,
  Failed,           // Its creation or deletion failed.
  UnknownState,     // AWS says a status that we do not know.
  PinMissing,       // The pinned version's image is not in the repository.
  RunsNoVersion,    // What runs bears no version to compare with.
  BesidePattern,    // It bears one, in a tag that is not of the rule's pattern.
  Rejected,         // The best candidate's deployment failed, as often as it is tried.
  Stopped,          // Two deployments in a row failed, and the best candidate was there by then.
  BeingDeployed,    // An operation of ours is already doing what would be done.
  PinRuns,          // The pinned version runs.
  NothingEligible,  // There are newer versions in the range, and each has its reason.
  NewestRuns,       // The newest allowed version runs.
  OutsideRange,     // What runs is outside the range, and nothing higher is inside.
};

// Why to come back later.
enum class WaitReason {
  Busy,       // An operation runs.
  Leased,     // Another invocation is carrying out its intention.
  Unsettled,  // An intention was written and nobody knows yet whether it took effect.
  Retry,      // The best candidate failed once and is tried again at `until`.
  Gate,       // The best candidate lacks only a gate, which opens at `until`.
};

struct Update {
  const Candidate* to;  // In the facts' listing.
  bool pinned = false;
  bool down = false;  // To a lower version: a pin, or the rule's `downgrade`.
};
struct Redeploy {
  const Candidate* to;
};
struct Wait {
  WaitReason why;
  std::optional<base::Time> until;  // None: as long as the rules' retry says.
  const Candidate* best = nullptr;  // What would be done.
};
struct Keep {
  KeepReason why;
  const Candidate* best = nullptr;  // The candidate that came nearest, if that says more.
};
using Decision = std::variant<Update, Redeploy, Wait, Keep>;

struct Decided {
  Decision decision;
  std::vector<Verdict> verdicts;  // One a candidate, in the listing's order.
  Current current;
};

// An intention whose lease is over may still come to light for this long after it was written.
inline constexpr base::Duration unsettled_for = std::chrono::minutes(5);

// The whole of it. Expects a record that has observed the same facts (observe.h). An intention in the record comes before
// everything else: while its lease lives somebody else acts, and until it is settled nobody knows what runs. Linear in the
// candidates.
Decided decide(const Facts& facts);

}  // namespace decide
