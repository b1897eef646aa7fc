// SPDX-License-Identifier: Apache-2.0
#include "aws/logs.h"

#include <fmt/format.h>

#include "base/json.h"

namespace aws::logs {

base::Result<void> put_log_event(Caller& caller, std::string_view region, std::string_view group,
                                 std::string_view stream, base::Time time, std::string_view message,
                                 const Deadline& deadline) {
  using base::json_quote;
  const std::string body =
      fmt::format(R"({{"logGroupName":{},"logStreamName":{},"logEvents":[{{"timestamp":{},"message":{}}}]}})",
                  json_quote(group), json_quote(stream), time.time_since_epoch().count(), json_quote(message));
  const auto answer = caller.json(put_log_events_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  // A rejected event is a success on the wire.
  if (base::member(answer->tree, "rejectedLogEventsInfo") != nullptr) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("logs PutLogEvents {}/{}: the event's time is too old or too new", group, stream));
  }
  return {};
}

}  // namespace aws::logs
