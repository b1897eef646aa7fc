// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "decide/current.h"
#include "decide/facts.h"
#include "rules/rules.h"

namespace decide {

// Parts of sentences that several explanations share.

// The rule's range as it was written; in backquotes if it would not stand as a word by itself.
std::string range_of(const rules::Rule& rule);
// `1.2.4 runs`, `1.2.4 is being deployed`.
std::string current_is(const Current& current);
// ` by ann at 2026-01-02T03:04:05Z`; empty: nobody knows who pinned it.
std::string pinned_by(const Record& record);
// What the rule's gates say about a candidate: `1.2.4 soaks until 2023-…, 24h after its push`.
std::string gate_sentence(const Candidate& candidate, const Facts& facts);

}  // namespace decide
