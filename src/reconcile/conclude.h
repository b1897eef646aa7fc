// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "decide/decide.h"

namespace reconcile {

// What follows from a service's facts.
struct Conclusion {
  decide::Facts facts;  // As given, but the record knows what they teach.
  decide::Decided decided;
};

// Settles what an interrupted function left over, if its lease is over and the operations tell; observes; decides. Pure: the
// same for a run, a dry run, and facts that were saved.
Conclusion conclude(decide::Facts facts);

// What came of one reconcile: the decision, as far as it was carried out.
struct Reconciled {
  enum class End {
    Started,  // An operation was started, and is recorded. In a dry run: it would be.
    Waiting,  // Come back at `until`, or later.
    Kept,     // Nothing to do.
  };
  End end = End::Kept;
  std::string name;    // The decision for logs: `update`, `redeploy`, `wait`, `keep`.
  std::string word;    // For logs: the decision's reason, `newest-runs`.
  std::string text;    // The same as a sentence.
  std::string from;    // The tag that ran, or was being deployed.
  std::string digest;  // Its digest as recorded; empty: unknown.
  std::string to;      // Started and Waiting: the tag concerned.
  std::string operation;
  std::optional<base::Time> until;
};

// What a run that came to this conclusion tells, but for the operation that it starts.
Reconciled told(const Conclusion& conclusion);

// What a run says instead of acting where the record may only be read (`Stored::read_only`). Denied.
std::unexpected<base::Error> newer_record();

}  // namespace reconcile
