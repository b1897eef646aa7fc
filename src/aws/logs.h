// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "aws/caller.h"

// Amazon CloudWatch Logs, API version 2014-03-28: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
namespace aws::logs {

// Repeating it may write a line twice: better than none.
inline constexpr Operation put_log_events_operation{Service::Logs, "PutLogEvents", true, "logs:PutLogEvents"};

// Writes one line. Errors: NotFound (no such group or stream); Invalid if CloudWatch rejected the event as too old or new.
base::Result<void> put_log_event(Caller& caller, std::string_view region, std::string_view group,
                                 std::string_view stream, base::Time time, std::string_view message,
                                 const Deadline& deadline);

}  // namespace aws::logs
