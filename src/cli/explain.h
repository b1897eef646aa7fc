// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/snapshot.h"

namespace cli {

struct ExplainQuestion {
  Question about;                    // Without services; `words` has the one that is meant.
  std::vector<std::string> words;    // A service, unless a range is given, then tags; none: all of the repository's.
  std::optional<std::string> range;  // This range by itself, without any service: then nobody is asked.
  bool include_prerelease = false;   // Of that range.
  bool all = false;                  // No long tail is summed up.
  bool json = false;
};

// `caretaker explain SERVICE [TAG…]`: what would be decided and why; for each tag its verdict, and the comparator, record entry or
// fact that it rests on. Highest version first, then what is no version, newest first. As things are by themselves: what waits
// for a push or a person is told as waiting.
// `caretaker explain --range RANGE [TAG…]`: what the range means, and what it says of the tags.
// Returns 0; 1 if a tag was named that may not be deployed; 2 if it could not be asked.
int explain(const ExplainQuestion& question, const Outside& outside);

}  // namespace cli
