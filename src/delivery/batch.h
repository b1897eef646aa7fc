// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace delivery {

// A message of the queue, as the event source mapping hands it over.
struct Message {
  std::string id;
  std::string receipt_handle;
  std::string body;
  base::Time sent_at;            // SentTimestamp: when it first came into the queue.
  base::Time first_received_at;  // ApproximateFirstReceiveTimestamp: when it was first handed over, near enough.
  std::string queue_arn;
};

// Reads the event that Lambda makes of a batch of SQS messages (AWS Lambda developer guide, "Using Lambda with Amazon SQS").
// Errors: Invalid; then no message can be told from another, and the whole batch has to come back.
base::Result<std::vector<Message>> parse_batch(std::string_view event, base::Time now);

// `{"batchItemFailures":[{"itemIdentifier":"…"}]}`: the messages that are to come back.
std::string batch_answer(const std::vector<std::string>& returning_ids);

}  // namespace delivery
