// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "sandbox/message_json.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t batch_size = 10;
constexpr unsigned concurrency_max = 5;

std::string short_ids(const std::vector<Message>& messages) {
  std::string text;
  for (const auto& message : messages) text += (text.empty() ? "" : ", ") + message.id.substr(0, 8);
  return text;
}

json::object show_attributes_for_lambda(const MessageAttributes& attributes) {
  json::object shown;
  for (const auto& [name, attribute] : attributes) {
    json::object value;
    if (attribute.binary()) {
      value["binaryValue"] = base::to_base64(attribute.value);
    } else {
      value["stringValue"] = attribute.value;
    }
    value["stringListValues"] = json::array();
    value["binaryListValues"] = json::array();
    value["dataType"] = attribute.data_type;
    shown[name] = std::move(value);
  }
  return shown;
}

}  // namespace

std::string lambda_event(const std::vector<Message>& messages, std::string_view queue_arn, std::string_view region) {
  json::array records;
  for (const auto& message : messages) {
    json::object record{{"messageId", message.id},
                        {"receiptHandle", message.receipt},
                        {"body", message.body},
                        {"attributes", show_system_attributes(message, {"All"})},
                        {"messageAttributes", show_attributes_for_lambda(message.attributes)}};
    if (!message.attributes.empty()) record["md5OfMessageAttributes"] = md5_of_attributes(message.attributes);
    record["md5OfBody"] = base::md5_hex(message.body);
    record["eventSource"] = "aws:sqs";
    record["eventSourceARN"] = queue_arn;
    record["awsRegion"] = region;
    records.emplace_back(std::move(record));
  }
  return json::serialize(json::object{{"Records", std::move(records)}});
}

std::expected<std::set<std::string>, std::string> batch_item_failures(std::string_view answer,
                                                                      const std::vector<Message>& messages) {
  std::set<std::string> failed;
  if (answer.empty()) return failed;
  const auto parsed = base::parse_json(answer);
  if (!parsed) return std::unexpected("the answer is not JSON");
  const auto* failures = base::member(*parsed, "batchItemFailures");
  if (!failures) return failed;
  if (!failures->is_array()) return std::unexpected("batchItemFailures is no list");
  for (const auto& failure : failures->get_array()) {
    const auto id = base::string_member(failure, "itemIdentifier");
    if (!id || id->empty()) return std::unexpected("a batch item failure has no itemIdentifier");
    if (std::ranges::find(messages, *id, &Message::id) == messages.end()) {
      return std::unexpected("a batch item failure names a message that is not of the batch");
    }
    failed.emplace(*id);
  }
  return failed;
}

EventSource::EventSource(World& world, Sqs& sqs, std::string queue, Invoke invoke)
    : world_(world),
      sqs_(sqs),
      queue_(std::move(queue)),
      invoke_(std::move(invoke)),
      self_(std::make_shared<EventSource*>(this)) {
  sqs_.listen(queue_, [this] { poll(); });
}

void EventSource::poll() {
  // An answer that comes while the function is being called ends here too, and the loop goes on with it.
  if (!invoke_ || polling_) return;
  polling_ = true;
  while (running_.size() < std::min(concurrency_max, world_.settings().function_concurrency)) {
    Queue* queue = sqs_.find(queue_);
    if (!queue) break;
    auto messages = queue->receive(batch_size, std::nullopt);
    // What was visible may all have gone to the dead letters.
    if (messages.empty() && !queue->has_visible()) break;
    if (!messages.empty()) start(std::move(messages));
  }
  polling_ = false;
}

void EventSource::start(std::vector<Message> messages) {
  const auto id = world_.ids().uuid();
  const auto deadline = world_.now() + world_.settings().function_timeout;
  world_.tell("invocation", fmt::format("{} begins with {} message{}: {}", id.substr(0, 8), messages.size(),
                                        messages.size() == 1 ? "" : "s", short_ids(messages)));
  Invocation invocation{id, lambda_event(messages, world_.arn("sqs", queue_), world_.settings().region), deadline};
  const auto key = world_.agenda().add(deadline, [this, id] {
    finish(id, {false, R"({"errorType":"Sandbox.Timedout","errorMessage":"Task timed out"})"});
  });
  running_.emplace(id, Batch{std::move(messages), key});
  invoke_(std::move(invocation), [weak = std::weak_ptr(self_), id](const InvocationResult& result) {
    if (const auto self = weak.lock()) (*self)->finish(id, result);
  });
}

void EventSource::finish(const std::string& request_id, const InvocationResult& result) {
  auto node = running_.extract(request_id);
  // An answer after the deadline comes too late.
  if (node.empty()) return;
  const Batch& batch = node.mapped();
  world_.agenda().cancel(batch.deadline);
  const auto failed = result.ok
                          ? batch_item_failures(result.payload, batch.messages)
                          : std::unexpected(fmt::format("the function failed: {}", result.payload.substr(0, 300)));
  if (!failed) {
    world_.tell("invocation",
                fmt::format("{} ended: {}; its messages come back", request_id.substr(0, 8), failed.error()));
    give_back(batch.messages);
  } else {
    world_.tell("invocation", fmt::format("{} ended: {} of {} done", request_id.substr(0, 8),
                                          batch.messages.size() - failed->size(), batch.messages.size()));
    settle(batch.messages, *failed);
  }
  poll();
}

// Deletes what succeeded.
void EventSource::settle(const std::vector<Message>& messages, const std::set<std::string>& failed) {
  std::vector<Message> back;
  for (const auto& message : messages) {
    if (failed.contains(message.id)) {
      back.push_back(message);
    } else if (Queue* queue = sqs_.find(queue_)) {
      // Without effect if the message has been received again meanwhile.
      static_cast<void>(queue->remove(message.receipt));
    }
  }
  give_back(back);
}

// Messages come back by themselves when their visibility, which the function may have changed, runs out; this only says so.
void EventSource::give_back(const std::vector<Message>& messages) {
  Queue* queue = sqs_.find(queue_);
  for (const auto& message : messages) {
    const Message* kept = queue ? queue->find(message.number) : nullptr;
    if (!kept || kept->hidden_until <= world_.now()) continue;
    const auto wait = std::chrono::ceil<std::chrono::seconds>(kept->hidden_until - world_.now());
    world_.tell("message", fmt::format("{} returns to {} at {} (in {})", message.id.substr(0, 8), queue_,
                                       clock_text(kept->hidden_until), base::to_text(wait)));
  }
}

}  // namespace sandbox
