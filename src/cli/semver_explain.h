// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

#include "cli/semver_arguments.h"

namespace cli {

// `caretaker semver --explain`: a line for every version given and every range, in their order, that says whether the
// version satisfies it and which comparator decided:
//
//   1.3.0-rc.1  no   ^1.2: >=1.2.0 <2.0.0-0 holds it, but no comparator asks for prereleases of 1.3.0 (see -p)
//
// Returns 0 if some version satisfies all ranges, 1 if none does or a range is none.
int semver_explain(const SemverArguments& asked, std::ostream& out, std::ostream& err);

}  // namespace cli
