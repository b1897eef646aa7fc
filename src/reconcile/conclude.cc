// SPDX-License-Identifier: Apache-2.0
#include "reconcile/conclude.h"

#include <algorithm>
#include <utility>

#include "decide/explain.h"
#include "decide/observe.h"
#include "reconcile/intend.h"

namespace reconcile {
namespace {

void settle_left_over(decide::Facts& facts) {
  if (!facts.record || !facts.record->intention || facts.now < facts.record->intention->lease_until) return;
  const auto intention = *facts.record->intention;
  const auto settlement = settle(intention, facts.running, facts.now);
  switch (settlement.kind) {
    case Settlement::Kind::Applied: apply(*facts.record, intention, settlement.operation); break;
    case Settlement::Kind::NotApplied: facts.record->intention.reset(); break;
    case Settlement::Kind::Open: break;
  }
}

// Whoever looks at the service then goes on with it; no message waits for that.
bool is_by_itself(decide::WaitReason why) {
  return why == decide::WaitReason::Retry || why == decide::WaitReason::Gate;
}

// When the decision is due again by itself. At a gate a lower version may wait that passes sooner.
std::optional<base::Time> due(const decide::Decided& decided) {
  const auto* wait = std::get_if<decide::Wait>(&decided.decision);
  if (!wait || !is_by_itself(wait->why)) return std::nullopt;
  auto soonest = wait->until;
  if (wait->why != decide::WaitReason::Gate) return soonest;
  for (const auto& verdict : decided.verdicts) {
    if (verdict.reason == decide::Reason::Gated && verdict.until) soonest = std::min(*soonest, *verdict.until);
  }
  return soonest;
}

}  // namespace

Conclusion conclude(decide::Facts facts) {
  settle_left_over(facts);
  facts.record = decide::observe(facts);
  auto decided = decide::decide(facts);
  facts.record->until = due(decided);
  return {std::move(facts), std::move(decided)};
}

Reconciled told(const Conclusion& conclusion) {
  const auto& [facts, decided] = conclusion;
  Reconciled told{.end = Reconciled::End::Kept,
                  .name = std::string(decide::name(decided.decision)),
                  .word = std::string(decide::reason(decided.decision)),
                  .text = decide::explain(decided, facts),
                  .from = decided.current.tag,
                  .digest = decided.current.digest};
  if (const auto* update = std::get_if<decide::Update>(&decided.decision)) {
    told.end = Reconciled::End::Started;
    told.to = update->to->tag;
  } else if (const auto* redeploy = std::get_if<decide::Redeploy>(&decided.decision)) {
    told.end = Reconciled::End::Started;
    told.to = redeploy->to->tag;
  } else if (const auto* wait = std::get_if<decide::Wait>(&decided.decision)) {
    if (!is_by_itself(wait->why)) told.end = Reconciled::End::Waiting;
    told.until = is_by_itself(wait->why) ? facts.record->until : wait->until;
    if (wait->best) {
      told.to = wait->best->tag;
    } else if (facts.record->intention) {
      told.to = facts.record->intention->tag;
    }
  }
  return told;
}

std::unexpected<base::Error> newer_record() {
  return base::fail(base::ErrorKind::Denied, "its record is of a newer Caretaker; update this one");
}

}  // namespace reconcile
