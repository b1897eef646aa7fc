// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "decide/decide.h"

namespace reconcile {

// What is known of an intention whose call may or may not have been made.
struct Settlement {
  enum class Kind {
    Applied,     // `operation` is what it started.
    NotApplied,  // It started nothing, and nothing can come of it any more.
    Open,        // Nobody can tell yet.
  };
  Kind kind = Kind::Open;
  std::string operation;
};

// Looks for the operation that the intention started among those described since: of those of its kind that are newer than the
// newest one of before, and not begun long before it nor long after the lease, the one that began nearest to it, unless the described
// image tells that it is another's; after a success that is certain decide::described_within after its end. Without one the intention
// counts as not applied decide::unsettled_for after it was written. Pure.
Settlement settle(const decide::Record::Intention& intention, const decide::Running& running, base::Time now);

// The intention took effect as `operation`: notes that in the record.
void apply(decide::Record& record, const decide::Record::Intention& intention, std::string operation);

}  // namespace reconcile
