// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "sandbox/faults.h"

namespace sandbox {
namespace {

template <class Members, class AnyFault>
void describe_fault(Members& m, AnyFault& fault) {
  if constexpr (Members::reading) {
    std::string name;
    m("kind", name);
    const auto kind = fault_kind(name);
    m.demand(kind.has_value(), "there is no such kind of fault");
    fault.kind = kind.value_or(FaultKind::Throttle);
  } else {
    m("kind", std::string(to_string(fault.kind)));
  }
  m("service", fault.service);
  m("operation", fault.operation);
  m("queue", fault.queue);
  m("times", fault.times);
  m("every", fault.every);
  m("code", fault.code);
  m("message", fault.message);
  m("status", fault.status);
  m("delay", fault.delay);
  m("number", fault.number);
  m("met", fault.met);
  m("struck", fault.struck);
}

}  // namespace

void Faults::save(StateWriter& out) const {
  out.line("faults", [&](MembersOut& m) { m("added", added_); });
  for (const auto& fault : faults_) out.line("fault", [&](MembersOut& m) { describe_fault(m, fault); });
}

bool Faults::restore(std::string_view kind, MembersIn& m) {
  if (kind == "faults") {
    m("added", added_);
  } else if (kind == "fault") {
    auto& fault = faults_.emplace_back();
    describe_fault(m, fault);
    m.demand(fault.every >= 1 && fault.status >= 200 && fault.status < 600 && faults_.size() <= faults_max,
             "its every or status can't be, or there are too many");
  } else {
    return false;
  }
  return true;
}

}  // namespace sandbox
