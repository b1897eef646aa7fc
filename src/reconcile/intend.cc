// SPDX-License-Identifier: Apache-2.0
#include "reconcile/intend.h"

namespace reconcile {
namespace {

using decide::Operation;
using decide::Record;

// Clocks of AWS and ours may differ by this much before signatures fail.
constexpr auto skew_max = std::chrono::minutes(5);

Operation::Kind kind_of(Record::Action action) {
  switch (action) {
    case Record::Action::Update: return Operation::Kind::Update;
    case Record::Action::Redeploy: return Operation::Kind::Deployment;
  }
  return Operation::Kind::Other;
}

}  // namespace

Settlement settle(const Record::Intention& intention, const decide::Running& running, base::Time now) {
  Settlement settlement;
  // Newest first; what stands behind the operation of before is older than the intention.
  for (const auto& operation : running.operations) {
    if (!intention.operation_before.empty() && operation.id == intention.operation_before) break;
    const bool too_old = operation.started_at && *operation.started_at + skew_max < intention.at;
    if (operation.kind != kind_of(intention.action) || operation.id.empty() || too_old) continue;
    settlement = {Settlement::Kind::Applied, operation.id};
  }
  if (settlement.kind == Settlement::Kind::Open && now >= intention.at + decide::unsettled_for) {
    settlement.kind = Settlement::Kind::NotApplied;
  }
  return settlement;
}

void apply(Record& record, const Record::Intention& intention, std::string operation) {
  record.set = Record::Set{.intention = intention.id,
                           .action = intention.action,
                           .image = intention.image,
                           .tag = intention.tag,
                           .digest = intention.digest,
                           .operation = std::move(operation),
                           .outcome = {},
                           .at = intention.at};
  record.runs = Record::Runs{intention.tag, intention.digest};
  if (record.intention && record.intention->id == intention.id) record.intention.reset();
}

}  // namespace reconcile
