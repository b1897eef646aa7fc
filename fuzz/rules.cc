// SPDX-License-Identifier: Apache-2.0
// Rules files: any text gives rules or an error with a place in it, never both and never neither.
#include "rules/rules.h"

#include <algorithm>

#include "base/json.h"
#include "fuzz/fuzz.h"

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto checked = rules::parse_rules(std::string(fuzz::text_of(data, size)));
  bool error = false;
  for (const auto& problem : checked.problems) {
    error = error || problem.severity == rules::Problem::Severity::Error;
    const auto said = rules::to_string(problem, "f");
    fuzz::check(said.size() < 3000 && std::ranges::none_of(said, is_control), "a problem is a line");
    fuzz::check(base::parse_json(base::json_quote(problem.place.excerpt)).has_value(), "what is shown is UTF-8");
  }
  fuzz::check(checked.rules.has_value() != error, "rules are there unless there is an error");
  if (!checked.rules) return 0;
  for (const auto& rule : checked.rules->rules) {
    fuzz::check(!rule.service.text.empty(), "a rule names a service");
    static_cast<void>(rules::version_of("v1.2.3-alpine", rule));
  }
  return 0;
}
