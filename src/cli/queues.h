// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/account.h"

namespace cli {

// The queue of QUEUE_NAME, and the one of its dead letters.
struct Queues {
  using Attributes = std::map<std::string, std::string, std::less<>>;
  struct One {
    std::string name;
    std::string url;
    std::string arn;
    Attributes attributes;  // All of them, as SQS names them.
  };
  One main;
  std::optional<One> dead_letters;  // None: the queue has no RedrivePolicy.
};

// Errors: QUEUE_NAME is not set; NotFound, naming the queue; Denied …
base::Result<Queues> find_queues(Account& account);

}  // namespace cli
