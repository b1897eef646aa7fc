// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace names {

enum class TargetKind { AppRunner };

// The ARN of something that can be deployed to.
// App Runner: `arn:aws:apprunner:REGION:ACCOUNT:service/NAME/ID` (Service Authorization Reference, App Runner).
struct ServiceArn {
  TargetKind kind = TargetKind::AppRunner;
  std::string partition;
  std::string region;
  std::string account;
  std::string name;
  std::string id;
  std::string text;  // As it was written; what AWS is asked with.

  bool operator==(const ServiceArn& other) const { return text == other.text; }
};

// Errors: Invalid, saying which part is wrong and what would be right.
base::Result<ServiceArn> parse_service_arn(std::string_view text);

}  // namespace names
