// SPDX-License-Identifier: Apache-2.0
#include "reconcile/intend.h"

#include <algorithm>

#include "decide/follow.h"

namespace reconcile {
namespace {

using decide::Operation;
using decide::Record;

Operation::Kind kind_of(Record::Action action) {
  switch (action) {
    case Record::Action::Update: return Operation::Kind::Update;
    case Record::Action::Redeploy: return Operation::Kind::Deployment;
  }
  return Operation::Kind::Other;
}

// What an operation of the intention's kind and time is to it.
enum class Origin { Ours, Anothers, Untold };

// An update puts its image into service, so what is described after the newest one tells whose it was. While it runs, and shortly
// after its end, AWS may describe either image; after a failure it describes the one of before.
Origin origin_of(const Operation& operation, const Record::Intention& intention, const decide::Running& running,
                 base::Time now) {
  if (operation.kind != Operation::Kind::Update || !running.image) return Origin::Ours;
  if (to_string(*running.image) == intention.image) return Origin::Ours;
  const auto newest = std::ranges::find_if(running.operations, [&](const Operation& other) {
    return decide::changes_image(other) && (other.state != Operation::State::Failed || other.id == operation.id);
  });
  if (newest == running.operations.end() || newest->id != operation.id) return Origin::Ours;
  switch (operation.state) {
    // From then on nobody believes the list.
    case Operation::State::Underway: return now < intention.at + decide::under_way_for ? Origin::Untold : Origin::Ours;
    case Operation::State::Succeeded:
      return operation.ended_at && now < *operation.ended_at + decide::described_within ? Origin::Untold
                                                                                        : Origin::Anothers;
    case Operation::State::RollingBack:
    case Operation::State::Failed: return Origin::Ours;
  }
  return Origin::Ours;
}

// The operation of its kind and time that began nearest to it, whichever way the clocks differ: a service has one at a time, so what
// came before it, and was not listed when it was written, began minutes before, and what came after it minutes later.
const Operation* nearest(const Record::Intention& intention, const decide::Running& running) {
  const Operation* found = nullptr;
  base::Duration least{};
  // Newest first; what stands behind the operation of before is older than the intention.
  for (const auto& operation : running.operations) {
    if (!intention.operation_before.empty() && operation.id == intention.operation_before) break;
    if (operation.kind != kind_of(intention.action) || operation.id.empty()) continue;
    const auto began = operation.started_at.value_or(intention.at);
    // Nobody acts on an intention whose lease is over, so that is another's operation.
    if (began + decide::clocks_apart < intention.at || began > intention.lease_until + decide::clocks_apart) continue;
    const auto distance = std::chrono::abs(began - intention.at);
    if (found && distance > least) continue;
    found = &operation;
    least = distance;
  }
  return found;
}

}  // namespace

Settlement settle(const Record::Intention& intention, const decide::Running& running, base::Time now) {
  const auto* operation = nearest(intention, running);
  const auto origin = operation ? origin_of(*operation, intention, running, now) : Origin::Anothers;
  if (origin == Origin::Ours) return {Settlement::Kind::Applied, operation->id};
  const bool is_open = origin == Origin::Untold || now < intention.at + decide::unsettled_for;
  return {is_open ? Settlement::Kind::Open : Settlement::Kind::NotApplied, {}};
}

void apply(Record& record, const Record::Intention& intention, std::string operation) {
  record.set = Record::Set{.intention = intention.id,
                           .action = intention.action,
                           .image = intention.image,
                           .tag = intention.tag,
                           .digest = intention.digest,
                           .operation = std::move(operation),
                           .outcome = {},
                           .overdue_at = intention.overdue_at,
                           .at = intention.at,
                           .before = record.runs};
  record.runs = Record::Runs{intention.tag, intention.digest, record.runs ? record.runs->as_of : std::nullopt, true};
  if (record.intention && record.intention->id == intention.id) record.intention.reset();
}

}  // namespace reconcile
