// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decide/facts.h"

namespace decide {

// Holds the versions that a person moved the service back from: a successful operation that is not ours came after what we set, or
// found, and what runs after it is lower than what ran before it. Held is what is in the repository then, above what runs and up to what
// we set or what ran before, whichever is higher: a thousand versions at most, those of the range first, and if these are more the rest
// of them by one span, `>1.0.0 <=1.2.3`. Where no operation tells why what runs is lower than what ours brought into service, it is
// waited for decide::described_within, and then taken for such a move. What is listed is held no more once it or a higher one runs, and
// that is in the range; and by "foreignChange": "reapply".
void notice_foreign_change(Record& record, const Facts& facts);

}  // namespace decide
