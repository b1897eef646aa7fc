// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/outside.h"

namespace cli {

struct RulesPullQuestion {
  std::string file = "-";  // `-` is `out`.
  bool force = false;      // Also over a file that says something else.
};

// `caretaker rules pull [FILE]`: the rules in force, byte for byte. Returns 0, 1 (the file says something else) or 2 (it could not
// be asked).
int pull_rules(const RulesPullQuestion& question, const Outside& outside);

struct RulesVersionsQuestion {
  bool all = false;  // However many there are.
  bool json = false;
};

// `caretaker rules versions`: what the bucket keeps of the rules, newest first, and what each changed. Returns 0 or 2 (it could not
// be asked).
int list_rules_versions(const RulesVersionsQuestion& question, const Outside& outside);

}  // namespace cli
