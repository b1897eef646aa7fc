// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/s3.h"
#include "base/error.h"
#include "report/report.h"
#include "rules/rules.h"

namespace delivery {

// The rules that are in force: an S3 object, read conditionally at each use, so that a change takes effect with the next
// event. The last valid text is kept beside the records, at last_good_key(). A broken object never replaces it: while the
// object is broken the last valid rules of this process stay in force, or in a new process the kept ones, and each use raises
// an alarm: a log line of level `error` and event `rules`, with `state` `broken`, the place of each error and the
// metric `RulesBroken`. So does an object that is out of reach (`unread`) or gone (`missing`), which leaves a new process without
// rules, since its owner may have taken it away. Only a passing failure while rules are in force is a warning and does not count.
class CurrentRules {
 public:
  struct Place {
    aws::s3::Bucket bucket;
    std::string key;
  };
  CurrentRules(aws::Caller& caller, report::Log& log, Place place, rules::Retry defaults);

  // Valid until the next call. One request, but for the first use and changes. Errors: there are no valid rules yet, with the
  // reason.
  base::Result<const rules::Rules*> get(const aws::Deadline& deadline);
  // Reads the object ahead of its first use. What keeps it from that is a warning only: the use will find it out, or not.
  void warm_up(const aws::Deadline& deadline);
  // Whether the rules in force are the object's as it was at the last use: it could be read, and is not broken.
  bool are_current() const { return was_read_ && errors_.empty(); }
  const Place& place() const { return place_; }
  // How a push waits while there are no rules.
  const rules::Retry& defaults() const { return defaults_; }

 private:
  base::Result<void> refresh(const aws::Deadline& deadline);
  void keep(const aws::Deadline& deadline);
  base::Result<void> try_to_keep(const aws::Deadline& deadline);
  bool restore(const aws::Deadline& deadline);
  void say_unread(const base::Error& error, report::Level level, std::string_view then) const;
  void raise_alarm() const;
  std::string_view consequence() const;
  base::Result<std::optional<aws::s3::Object>> read_kept(const aws::Deadline& deadline);

  aws::Caller& caller_;
  report::Log& log_;
  Place place_;
  std::string file_;  // `s3://bucket/key`
  rules::Retry defaults_;
  std::string etag_;  // Of the object as it was last read, valid or broken.
  std::optional<rules::Rules> rules_;
  std::string unkept_;                  // The object's text, if it is valid and still to be kept.
  bool was_read_ = false;               // At the last use.
  bool kept_ = false;                   // They are not the object's, but the kept ones.
  std::vector<rules::Problem> errors_;  // Of the object as it was last read; empty if it was valid.
};

// Where the last valid text of a rules object is kept, in the same bucket: `records/rules/KEY`. Nothing listens to it.
std::string last_good_key(std::string_view rules_key);

}  // namespace delivery
