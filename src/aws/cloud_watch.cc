// SPDX-License-Identifier: Apache-2.0
#include "aws/cloud_watch.h"

#include <fmt/format.h>

#include "base/json.h"

namespace aws::cloud_watch {

using base::json_quote;

base::Result<std::vector<Alarm>> describe_alarms_for_metric(Caller& caller, std::string_view region,
                                                            const Metric& metric, const Deadline& deadline) {
  std::string dimensions;
  for (const auto& [name, value] : metric.dimensions) {
    dimensions += fmt::format(R"({}{{"Name":{},"Value":{}}})", dimensions.empty() ? "" : ",", json_quote(name),
                              json_quote(value));
  }
  const auto answer = caller.json(describe_alarms_for_metric_operation, region,
                                  fmt::format(R"({{"Namespace":{},"MetricName":{},"Dimensions":[{}]}})",
                                              json_quote(metric.space), json_quote(metric.name), dimensions),
                                  deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* list = base::member(answer->tree, "MetricAlarms");
  std::vector<Alarm> alarms;
  // The protocol leaves an empty list out.
  if (!list || !list->is_array()) return alarms;
  for (const auto& one : list->get_array()) {
    const auto* actions = base::member(one, "AlarmActions");
    alarms.push_back({.name = std::string(base::string_member(one, "AlarmName").value_or("")),
                      .state = std::string(base::string_member(one, "StateValue").value_or("")),
                      .acts = base::bool_member(one, "ActionsEnabled").value_or(true) && actions &&
                              actions->is_array() && !actions->get_array().empty()});
  }
  return alarms;
}

}  // namespace aws::cloud_watch
