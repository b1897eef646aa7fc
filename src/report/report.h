// SPDX-License-Identifier: Apache-2.0
#pragma once

// report/: all that is said.
//   report.h     log lines: one JSON object a line, for machines and for `grep`
//   event_log.h  the line in the service's own event log, for whoever looks at the service
//   notice.h     what people want to hear of: a log line, a metric, an event on a bus

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace report {

enum class Level { Info, Warning, Error };

// A log line's member, in the order given. Empty texts are left out.
struct Field {
  Field(std::string_view its_name, std::string_view its_text) : name(its_name), text(its_text) {}
  Field(std::string_view its_name, std::int64_t number) : name(its_name), text(std::to_string(number)), literal(true) {}
  // A member whose value is JSON.
  static Field json(std::string_view its_name, std::string_view text) {
    Field field(its_name, text);
    field.literal = true;
    return field;
  }
  std::string name;
  std::string text;
  bool literal = false;  // `text` is JSON already.
};

// Writes log lines: `{"time":…,"level":…,"event":…, fields}`. Never give it a payload, an environment value or a secret.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;
  // Lines below `least` are not written.
  Log(base::Clock& clock, Sink sink, Level least = Level::Info)
      : clock_(clock), sink_(std::move(sink)), least_(least) {}

  // Members that every line bears until the next call: the request id, say.
  void set_context(std::vector<Field> fields) { context_ = std::move(fields); }

  // The Lambda function whose log it is. Its metrics are counted by themselves as well, under the dimension `FunctionName`.
  void set_function(std::string name) { function_ = std::move(name); }

  // `event` names what happened: `message`, `decision`, `rules` … With a `metric` the line counts one for it, in the namespace `Caretaker`, by
  // CloudWatch's embedded metric format
  // (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
  void line(Level level, std::string_view event, const std::vector<Field>& fields, std::string_view metric = {});

 private:
  base::Clock& clock_;
  Sink sink_;
  Level least_;
  std::vector<Field> context_;
  std::string function_;
};

}  // namespace report
