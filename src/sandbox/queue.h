// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/message.h"
#include "sandbox/refusal.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

namespace sandbox {

// SQS's answer to a parameter that cannot be.
Refusal invalid_value(std::string message);

struct Redrive {
  std::string dead_letter_arn;
  unsigned receives_max = 0;
};

struct QueueSettings {
  std::chrono::seconds visibility{30};
  std::chrono::seconds delay{0};
  std::chrono::seconds wait{0};  // Of a receive that names none.
  std::chrono::seconds retention{345'600};
  std::size_t size_max = 1'048'576;
  std::optional<Redrive> redrive;
};

// A standard queue: which messages are visible, delayed or in flight, and when that changes.
class Queue {
 public:
  // Takes a copy of a message that was received too often; false if there is nowhere to put it, and it stays.
  using DeadLetter = std::function<bool(const Message&)>;
  using Listener = std::function<void()>;

  struct Draft {
    std::string body;
    MessageAttributes attributes;
    std::string trace_header;
  };
  struct Counts {
    std::size_t visible = 0;
    std::size_t in_flight = 0;
    std::size_t delayed = 0;
  };

  Queue(World& world, std::string name, QueueSettings settings, DeadLetter dead_letter);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  const std::string& name() const { return name_; }
  std::string arn() const { return world_.arn("sqs", name_); }
  base::Time created() const { return created_; }
  base::Time modified() const { return modified_; }
  const QueueSettings& settings() const { return settings_; }
  void change_settings(QueueSettings settings);

  // `delay` is the queue's own where it is not given. The reference is valid until the queue is used again.
  const Message& send(Draft draft, std::optional<std::chrono::seconds> delay);
  // The same for an event that comes from the bus, unless a fault loses, repeats, delays or reorders it.
  void take_event(Draft draft);
  // Takes over a message from another queue, which keeps its id, its time of sending and its count of receives.
  void adopt(Message message);
  // At most `count` visible messages, the oldest first, hidden for `visibility` (the queue's own if not given). Messages
  // that were received too often leave for the dead letters instead.
  std::vector<Message> receive(std::size_t count, std::optional<std::chrono::seconds> visibility);
  // Deletes the message if the receipt handle is that of its last receive; does nothing for an older one or a message that
  // is gone, as SQS may. Errors: ReceiptHandleIsInvalid (not a handle of this queue).
  Answer<void> remove(std::string_view receipt);
  // Counts from now; 0 makes it visible at once. Errors: ReceiptHandleIsInvalid, MessageNotInflight, InvalidParameterValue.
  Answer<void> change_visibility(std::string_view receipt, std::chrono::seconds visibility);
  void purge();
  // Nullptr if none is visible.
  const Message* first_visible();
  // Removes a message without a receipt; does nothing if it is gone.
  void drop(std::uint64_t number);
  Counts counts();
  // When the first hidden message becomes visible.
  std::optional<base::Time> next_return() const {
    return hidden_.empty() ? std::nullopt : std::optional(hidden_.begin()->first);
  }
  // Whether it takes a message more: it has fewer than `messages_max`, and those of all queues leave room.
  bool has_room() const { return messages_.size() < messages_max && world_.queued() < World::queued_max; }
  static constexpr std::size_t messages_max = 250'000;
  // Nullptr if the message is gone.
  const Message* find(std::uint64_t number) const;

  // Called from the agenda, never inside of the functions above, whenever messages have become visible.
  void listen(Listener listener) { listeners_.push_back(std::move(listener)); }
  bool has_visible();

 private:
  friend class Sqs;  // Which saves its queues with their messages.
  // In sqs_state.cc.
  template <class Members, class Self>
  static void describe(Members& m, Self& self);
  void save_messages(StateWriter& out) const;
  void restore_message(MembersIn& m, Message message, bool visible);

  void hide(Message& message, base::Time until);
  void show(Message& message);
  void erase(Message& message);
  void promote();
  void drop_expired();
  void set_wake();
  Agenda::Task waking();
  void notify();
  void let_pass(std::uint64_t number);
  void weigh(const Message& message);
  Message* find_receipt(std::string_view receipt, bool& malformed);

  World& world_;
  std::string name_;
  QueueSettings settings_;
  DeadLetter dead_letter_;
  std::string handle_mark_;  // Tells the queue's own handles from others.
  base::Time created_;
  base::Time modified_;
  std::map<std::uint64_t, Message> messages_;
  std::set<std::uint64_t> visible_;
  std::set<std::pair<base::Time, std::uint64_t>> hidden_;
  std::uint64_t sent_count_ = 0;
  std::size_t weight_ = 0;                  // Of its messages, in bytes.
  std::optional<std::uint64_t> held_back_;  // An event that waits until the next one has passed it.
  std::optional<Agenda::Key> wake_;
  std::optional<Agenda::Key> notice_;
  std::vector<Listener> listeners_;
};

}  // namespace sandbox
