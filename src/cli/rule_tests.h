// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rules/rules.h"

namespace cli {

// Tries the rules' own tests with the function that decides for services too. Returns an error for each that fails, with what
// is decided instead and why.
std::vector<rules::Problem> failed_tests(const rules::Rules& rules);

}  // namespace cli
