// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/outside.h"

namespace cli {

struct InitQuestion {
  std::string file = "-";  // Where the rules go; `-` is `out`.
  bool example = false;    // Rules to start from, and nobody is asked.
};

// `caretaker init`: a rules file for the App Runner services of the account's region, and on `err` a line a service that says why
// its rule is so, or why it has none. No file is written over. Returns 0, 1 (no service could have a rule, or the file is there) or
// 2 (it could not be asked).
int init(const InitQuestion& question, const Outside& outside);

}  // namespace cli
