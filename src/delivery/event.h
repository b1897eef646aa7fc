// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "delivery/push.h"

namespace delivery {

// Look at every service of the rules: the schedule says so.
struct Sweep {};

// An object of S3 was written. If it is the rules, every service is looked at.
struct ObjectCreated {
  std::string bucket;
  std::string key;
};

// Look at these services: an operation of theirs ended, or a sweep was spread, or something is due.
struct Look {
  std::vector<std::string> services;  // ARNs
  bool is_wake_up = false;            // Something is due.
};

using Event = std::variant<Push, Sweep, ObjectCreated, Look>;

// Reads what may stand in the queue: ECR's `ECR Image Action`; EventBridge's `Scheduled Event`; App Runner's
// `AppRunner Service Operation Status Change`, when the operation has ended; S3's `Object Created`; and what look_message() and
// wake_up_message() write.
std::expected<Event, NoPush> parse_event(std::string_view body);

// A message to Caretaker itself. It asks for nothing that a schedule would not: whoever may write to the queue can send it.
std::string look_message(const std::vector<std::string>& services);
// The same, as a wake-up.
std::string wake_up_message(const std::string& service);

}  // namespace delivery
