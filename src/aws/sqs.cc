// SPDX-License-Identifier: Apache-2.0
#include "aws/sqs.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/timestamp.h"
#include "base/json.h"

namespace aws::sqs {

using base::json_quote;

base::Result<std::string> get_queue_url(Caller& caller, std::string_view region, std::string_view name,
                                        std::string_view account, const Deadline& deadline) {
  std::string body = fmt::format(R"({{"QueueName":{})", json_quote(name));
  if (!account.empty()) body += fmt::format(R"(,"QueueOwnerAWSAccountId":{})", json_quote(account));
  const auto answer = caller.json(get_queue_url_operation, region, body + "}", deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto url = base::string_member(answer->tree, "QueueUrl");
  if (!url || url->empty()) return malformed(get_queue_url_operation, "no QueueUrl in the answer");
  return std::string(*url);
}

base::Result<std::optional<std::string>> get_dead_letter_arn(Caller& caller, std::string_view region,
                                                             std::string_view queue_url, const Deadline& deadline) {
  const std::string body =
      fmt::format(R"({{"QueueUrl":{},"AttributeNames":["RedrivePolicy"]}})", json_quote(queue_url));
  const auto answer = caller.json(get_queue_attributes_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* attributes = base::member(answer->tree, "Attributes");
  const auto policy = attributes ? base::string_member(*attributes, "RedrivePolicy") : std::nullopt;
  // SQS leaves the attribute out where there is none, and a policy taken away is an empty text.
  if (!policy || policy->empty()) return std::optional<std::string>();
  const auto redrive = base::parse_json(*policy);
  const auto arn = redrive ? base::string_member(*redrive, "deadLetterTargetArn") : std::nullopt;
  if (!arn)
    return malformed(get_queue_attributes_operation, "a RedrivePolicy without deadLetterTargetArn in the answer");
  return std::optional(std::string(*arn));
}

base::Result<std::vector<std::string>> change_message_visibility(Caller& caller, std::string_view region,
                                                                 std::string_view queue_url,
                                                                 std::span<const Visibility> messages,
                                                                 const Deadline& deadline) {
  using std::chrono::seconds;
  std::string entries;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& [receipt_handle, visibility] = messages[i];
    const seconds whole =
        std::clamp(std::chrono::ceil<seconds>(visibility), seconds(0), seconds(std::chrono::hours(12)));
    entries += fmt::format(R"({}{{"Id":"{}","ReceiptHandle":{},"VisibilityTimeout":{}}})", i == 0 ? "" : ",", i,
                           json_quote(receipt_handle), whole.count());
  }
  const auto body = fmt::format(R"({{"QueueUrl":{},"Entries":[{}]}})", json_quote(queue_url), entries);
  const auto answer = caller.json(change_message_visibility_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  std::vector<std::string> refusals(messages.size());
  const auto* failed = base::member(answer->tree, "Failed");
  if (!failed || !failed->is_array()) return refusals;
  for (const auto& entry : failed->get_array()) {
    const auto id = base::string_member(entry, "Id").value_or("");
    for (std::size_t i = 0; i < refusals.size(); ++i) {
      if (id != fmt::format("{}", i)) continue;
      refusals[i] = fmt::format("{}: {}", base::string_member(entry, "Code").value_or("refused"),
                                base::string_member(entry, "Message").value_or(""));
    }
  }
  return refusals;
}

base::Result<std::string> send_message(Caller& caller, std::string_view region, std::string_view queue_url,
                                       std::string_view body, const std::map<std::string, std::string>& attributes,
                                       std::chrono::milliseconds delay, const Deadline& deadline) {
  std::string list;
  for (const auto& [name, value] : attributes) {
    // SQS refuses the whole message for an attribute without a value.
    if (value.empty()) continue;
    list += fmt::format(R"({}{}:{{"DataType":"String","StringValue":{}}})", list.empty() ? "" : ",", json_quote(name),
                        json_quote(value));
  }
  std::string request = fmt::format(R"({{"QueueUrl":{},"MessageBody":{})", json_quote(queue_url), json_quote(body));
  if (delay.count() > 0) {
    request += fmt::format(R"(,"DelaySeconds":{})", std::chrono::ceil<std::chrono::seconds>(delay).count());
  }
  if (!list.empty()) request += fmt::format(R"(,"MessageAttributes":{{{}}})", list);
  const auto answer = caller.json(send_message_operation, region, request + "}", deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto id = base::string_member(answer->tree, "MessageId");
  if (!id) return malformed(send_message_operation, "no MessageId in the answer");
  return std::string(*id);
}

base::Result<std::map<std::string, std::string, std::less<>>> get_queue_attributes(Caller& caller,
                                                                                   std::string_view region,
                                                                                   std::string_view queue_url,
                                                                                   const Deadline& deadline) {
  const auto body = fmt::format(R"({{"QueueUrl":{},"AttributeNames":["All"]}})", json_quote(queue_url));
  const auto answer = caller.json(get_queue_attributes_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* list = base::member(answer->tree, "Attributes");
  if (!list || !list->is_object()) return malformed(get_queue_attributes_operation, "no Attributes in the answer");
  std::map<std::string, std::string, std::less<>> attributes;
  for (const auto& [name, value] : list->get_object()) {
    if (value.is_string()) attributes.emplace(name, std::string_view(value.get_string()));
  }
  return attributes;
}

base::Result<std::vector<ReceivedMessage>> receive_messages(Caller& caller, std::string_view region,
                                                            std::string_view queue_url, std::chrono::seconds visibility,
                                                            const Deadline& deadline) {
  // Waiting a second asks all of SQS's servers; without it messages are often missed.
  const auto body =
      fmt::format(R"({{"QueueUrl":{},"MaxNumberOfMessages":{},"VisibilityTimeout":{},"WaitTimeSeconds":1,)"
                  R"("MessageSystemAttributeNames":["SentTimestamp"],"MessageAttributeNames":["All"]}})",
                  json_quote(queue_url), batch_max, visibility.count());
  const auto answer = caller.json(receive_message_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  std::vector<ReceivedMessage> messages;
  const auto* list = base::member(answer->tree, "Messages");
  if (!list || !list->is_array()) return messages;
  for (const auto& one : list->get_array()) {
    const auto text = [](const boost::json::value& value, std::string_view name) {
      return std::string(base::string_member(value, name).value_or(""));
    };
    ReceivedMessage message{.id = text(one, "MessageId"),
                            .receipt_handle = text(one, "ReceiptHandle"),
                            .body = text(one, "Body"),
                            .attributes = {},
                            .sent_at = {}};
    if (message.receipt_handle.empty())
      return malformed(receive_message_operation, "a message without ReceiptHandle in the answer");
    if (const auto* attributes = base::member(one, "MessageAttributes"); attributes && attributes->is_object()) {
      for (const auto& [name, value] : attributes->get_object()) {
        if (const auto said = base::string_member(value, "StringValue")) message.attributes.emplace(name, *said);
      }
    }
    if (const auto* system = base::member(one, "Attributes")) {
      message.sent_at = base::parse_epoch_milliseconds(text(*system, "SentTimestamp"));
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

base::Result<void> delete_message(Caller& caller, std::string_view region, std::string_view queue_url,
                                  std::string_view receipt_handle, const Deadline& deadline) {
  const auto body =
      fmt::format(R"({{"QueueUrl":{},"ReceiptHandle":{}}})", json_quote(queue_url), json_quote(receipt_handle));
  const auto answer = caller.json(delete_message_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

base::Result<void> start_message_move_task(Caller& caller, std::string_view region, std::string_view source_arn,
                                           std::string_view destination_arn, const Deadline& deadline) {
  const auto body =
      fmt::format(R"({{"SourceArn":{},"DestinationArn":{}}})", json_quote(source_arn), json_quote(destination_arn));
  const auto answer = caller.json(start_message_move_task_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

base::Result<std::optional<MoveTask>> newest_message_move_task(Caller& caller, std::string_view region,
                                                               std::string_view source_arn, const Deadline& deadline) {
  const auto answer =
      caller.json(list_message_move_tasks_operation, region,
                  fmt::format(R"({{"SourceArn":{},"MaxResults":1}})", json_quote(source_arn)), deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* list = base::member(answer->tree, "Results");
  if (!list || !list->is_array() || list->get_array().empty()) return std::optional<MoveTask>();
  const auto& task = list->get_array().front();
  return std::optional(MoveTask{.status = std::string(base::string_member(task, "Status").value_or("")),
                                .moved = base::int_member(task, "ApproximateNumberOfMessagesMoved").value_or(0),
                                .to_move = base::int_member(task, "ApproximateNumberOfMessagesToMove").value_or(0),
                                .failure = std::string(base::string_member(task, "FailureReason").value_or("")),
                                .started_at = milliseconds_member(task, "StartedTimestamp")});
}

}  // namespace aws::sqs
