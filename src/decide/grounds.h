// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "decide/verdict.h"

namespace decide {

// What a verdict rests on, so that a person finds the place to change: a member of the rule, an entry of the record, what runs,
// or the image itself.
struct Grounds {
  std::string_view source;  // `rule`, `record`, `service`, `image`; empty: nothing speaks against the candidate.
  std::string member;       // As it is called there: `semVersion`, `pin`, `baseline` …
  std::string entry;        // What stands there; of a range the comparator that decided: `<2.0.0-0`.
  bool operator==(const Grounds&) const = default;
};

Grounds grounds(const Verdict& verdict, const Candidate& candidate, const Facts& facts, const Current& current);
// The same for what the rule alone says of a tag (verdict.h).
Grounds grounds(Reason excluded, std::string_view tag, const rules::Rule& rule);

// `rule semVersion: <2.0.0-0`, `record pin: 1.2.3`; empty for none.
std::string to_string(const Grounds& grounds);

}  // namespace decide
