// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rules/members.h"
#include "rules/rules.h"

namespace rules {

// Reads a rule's `tests`, if it has any; those with errors are left out.
std::vector<RuleTest> read_tests(const Members& rule, Problems& problems);

}  // namespace rules
