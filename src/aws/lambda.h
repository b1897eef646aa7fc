// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"

// AWS Lambda, API version 2015-03-31: https://docs.aws.amazon.com/lambda/latest/api/
namespace aws::lambda {

inline constexpr Operation list_event_source_mappings_operation{Service::Lambda, "ListEventSourceMappings", true,
                                                                "lambda:ListEventSourceMappings"};
inline constexpr Operation get_function_configuration_operation{Service::Lambda, "GetFunctionConfiguration", true,
                                                                "lambda:GetFunctionConfiguration"};

struct EventSourceMapping {
  std::string function_arn;  // May end in a version or an alias.
  std::string state;         // `Enabled`, `Disabled`, `Creating` …
  bool reports_batch_item_failures = false;
};

// The mappings of that event source, which is a queue's ARN: all pages, or an error.
base::Result<std::vector<EventSourceMapping>> list_event_source_mappings(Caller& caller, std::string_view region,
                                                                         std::string_view source_arn,
                                                                         const Deadline& deadline);

struct FunctionConfiguration {
  std::chrono::seconds timeout{0};
  std::string state;               // `Active`, `Pending`, `Failed` …
  std::string last_update_status;  // `Successful`, `Failed`, `InProgress`.
  std::string why;                 // Of a state or an update that is not well; may be empty.
  std::map<std::string, std::string, std::less<>> environment;  // May hold secrets.
};

// `function`: its name or ARN. Errors: NotFound.
base::Result<FunctionConfiguration> get_function_configuration(Caller& caller, std::string_view region,
                                                               std::string_view function, const Deadline& deadline);

}  // namespace aws::lambda
