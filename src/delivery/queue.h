// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aws/environment.h"
#include "aws/sqs.h"
#include "base/error.h"
#include "delivery/batch.h"

namespace delivery {

// The queue's name, as the environment has it: QUEUE_NAME, or else the last part of QUEUE_URL, in which the blog post's sample stack has
// it.
std::string queue_name(const aws::Environment& environment);

// The queue that the messages come from. Its URLs are looked up when they are first needed, and kept; the dead-letter
// queue's is looked up anew when that queue is gone, since another one may have taken its place.
class Queue {
 public:
  Queue(aws::Caller& caller, std::string region, std::string name)
      : caller_(caller), region_(std::move(region)), name_(std::move(name)) {}

  // A message that shows again after `delay`, if it is also reported as failed.
  struct Postponed {
    const Message* message;
    std::chrono::milliseconds delay;
  };
  // Returns what went wrong with each; empty: nothing did.
  std::vector<std::string> postpone(std::span<const Postponed> messages, const aws::Deadline& deadline);

  // Sends a new message, which shows after `delay` (at most delay_max).
  base::Result<void> send(std::string_view body, std::chrono::milliseconds delay, const aws::Deadline& deadline);
  static constexpr std::chrono::minutes delay_max{15};

  // Sends the body, with the reason as attribute, to the queue's dead-letter queue; false if it has none, by its
  // RedrivePolicy. Errors: NotFound if one of the queues is not there.
  base::Result<bool> send_dead_letter(const Message& message, std::string_view reason, const aws::Deadline& deadline);

 private:
  base::Result<std::string> url(const aws::Deadline& deadline);
  // nullopt: it has none.
  base::Result<std::optional<std::string>> dead_letter_url(const aws::Deadline& deadline);

  aws::Caller& caller_;
  std::string region_;
  std::string name_;
  std::optional<std::string> url_;
  std::optional<std::string> dead_letter_url_;
};

}  // namespace delivery
