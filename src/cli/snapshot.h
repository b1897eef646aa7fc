// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/account.h"
#include "cli/outside.h"
#include "reconcile/gather.h"
#include "rules/rules.h"
#include "stack/coverage.h"

namespace cli {

// A rules file as it was read.
struct RulesText {
  std::string name;  // `rules.json`, `s3://bucket/rules.json`
  std::string text;
  rules::Rules rules;
  // The copy of the last valid ones, by which the function goes on while those in force are broken.
  bool are_kept = false;
};

// Of one service all that a decision may look at, but for the trigger and the time.
struct Seen {
  decide::Running running;
  records::Stored stored;
  const decide::Listing* listing = nullptr;  // In the snapshot.
};
struct ServiceFacts {
  const rules::Rule* rule;  // In the snapshot.
  names::Repository repository;
  base::Result<Seen> seen;  // Or why nothing is known of it.
  // Why the deployed stack does not cover it, so that the function leaves it alone; empty: it does, or that is unknown.
  std::string not_covered{};
};

// The reason, for machines, of a decision about a service that is not covered.
inline constexpr std::string_view not_covered_word = "not-covered";

// What was gathered for some services at one time. What is said of it is the same whether it was gathered just now or
// read from a facts file.
struct Snapshot {
  base::Time taken_at;
  std::string account;  // Empty: no rule needed it.
  std::string region;
  RulesText rules;
  // Whether those are in force, or are looked at as if they were. If not, another range in them is no edit by the owner.
  bool rules_are_in_force = true;
  std::vector<ServiceFacts> services;  // In the order of the rules.

  // Owners of the listings: gathered, or read.
  std::unique_ptr<reconcile::Listings> gathered;
  std::map<std::string, decide::Listing> read;  // By repository and pattern.
};

// What a person asks about, and where that is to be found.
struct Question {
  std::vector<std::string> services;  // Names, ARNs, unique beginnings; none: all.
  std::string rules_file;             // Empty: the S3 object that the function reads, or the facts file's rules.
  std::string records_folder;         // Empty: `records/` in the bucket of the rules.
  std::string facts_file;             // Empty: AWS.
  std::string save_facts_file;        // Empty: nothing is saved.
};

// Whether the question is about the rules in force. A file's are not; but for records in a folder there are no others. Kept ones are
// not either.
bool is_about_rules_in_force(const Question& question, const RulesText& rules);

// Gathers or reads the facts. Errors: what kept the question from being asked at all; problems of a rules file are written to
// `outside.err` before. A service that could not be looked at is no error here but has its own.
base::Result<Snapshot> take_snapshot(const Question& question, const Outside& outside);

// Gathers the facts for rules that were read already. Errors: an unknown service; what keeps all from being asked.
base::Result<Snapshot> gather_snapshot(RulesText rules, std::span<const std::string> services, Account& account,
                                       const Outside& outside);

// What the function has said that its stack covers; nullopt: it has not, or whoever asks may not read it.
std::optional<stack::Coverage> coverage_of(Account& account);

// The rules alone: from the file, else from the account's S3 object, or while that is broken, which is said on `outside.err`, from the
// copy of the last valid ones.
base::Result<RulesText> read_rules(const std::string& file, const Outside& outside, Account* account);
// The rule's repository. The account's own number is asked for only if the rule has but a name.
base::Result<names::Repository> repository_of(const rules::Rule& rule, Account& account);
// The facts of one service, for a decision at that time. Expects that it was seen.
decide::Facts facts_of(const ServiceFacts& service, const Snapshot& snapshot, decide::Trigger trigger);

}  // namespace cli
