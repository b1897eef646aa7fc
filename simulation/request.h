// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "simulation/plain_version.h"

namespace simulation {

// What a function asks of AWS, read off the wire.
struct Asked {
  std::string
      service;  // `AppRunner`, `AmazonEC2ContainerRegistry_V20150921`, `AmazonSQS`, `Logs_20140328`, `S3`; or `Container`,
                // which is asked for credentials and no AWS service; or empty.
  std::string operation;   // `DescribeService`, `GET`
  std::string arn;         // App Runner; and of the service whose record it is.
  std::string repository;  // ECR.
  std::string key;         // S3.

  bool is_record() const { return service == "S3" && !arn.empty(); }
  bool is_rules() const { return service == "S3" && key == "rules.json"; }
  bool is_kept_rules() const { return service == "S3" && key == "records/rules/rules.json"; }
  bool is_for_credentials() const { return service == "Container"; }
  // UpdateService and StartDeployment.
  bool is_call() const { return operation == "UpdateService" || operation == "StartDeployment"; }
  bool is_read() const { return operation.starts_with("Describe") || operation.starts_with("List"); }
};
Asked read_request(const http::Request& request);

// A text member of JSON text whose value has no escapes, wherever it first stands; empty if there is none. Much faster than a
// parse.
std::string_view text_in(std::string_view json, std::string_view member);

// Something that people are to be told, as a record keeps it.
struct UntoldView {
  std::string kind;
  std::string operation;
  std::string tag;
  std::string why;
  std::string line;  // For the service's own event log.
  std::optional<base::Time> lease_until;

  bool is_same(const UntoldView& other) const {
    return kind == other.kind && operation == other.operation && why == other.why;
  }
};

// What of a record the invariants speak of. Empty texts: not there.
struct RecordView {
  std::string range;
  std::string intention;
  std::string intention_action;
  std::string intention_tag;
  std::string intention_digest;
  std::optional<base::Time> intention_at;
  std::optional<base::Time> lease_until;
  std::string set_intention;
  std::string set_action;
  std::string set_tag;
  std::string set_operation;
  std::string set_outcome;
  std::optional<base::Time> set_at;
  std::string runs_tag;
  std::optional<std::string> baseline;  // Empty: nothing was in range.
  bool hold = false;
  std::string hold_operation;  // By which a person moved the service back, as far as the record knows; empty: none.
  bool stop = false;
  bool rejected = false;
  bool intention_overdue = false;
  bool overdue = false;  // The operation that was set.
  std::vector<UntoldView> untold;

  bool is_untold(std::string_view kind, std::string_view operation) const {
    return std::ranges::any_of(untold,
                               [&](const UntoldView& one) { return one.kind == kind && one.operation == operation; });
  }
  // What it would be if the operation were taken for the intention's.
  RecordView settled_by(const std::string& operation) const;
};
RecordView read_record(const boost::json::object& record);
// Whether a hold in the record is about the version.
bool holds(const boost::json::object& record, const PlainVersion& version);

}  // namespace simulation
