// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "decide/decide.h"

namespace decide {

// Sentences for people, subject first, without a full stop: `1.2.5-rc.1 is a prerelease (-rc.1), and ^1.2 does not ask for one`.

// Why the rule alone excludes a tag (verdict.h).
std::string explain(Reason excluded, std::string_view tag, const rules::Rule& rule);
std::string explain(const Verdict& verdict, const Candidate& candidate, const Facts& facts, const Current& current);
std::string explain(const Decided& decided, const Facts& facts);

// A word for logs: `update`, `redeploy`, `wait`, `keep`.
std::string_view name(const Decision& decision);
// Its reason as a word for logs: `newest-runs`, `busy` …; for an update `newer`, `pinned`, `downgrade`; `new-digest`.
std::string_view reason(const Decision& decision);

}  // namespace decide
