// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/node.h"
#include "rules/problems.h"
#include "rules/tag_pattern.h"

namespace rules {

// Reads a `tagPattern`, which is a String. An error's place is the character that is wrong. nullopt: there was an error.
std::optional<TagPattern> read_pattern(const Node& node, Problems& problems);

}  // namespace rules
