// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "records/store.h"

namespace records {

// The schema this program writes. A record of a higher one is read as far as it is understood and never written.
inline constexpr int schema = 1;
// A record's size limit in bytes; the history is shortened to keep it.
inline constexpr std::size_t size_max = std::size_t{64} * 1024;
// No record of ours comes near it, so that what is larger is none.
inline constexpr std::size_t readable_max = 16 * size_max;

// Errors: Invalid, naming the member that is not what it should be, or larger than `readable_max`; Denied, if that is in a record of a higher schema.
base::Result<Stored> decode(std::string_view text);

// The JSON of `stored`, with all members of `stored.document` that are not ours, `service` and the nonce.
std::string encode(const Stored& stored, std::string_view service_arn);

}  // namespace records
