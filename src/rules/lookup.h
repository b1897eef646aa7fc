// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/rules.h"

namespace rules {

// The rule that a person means by `text`: the service's ARN, the rule's name, the service's name, its NAME/ID or its id; or the
// beginning of one of these, if it is the beginning of one rule's only. What is exact goes before what is a beginning.
// Errors: NotFound, with what was probably meant or what there is; Invalid, naming the rules that it could be.
base::Result<const Rule*> find_rule(std::span<const Rule> rules, std::string_view text);

// The same for several texts, each rule once, in the order of the file; all rules for none. Errors: the first text's.
base::Result<std::vector<const Rule*>> find_rules(std::span<const Rule> rules, std::span<const std::string> texts);

// The shortest name that means this one of the rules alone: the service's, its NAME/ID where another is called by that, or the ARN.
std::string label(const Rule& rule, std::span<const Rule> rules);

}  // namespace rules
