// SPDX-License-Identifier: Apache-2.0
// The operations of SQS on messages; those on queues are in sqs.cc.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/hash.h"
#include "sandbox/message_json.h"
#include "sandbox/sqs.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t batch_max = 10;

Refusal batch_refusal(std::string code, std::string message) {
  auto query_code = "AWS.SimpleQueueService." + code;
  return {std::move(code), std::move(message), 400, std::move(query_code), {}};
}

bool is_batch_id(std::string_view id) {
  return !id.empty() && id.size() <= 80 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::optional<Refusal> check_batch(const json::array& entries) {
  if (entries.empty()) return batch_refusal("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.size() > batch_max) {
    return batch_refusal(
        "TooManyEntriesInBatchRequest",
        fmt::format("Maximum number of entries per request are 10. You have sent {}.", entries.size()));
  }
  std::set<std::string> ids;
  for (const auto& entry : entries) {
    auto id = text_of(entry.get_object(), "Id");
    if (!is_batch_id(id)) {
      return batch_refusal(
          "InvalidBatchEntryId",
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most "
          "80 letters long.");
    }
    if (!ids.insert(id).second) return batch_refusal("BatchEntryIdsNotDistinct", fmt::format("Id {} repeated.", id));
  }
  return std::nullopt;
}

json::object failed_entry(std::string_view id, const Refusal& refusal) {
  return {{"Id", id},
          {"SenderFault", refusal.status < 500},
          {"Code", refusal.query_code.empty() ? refusal.code : refusal.query_code},
          {"Message", refusal.message}};
}

json::object show_message(const Message& message, const std::vector<std::string>& system_names,
                          const std::vector<std::string>& names) {
  json::object shown{{"MessageId", message.id},
                     {"ReceiptHandle", message.receipt},
                     {"MD5OfBody", base::md5_hex(message.body)},
                     {"Body", message.body}};
  if (auto system = show_system_attributes(message, system_names); !system.empty())
    shown["Attributes"] = std::move(system);
  if (const auto selected = select_attributes(message.attributes, names); !selected.empty()) {
    shown["MD5OfMessageAttributes"] = md5_of_attributes(selected);
    shown["MessageAttributes"] = show_message_attributes(selected);
  }
  return shown;
}

}  // namespace

// Whether a number of seconds that an operation or entry names is what SQS allows there.
Answer<void> check_seconds(const Input& input, std::string_view name, std::int64_t max) {
  const auto seconds = optional_integer(input, name);
  if (!seconds || (*seconds >= 0 && *seconds <= max)) return {};
  return std::unexpected(invalid_value(fmt::format(
      "Value {} for parameter {} is invalid. Reason: Must be between 0 and {}, if provided.", *seconds, name, max)));
}

