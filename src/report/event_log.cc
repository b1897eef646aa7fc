// SPDX-License-Identifier: Apache-2.0
#include "report/event_log.h"

#include <fmt/format.h>

#include "aws/logs.h"

namespace report {

std::string event_log_text(decide::Record::Action action, std::string_view range, std::string_view tag) {
  switch (action) {
    case decide::Record::Action::Update:
      return fmt::format(
          "[CI/CD] Semantic version {} matched with the recent ECR push {}, "
          "so updating the service to the deploy from the latest version",
          range, tag);
    case decide::Record::Action::Redeploy: return fmt::format("[CI/CD] Deploying latest version {}", tag);
  }
  return {};
}

std::string event_log_text(std::string_view why) { return fmt::format("[CI/CD] {}", why); }

base::Result<void> write_event_log(aws::Caller& caller, const EventLog& log, base::Time now, std::string_view text,
                                   const aws::Deadline& deadline) {
  return aws::logs::put_log_event(caller, log.region, log.group, log.stream, now, text, deadline);
}

}  // namespace report
