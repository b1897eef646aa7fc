// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/caller.h"
#include "base/error.h"
#include "decide/record.h"

namespace report {

// What a service's event log says when it is changed, in the words of the blog post that people grep for:
// `[CI/CD] Semantic version >1.2.2 matched with the recent ECR push 1.2.4, so updating the service to the deploy from the latest version`
// `[CI/CD] Deploying latest version 1.2.4`
std::string event_log_text(decide::Record::Action action, std::string_view range, std::string_view tag);
// And in words of our own: `[CI/CD] 1.2.4 is deployed: …`.
std::string event_log_text(std::string_view why);

// A place in CloudWatch Logs.
struct EventLog {
  std::string region;
  std::string group;
  std::string stream;
};

// Writes one line there. A missing group or stream is an error like any other: the caller goes on.
base::Result<void> write_event_log(aws::Caller& caller, const EventLog& log, base::Time now, std::string_view text,
                                   const aws::Deadline& deadline);

}  // namespace report
