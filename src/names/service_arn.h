// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

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

struct ServiceArnError {
  std::size_t offset = 0;  // Of the part that is wrong.
  std::string message;     // Which part is wrong, and what would be right.
};

std::expected<ServiceArn, ServiceArnError> parse_service_arn(std::string_view text);

}  // namespace names
