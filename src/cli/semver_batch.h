// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

namespace cli {

// `caretaker semver --batch`: answers calls of npm's functions, a line of JSON each, with a line of JSON each, in their
// order:
//
//   {"fn":"satisfies","args":["1.2.3",">1.2.2",{"includePrerelease":true}]}   ->   {"result":true}
//   {"fn":"compare","args":["1.2.3","latest"]}                               ->   {"error":"..."}
//
// An error is what npm throws or a line that is no call; the next line is answered all the same. What is asked so far is
// answered before waiting for more. Returns 0, or 2 if `out` takes no more.
int semver_batch(std::istream& in, std::ostream& out);

}  // namespace cli
