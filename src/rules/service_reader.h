// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "names/names.h"
#include "rules/node.h"
#include "rules/problems.h"

namespace rules {

// Reads a `serviceArn`, which is a String. An error's place is the part of the ARN that is wrong. nullopt: there was an error.
std::optional<names::ServiceArn> read_service(const Node& node, Problems& problems);

}  // namespace rules
