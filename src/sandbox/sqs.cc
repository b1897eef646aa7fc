// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sqs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sandbox/page.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t queues_max = 1'000;

std::unexpected<Refusal> no_such_queue() {
  return std::unexpected(Refusal{
      "QueueDoesNotExist", "The specified queue does not exist.", 400, "AWS.SimpleQueueService.NonExistentQueue", {}});
}

bool is_queue_name(std::string_view name) {
  return !name.empty() && name.size() <= 80 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

const Wording& wording() {
  static const Wording sqs = [](const std::vector<Violation>& violations) {
    const auto& [kind, field, place, value] = violations.front();
    if (kind == Violation::Kind::Missing) {
      return Refusal{
          "MissingRequiredParameterException",
          fmt::format("The request must contain the parameter {}.", field.path.substr(field.path.rfind('.') + 1)),
          400,
          "MissingParameter",
          {}};
    }
    return invalid_value(
        fmt::format("Value {} for parameter {} is invalid. Reason: Must be between {} and {}, if provided.", value,
                    field.path, field.min, field.max));
  };
  return sqs;
}

AttributeTexts texts_in(const json::object* given) {
  AttributeTexts texts;
  if (given) {
    for (const auto& member : *given) texts[std::string(member.key())] = std::string(member.value().get_string());
  }
  return texts;
}

json::object to_json(const AttributeTexts& texts) {
  json::object shown;
  for (const auto& [name, value] : texts) shown[name] = value;
  return shown;
}

}  // namespace

