// SPDX-License-Identifier: Apache-2.0
// The state of SQS: queues with their messages, and move tasks.
#include <fmt/format.h>

#include <utility>

#include "sandbox/sqs.h"

namespace sandbox {
namespace {

struct NamedAttribute {
  std::string name;
  MessageAttribute attribute;
};

template <class Members, class Named>
void describe_attribute(Members& m, Named& named) {
  m("name", named.name);
  m("type", named.attribute.data_type);
  m("value", named.attribute.value);
}

template <class Members, class Message>
void describe_message(Members& m, Message& message) {
  m("number", message.number);
  m("id", message.id);
  m.bytes("body", message.body);
  std::vector<NamedAttribute> attributes;
  if constexpr (!Members::reading) {
    for (const auto& [name, attribute] : message.attributes) attributes.push_back({name, attribute});
  }
  m.list("attributes", attributes, [](auto& inner, auto& named) { describe_attribute(inner, named); });
  if constexpr (Members::reading) {
    for (auto& [name, attribute] : attributes) message.attributes.insert_or_assign(name, std::move(attribute));
  }
  m("traceHeader", message.trace_header);
  m("sent", message.sent);
  m("received", message.received);
  m("firstReceived", message.first_received);
  m("lastReceived", message.last_received);
  m("hiddenUntil", message.hidden_until);
  m("receipt", message.receipt);
  m("deadLetterSource", message.dead_letter_source);
}

template <class Members, class Task>
void describe_move_task(Members& m, Task& task) {
  m("id", task.id);
  m("source", task.source_arn);
  m("destination", task.destination_arn);
  m("rate", task.rate);
  m("started", task.started);
  m("moved", task.moved);
  m("toMove", task.to_move);
  m("status", task.status);
  m("failure", task.failure);
  m("due", task.due);
}

template <class Members, class Settings>
void describe_settings(Members& m, Settings& settings) {
  m("visibility", settings.visibility);
  m("delay", settings.delay);
  m("wait", settings.wait);
  m("retention", settings.retention);
  m("sizeMax", settings.size_max);
  m.inner("redrive", settings.redrive, [](auto& inner, auto& redrive) {
    inner("deadLetters", redrive.dead_letter_arn);
    inner("receivesMax", redrive.receives_max);
  });
}

}  // namespace

template <class Members, class Self>
void Queue::describe(Members& m, Self& self) {
  describe_settings(m, self.settings_);
  m("handleMark", self.handle_mark_);
  m("created", self.created_);
  m("modified", self.modified_);
  m("sent", self.sent_count_);
  m("heldBack", self.held_back_);
  m("wake", self.wake_);
}

void Queue::save_messages(StateWriter& out) const {
  for (const auto& [number, message] : messages_) {
    out.line("sqs.message", [&](MembersOut& m) {
      m("queue", name_);
      m("visible", visible_.contains(number));
      describe_message(m, message);
    });
  }
}

void Queue::restore_message(MembersIn& m, Message message, bool visible) {
  const auto number = message.number;
  m.demand(number >= 1 && number <= sent_count_, "its number is none of its queue's");
  weigh(message);
  if (visible) {
    visible_.insert(number);
  } else {
    hidden_.emplace(message.hidden_until, number);
  }
  m.demand(messages_.emplace(number, std::move(message)).second, "there are two of that number");
}

void Sqs::save(StateWriter& out) const {
  for (const auto& [name, kept] : queues_) {
    out.line("sqs.queue", [&](MembersOut& m) {
      m("name", name);
      Queue::describe(m, *kept.queue);
      m("stored", kept.stored);
      m("tags", kept.tags);
    });
    kept.queue->save_messages(out);
  }
  for (const auto& task : move_tasks_) out.line("sqs.move-task", [&](MembersOut& m) { describe_move_task(m, task); });
}

bool Sqs::restore(std::string_view kind, MembersIn& m) {
  if (kind == "sqs.queue") {
    std::string name;
    m("name", name);
    if (find(name)) return m.fail("there are two of that name"), true;
    Queue& queue = create(name, {});
    Queue::describe(m, queue);
    m("stored", queues_.at(name).stored);
    m("tags", queues_.at(name).tags);
    if (queue.wake_) world_.agenda().put(*queue.wake_, queue.waking());
  } else if (kind == "sqs.message") {
    std::string name;
    bool visible = false;
    Message message;
    m("queue", name);
    m("visible", visible);
    describe_message(m, message);
    Queue* queue = find(name);
    if (!queue) return m.fail("there is no such queue"), true;
    queue->restore_message(m, std::move(message), visible);
  } else if (kind == "sqs.move-task") {
    MoveTask task;
    describe_move_task(m, task);
    if (task.due) world_.agenda().put(*task.due, moving(task.id));
    move_tasks_.push_back(std::move(task));
  } else {
    return false;
  }
  return true;
}

std::optional<std::string> Sqs::check_restored() const {
  for (const auto& [name, kept] : queues_) {
    const auto& queue = *kept.queue;
    if (!queue.hidden_.empty() && (!queue.wake_ || queue.wake_->at > queue.hidden_.begin()->first))
      return fmt::format("queue {} has hidden messages that nothing brings back: its wake is missing or too late",
                         name);
  }
  return std::nullopt;
}

}  // namespace sandbox
