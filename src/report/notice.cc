// SPDX-License-Identifier: Apache-2.0
#include "report/notice.h"

#include <fmt/format.h>

#include "aws/events.h"
#include "base/json.h"

namespace report {
namespace {

Level level_of(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::Started:
    case Notice::Kind::Succeeded:
    case Notice::Kind::Ordered: return Level::Info;
    case Notice::Kind::Held: return Level::Warning;
    case Notice::Kind::Refused:
    case Notice::Kind::NotCovered:
    case Notice::Kind::Failed:
    case Notice::Kind::Overdue:
    case Notice::Kind::Stopped: return Level::Error;
  }
  return Level::Info;
}

std::vector<Field> fields_of(const Notice& notice) {
  return {{"kind", to_string(notice.kind)},
          {"service", notice.service},
          {"rule", notice.rule},
          {"tag", notice.tag},
          {"from", notice.from},
          {"digest", notice.digest},
          {"operation", notice.operation},
          {"outcome", notice.outcome},
          {"by", notice.by},
          {"why", notice.why}};
}

std::string detail_of(const Notice& notice) {
  std::string detail = R"({"schema":1)";
  for (const auto& field : fields_of(notice)) {
    if (!field.text.empty()) detail += ',' + base::json_quote(field.name) + ':' + base::json_quote(field.text);
  }
  return detail + '}';
}

}  // namespace

std::string_view to_string(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::Started: return "started";
    case Notice::Kind::Succeeded: return "succeeded";
    case Notice::Kind::Failed: return "failed";
    case Notice::Kind::Overdue: return "overdue";
    case Notice::Kind::Held: return "held";
    case Notice::Kind::Stopped: return "stopped";
    case Notice::Kind::Ordered: return "ordered";
    case Notice::Kind::Refused: return "refused";
    case Notice::Kind::NotCovered: return "not-covered";
  }
  return "?";
}

std::optional<Notice::Kind> parse_notice_kind(std::string_view text) {
  for (int i = 0;; ++i) {
    const auto kind = static_cast<Notice::Kind>(i);
    const auto name = to_string(kind);
    if (name == "?") return std::nullopt;
    if (name == text) return kind;
  }
}

std::string_view metric_of(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::Started: return "DeploymentsStarted";
    case Notice::Kind::Succeeded: return "DeploymentsSucceeded";
    case Notice::Kind::Failed: return "DeploymentsFailed";
    case Notice::Kind::Overdue: return "DeploymentsOverdue";
    case Notice::Kind::Held: return "ServicesHeld";
    case Notice::Kind::Stopped: return "ServicesStopped";
    case Notice::Kind::Ordered: return {};
    case Notice::Kind::Refused: return "ServicesRefused";
    case Notice::Kind::NotCovered: return "RulesNotCovered";
  }
  return "Notices";
}

void tell(Log& log, aws::Caller& caller, const NoticeBus& bus, const Notice& notice, base::Time now,
          const aws::Deadline& deadline) {
  log.line(level_of(notice.kind), "notice", fields_of(notice), metric_of(notice.kind));
  if (bus.name.empty()) return;
  const auto detail = detail_of(notice);
  const auto put = aws::events::put_event(caller, bus.region,
                                          {.bus = bus.name,
                                           .source = "caretaker",
                                           .detail_type = "Caretaker Notice",
                                           .detail = detail,
                                           .resource = notice.service,
                                           .time = now},
                                          deadline);
  if (!put) log.line(Level::Warning, "notice", {{"service", notice.service}, {"why", put.error().message}});
}

}  // namespace report
