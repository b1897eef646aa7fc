// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/snapshot.h"

namespace cli {

// Whether an operation would be started.
bool changes(const decide::Decision& decision);

// How far it is from one version to another.
enum class Step { None, Prerelease, Patch, Minor, Major };
Step step_between(const semver::Version& from, const semver::Version& to);
std::string_view to_string(Step step);  // `patch`; empty for None.

// What a snapshot says of one service, as `plan` shows it.
struct Outlook {
  std::string arn;
  std::string name;       // The service's.
  std::string rule_name;  // Empty: none.
  std::string range;
  std::string repository;  // `123456789012/us-east-1/shop`
  std::string running;     // The tag; empty: unknown.
  std::string
      wanted;  // The tag of the highest version that the rule allows, whatever else speaks against it; empty: none.
  std::string latest;      // Of the highest version there is at all: releases before prereleases.
  Step step = Step::None;  // From what runs to what would be deployed, or else to `wanted`.
  bool was_seen = false;   // The service could be looked at.
  // `update`, `redeploy`, `wait`, `keep`; `error` if it was not seen, or has to be changed and its record may only be read.
  std::string decision;
  std::string reason;    // Its word for machines: `newer`, `busy` …
  std::string to;        // What would be deployed.
  std::string why;       // As a sentence.
  std::string until;     // When to look again, ISO 8601; empty: not said.
  bool changes = false;  // An operation would be started.
  // It would be by a push or a person only: the versions were there at first sight.
  bool needs_trigger = false;
};

// As `caretaker reconcile` would find it.
Outlook outlook(const ServiceFacts& service, const Snapshot& snapshot);

}  // namespace cli
