// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "aws/endpoint.h"

namespace aws {

// One operation of a service, as AWS names it. The operations' constants stand in the service's own file.
struct Operation {
  Service service;
  std::string_view name;        // `DescribeService`
  bool repeatable;              // Safe to send again when nobody knows whether it took effect.
  std::string_view iam_action;  // What a policy must allow: `apprunner:DescribeService`.
};

}  // namespace aws
