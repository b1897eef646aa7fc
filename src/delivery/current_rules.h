// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/s3.h"
#include "base/error.h"
#include "report/report.h"
#include "rules/rules.h"

namespace delivery {

// The rules that are in force: an S3 object, read conditionally at each use, so that a change takes effect with the next
// event. While the object is broken or out of reach the last valid rules of this process stay in force, and that is said.
class CurrentRules {
 public:
  struct Place {
    aws::s3::Bucket bucket;
    std::string key;
  };
  CurrentRules(aws::Caller& caller, report::Log& log, Place place, rules::Retry defaults)
      : caller_(caller), log_(log), place_(std::move(place)), defaults_(defaults) {}

  // Valid until the next call. Errors: there are no valid rules yet, with the reason.
  base::Result<const rules::Rules*> get(const aws::Deadline& deadline);
  // How a push waits while there are no rules.
  const rules::Retry& defaults() const { return defaults_; }

 private:
  base::Result<void> refresh(const aws::Deadline& deadline);

  aws::Caller& caller_;
  report::Log& log_;
  Place place_;
  rules::Retry defaults_;
  std::string etag_;
  std::optional<rules::Rules> rules_;
};

}  // namespace delivery
