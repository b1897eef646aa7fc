// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/snapshot.h"

namespace cli {

// A facts file: a snapshot as one JSON document, without secrets (of a service only what a decision looks at is kept, none of
// its environment). docs/commands.md describes it.

inline constexpr std::string_view facts_schema = "caretaker-facts/1";

std::string to_facts_file(const Snapshot& snapshot);

// A facts file that was read, before it is known which rules apply to it.
struct FactsFile {
  struct Tag {
    std::string tag;
    std::string digest;
    std::optional<base::Time> pushed_at;
    bool usable = true;
  };
  struct Service {
    names::Repository repository;
    base::Result<Seen> seen;  // Without its listing.
    std::string not_covered{};
  };
  base::Time taken_at;
  std::string account;
  std::string region;
  std::string rules;  // The rules file's text.
  bool rules_are_in_force = true;
  std::map<std::string, Service> services;               // By ARN.
  std::map<std::string, std::vector<Tag>> repositories;  // By to_string(Repository).

  // The facts for that rule; an error in them if there are none. Puts the listing that they need into `listings`.
  ServiceFacts take(const rules::Rule& rule, std::map<std::string, decide::Listing>& listings) const;
};

// Errors: Invalid, naming the member that is not what it should be, or the version that is not known.
base::Result<FactsFile> parse_facts_file(std::string_view text);

}  // namespace cli
