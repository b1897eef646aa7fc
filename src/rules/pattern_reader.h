// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rules/node.h"
#include "rules/problems.h"
#include "rules/tag_pattern.h"

namespace rules {

// Reads the `tagPattern`s of one file, which are Strings. Equal ones are compiled once, and all of them are bounded.
class PatternReader {
 public:
  // Of all of them together: thousands of usual ones, and some MiB.
  static constexpr std::size_t steps_max = 1'000'000;

  explicit PatternReader(Problems& problems) : problems_(problems) {}

  // An error's place is the character that is wrong. nullopt: there was an error.
  std::optional<TagPattern> read(const Node& node);

 private:
  enum class Fault { None, MatchesNoTag, ReadsNoVersion };
  struct Known {
    TagPattern pattern;
    Fault fault;
  };

  static Fault fault_of(const TagPattern& pattern);
  // Null: there was an error.
  const Known* compile(const Node& node, const std::string& text);

  Problems& problems_;
  std::map<std::string, Known, std::less<>> known_;  // By their texts.
  std::size_t steps_ = 0;
};

}  // namespace rules
