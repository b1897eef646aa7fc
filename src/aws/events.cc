// SPDX-License-Identifier: Apache-2.0
#include "aws/events.h"

#include <fmt/format.h>

#include "base/json.h"

namespace aws::events {

base::Result<void> put_event(Caller& caller, std::string_view region, const Event& event, const Deadline& deadline) {
  using base::json_quote;
  const auto resources = event.resource.empty() ? std::string() : json_quote(event.resource);
  const auto body = fmt::format(
      R"({{"Entries":[{{"EventBusName":{},"Source":{},"DetailType":{},"Detail":{},"Resources":[{}],"Time":{}}}]}})",
      json_quote(event.bus), json_quote(event.source), json_quote(event.detail_type), json_quote(event.detail),
      resources, event.time.time_since_epoch().count() / 1000);
  const auto answer = caller.json(put_events_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto parsed = base::parse_json(*answer);
  // An entry that failed is a success on the wire.
  const auto failed = parsed ? base::int_member(*parsed, "FailedEntryCount") : std::nullopt;
  if (failed.value_or(0) > 0) {
    return base::fail(base::ErrorKind::Invalid, fmt::format("events PutEvents {}: the entry was refused", event.bus));
  }
  return {};
}

}  // namespace aws::events
