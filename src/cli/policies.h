// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ecr.h"
#include "base/clock.h"

// What policies of AWS say about the few things that `caretaker doctor` wants to know. They are JSON; what cannot be read says no.
namespace cli {

// Whether a queue's policy lets EventBridge send to it.
enum class Senders {
  None,   // It does not.
  Bound,  // It does, for certain rules or accounts.
  Any,    // It does, for anybody's rules.
};
Senders event_senders(std::string_view queue_policy);

// Whether a bucket's policy denies requests without TLS (`aws:SecureTransport`).
bool demands_tls(std::string_view bucket_policy);

// The priority of the rule of a lifecycle policy that expires the image of that tag now; nullopt: none does. By Amazon ECR's user
// guide, "Lifecycle policies": the rules apply in the order of their priority, and an image is expired by one rule at most.
std::optional<std::int64_t> expires(std::string_view lifecycle_policy, const std::vector<aws::ecr::ImageDetail>& images,
                                    std::string_view tag, base::Time now);

}  // namespace cli
