// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

// From one text to another in the form of `diff -u`, without the names: `@@ -1,3 +1,4 @@` and lines that begin with ` `, `-` or
// `+`, with three lines around what differs, or a few more at the end.
// Empty if they are the same.
std::string unified_difference(std::string_view before, std::string_view after);

// What became of one service's rule from one rules file to another.
struct RuleChange {
  enum class Kind { Added, Removed, Changed };
  Kind kind = Kind::Changed;
  std::string service;            // Its ARN; empty for what holds for the whole file, as `retry`.
  std::string name;               // The service's.
  std::vector<std::string> what;  // `semVersion ^1.2 → ^1.3`; empty where the rule was added or removed.
};

// Every rule that differs, its file's `defaults` taken into account: first those of `after`, in its order, then the removed ones.
// Both must be valid; a file that is not has no rules.
std::vector<RuleChange> rule_changes(std::string_view before, std::string_view after);

// `1 rule added, 2 changed`; `no rule changed`.
std::string summary(const std::vector<RuleChange>& changes);

}  // namespace cli
