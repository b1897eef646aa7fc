// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decide/facts.h"

namespace decide {

// How long an operation of ours is followed before that is a matter for people.
inline constexpr base::Duration followed_for = std::chrono::minutes(30);

// An operation that began longer ago than this is not believed to be under way, whatever is listed.
inline constexpr base::Duration under_way_for = std::chrono::hours(6);

// Clocks may differ by so much.
inline constexpr base::Duration clocks_apart = std::chrono::minutes(1);

// How long after an operation's end a service may still be described with the image before.
inline constexpr base::Duration described_within = std::chrono::minutes(5);

// Notes what came of the operation that we started, once it is seen to have ended. A success counts when the image that was set is
// described, or a later operation explains another one; until then nothing is noted. It ends the holds that were ordered before it
// of lower versions, if it is in the range. A failure rejects the image's digest, and two
// in a row stop the service. What takes longer than `followed_for` is overdue, also where nobody can tell yet what came of an
// intention.
void follow(Record& record, const Facts& facts);

// Whether it puts another identifier into service; a deployment takes the one that is there.
bool changes_image(const Operation& operation);
// Whether it is our newest operation.
bool is_ours(const Operation& operation, const Record& record);

// Whether the operation came after that one; if that is not listed, by the time that it was begun at.
bool is_after(const Operation& operation, std::string_view id, base::Time at, const Running& running);

// Whether it is not known yet what came of our newest operation.
bool is_followed(const Record& record);

// Whether our newest operation is not listed, nor a later one, so that it may not have ended.
bool awaits_listing(const Record& record, const Running& running);

// Whether our operation has succeeded and the service is still described with another image, which nothing explains.
bool awaits_description(const Record& record, const Running& running);

// Whether the service is described, or its operations are listed, as they were a moment ago. Either the newest update has only just
// ended, and the service is described otherwise than it is known to be after that or, where that is not known yet, as it was before it;
// or an operation that the record has known for a moment only is not listed.
bool is_told_as_before(const Record& record, const Running& running, base::Time now);

// Whether the image is older than the newest deployment of its tag, which has only just begun, and nobody pushed it: the listing may be of
// the moment before.
bool may_be_listed_as_before(const Candidate& candidate, const Record& record, const Facts& facts);

// Whether the newest operation, ours or another's, was under way when it was listed. The service may be described already as it is
// after it.
bool is_listed_under_way(const Facts& facts);

// The newest operation that put the present image into service, among those we were told of; null: none.
const Operation* newest_deployment(const Running& running);

// Whether the image was pushed after that operation had ended, so that it can't be what runs; false where nothing tells.
bool is_newer_than_deployment(const Candidate& candidate, const Running& running);

}  // namespace decide
