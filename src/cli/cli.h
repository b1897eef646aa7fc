// SPDX-License-Identifier: Apache-2.0
#pragma once

// cli/: the command line; one file a command, and cli.cc, which reads the arguments.
//   check.h   caretaker check FILE…
//   semver.h  caretaker semver [-r RANGE]… VERSION…

#include <iosfwd>
#include <string>
#include <vector>

namespace cli {

// Runs `caretaker ARGUMENTS…` and returns the exit code: 0 fine, 1 the answer is no (problems found, nothing satisfies), 2 it
// could not be asked (bad arguments, unreadable file).
int run(std::vector<std::string> arguments, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cli
