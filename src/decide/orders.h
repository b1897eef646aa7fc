// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decide/record.h"
#include "rules/rules.h"

namespace decide {

// What an operator may order, as changes of the record. Versions are npm's; `by` says who, for people. Each returns whether it changed
// anything.

// Nothing but this version runs, until a release. It goes before a stop, a gate, the rule's range and failures from
// before, and ends a hold and a skip of it. Given once more it counts from then.
bool pin(Record& record, std::string_view version, std::string_view by, base::Time now);
// This version is never deployed.
bool skip(Record& record, std::string_view version, std::string_view by, base::Time now);
// These versions are not deployed, until one above them all is.
bool hold(Record& record, const std::vector<std::string>& versions, std::string_view by, base::Time now);
// Ends hold, rejections, stop and pin; with a version only what says something about that one, a skip of it included. The rule says
// which version a rejected tag bears.
bool release(Record& record);
bool release(Record& record, std::string_view version, const rules::Rule& rule);

// The rule's range as it is now. An edit of it ends what came about under the old one, so an order is given after this was noted. Of a
// record without a range none is known.
void note_range(Record& record, std::string_view range);

// Ends hold, rejections and stop: what the service's past says against candidates.
bool forgive(Record& record);

}  // namespace decide