const std::vector<Operation<Sqs>>& Sqs::operations() {
  static constexpr auto required = Need::Required;
  static const Field queue_url{"QueueUrl", Type::String, required};
  static const Field entries{"Entries", Type::List, required};
  static const Field entry{"Entries[]", Type::Object};
  static const Field entry_id{"Entries[].Id", Type::String, required};
  static const Field entry_receipt{"Entries[].ReceiptHandle", Type::String, required};
  static const std::vector<Operation<Sqs>> table = {
      {"CreateQueue",
       {{"QueueName", Type::String, required}, {"Attributes", Type::Strings}, {"tags", Type::Strings}},
       &Sqs::create_queue,
       "the name of a deleted queue may be used at once; AWS demands 60 seconds"},
      {"DeleteQueue", {queue_url}, &Sqs::delete_queue},
      {"GetQueueUrl", {{"QueueName", Type::String, required}, {"QueueOwnerAWSAccountId"}}, &Sqs::get_queue_url},
      {"GetQueueAttributes", {queue_url, {"AttributeNames[]"}}, &Sqs::get_queue_attributes},
      {"SetQueueAttributes", {queue_url, {"Attributes", Type::Strings, required}}, &Sqs::set_queue_attributes},
      {"ListQueues",
       {{"QueueNamePrefix"}, {"NextToken"}, {"MaxResults", Type::Integer, Need::Optional, 1, 1'000}},
       &Sqs::list_queues},
      {"ListDeadLetterSourceQueues",
       {queue_url, unemulated("NextToken"), unemulated("MaxResults")},
       &Sqs::list_dead_letter_source_queues},
      {"TagQueue", {queue_url, {"Tags", Type::Strings, required}}, &Sqs::tag_queue},
      {"UntagQueue", {queue_url, {"TagKeys", Type::List, required}, {"TagKeys[]"}}, &Sqs::untag_queue},
      {"ListQueueTags", {queue_url}, &Sqs::list_queue_tags},
      {"PurgeQueue", {queue_url}, &Sqs::purge_queue, "may be repeated at once; AWS demands 60 seconds between"},
      {"SendMessage",
       {queue_url,
        {"MessageBody", Type::String, required},
        {"DelaySeconds", Type::Integer},
        {"MessageAttributes", Type::Object},
        {"MessageSystemAttributes", Type::Object},
        unemulated("MessageDeduplicationId"),
        unemulated("MessageGroupId")},
       &Sqs::send_message},
      {"SendMessageBatch",
       {queue_url,
        entries,
        entry,
        entry_id,
        {"Entries[].MessageBody", Type::String, required},
        {"Entries[].DelaySeconds", Type::Integer},
        {"Entries[].MessageAttributes", Type::Object},
        {"Entries[].MessageSystemAttributes", Type::Object},
        unemulated("Entries[].MessageDeduplicationId"),
        unemulated("Entries[].MessageGroupId")},
       &Sqs::send_message_batch},
      {"DeleteMessage", {queue_url, {"ReceiptHandle", Type::String, required}}, &Sqs::delete_message},
      {"DeleteMessageBatch", {queue_url, entries, entry, entry_id, entry_receipt}, &Sqs::delete_message_batch},
      {"ChangeMessageVisibility",
       {queue_url, {"ReceiptHandle", Type::String, required}, {"VisibilityTimeout", Type::Integer, required}},
       &Sqs::change_message_visibility},
      {"ChangeMessageVisibilityBatch",
       {queue_url, entries, entry, entry_id, entry_receipt, {"Entries[].VisibilityTimeout", Type::Integer}},
       &Sqs::change_message_visibility_batch},
      {"StartMessageMoveTask",
       {{"SourceArn", Type::String, required},
        {"DestinationArn"},
        {"MaxNumberOfMessagesPerSecond", Type::Integer, Need::Optional, 1, 500}},
       &Sqs::start_message_move_task},
      {"ListMessageMoveTasks",
       {{"SourceArn", Type::String, required}, {"MaxResults", Type::Integer, Need::Optional, 1, 10}},
       &Sqs::list_message_move_tasks},
      {"CancelMessageMoveTask", {{"TaskHandle", Type::String, required}}, &Sqs::cancel_message_move_task},
      // Answers later: handle() runs it.
      {"ReceiveMessage",
       {queue_url,
        {"MaxNumberOfMessages", Type::Integer, Need::Optional, 1, 10},
        {"VisibilityTimeout", Type::Integer, Need::Optional, 0, 43'200},
        {"WaitTimeSeconds", Type::Integer, Need::Optional, 0, 20},
        {"AttributeNames[]"},
        {"MessageSystemAttributeNames[]"},
        {"MessageAttributeNames[]"},
        unemulated("ReceiveRequestAttemptId")},
       nullptr},
  };
  return table;
}

void Sqs::handle(std::string_view operation, const Input& input, Asker asker) {
  authority_ = asker.authority();
  if (operation != "ReceiveMessage")
    return asker(run_operation(*this, "SQS", operations(), operation, input, wording()));
  const auto row = std::ranges::find(operations(), operation, &Operation<Sqs>::name);
  if (auto refusal = check_shape(row->shape, operation, input, wording()))
    return asker(std::unexpected(std::move(*refusal)));
  receive_message(input, std::move(asker));
}

Queue* Sqs::find(std::string_view name) {
  const auto found = queues_.find(name);
  return found == queues_.end() ? nullptr : found->second.queue.get();
}

Queue& Sqs::create(const std::string& name, QueueSettings settings) {
  auto& kept = queues_[name];
  kept.queue = std::make_unique<Queue>(world_, name, std::move(settings), [this, name](const Message& message) {
    return move_to_dead_letters(name, message);
  });
  kept.queue->listen([this, name] { serve(name); });
  return *kept.queue;
}

void Sqs::listen(const std::string& queue, Queue::Listener listener) { listeners_.emplace(queue, std::move(listener)); }

bool Sqs::move_to_dead_letters(const std::string& source, const Message& message) {
  const auto& redrive = find(source)->settings().redrive;
  Queue* dead_letters = find(queue_name_of_arn(redrive->dead_letter_arn));
  if (!dead_letters) return false;
  world_.tell("message", fmt::format("{} moved from {} to {} after {} receives", message.id.substr(0, 8), source,
                                     dead_letters->name(), message.received));
  Message moved = message;
  moved.dead_letter_source = find(source)->arn();
  dead_letters->adopt(std::move(moved));
  return true;
}

std::string Sqs::url_of(std::string_view queue) const {
  return fmt::format("http://{}/{}/{}", authority_, world_.settings().account, queue);
}

// A queue is named by the end of its URL, whatever host the URL has: that is how the request came here.
Answer<Sqs::Kept*> Sqs::queue_of(const Input& input) {
  const auto url = text_of(input, "QueueUrl");
  const auto found = queues_.find(std::string_view(url).substr(url.rfind('/') + 1));
  if (found == queues_.end()) return no_such_queue();
  return &found->second;
}

Answer<void> Sqs::check_redrive(std::string_view queue, const QueueSettings& settings) const {
  if (!settings.redrive) return {};
  const auto target = queue_name_of_arn(settings.redrive->dead_letter_arn);
  if (target != queue && queues_.contains(target)) return {};
  return std::unexpected(invalid_value(
      fmt::format("Value {} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.",
                  settings.redrive->dead_letter_arn)));
}

Outcome Sqs::create_queue(const Input& input) {
  const auto name = text_of(input, "QueueName");
  if (name.ends_with(".fifo")) return std::unexpected(no_fifo_queues());
  if (!is_queue_name(name)) {
    return std::unexpected(
        invalid_value("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
  }
  QueueSettings settings;
  AttributeTexts stored;
  const auto given = texts_in(object_of(input, "Attributes"));
  if (auto applied = apply_attributes(given, settings, stored); !applied)
    return std::unexpected(std::move(applied.error()));
  if (auto checked = check_redrive(name, settings); !checked) return std::unexpected(std::move(checked.error()));
  if (Queue* queue = find(name)) {
    const auto there = show_attributes(*queue, queues_.at(name).stored);
    const bool same = std::ranges::all_of(given, [&](const auto& attribute) {
      const auto known = there.find(attribute.first);
      return known != there.end() && known->second == attribute.second;
    });
    if (same) return json::object{{"QueueUrl", url_of(name)}};
    return std::unexpected(Refusal{"QueueNameExists",
                                   "A queue already exists with the same name and a different value for an attribute",
                                   400,
                                   "QueueAlreadyExists",
                                   {}});
  }
  if (queues_.size() >= queues_max)
    return refuse("OverLimit", fmt::format("The sandbox keeps at most {} queues.", queues_max), 403);
  create(name, std::move(settings));
  queues_.at(name).stored = std::move(stored);
  queues_.at(name).tags = texts_in(object_of(input, "tags"));
  return json::object{{"QueueUrl", url_of(name)}};
}

Outcome Sqs::delete_queue(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  queues_.erase(std::string((*kept)->queue->name()));
  return std::nullopt;
}

Outcome Sqs::get_queue_url(const Input& input) {
  const auto name = text_of(input, "QueueName");
  const auto owner = optional_text(input, "QueueOwnerAWSAccountId");
  if (!find(name) || (owner && *owner != world_.settings().account)) return no_such_queue();
  return json::object{{"QueueUrl", url_of(name)}};
}

Outcome Sqs::get_queue_attributes(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  const auto asked =
      asked_attributes(show_attributes(*(*kept)->queue, (*kept)->stored), texts_of(input, "AttributeNames"));
  if (!asked) return std::unexpected(asked.error());
  if (asked->empty()) return json::object();
  return json::object{{"Attributes", to_json(*asked)}};
}

Outcome Sqs::set_queue_attributes(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  QueueSettings settings = (*kept)->queue->settings();
  AttributeTexts stored = (*kept)->stored;
  const auto given = texts_in(object_of(input, "Attributes"));
  if (auto applied = apply_attributes(given, settings, stored); !applied)
    return std::unexpected(std::move(applied.error()));
  if (auto checked = check_redrive((*kept)->queue->name(), settings); !checked)
    return std::unexpected(std::move(checked.error()));
  (*kept)->queue->change_settings(std::move(settings));
  (*kept)->stored = std::move(stored);
  return std::nullopt;
}

Outcome Sqs::list_queues(const Input& input) {
  const auto prefix = text_of(input, "QueueNamePrefix");
  std::vector<std::string> names;
  for (const auto& [name, kept] : queues_) {
    if (name.starts_with(prefix)) names.push_back(name);
  }
  std::optional<std::string> after;
  if (const auto token = optional_text(input, "NextToken")) {
    after = page_item(*token);
    if (!after) return std::unexpected(invalid_value("Invalid or expired next token."));
  }
  const auto size = static_cast<std::size_t>(integer_of(input, "MaxResults", 1'000));
  const auto page = take_page(names, after, size, [](const std::string& name) { return name; });
  json::array urls;
  for (const auto& name : page.items) urls.emplace_back(url_of(name));
  json::object output;
  if (!urls.empty()) output["QueueUrls"] = std::move(urls);
  if (page.next_token && input.contains("MaxResults")) output["NextToken"] = *page.next_token;
  return output;
}

Outcome Sqs::list_dead_letter_source_queues(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  json::array urls;
  for (const auto& [name, other] : queues_) {
    const auto& redrive = other.queue->settings().redrive;
    if (redrive && redrive->dead_letter_arn == (*kept)->queue->arn()) urls.emplace_back(url_of(name));
  }
  return json::object{{"queueUrls", std::move(urls)}};
}

Outcome Sqs::tag_queue(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  for (const auto& [name, value] : texts_in(object_of(input, "Tags"))) (*kept)->tags[name] = value;
  return std::nullopt;
}

Outcome Sqs::untag_queue(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  for (const auto& name : texts_of(input, "TagKeys")) (*kept)->tags.erase(name);
  return std::nullopt;
}

Outcome Sqs::list_queue_tags(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  if ((*kept)->tags.empty()) return json::object();
  return json::object{{"Tags", to_json((*kept)->tags)}};
}

json::array Sqs::show_queues() {
  json::array shown;
  for (const auto& [name, kept] : queues_) {
    const auto counts = kept.queue->counts();
    json::object queue{
        {"name", name}, {"visible", counts.visible}, {"inFlight", counts.in_flight}, {"delayed", counts.delayed}};
    if (const auto next = kept.queue->next_return()) queue["returns"] = base::to_iso8601(*next);
    shown.push_back(std::move(queue));
  }
  return shown;
}

Outcome Sqs::purge_queue(const Input& input) {
  auto kept = queue_of(input);
  if (!kept) return std::unexpected(std::move(kept.error()));
  (*kept)->queue->purge();
  return std::nullopt;
}

}  // namespace sandbox