Answer<void> change_visibility(Queue& queue, const Input& input) {
  if (auto checked = check_seconds(input, "VisibilityTimeout", 43'200); !checked) return checked;
  const std::chrono::seconds visibility(integer_of(input, "VisibilityTimeout", queue.settings().visibility.count()));
  return queue.change_visibility(text_of(input, "ReceiptHandle"), visibility);
}

// Bytes of all messages of a SendMessageBatch.
std::size_t batch_size(const json::array& entries) {
  std::size_t size = 0;
  for (const auto& entry : entries) {
    const auto attributes = read_message_attributes(object_of(entry.get_object(), "MessageAttributes"));
    size += size_of(text_of(entry.get_object(), "MessageBody"), attributes ? *attributes : MessageAttributes());
  }
  return size;
}

// Runs `run` for each entry of a batch; what it answers or refuses goes into Successful or Failed under the entry's id.
template <class Run>
Outcome Sqs::run_batch(const Input& input, Run run) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  const auto& entries = list_of(input, "Entries");
  if (auto refusal = check_batch(entries)) return std::unexpected(std::move(*refusal));
  json::array successful;
  json::array failed;
  for (const auto& entry : entries) {
    const auto id = text_of(entry.get_object(), "Id");
    Outcome outcome = run(*(*kept)->queue, entry.get_object());
    if (outcome) {
      json::object answer = outcome->value_or(json::object());
      answer["Id"] = id;
      successful.emplace_back(std::move(answer));
    } else {
      failed.emplace_back(failed_entry(id, outcome.error()));
    }
  }
  json::object output{{"Successful", std::move(successful)}};
  if (!failed.empty()) output["Failed"] = std::move(failed);
  return output;
}

Outcome Sqs::send(Queue& queue, const Input& input) {
  Queue::Draft draft;
  draft.body = text_of(input, "MessageBody");
  if (draft.body.empty()) return std::unexpected(invalid_value("The request must contain the parameter MessageBody."));
  if (!is_message_text(draft.body)) {
    return refuse("InvalidMessageContents",
                  "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
                  "#xE000 to #xFFFD | #x10000 to #x10FFFF.");
  }
  if (auto checked = check_seconds(input, "DelaySeconds", 900); !checked)
    return std::unexpected(std::move(checked.error()));
  auto attributes = read_message_attributes(object_of(input, "MessageAttributes"));
  if (!attributes) return std::unexpected(std::move(attributes.error()));
  auto system = read_message_attributes(object_of(input, "MessageSystemAttributes"));
  if (!system) return std::unexpected(std::move(system.error()));
  if (size_of(draft.body, *attributes) > queue.settings().size_max) {
    return std::unexpected(
        invalid_value(fmt::format("One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
                                  queue.settings().size_max)));
  }
  if (!queue.has_room()) {
    return refuse("OverLimit",
                  fmt::format("The sandbox keeps at most {} messages in a queue, and {} MiB in all queues.",
                              Queue::messages_max, World::queued_max >> 20U),
                  403);
  }
  draft.attributes = std::move(*attributes);
  if (const auto found = system->find("AWSTraceHeader"); found != system->end())
    draft.trace_header = found->second.value;
  std::optional<std::chrono::seconds> delay;
  if (const auto seconds = optional_integer(input, "DelaySeconds")) delay = std::chrono::seconds(*seconds);
  const Message& message = queue.send(std::move(draft), delay);
  json::object output{{"MessageId", message.id}, {"MD5OfMessageBody", base::md5_hex(message.body)}};
  if (!message.attributes.empty()) output["MD5OfMessageAttributes"] = md5_of_attributes(message.attributes);
  if (!system->empty()) output["MD5OfMessageSystemAttributes"] = md5_of_attributes(*system);
  return output;
}

Outcome Sqs::send_message(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  return send(*(*kept)->queue, input);
}

Outcome Sqs::send_message_batch(const Input& input) {
  constexpr std::size_t size_max = 1'048'576;
  if (const auto size = batch_size(list_of(input, "Entries")); size > size_max) {
    return std::unexpected(batch_refusal(
        "BatchRequestTooLong",
        fmt::format("Batch requests cannot be longer than {} bytes. You have sent {} bytes.", size_max, size)));
  }
  return run_batch(input, [this](Queue& queue, const Input& entry) { return send(queue, entry); });
}

Outcome Sqs::delete_message(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  if (auto removed = (*kept)->queue->remove(text_of(input, "ReceiptHandle")); !removed)
    return std::unexpected(std::move(removed.error()));
  return std::nullopt;
}

Outcome Sqs::delete_message_batch(const Input& input) {
  return run_batch(input, [](Queue& queue, const Input& entry) -> Outcome {
    if (auto removed = queue.remove(text_of(entry, "ReceiptHandle")); !removed)
      return std::unexpected(std::move(removed.error()));
    return std::nullopt;
  });
}

Outcome Sqs::change_message_visibility(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  if (auto changed = change_visibility(*(*kept)->queue, input); !changed)
    return std::unexpected(std::move(changed.error()));
  return std::nullopt;
}

Outcome Sqs::change_message_visibility_batch(const Input& input) {
  return run_batch(input, [](Queue& queue, const Input& entry) -> Outcome {
    if (auto changed = change_visibility(queue, entry); !changed) return std::unexpected(std::move(changed.error()));
    return std::nullopt;
  });
}

// The answer with what can be received now; nullopt if that is nothing.
std::optional<Output> Sqs::try_receive(const Receive& receive) {
  Queue* queue = find(receive.queue);
  if (!queue) return std::nullopt;
  const auto messages = queue->receive(receive.count, receive.visibility);
  if (messages.empty()) return std::nullopt;
  json::array shown;
  for (const auto& message : messages)
    shown.emplace_back(show_message(message, receive.system_attributes, receive.attributes));
  return json::object{{"Messages", std::move(shown)}};
}

void Sqs::receive_message(const Input& input, Asker asker) {
  auto kept = queue_of(input);
  if (!kept) return asker(std::unexpected(std::move(kept.error())));
  Receive receive;
  receive.queue = (*kept)->queue->name();
  receive.count = static_cast<std::size_t>(integer_of(input, "MaxNumberOfMessages", 1));
  if (const auto seconds = optional_integer(input, "VisibilityTimeout"))
    receive.visibility = std::chrono::seconds(*seconds);
  receive.system_attributes = texts_of(input, "AttributeNames");
  for (auto& name : texts_of(input, "MessageSystemAttributeNames"))
    receive.system_attributes.push_back(std::move(name));
  receive.attributes = texts_of(input, "MessageAttributeNames");
  if (auto output = try_receive(receive)) return asker(std::move(*output));
  const std::chrono::seconds wait(integer_of(input, "WaitTimeSeconds", (*kept)->queue->settings().wait.count()));
  if (wait.count() == 0) return asker(json::object());
  waiters_.push_back({std::move(receive), std::move(asker), {}});
  const auto waiter = std::prev(waiters_.end());
  waiter->deadline = world_.agenda().add(world_.now() + wait, [this, waiter] {
    auto waiting = std::move(waiter->asker);
    waiters_.erase(waiter);
    waiting(json::object());
  });
}

// Gives visible messages to those who wait, the longest waiting first, then tells the listeners if some are left. Answers
// may cause any other operation, so everything is looked up anew after each.
void Sqs::serve(const std::string& queue) {
  while (true) {
    Queue* there = find(queue);
    if (!there || !there->has_visible()) return;
    const auto waiter =
        std::ranges::find(waiters_, queue, [](const Waiter& w) -> const std::string& { return w.receive.queue; });
    if (waiter == waiters_.end()) break;
    auto output = waiter->asker.alive() ? try_receive(waiter->receive) : std::nullopt;
    // Only dead letters were visible.
    if (!output && waiter->asker.alive()) continue;
    world_.agenda().cancel(waiter->deadline);
    auto asker = std::move(waiter->asker);
    waiters_.erase(waiter);
    if (output) asker(std::move(*output));
  }
  const auto [first, last] = listeners_.equal_range(queue);
  std::vector<Queue::Listener> listeners;
  for (auto it = first; it != last; ++it) listeners.push_back(it->second);
  for (const auto& listener : listeners) listener();
}

}  // namespace sandbox
