// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "decide/facts.h"

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

// How long after an intention was written an operation of it may still come to light.
inline constexpr auto settled_after = std::chrono::minutes(5);

// Looks for the operation that the intention started among those described since: the oldest one of its kind that is newer than the
// newest one of before. Pure.
Settlement settle(const decide::Record::Intention& intention, const decide::Running& running, base::Time now);

// The intention took effect as `operation`: notes that in the record.
void apply(decide::Record& record, const decide::Record::Intention& intention, std::string operation);

}  // namespace reconcile
