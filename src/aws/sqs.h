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
// Receiving alone changes nothing that does not pass: what was received shows again by itself.
inline constexpr Operation receive_message_operation{Service::Sqs, "ReceiveMessage", true, "sqs:ReceiveMessage"};
inline constexpr Operation delete_message_operation{Service::Sqs, "DeleteMessage", true, "sqs:DeleteMessage"};
// Not repeatable: a second task while the first runs is refused, and then nobody knows the first one's handle.
inline constexpr Operation start_message_move_task_operation{Service::Sqs, "StartMessageMoveTask", false,
                                                             "sqs:StartMessageMoveTask"};
inline constexpr Operation list_message_move_tasks_operation{Service::Sqs, "ListMessageMoveTasks", true,
                                                             "sqs:ListMessageMoveTasks"};

// `account`: the queue's owner; empty: the caller's own account. Errors: NotFound.
base::Result<std::string> get_queue_url(Caller& caller, std::string_view region, std::string_view name,
                                        std::string_view account, const Deadline& deadline);

// The ARN of the queue's dead-letter queue (RedrivePolicy), nullopt if it has none.
base::Result<std::optional<std::string>> get_dead_letter_arn(Caller& caller, std::string_view region,
                                                             std::string_view queue_url, const Deadline& deadline);

// All attributes of the queue, by name: `VisibilityTimeout`, `QueueArn` …
base::Result<std::map<std::string, std::string, std::less<>>> get_queue_attributes(Caller& caller,
                                                                                   std::string_view region,
                                                                                   std::string_view queue_url,
                                                                                   const Deadline& deadline);

struct ReceivedMessage {
  std::string id;
  std::string receipt_handle;
  std::string body;
  std::map<std::string, std::string, std::less<>> attributes;  // The message attributes that are texts.
  std::optional<base::Time> sent_at;
};

// At most batch_max messages that show now, which then stay hidden for `visibility` (whole seconds). None need not mean that
// there is none.
base::Result<std::vector<ReceivedMessage>> receive_messages(Caller& caller, std::string_view region,
                                                            std::string_view queue_url, std::chrono::seconds visibility,
                                                            const Deadline& deadline);

base::Result<void> delete_message(Caller& caller, std::string_view region, std::string_view queue_url,
                                  std::string_view receipt_handle, const Deadline& deadline);

// Moves all messages of a dead-letter queue to another one; SQS goes on with it by itself.
base::Result<void> start_message_move_task(Caller& caller, std::string_view region, std::string_view source_arn,
                                           std::string_view destination_arn, const Deadline& deadline);

struct MoveTask {
  std::string status;  // RUNNING, COMPLETED, CANCELLING, CANCELLED, FAILED.
  std::int64_t moved = 0;
  std::int64_t to_move = 0;              // As counted when it began.
  std::string failure;                   // Empty: none.
  std::optional<base::Time> started_at;  // None: SQS did not say.
};
// The newest task of that dead-letter queue; nullopt if there was none of late.
base::Result<std::optional<MoveTask>> newest_message_move_task(Caller& caller, std::string_view region,
                                                               std::string_view source_arn, const Deadline& deadline);

// When a received message shows again: `visibility` from now (in whole seconds), at most 12 h after it was received.
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
