// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/outside.h"

namespace cli {

struct RulesPushQuestion {
  std::string file;      // `-` is `in`. For `restore`: a version's id, or the beginning of one only.
  bool dry_run = false;  // The same, up to where something would be written.
  bool yes = false;      // Nobody is asked.
  bool force = false;    // Also if a service cannot be looked at, or somebody wrote meanwhile.
};

// `caretaker rules push FILE`: checks the file as `caretaker check` does, shows what differs from the rules in force and what
// that would do to the services concerned, asks, and writes, unless somebody else wrote meanwhile. Returns 0 (written, or
// nothing differs), 1 (not written: errors, a no, somebody else's change; with `dry_run`: something would be written), 2 (it
// could not be asked).
int push_rules(const RulesPushQuestion& question, const Outside& outside);

// `caretaker rules restore VERSION`: the same with the bytes of an older version.
int restore_rules(const RulesPushQuestion& question, const Outside& outside);

}  // namespace cli
