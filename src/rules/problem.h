// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace rules {

// A spot in a file of rules.
struct Place {
  base::Position position;
  std::string pointer;  // RFC 6901, to the value concerned; empty for the file as a whole.
  std::string excerpt;  // The line of the text, and below it a caret under the spot; empty where there is none to show.
};

// Something about a file that its author should know.
struct Problem {
  enum class Severity {
    Error,    // The file is not taken.
    Warning,  // It is taken, and does not do what anybody would want.
    Hint,     // It is fine, and might be better.
  };
  Severity severity = Severity::Error;
  std::string_view id;  // One of problem_ids: stable, for programs and for `silence`.
  Place place;
  std::string message;  // What is wrong, with the offending value, and what would be right: one_line (source.h).
};

std::string_view to_string(Problem::Severity severity);  // `error`, `warning`, `hint`

// `rules.json:3:17: error: /rules/0/semVersion: …`, one line whatever the rules hold. Warnings and hints end in their id:
// ` [unbounded-range]`.
std::string to_string(const Problem& problem, std::string_view file);

}  // namespace rules
