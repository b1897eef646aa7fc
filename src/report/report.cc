// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

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

}  // namespace

void Log::line(Level level, std::string_view event, const std::vector<Field>& fields) {
  if (level < least_) return;
  std::string line = R"({"time":")" + base::to_iso8601(clock_.now()) + R"(","level":")" +
                     std::string(to_string(level)) + R"(","event":)" + base::json_quote(event);
  append(line, context_);
  append(line, fields);
  sink_(line + '}');
}

}  // namespace report
