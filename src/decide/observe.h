// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decide/facts.h"

namespace decide {

// The record after looking at these facts; equal to the one before when they teach nothing new. Pure.
//   first sight          adopts what runs, and takes the highest version in range as baseline
//   push or operator     lifts the baseline (as does the rule's "adopt": "act"); not the push of what no service can run
//   push of an old image  is noted, since the registry keeps no time for a tag
//   another service      of the same ARN (its CreatedAt differs) is first sight again; pin and skips stay
//   our operation ended  notes the outcome; a failed one rejects its digest, two in a row stop the service
//   a person moved the service back after our operation had succeeded: holds the versions it was moved back from
//   the rule's range was edited: ends hold, rejections and stop
//   an image that has to soak is noted when it is first seen
//   another's deployment of the running tag after its new digest came is noted, so that it is not repeated
Record observe(const Facts& facts);

}  // namespace decide
