// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "decide/decide.h"
#include "records/store.h"
#include "report/notice.h"

namespace reconcile {

// What people want to hear of between two states of a record: how our operation ended, that it takes too long, that a person moved the
// service back, that two deployments in a row failed. Pure.
std::vector<report::Notice> news(const decide::Record& before, const decide::Record& after, const rules::Rule& rule);

// Puts `record` into `stored`, and the end of its operation into the history.
void take(records::Stored& stored, const decide::Record& record);

}  // namespace reconcile
