// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/caller.h"
#include "report/report.h"

namespace report {

// Something that people want to hear of, about one service.
struct Notice {
  enum class Kind {
    Started,    // A deployment was started.
    Succeeded,  // It was seen to have succeeded, and its image to run.
    Failed,     // It ended otherwise.
    Overdue,    // It takes longer than it is followed.
    Held,       // A person moved the service back.
    Stopped,    // Two deployments in a row failed.
    Ordered,    // An operator ordered something.
    Refused,  // The service or its repository is out of reach: access is denied, or it is not there; or the target refuses the call as it is.
    NotCovered,  // The deployed stack does not cover the rule.
  };
  Kind kind = Kind::Started;
  std::string service;  // ARN
  std::string rule;     // Its range.
  std::string tag;      // The version concerned; of a hold the running one.
  std::string from;     // Of a deployment: the tag that ran before. Empty: unknown.
  std::string digest;
  std::string operation;
  std::string outcome;
  std::string by;
  std::string why;  // A sentence.
  bool operator==(const Notice&) const = default;
};

// `started`, `succeeded`, `failed` …
std::string_view to_string(Notice::Kind kind);
// nullopt: no kind is called so.
std::optional<Notice::Kind> parse_notice_kind(std::string_view text);

// Where notices go besides the log: an event bus of EventBridge.
struct NoticeBus {
  std::string name;  // Empty: there is none.
  std::string region;
};

// The kind's metric: `DeploymentsStarted`, `ServicesHeld` … Empty for orders, which are given at a terminal, where nobody counts.
std::string_view metric_of(Notice::Kind kind);

// A log line `notice` with the kind's metric, if it has one, and an event of
// source `caretaker` and detail type `Caretaker Notice` on the bus. Best effort: what hinders the event is a log line.
void tell(Log& log, aws::Caller& caller, const NoticeBus& bus, const Notice& notice, base::Time now,
          const aws::Deadline& deadline);

}  // namespace report
