// SPDX-License-Identifier: Apache-2.0
#include "aws/sqs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace aws::sqs {

using base::json_quote;

base::Result<std::string> get_queue_url(Caller& caller, std::string_view region, std::string_view name,
                                        std::string_view account, const Deadline& deadline) {
  std::string body = fmt::format(R"({{"QueueName":{})", json_quote(name));
  if (!account.empty()) body += fmt::format(R"(,"QueueOwnerAWSAccountId":{})", json_quote(account));
  const auto answer = caller.json(get_queue_url_operation, region, body + "}", deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto parsed = base::parse_json(*answer);
  const auto url = parsed ? base::string_member(*parsed, "QueueUrl") : std::nullopt;
  if (!url || url->empty()) return malformed(get_queue_url_operation, "no QueueUrl in the answer");
  return std::string(*url);
}

base::Result<std::optional<std::string>> get_dead_letter_arn(Caller& caller, std::string_view region,
                                                             std::string_view queue_url, const Deadline& deadline) {
  const std::string body =
      fmt::format(R"({{"QueueUrl":{},"AttributeNames":["RedrivePolicy"]}})", json_quote(queue_url));
  const auto answer = caller.json(get_queue_attributes_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto parsed = base::parse_json(*answer);
  const auto* attributes = parsed ? base::member(*parsed, "Attributes") : nullptr;
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
  const auto parsed = base::parse_json(*answer);
  if (!parsed) return malformed(change_message_visibility_operation, "the answer is no JSON");
  std::vector<std::string> refusals(messages.size());
  const auto* failed = base::member(*parsed, "Failed");
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
  const auto parsed = base::parse_json(*answer);
  const auto id = parsed ? base::string_member(*parsed, "MessageId") : std::nullopt;
  if (!id) return malformed(send_message_operation, "no MessageId in the answer");
  return std::string(*id);
}

}  // namespace aws::sqs
