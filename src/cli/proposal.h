// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "aws/app_runner.h"
#include "cli/outside.h"

namespace cli {

// A rule for a service as it stands.
struct Proposal {
  std::string service;     // Its ARN.
  std::string name;        // Its name.
  std::string repository;  // As a rule names it.
  std::string range;
  std::string tag_pattern;  // Empty: none.
  // What the rule's tests say: this runs, this is taken, that is not.
  std::string running;
  std::string taken;
  std::string left;
  std::string why;  // A sentence.
};

// The rule that keeps the service within the major version that it runs (of 0.x: the minor one), or why there is none.
// `account` and `region` are the function's own: repositories of others are named in full.
std::expected<Proposal, std::string> propose(const aws::app_runner::ServiceDescription& service,
                                             std::string_view account, std::string_view region);

// The rules file that holds them, which `caretaker check` finds right.
std::string to_rules_file(const std::vector<Proposal>& proposals);

}  // namespace cli
