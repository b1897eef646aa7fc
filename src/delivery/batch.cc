// SPDX-License-Identifier: Apache-2.0
#include "delivery/batch.h"

#include "base/json.h"

namespace delivery {
namespace {

// A message that doesn't tell is taken as sent now: it then waits its full time.
base::Time read_time(const boost::json::value& record, std::string_view name, base::Time now) {
  const auto* attributes = base::member(record, "attributes");
  const auto text = attributes ? base::string_member(*attributes, name) : std::nullopt;
  return text ? base::parse_epoch_milliseconds(*text).value_or(now) : now;
}

}  // namespace

base::Result<std::vector<Message>> parse_batch(std::string_view event, base::Time now) {
  const auto tree = base::parse_json(event);
  if (!tree) return base::fail(tree, "the invocation's event");
  const auto* records = base::member(*tree, "Records");
  const auto* array = records ? records->if_array() : nullptr;
  if (!array)
    return base::fail(base::ErrorKind::Invalid,
                      "the invocation's event is no batch of SQS messages: it has no Records");
  std::vector<Message> messages;
  for (const auto& record : *array) {
    const auto id = base::string_member(record, "messageId");
    const auto body = base::string_member(record, "body");
    if (!id || id->empty() || !body) {
      return base::fail(base::ErrorKind::Invalid, "the invocation's event has a record without messageId or body");
    }
    messages.push_back({.id = std::string(*id),
                        .receipt_handle = std::string(base::string_member(record, "receiptHandle").value_or("")),
                        .body = std::string(*body),
                        .sent_at = read_time(record, "SentTimestamp", now),
                        .first_received_at = read_time(record, "ApproximateFirstReceiveTimestamp", now),
                        .queue_arn = std::string(base::string_member(record, "eventSourceARN").value_or(""))});
  }
  return messages;
}

std::string batch_answer(const std::vector<std::string>& returning_ids) {
  std::string answer = R"({"batchItemFailures":[)";
  for (const auto& id : returning_ids) {
    if (&id != &returning_ids.front()) answer += ',';
    answer += R"({"itemIdentifier":)" + base::json_quote(id) + '}';
  }
  return answer + "]}";
}

}  // namespace delivery
