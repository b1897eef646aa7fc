// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace cli {

// An event of a file of events.
struct FiledEvent {
  std::string body;    // As it would come in a message.
  std::string place;   // `event 3`, `message 4f0c…`: for people.
  std::string reason;  // The reason that a dead letter bears; empty: none.
};

// Takes a file of events apart, in its order. It may be
//   one EventBridge event, an array of them, or JSON lines, as an archive's replay or a log of a bus gives them
//   a batch of SQS messages as Lambda gets it (`Records` with `body`)
//   what `aws sqs receive-message` prints (`Messages` with `Body`), as from the dead-letter queue
//   what `aws logs filter-log-events` prints (`events` with `message`)
//   CloudTrail: a log file (`Records` with `eventSource`), what `aws cloudtrail lookup-events` prints (`Events` with
//   `CloudTrailEvent`), or an EventBridge event that wraps one; a PutImage of ECR there becomes the push that it caused
// These may be mixed in JSON lines. What is none of them is an event too, which whoever understands pushes gives its reason.
// Errors: Invalid, if nothing in it is JSON.
base::Result<std::vector<FiledEvent>> read_events(std::string_view text);

}  // namespace cli
