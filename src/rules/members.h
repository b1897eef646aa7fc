// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "rules/node.h"
#include "rules/problems.h"

namespace rules {

// The members of an object that may be there.
struct Members {
  std::vector<Node> known;              // The first of each name.
  std::vector<std::string_view> meant;  // What unknown names were probably meant to be.

  const Node* find(std::string_view key) const;
};

// Reports every member whose name is not in `keys`, with what was probably meant, and every name that is given twice. `what` is the
// object's name in messages: `a rule`.
Members read_members(const Node& object, std::string_view what, std::span<const std::string_view> keys,
                     Problems& problems);

// Reports that `node` is something else than `what`: `"suspend" is the number 1; expected true or false`.
void report_type(const Node& node, std::string_view what, Problems& problems);

}  // namespace rules
