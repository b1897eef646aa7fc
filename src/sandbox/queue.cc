// SPDX-License-Identifier: Apache-2.0
#include "sandbox/queue.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace sandbox {
namespace {

constexpr std::string_view handle_start = "AQEB";
constexpr std::size_t mark_size = 16;
constexpr std::size_t number_size = 16;
constexpr std::size_t handle_size = 4 + mark_size + number_size + 32;
constexpr std::chrono::hours visibility_max{12};

std::unexpected<Refusal> bad_receipt(std::string_view receipt) {
  return refuse("ReceiptHandleIsInvalid",
                fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", receipt.substr(0, 200)));
}

std::string short_id(const Message& message) { return message.id.substr(0, 8); }

// What it takes of memory, roughly.
std::size_t weight_of(const Message& message) {
  constexpr std::size_t rest = 512;
  return size_of(message.body, message.attributes) + rest;
}

}  // namespace

Refusal invalid_value(std::string message) {
  return {"InvalidParameterValueException", std::move(message), 400, "InvalidParameterValue", {}};
}

Queue::Queue(World& world, std::string name, QueueSettings settings, DeadLetter dead_letter)
    : world_(world),
      name_(std::move(name)),
      settings_(std::move(settings)),
      dead_letter_(std::move(dead_letter)),
      handle_mark_(world.ids().hex(mark_size)),
      created_(world.now()),
      modified_(world.now()) {}

Queue::~Queue() {
  if (wake_) world_.agenda().cancel(*wake_);
  if (notice_) world_.agenda().cancel(*notice_);
  world_.queued() -= weight_;
}

void Queue::weigh(const Message& message) {
  weight_ += weight_of(message);
  world_.queued() += weight_of(message);
}

void Queue::change_settings(QueueSettings settings) {
  settings_ = std::move(settings);
  modified_ = world_.now();
}

const Message& Queue::send(Draft draft, std::optional<std::chrono::seconds> delay) {
  const auto number = ++sent_count_;
  Message& message = messages_[number];
  message.number = number;
  message.id = world_.ids().uuid();
  message.body = std::move(draft.body);
  message.attributes = std::move(draft.attributes);
  message.trace_header = std::move(draft.trace_header);
  message.sent = world_.now();
  weigh(message);
  const auto wait = delay.value_or(settings_.delay);
  if (wait.count() > 0) {
    hide(message, world_.now() + wait);
    world_.tell("message", fmt::format("{} sent to {}, delayed until {}", short_id(message), name_,
                                       clock_text(message.hidden_until)));
  } else {
    show(message);
    world_.tell("message", fmt::format("{} sent to {}", short_id(message), name_));
  }
  return message;
}

void Queue::take_event(Draft draft) {
  if (!has_room()) return world_.tell("event", fmt::format("{} has no room for an event, which is lost", name_));
  const auto fault = world_.faults().strike_event(name_);
  if (fault) world_.tell("fault", fmt::format("{} strikes an event for {}", to_string(fault->kind), name_));
  const auto delay = fault ? std::chrono::ceil<std::chrono::seconds>(fault->delay) : std::chrono::seconds(0);
  const auto before = std::exchange(held_back_, std::nullopt);
  if (!fault) {
    send(std::move(draft), std::nullopt);
  } else if (fault->kind == FaultKind::RepeatEvent) {
    send(draft, std::nullopt);
    send(std::move(draft), std::nullopt);
  } else if (fault->kind == FaultKind::DelayEvent) {
    send(std::move(draft), delay);
  } else if (fault->kind == FaultKind::ReorderEvents) {
    held_back_ = send(std::move(draft), delay).number;
  }
  if (before) let_pass(*before);
}

// Shows an event that was held back, now as the newest.
void Queue::let_pass(std::uint64_t number) {
  const auto found = messages_.find(number);
  // It may be gone, or its delay over.
  if (found == messages_.end() || !hidden_.erase({found->second.hidden_until, number})) return;
  auto node = messages_.extract(found);
  node.key() = node.mapped().number = ++sent_count_;
  show(messages_.insert(std::move(node)).position->second);
  set_wake();
}

void Queue::adopt(Message message) {
  message.number = ++sent_count_;
  message.receipt.clear();
  auto& kept = messages_[message.number] = std::move(message);
  weigh(kept);
  show(kept);
}

std::vector<Message> Queue::receive(std::size_t count, std::optional<std::chrono::seconds> visibility) {
  promote();
  drop_expired();
  std::vector<Message> taken;
  while (taken.size() < count && !visible_.empty()) {
    Message& message = messages_.at(*visible_.begin());
    if (settings_.redrive && message.received >= settings_.redrive->receives_max && dead_letter_(message)) {
      erase(message);
      continue;
    }
    ++message.received;
    message.last_received = world_.now();
    if (!message.first_received) message.first_received = world_.now();
    message.receipt = fmt::format("{}{}{:016x}{}", handle_start, handle_mark_, message.number, world_.ids().hex(32));
    hide(message, world_.now() + visibility.value_or(settings_.visibility));
    world_.tell("message", fmt::format("{} received from {} (receive {}), hidden until {}", short_id(message), name_,
                                       message.received, clock_text(message.hidden_until)));
    taken.push_back(message);
  }
  return taken;
}

// The handle's message if it is that of the last receive; nullptr if it is older or the message is gone.
Message* Queue::find_receipt(std::string_view receipt, bool& malformed) {
  std::uint64_t number = 0;
  const auto digits = receipt.size() == handle_size ? receipt.substr(4 + mark_size, number_size) : std::string_view();
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  malformed = digits.empty() || !receipt.starts_with(handle_start) || receipt.substr(4, mark_size) != handle_mark_ ||
              parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size();
  if (malformed) return nullptr;
  const auto found = messages_.find(number);
  return found != messages_.end() && found->second.receipt == receipt ? &found->second : nullptr;
}

Answer<void> Queue::remove(std::string_view receipt) {
  promote();
  bool malformed = false;
  Message* message = find_receipt(receipt, malformed);
  if (malformed) return bad_receipt(receipt);
  if (!message) return {};
  world_.tell("message", fmt::format("{} deleted from {}", short_id(*message), name_));
  if (!world_.faults().repeats_message(name_)) {
    erase(*message);
    return {};
  }
  world_.tell("fault", fmt::format("repeat-message strikes: {} is in {} again", short_id(*message), name_));
  hidden_.erase({message->hidden_until, message->number});
  show(*message);
  set_wake();
  return {};
}

Answer<void> Queue::change_visibility(std::string_view receipt, std::chrono::seconds visibility) {
  promote();
  bool malformed = false;
  Message* message = find_receipt(receipt, malformed);
  if (malformed) return bad_receipt(receipt);
  if (!message) {
    return std::unexpected(invalid_value(
        fmt::format("Value {} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not "
                    "available for visibility timeout change.",
                    receipt)));
  }
  if (visible_.contains(message->number)) {
    return std::unexpected(Refusal{"MessageNotInflight",
                                   "The specified message isn't in flight.",
                                   400,
                                   "AWS.SimpleQueueService.MessageNotInflight",
                                   {}});
  }
  const auto until = world_.now() + visibility;
  if (until > message->last_received + visibility_max) {
    return std::unexpected(invalid_value(
        fmt::format("Value {} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the "
                    "message is beyond the limit [43200 seconds]",
                    visibility.count())));
  }
  hidden_.erase({message->hidden_until, message->number});
  if (visibility.count() == 0) {
    show(*message);
  } else {
    hide(*message, until);
  }
  world_.tell("message", fmt::format("{} of {} returns at {} (in {})", short_id(*message), name_, clock_text(until),
                                     base::to_text(visibility)));
  return {};
}

void Queue::purge() {
  world_.tell("message", fmt::format("{} messages purged from {}", messages_.size(), name_));
  world_.queued() -= std::exchange(weight_, 0);
  messages_.clear();
  visible_.clear();
  hidden_.clear();
  set_wake();
}

const Message* Queue::first_visible() {
  promote();
  drop_expired();
  return visible_.empty() ? nullptr : &messages_.at(*visible_.begin());
}

void Queue::drop(std::uint64_t number) {
  if (const auto found = messages_.find(number); found != messages_.end()) erase(found->second);
}

Queue::Counts Queue::counts() {
  promote();
  drop_expired();
  Counts counts;
  counts.visible = visible_.size();
  for (const auto& [until, number] : hidden_) ++(messages_.at(number).received > 0 ? counts.in_flight : counts.delayed);
  return counts;
}

const Message* Queue::find(std::uint64_t number) const {
  const auto found = messages_.find(number);
  return found == messages_.end() ? nullptr : &found->second;
}

bool Queue::has_visible() {
  promote();
  return !visible_.empty();
}

void Queue::hide(Message& message, base::Time until) {
  visible_.erase(message.number);
  message.hidden_until = until;
  hidden_.emplace(until, message.number);
  set_wake();
}

void Queue::show(Message& message) {
  visible_.insert(message.number);
  notify();
}

void Queue::erase(Message& message) {
  weight_ -= weight_of(message);
  world_.queued() -= weight_of(message);
  visible_.erase(message.number);
  hidden_.erase({message.hidden_until, message.number});
  messages_.erase(message.number);
  set_wake();
}

// Shows what has been hidden for long enough.
void Queue::promote() {
  while (!hidden_.empty() && hidden_.begin()->first <= world_.now()) {
    Message& message = messages_.at(hidden_.begin()->second);
    hidden_.erase(hidden_.begin());
    show(message);
  }
  set_wake();
}

void Queue::drop_expired() {
  // Messages are in the order they came, which is that of their sending but for dead letters: those expire no later than
  // their neighbours by this.
  while (!messages_.empty() && messages_.begin()->second.sent + settings_.retention <= world_.now()) {
    Message& message = messages_.begin()->second;
    world_.tell("message", fmt::format("{} expired in {}", short_id(message), name_));
    erase(message);
  }
}

void Queue::set_wake() {
  const std::optional<base::Time> due = hidden_.empty() ? std::nullopt : std::optional(hidden_.begin()->first);
  if (wake_ && due == wake_->at) return;
  if (wake_) world_.agenda().cancel(*wake_);
  wake_.reset();
  if (!due) return;
  wake_ = world_.agenda().add(*due, waking());
}

Agenda::Task Queue::waking() {
  return [this] {
    wake_.reset();
    promote();
  };
}

void Queue::notify() {
  if (notice_) return;
  notice_ = world_.agenda().add(world_.now(), [this] {
    notice_.reset();
    // A listener may have the queue deleted, so nothing of it is touched between two.
    const auto listeners = listeners_;
    for (const auto& listener : listeners) listener();
  });
}

}  // namespace sandbox
