// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decide/facts.h"

namespace decide {

// Holds the versions that a person moved the service back from: a successful operation that is not ours came after what we set, or
// found, and what runs after it is lower than what ran before it. Held is what is in the repository then, above what runs and up to
// what we set or what ran before, whichever is higher. Where no operation tells why what runs is lower than what ours brought into
// service, it is waited for decide::described_within, and then taken for such a move. What it lists is held no more once
// it or a higher one runs, and that is in the range; and by "foreignChange": "reapply". Of more than a thousand versions the lower ones
// are held by one comparator, `<=1.2.3`.
void notice_foreign_change(Record& record, const Facts& facts);

// The version of a hold's entry: `1.2.3`, or `<=1.2.3`; nullopt if it is none.
std::optional<semver::Version> highest_held(std::string_view text);

}  // namespace decide
