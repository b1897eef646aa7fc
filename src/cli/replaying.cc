// SPDX-License-Identifier: Apache-2.0
#include "cli/replaying.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/explain.h"
#include "reconcile/conclude.h"
#include "reconcile/intend.h"

namespace cli {
namespace {

using delivery::Ending;
using delivery::Push;

// The deployment that was decided ends well, which the next look finds.
void deploy(Seen& seen, const reconcile::Conclusion& conclusion, const decide::Candidate& to) {
  const bool update = std::holds_alternative<decide::Update>(conclusion.decided.decision);
  const auto number = seen.running.operations.size() + 1;
  decide::Operation operation{.id = fmt::format("replayed-{}", number),
                              .kind = update ? decide::Operation::Kind::Update : decide::Operation::Kind::Deployment,
                              .state = decide::Operation::State::Succeeded,
                              .status = "SUCCEEDED",
                              .started_at = conclusion.facts.now,
                              .ended_at = conclusion.facts.now};
  if (seen.running.image && update) seen.running.image = seen.running.image->with_tag(to.tag);
  const decide::Record::Intention intention{
      .id = operation.id,
      .action = update ? decide::Record::Action::Update : decide::Record::Action::Redeploy,
      .image = seen.running.image ? names::to_string(*seen.running.image) : "",
      .tag = std::string(to.tag),
      .digest = std::string(to.digest),
      .at = conclusion.facts.now};
  reconcile::apply(seen.stored.record, intention, operation.id);
  seen.running.operations.insert(seen.running.operations.begin(), std::move(operation));
}

const decide::Candidate* deployed(const decide::Decision& decision) {
  if (const auto* update = std::get_if<decide::Update>(&decision)) return update->to;
  if (const auto* redeploy = std::get_if<decide::Redeploy>(&decision)) return redeploy->to;
  return nullptr;
}

}  // namespace

Replayed Replaying::play(FiledEvent event) {
  Replayed replayed{.event = std::move(event)};
  auto push = delivery::parse_push(replayed.event.body);
  if (!push) {
    replayed.endings.push_back(delivery::ending_of(push.error()));
    return replayed;
  }
  replayed.push = std::move(*push);
  for (auto& service : snapshot_.services) {
    if (service.repository != replayed.push->repository) continue;
    replayed.endings.push_back(play(*replayed.push, service, replayed.deployments));
  }
  if (replayed.endings.empty()) replayed.endings.push_back(delivery::no_rule(*replayed.push));
  return replayed;
}

Ending Replaying::play(const Push& push, ServiceFacts& service, std::size_t& deployments) {
  const auto& rule = *service.rule;
  if (const auto excluded = decide::excluded(push.tag, rule)) return delivery::ending_of(*excluded, push, rule);
  if (!service.not_covered.empty()) {
    return delivery::ending_of(
        push, reconcile::Reconciled{.name = "keep", .word = std::string(not_covered_word), .text = service.not_covered},
        rule);
  }
  if (!service.seen) return delivery::ending_of(push, std::unexpected(service.seen.error()), rule);
  learn(push, service);
  auto& seen = *service.seen;
  if (!seen.listing->find(push.tag)) {
    return delivery::about(
        {.word = "not-listed",
         .text = fmt::format("{} is not in {}: it was deleted since, or the repository's list was saved "
                             "before it came",
                             push.tag, names::to_string(push.repository))},
        rule);
  }
  auto facts = facts_of(service, snapshot_,
                        {.kind = decide::Trigger::Kind::Push, .pushes = {{push.tag, push.digest, push.time}}});
  facts.now = std::max(facts.now, push.time);
  const auto conclusion = reconcile::conclude(std::move(facts));
  const auto* to = deployed(conclusion.decided.decision);
  auto ending = to && seen.stored.read_only ? delivery::ending_of(push, reconcile::newer_record(), rule)
                                            : delivery::ending_of(push, reconcile::told(conclusion), rule);
  if (seen.stored.read_only) return ending;
  seen.stored.record = conclusion.facts.record.value_or(decide::Record{});
  seen.stored.exists = true;
  if (to) {
    ++deployments;
    deploy(seen, conclusion, *to);
  }
  return ending;
}

void Replaying::learn(const Push& push, ServiceFacts& service) {
  if (push.time <= snapshot_.taken_at) return;
  auto& seen = *service.seen;
  decide::Listing listing;
  for (const auto& candidate : seen.listing->candidates()) {
    if (candidate.tag == push.tag) continue;
    listing.add(candidate.digest, {std::string(candidate.tag)}, candidate.pushed_at, candidate.usable);
  }
  listing.add(push.digest, {push.tag}, push.time, true);
  const auto& pattern = service.rule->tag_pattern;
  listings_.push_back(pattern ? listing.read_by(*pattern) : std::move(listing));
  seen.listing = &listings_.back();
}

}  // namespace cli
