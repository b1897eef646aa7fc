// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "aws/caller.h"

// Amazon EventBridge, API version 2015-10-07: https://docs.aws.amazon.com/eventbridge/latest/APIReference/
namespace aws::events {

// Repeating it may send an event twice: better than none.
inline constexpr Operation put_events_operation{Service::Events, "PutEvents", true, "events:PutEvents"};

struct Event {
  std::string_view bus;  // Its name or ARN.
  std::string_view source;
  std::string_view detail_type;
  std::string_view detail;    // JSON.
  std::string_view resource;  // An ARN; empty: none.
  base::Time time;
};

// Puts one event on a bus. Errors: Invalid if EventBridge refused the entry.
base::Result<void> put_event(Caller& caller, std::string_view region, const Event& event, const Deadline& deadline);

}  // namespace aws::events
