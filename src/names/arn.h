// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace names {

// The parts of any Amazon Resource Name, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` (IAM user guide, "Amazon Resource
// Names"). Borrows its text.
struct Arn {
  std::string_view partition;
  std::string_view service;
  std::string_view region;    // May be empty, as for IAM.
  std::string_view account;   // May be empty, as for S3.
  std::string_view resource;  // May hold colons.
};

// nullopt if there are fewer than six parts, or no resource.
std::optional<Arn> parse_arn(std::string_view text);

}  // namespace names
