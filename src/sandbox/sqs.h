// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/json_service.h"
#include "sandbox/queue.h"
#include "sandbox/queue_attributes.h"
#include "sandbox/world.h"

namespace sandbox {

// Amazon SQS: standard queues. Differences from AWS: no FIFO queues; names of deleted queues and purges need no pause; an
// old receipt handle never deletes a message.
class Sqs final : public JsonService {
 public:
  explicit Sqs(World& world) : world_(world) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

  // Nullptr if there is none. Valid until the queue is deleted.
  Queue* find(std::string_view name);
  Queue& create(const std::string& name, QueueSettings settings);
  // Called from the agenda when messages of that queue have become visible and nobody who polls has taken them.
  void listen(const std::string& queue, Queue::Listener listener);

  // As `GET /_sandbox/pipeline` has them: name, visible, inFlight, delayed and, if messages are hidden, when the first returns.
  boost::json::array show_queues();

  // In sqs_state.cc. Who waits for a message is not part of it.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);
  // Why what was restored can't be; nullopt if it can.
  std::optional<std::string> check_restored() const;

 private:
  struct Kept {
    std::unique_ptr<Queue> queue;
    AttributeTexts stored;
    std::map<std::string, std::string> tags;
  };
  // A ReceiveMessage.
  struct Receive {
    std::string queue;
    std::size_t count = 1;
    std::optional<std::chrono::seconds> visibility;
    std::vector<std::string> system_attributes;
    std::vector<std::string> attributes;
  };
  // One that waits for a message.
  struct Waiter {
    Receive receive;
    Asker asker;
    Agenda::Key deadline;
  };

  struct MoveTask {
    std::string id;
    std::string source_arn;
    std::string destination_arn;  // Empty: to where each message came from.
    std::optional<std::int64_t> rate;
    base::Time started;
    std::size_t moved = 0;
    std::size_t to_move = 0;
    std::string status = "RUNNING";
    std::string failure;
    std::optional<Agenda::Key> due;  // When it moves some more.
  };

  static const std::vector<Operation<Sqs>>& operations();

  Outcome create_queue(const Input& input);
  Outcome delete_queue(const Input& input);
  Outcome get_queue_url(const Input& input);
  Outcome get_queue_attributes(const Input& input);
  Outcome set_queue_attributes(const Input& input);
  Outcome list_queues(const Input& input);
  Outcome list_dead_letter_source_queues(const Input& input);
  Outcome tag_queue(const Input& input);
  Outcome untag_queue(const Input& input);
  Outcome list_queue_tags(const Input& input);
  Outcome purge_queue(const Input& input);
  Outcome send_message(const Input& input);
  Outcome send_message_batch(const Input& input);
  Outcome delete_message(const Input& input);
  Outcome delete_message_batch(const Input& input);
  Outcome change_message_visibility(const Input& input);
  Outcome change_message_visibility_batch(const Input& input);
  // In sqs_move_tasks.cc.
  Outcome start_message_move_task(const Input& input);
  Outcome list_message_move_tasks(const Input& input);
  Outcome cancel_message_move_task(const Input& input);
  void move_some(const std::string& id);
  Agenda::Task moving(const std::string& id);
  void end_move(MoveTask& task, std::string status, std::string failure);
  static std::string handle_of(const MoveTask& task);
  Queue* find_arn(std::string_view arn);

  void receive_message(const Input& input, Asker asker);
  std::optional<Output> try_receive(const Receive& receive);
  void serve(const std::string& queue);
  bool move_to_dead_letters(const std::string& source, const Message& message);
  Answer<void> check_redrive(std::string_view queue, const QueueSettings& settings) const;
  Answer<Kept*> queue_of(const Input& input);
  Outcome send(Queue& queue, const Input& input);
  std::string url_of(std::string_view queue) const;
  template <class Run>
  Outcome run_batch(const Input& input, Run run);

  World& world_;
  std::string authority_;  // Of the request in hand.
  std::map<std::string, Kept, std::less<>> queues_;
  std::list<Waiter> waiters_;
  std::deque<MoveTask> move_tasks_;  // The newest first.
  std::multimap<std::string, Queue::Listener> listeners_;
};

}  // namespace sandbox
