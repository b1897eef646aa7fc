// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/account.h"
#include "sandbox/message.h"
#include "sandbox/sqs.h"
#include "sandbox/world.h"

namespace sandbox {

// Lambda's event source mapping from a queue to the function: batches of at most 10 messages, no batching window,
// ReportBatchItemFailures, at most as many invocations at once as the account's settings say and never above 5.
class EventSource final {
 public:
  // Takes no message if `invoke` is empty.
  EventSource(World& world, Sqs& sqs, std::string queue, Invoke invoke);
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  // Invokes the function with what is visible, as far as it is free.
  void poll();

 private:
  struct Batch {
    std::vector<Message> messages;
    Agenda::Key deadline;
  };

  void start(std::vector<Message> messages);
  void finish(const std::string& request_id, const InvocationResult& result);
  void give_back(const std::vector<Message>& messages);
  void settle(const std::vector<Message>& messages, const std::set<std::string>& failed);

  World& world_;
  Sqs& sqs_;
  std::string queue_;
  Invoke invoke_;
  std::map<std::string, Batch> running_;  // By request id.
  bool polling_ = false;
  std::shared_ptr<EventSource*> self_;  // Gone with this, for answers that come later.
};

// The event that Lambda makes of a batch.
std::string lambda_event(const std::vector<Message>& messages, std::string_view queue_arn, std::string_view region);

// The ids that an answer's `batchItemFailures` names. Errors, which make the whole batch fail: no JSON, an empty, missing
// or unknown identifier.
std::expected<std::set<std::string>, std::string> batch_item_failures(std::string_view answer,
                                                                      const std::vector<Message>& messages);

}  // namespace sandbox
