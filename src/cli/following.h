// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "cli/account.h"
#include "cli/outside.h"

namespace cli {

// Follows a service's operation to its end, and says each change in a line.
class Following {
 public:
  struct End {
    bool succeeded = false;
    bool ended = false;  // False: not in time, or interrupted.
    std::string status;  // The operation's, as AWS words it.
    std::string runs;    // The image that is described then.
  };
  // `stop` ends the watching, not the operation.
  Following(Account& account, const Outside& outside, std::stop_token stop)
      : account_(account), outside_(outside), stop_(std::move(stop)) {}

  // The operation of that id; empty: the newest one. A service may be described with the tag some minutes after the success only, which
  // is waited for; empty: any. Errors: the service could not be looked at.
  base::Result<End> follow(const names::ServiceArn& service, const std::string& operation, const std::string& tag,
                           base::Duration timeout);

 private:
  Account& account_;
  const Outside& outside_;
  std::stop_token stop_;
};

}  // namespace cli
