// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "rules/members.h"
#include "rules/node.h"
#include "rules/pattern_reader.h"
#include "rules/problems.h"
#include "rules/rules.h"

namespace rules {

// What a rule may leave to the file's `defaults`: all that does not say which rule it is.
struct Options {
  std::optional<TagPattern> tag_pattern;
  bool include_prerelease = false;
  bool downgrade = false;
  bool suspend = false;
  bool redeploy = true;
  bool fallback = false;
  Adopt adopt = Adopt::Wait;
  ForeignChange foreign_change = ForeignChange::Hold;
  std::chrono::milliseconds soak{0};
};

// A file's `defaults`. `patterns` are those of the file, here and below.
Options read_defaults(const Node& node, PatternReader& patterns, Problems& problems);

// One rule; nullopt after an error.
std::optional<Rule> read_rule(const Node& node, const Options& defaults, PatternReader& patterns, Problems& problems);

// `silence`: the ids of what is not to be said. Null if it is none, which is reported.
const Node* read_silence(const Members& members, Problems& problems);

}  // namespace rules
