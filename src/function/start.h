// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "aws/environment.h"

namespace function {

// The Lambda function as a process: reads its settings, warms up what the first message needs, and delivers one invocation's
// messages after the other's until the Runtime API is gone. `runtime_address` is AWS_LAMBDA_RUNTIME_API. Returns the exit
// status, after a log line that says why, and an init error to the Runtime API if it is the settings.
int start(const aws::Environment& environment, std::string_view runtime_address);

}  // namespace function
