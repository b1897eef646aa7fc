// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/queue.h"
#include "sandbox/refusal.h"

namespace sandbox {

// Attributes as CreateQueue and SetQueueAttributes take them and GetQueueAttributes shows them.
using AttributeTexts = std::map<std::string, std::string>;

// Puts the attributes that rule the queue's behaviour into `settings`, and keeps those that the sandbox only stores
// (policies, encryption) in `stored`. Errors: InvalidAttributeName, InvalidAttributeValue, and UnsupportedOperation for
// FIFO queues.
Answer<void> apply_attributes(const AttributeTexts& given, QueueSettings& settings, AttributeTexts& stored);

// All attributes of a queue, by name.
AttributeTexts show_attributes(Queue& queue, const AttributeTexts& stored);

// Those of them that are asked for by name; `All` is all. Error: InvalidAttributeName for a name that SQS does not know.
Answer<AttributeTexts> asked_attributes(const AttributeTexts& all, const std::vector<std::string>& names);

// What a name that SQS does not know is answered.
Refusal unknown_attribute(std::string_view name);

// What every attempt to make a FIFO queue is answered.
Refusal no_fifo_queues();

// The name at the end of `arn:aws:sqs:REGION:ACCOUNT:NAME`.
std::string queue_name_of_arn(std::string_view arn);

}  // namespace sandbox
