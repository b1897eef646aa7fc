// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"

// Amazon CloudWatch, API version 2010-08-01: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
namespace aws::cloud_watch {

inline constexpr Operation describe_alarms_for_metric_operation{Service::CloudWatch, "DescribeAlarmsForMetric", true,
                                                                "cloudwatch:DescribeAlarmsForMetric"};

struct Metric {
  std::string_view space;  // `AWS/SQS`
  std::string_view name;
  std::map<std::string, std::string> dimensions;
};

struct Alarm {
  std::string name;
  std::string state;  // OK, ALARM, INSUFFICIENT_DATA.
  bool acts = false;  // It tells somebody.
};

// The alarms on exactly that metric.
base::Result<std::vector<Alarm>> describe_alarms_for_metric(Caller& caller, std::string_view region,
                                                            const Metric& metric, const Deadline& deadline);

}  // namespace aws::cloud_watch
