// SPDX-License-Identifier: Apache-2.0
// Rules files: any text gives rules or an error with a place in it, never both and never neither.
#include "rules/rules.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto checked = rules::parse_rules(std::string(fuzz::text_of(data, size)));
  bool error = false;
  for (const auto& problem : checked.problems) {
    error = error || problem.severity == rules::Problem::Severity::Error;
    const auto said = rules::to_string(problem, "f");
    fuzz::check(said.find('\n') == std::string::npos || !said.empty(), "a problem is a sentence");
  }
  fuzz::check(checked.rules.has_value() != error, "rules are there unless there is an error");
  if (!checked.rules) return 0;
  for (const auto& rule : checked.rules->rules) {
    fuzz::check(!rule.service.text.empty(), "a rule names a service");
    static_cast<void>(rules::version_of("v1.2.3-alpine", rule));
  }
  return 0;
}
