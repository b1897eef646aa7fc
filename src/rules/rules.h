// SPDX-License-Identifier: Apache-2.0
#pragma once

// rules/: what the owner wrote, parsed and checked. No I/O: whoever has the text calls parse_rules().
//   rules.h        the rules of a file
//   problem.h      what may be wrong with one; problem_ids.h names all of it
//   tag_pattern.h  which part of a tag is the version
//   lookup.h       the rule that a person means
//   duration.h     `90s`, `10m`, `24h`, `7d`
//   schema.h       the JSON Schema of rules files, as it ships
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
#include "rules/problem.h"
#include "rules/tag_pattern.h"
#include "semver/semver.h"

namespace rules {

// What Caretaker does with the versions it finds when it sees a service for the first time.
enum class Adopt {
  Wait,  // Leaves them alone until a push or a person asks for more.
  Act,   // Treats them like any other.
};

// What becomes of a version that a person replaced by a lower one.
enum class ForeignChange {
  Hold,     // It is not deployed again.
  Reapply,  // It is: the rule is right, and not the person.
};

// One of a rule's own tests: what must be decided when `tag` is pushed and `running` runs, and the repository holds these two
// and what is `listed`. Where both are one tag, its image is a new one.
struct RuleTest {
  enum class Expect { Update, Redeploy, Wait, Keep };
  std::string running;
  std::string tag;
  std::vector<std::string> listed;
  bool busy = false;  // An operation of somebody's runs.
  Expect expect = Expect::Keep;
  Place place;  // Of `expect`.
};

// One service's rule.
struct Rule {
  std::string name;  // For people; empty: none.
  // An ECR repository. Account and region are empty where only its name is given: the function's own (repository_of).
  names::Repository repository;
  std::string range_text;  // `semVersion` as it was written.
  semver::Range range;     // The same, parsed, with includePrerelease as below.
  names::ServiceArn service;
  std::optional<TagPattern> tag_pattern;  // None: a tag is a version, or it is none.
  bool include_prerelease = false;
  bool downgrade = false;  // A lower version may be deployed when what runs is outside the range.
  bool suspend = false;
  bool redeploy = true;   // The same tag with a new digest is deployed again.
  bool fallback = false;  // After a failed deployment a lower candidate may be taken.
  Adopt adopt = Adopt::Wait;
  ForeignChange foreign_change = ForeignChange::Hold;
  // An image is deployed this long after its push, and after it was first seen under its tag.
  std::chrono::milliseconds soak{0};
  std::vector<RuleTest> tests;
  base::Position position;  // Of the rule in its file.
};

// The rule's repository, for a function of this account and region.
names::Repository repository_of(const Rule& rule, std::string_view account, std::string_view region);

// The version that a tag bears for the rule, by its pattern if it has one. Borrows the tag.
std::optional<semver::Version> version_of(std::string_view tag, const Rule& rule);

// How a push waits for a busy service.
struct Retry {
  std::chrono::milliseconds after = std::chrono::minutes(10);  // From 1 s to 12 h, as SQS can hide a message.
  int times = 3;                                               // At most 10.
};

struct Rules {
  std::vector<Rule> rules;  // In the order of the file. No two for one service.
  Retry retry;
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

}  // namespace rules
