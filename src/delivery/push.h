// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "names/names.h"

namespace delivery {

// An image arrived in a repository, says ECR. A hint that something changed, never the truth: events are best effort,
// unordered, repeated and late.
struct Push {
  names::Repository repository;  // Account, region and name, from the event's envelope.
  std::string tag;
  std::string digest;
  base::Time time;
};

// A message that asks for nothing.
struct NoPush {
  std::string word;     // For logs: `no-tag`.
  std::string text;     // The reason as a sentence.
  bool broken = false;  // Nobody could read it: keep it for a person to look at.
};

// Reads an EventBridge event `ECR Image Action` (Amazon ECR user guide, "Amazon ECR events and EventBridge").
std::expected<Push, NoPush> parse_push(std::string_view body);

}  // namespace delivery
