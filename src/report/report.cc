// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <fmt/format.h>

#include "base/json.h"

namespace report {
namespace {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::Info: return "info";
    case Level::Warning: return "warning";
    case Level::Error: return "error";
  }
  return "?";
}

void append(std::string& line, const std::vector<Field>& fields) {
  for (const auto& field : fields) {
    if (field.text.empty()) continue;
    line += ',' + base::json_quote(field.name) + ':' + (field.literal ? field.text : base::json_quote(field.text));
  }
}

// Counts one. Under no dimension all functions of a region add up, and under its name each counts alone.
std::string metric_members(std::string_view metric, std::string_view function, base::Time now) {
  const auto name = base::json_quote(metric);
  auto members = fmt::format(
      R"(,"_aws":{{"Timestamp":{},"CloudWatchMetrics":[{{"Namespace":"Caretaker","Dimensions":{},"Metrics":[{{"Name":{},"Unit":"Count"}}]}}]}},{}:1)",
      now.time_since_epoch().count(), function.empty() ? "[[]]" : R"([[],["FunctionName"]])", name, name);
  if (!function.empty()) members += R"(,"FunctionName":)" + base::json_quote(function);
  return members;
}

}  // namespace

void Log::line(Level level, std::string_view event, const std::vector<Field>& fields, std::string_view metric) {
  if (level < least_) return;
  const auto now = clock_.now();
  std::string line = R"({"time":")" + base::to_iso8601(now) + R"(","level":")" + std::string(to_string(level)) +
                     R"(","event":)" + base::json_quote(event);
  append(line, context_);
  append(line, fields);
  if (!metric.empty()) line += metric_members(metric, function_, now);
  sink_(line + '}');
}

}  // namespace report
