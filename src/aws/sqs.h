// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"

// Amazon SQS, API version 2012-11-05: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
namespace aws::sqs {

inline constexpr Operation get_queue_url_operation{Service::Sqs, "GetQueueUrl", true, "sqs:GetQueueUrl"};
inline constexpr Operation get_queue_attributes_operation{Service::Sqs, "GetQueueAttributes", true,
                                                          "sqs:GetQueueAttributes"};
inline constexpr Operation change_message_visibility_operation{Service::Sqs, "ChangeMessageVisibilityBatch", true,
                                                               "sqs:ChangeMessageVisibility"};
// Repeating it may send twice: a dead letter twice is better than none.
inline constexpr Operation send_message_operation{Service::Sqs, "SendMessage", true, "sqs:SendMessage"};

// `account`: the queue's owner; empty: the caller's own account. Errors: NotFound.
base::Result<std::string> get_queue_url(Caller& caller, std::string_view region, std::string_view name,
                                        std::string_view account, const Deadline& deadline);

// The ARN of the queue's dead-letter queue (RedrivePolicy), nullopt if it has none.
base::Result<std::optional<std::string>> get_dead_letter_arn(Caller& caller, std::string_view region,
                                                             std::string_view queue_url, const Deadline& deadline);

// When a received message shows again: `visibility` from now (0 to 12 h; whole seconds, rounded up).
struct Visibility {
  std::string_view receipt_handle;
  std::chrono::milliseconds visibility;
};
// ChangeMessageVisibilityBatch. At most batch_max messages. Returns why each was refused, in their order; empty: it was not.
base::Result<std::vector<std::string>> change_message_visibility(Caller& caller, std::string_view region,
                                                                 std::string_view queue_url,
                                                                 std::span<const Visibility> messages,
                                                                 const Deadline& deadline);
inline constexpr std::size_t batch_max = 10;

// `attributes` are sent as message attributes of type String. The message shows after `delay` (0 to 15 min, rounded up to whole
// seconds); zero: after the queue's own. Returns the message id.
base::Result<std::string> send_message(Caller& caller, std::string_view region, std::string_view queue_url,
                                       std::string_view body, const std::map<std::string, std::string>& attributes,
                                       std::chrono::milliseconds delay, const Deadline& deadline);

}  // namespace aws::sqs
