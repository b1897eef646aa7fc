// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/outside.h"

namespace cli {

struct StackQuestion {
  std::string rules_file;          // Empty: the S3 object that the function reads.
  std::vector<std::string> roles;  // ARNs of the services' access roles; none: as the services are described.
  bool offline = false;            // Ask nobody.
  bool json = false;
};

// `caretaker stack [FILE]`: what the account must hold for these rules: event rules, permissions, settings. Returns 0, or 2 (it could not
// be worked out).
int stack(const StackQuestion& question, const Outside& outside);

}  // namespace cli
