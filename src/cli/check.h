// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace cli {

// `caretaker check FILE…`: finds in each file of rules what would be refused, before it is uploaded. `-` is `in`. Problems go to
// `out` as compilers print theirs, `rules.json:3:17: error: …` with the line and a caret below, and a line per file sums up;
// to `err` goes what kept a file from being read. Returns 0 (no errors; there may be warnings), 1 (errors) or 2 (a file
// could not be read).
int check(std::span<const std::string> files, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cli
