// SPDX-License-Identifier: Apache-2.0
#include "decide/gates/gate.h"

namespace decide {

Gates gates_of(const rules::Rule& rule) {
  Gates gates;
  if (rule.soak > base::Duration::zero()) gates.push_back(make_soak(rule.soak));
  return gates;
}

GateAnswer ask(const Gates& gates, const Candidate& candidate, const Facts& facts) {
  for (const auto& gate : gates) {
    auto answer = gate->answer(candidate, facts);
    if (answer.kind == GateAnswer::Kind::Pass) continue;
    answer.gate = gate->name();
    return answer;
  }
  return {};
}

}  // namespace decide
