// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/node.h"
#include "rules/problems.h"
#include "rules/rules.h"

namespace rules {

// Reads a `repository`, which is a String: a name, or `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`. Names that ECR or App Runner
// would refuse are warned of. nullopt: there was an error.
std::optional<names::Repository> read_repository(const Node& node, Problems& problems);

// Warns of a service that can't run the repository's images, or only after some setting up. Expects an account.
void check_reach(const Node& node, const names::Repository& repository, const names::ServiceArn& service,
                 Problems& problems);

}  // namespace rules
