// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decide/facts.h"

namespace decide {

// Holds the versions that a person moved the service back from: what we set had succeeded, a later successful operation is not
// ours, and what runs after it is lower than what ran before it. Held is what is in the repository then, above what runs and up to
// what we set or what ran before, whichever is higher. Such a hold ends when nothing it lists
// is above what runs, and that is in the range; and by "foreignChange": "reapply". Of more than a thousand versions the lower ones
// are held by one comparator, `<=1.2.3`.
void notice_foreign_change(Record& record, const Facts& facts);

}  // namespace decide
