// SPDX-License-Identifier: Apache-2.0
#pragma once

// rules/: what the owner wrote, parsed and checked. No I/O: whoever has the text calls parse_rules().
//   rules.h     the rules, and the problems of a file that has none
//   duration.h  `90s`, `10m`, `24h`, `7d`
//   and behind them: source.h (places in the text), node.h (its JSON values), problems.h (what was found), rule_reader.h (one
//   rule), range_reader.h (its range), emptiness.h (ranges that match nothing), suggest.h (did you mean)

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "names/names.h"
#include "rules/duration.h"
#include "semver/semver.h"

namespace rules {

// What Caretaker does with the versions it finds when it sees a service for the first time.
enum class Adopt {
  Wait,  // Leaves them alone until a push or a person asks for more.
  Act,   // Treats them like any other.
};

// One service's rule.
struct Rule {
  std::string name;        // For people; empty: none.
  std::string repository;  // An ECR repository's name in the function's own account and region.
  std::string range_text;  // `semVersion` as it was written.
  semver::Range range;     // The same, parsed, with includePrerelease as below.
  names::ServiceArn service;
  bool include_prerelease = false;
  bool downgrade = false;  // A lower version may be deployed when what runs is outside the range.
  bool suspend = false;
  bool redeploy = true;   // The same tag with a new digest is deployed again.
  bool fallback = false;  // After a failed deployment a lower candidate may be taken.
  Adopt adopt = Adopt::Wait;
  base::Position position;  // Of the rule in its file.
};

// How a push waits for a busy service.
struct Retry {
  std::chrono::milliseconds after = std::chrono::minutes(10);  // From 1 s to 12 h, as SQS can hide a message.
  int times = 3;                                               // At most 10.
};

struct Rules {
  std::vector<Rule> rules;  // In the order of the file. No two for one service.
  Retry retry;
};

struct Problem {
  enum class Severity { Error, Warning };
  Severity severity = Severity::Error;
  base::Position position;
  std::string pointer;  // RFC 6901, to the value concerned; empty for the file as a whole.
  std::string message;  // What is wrong, with the offending value, and what would be right. One line.
  std::string excerpt;  // The line of the text, and below it a caret under the spot; empty where there is none to show.
};

struct Checked {
  std::optional<Rules> rules;     // None if there is an error among the problems.
  std::vector<Problem> problems;  // Of the whole file, in the order of the text.
};

// The largest file that is read: some thousands of rules.
inline constexpr std::size_t file_size_max = std::size_t{1} << 20;
// Of a file with more errors or warnings the first ones are reported.
inline constexpr std::size_t problems_max = 100;

// Parses the blog post's array or the object that wraps it. `defaults` is what a file without `retry` gets. Takes any bytes.
Checked parse_rules(std::string text, const Retry& defaults = {});

// `rules.json:3:17: error: /rules/0/semVersion: …`, one line.
std::string to_string(const Problem& problem, std::string_view file);

}  // namespace rules
