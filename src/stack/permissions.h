// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "rules/rules.h"
#include "stack/stack.h"

namespace stack {

// A statement of an IAM policy; all of ours allow.
struct Statement {
  std::string sid;
  std::vector<std::string> actions;
  std::vector<std::string> resources;
  boost::json::object condition;  // Empty: none.
};

// All that the function may do: the actions are those of the operations that its code can call, the resources those that the rules
// name. Statements about many services are split, since a policy's length is limited. The simulator holds every request of
// the function against them, and every one of them against the requests.
std::vector<Statement> statements_for(const rules::Rules& rules, const Where& where,
                                      const std::vector<std::string>& roles);

}  // namespace stack
