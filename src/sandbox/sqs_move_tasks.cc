// SPDX-License-Identifier: Apache-2.0
// SQS's message move tasks: from a dead-letter queue back to where its messages came from, or to another queue.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "sandbox/sqs.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t rate_default = 500;  // Messages a second; SQS finds its own.
constexpr std::size_t tasks_max = 1'000;   // Remembered of all queues.

std::unexpected<Refusal> no_such_resource(std::string_view member) {
  return refuse("ResourceNotFoundException",
                fmt::format("The resource that you specified for the {} parameter doesn't exist.", member));
}

std::unexpected<Refusal> unsupported(std::string message) {
  return std::unexpected(
      Refusal{"UnsupportedOperation", std::move(message), 400, "AWS.SimpleQueueService.UnsupportedOperation", {}});
}

}  // namespace

// The queue of an ARN of the account's own.
Queue* Sqs::find_arn(std::string_view arn) {
  Queue* queue = find(queue_name_of_arn(arn));
  return queue && queue->arn() == arn ? queue : nullptr;
}

std::string Sqs::handle_of(const MoveTask& task) {
  return base::to_base64(
      fmt::format(R"({{"taskId":"{}","sourceArn":{}}})", task.id, base::json_quote(task.source_arn)));
}

Outcome Sqs::start_message_move_task(const Input& input) {
  const auto source_arn = text_of(input, "SourceArn");
  Queue* source = find_arn(source_arn);
  if (!source) return no_such_resource("SourceArn");
  const auto destination = text_of(input, "DestinationArn");
  if (!destination.empty() && !find_arn(destination)) return no_such_resource("DestinationArn");
  if (destination == source_arn)
    return std::unexpected(invalid_value("The source queue and the destination queue can't be the same."));
  const bool is_dead_letters = std::ranges::any_of(queues_, [&](const auto& other) {
    const auto& redrive = other.second.queue->settings().redrive;
    return redrive && redrive->dead_letter_arn == source_arn;
  });
  if (!is_dead_letters)
    return std::unexpected(invalid_value("Source queue must be configured as a Dead Letter Queue."));
  if (std::ranges::any_of(move_tasks_, [&](const MoveTask& task) {
        return task.source_arn == source_arn && task.status == "RUNNING";
      })) {
    return unsupported(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
  }
  MoveTask task;
  task.id = world_.ids().uuid();
  task.source_arn = source_arn;
  task.destination_arn = destination;
  task.rate = optional_integer(input, "MaxNumberOfMessagesPerSecond");
  task.started = world_.now();
  task.to_move = source->counts().visible;
  move_tasks_.push_front(std::move(task));
  if (move_tasks_.size() > tasks_max) move_tasks_.pop_back();
  const auto& begun = move_tasks_.front();
  world_.tell("message", fmt::format("move task begins: {} messages of {}", begun.to_move, source->name()));
  move_tasks_.front().due = world_.agenda().add(world_.now(), moving(begun.id));
  return json::object{{"TaskHandle", handle_of(begun)}};
}

Agenda::Task Sqs::moving(const std::string& id) {
  return [this, id] { move_some(id); };
}

// Moves one second's worth of messages.
void Sqs::move_some(const std::string& id) {
  const auto task = std::ranges::find(move_tasks_, id, &MoveTask::id);
  if (task == move_tasks_.end()) return;
  task->due.reset();
  if (task->status != "RUNNING") return;
  Queue* source = find_arn(task->source_arn);
  if (!source) return end_move(*task, "FAILED", "AWS.SimpleQueueService.NonExistentQueue");
  const auto rate = task->rate ? static_cast<std::size_t>(*task->rate) : rate_default;
  for (std::size_t moved = 0; moved < rate; ++moved) {
    const Message* message = source->first_visible();
    if (!message || task->moved == task->to_move) return end_move(*task, "COMPLETED", {});
    const auto& to = task->destination_arn.empty() ? message->dead_letter_source : task->destination_arn;
    if (to.empty()) return end_move(*task, "FAILED", "CouldNotDetermineMessageSource");
    Queue* destination = find_arn(to);
    if (!destination) return end_move(*task, "FAILED", "AWS.SimpleQueueService.NonExistentQueue");
    // It becomes a new message, with a new id and time of sending.
    destination->send({message->body, message->attributes, message->trace_header}, std::nullopt);
    source->drop(message->number);
    ++task->moved;
  }
  if (task->moved == task->to_move) return end_move(*task, "COMPLETED", {});
  task->due = world_.agenda().add(world_.now() + std::chrono::seconds(1), moving(id));
}

void Sqs::end_move(MoveTask& task, std::string status, std::string failure) {
  task.status = std::move(status);
  task.failure = std::move(failure);
  world_.tell("message",
              fmt::format("move task {}: {} messages moved from {}{}{}", task.status, task.moved,
                          queue_name_of_arn(task.source_arn), task.failure.empty() ? "" : ": ", task.failure));
}

Outcome Sqs::list_message_move_tasks(const Input& input) {
  const auto source_arn = text_of(input, "SourceArn");
  if (!find_arn(source_arn)) return no_such_resource("SourceArn");
  const auto max = static_cast<std::size_t>(integer_of(input, "MaxResults", 1));
  json::array results;
  for (const auto& task : move_tasks_) {
    if (task.source_arn != source_arn || results.size() == max) continue;
    json::object shown;
    if (task.status == "RUNNING") shown["TaskHandle"] = handle_of(task);
    shown["Status"] = task.status;
    shown["SourceArn"] = task.source_arn;
    if (!task.destination_arn.empty()) shown["DestinationArn"] = task.destination_arn;
    if (task.rate) shown["MaxNumberOfMessagesPerSecond"] = *task.rate;
    shown["ApproximateNumberOfMessagesMoved"] = task.moved;
    shown["ApproximateNumberOfMessagesToMove"] = task.to_move;
    if (!task.failure.empty()) shown["FailureReason"] = task.failure;
    shown["StartedTimestamp"] = task.started.time_since_epoch().count();
    results.emplace_back(std::move(shown));
  }
  return json::object{{"Results", std::move(results)}};
}

Outcome Sqs::cancel_message_move_task(const Input& input) {
  const auto handle = text_of(input, "TaskHandle");
  const auto text = base::from_base64(handle);
  const auto parsed = base::parse_json(text.value_or(""));
  const auto id = parsed ? base::string_member(*parsed, "taskId") : std::nullopt;
  if (!id) return std::unexpected(invalid_value("Value for parameter TaskHandle is invalid."));
  const auto task = std::ranges::find(move_tasks_, *id, &MoveTask::id);
  if (task == move_tasks_.end()) return refuse("ResourceNotFoundException", "Task does not exist.");
  if (task->status != "RUNNING") return unsupported("Only active tasks can be cancelled.");
  end_move(*task, "CANCELLED", {});
  return json::object{{"ApproximateNumberOfMessagesMoved", task->moved}};
}

}  // namespace sandbox
