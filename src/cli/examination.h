// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/account.h"
#include "cli/findings.h"
#include "cli/queues.h"
#include "rules/rules.h"

// The parts of `caretaker doctor`, in the order in which they go: each may need what those before it saw.
namespace cli {

struct Examination {
  Account& account;
  base::Clock& clock;
  std::string account_id;
  Findings findings{};
  std::optional<rules::Rules> rules{};  // In force; none: missing, broken or unseen.
  std::optional<Queues> queues{};

  aws::Caller& caller() const { return account.installation().caller(); }
  const std::string& region() const { return account.region(); }
};

void examine_rules(Examination& on);     // The bucket, the object, its last valid copy; the clock.
void examine_queue(Examination& on);     // The queue and its dead letters.
void examine_events(Examination& on);    // What sends to the queue.
void examine_function(Examination& on);  // What reads from it.
void examine_services(Examination& on);  // Each rule's service, its repository and its record.
void examine_records(Examination& on);   // Records that no rule names.

}  // namespace cli
