// SPDX-License-Identifier: Apache-2.0
#include "decide/follow.h"

#include <algorithm>

#include "decide/current.h"
#include "decide/held.h"

namespace decide {
namespace {

// Those that are gone from the repository are forgotten first, and then the oldest.
constexpr std::size_t rejected_max = 50;
// This many failed deployments in a row stop the service.
constexpr int failures_max = 2;

void forget_rejected(Record& record, const Listing& listing) {
  if (record.rejected.size() <= rejected_max) return;
  const auto is_gone = [&](const Record::Rejected& rejected) {
    return std::ranges::find(listing.candidates(), rejected.digest, &Candidate::digest) == listing.candidates().end();
  };
  const auto gone = std::ranges::find_if(record.rejected, is_gone);
  record.rejected.erase(gone == record.rejected.end() ? record.rejected.begin() : gone);
}

void reject(Record& record, const Facts& facts, base::Time at) {
  const auto& set = *record.set;
  const auto known = std::ranges::find(record.rejected, set.digest, &Record::Rejected::digest);
  Record::Rejected rejected{.digest = set.digest, .tag = set.tag, .operation = set.operation, .attempts = 1, .at = at};
  if (known != record.rejected.end()) {
    rejected.attempts = known->attempts + 1;
    record.rejected.erase(known);
  }
  record.rejected.push_back(std::move(rejected));
  forget_rejected(record, facts.listing);
  // What was pushed while it was failing was not there when it was decided on.
  if (++record.failures >= failures_max) record.stop = Record::Stop{set.at};
  if (record.runs && record.runs->tag == set.tag) {
    if (set.before) {
      record.runs = set.before;
    } else {
      record.runs->digest.clear();
    }
  }
}

// An order may be about what lies below the version that ran then, so only a deployment that came after it ends it.
void end_ordered_holds(Record& record, const rules::Rule& rule) {
  const auto deployed = rules::version_of(record.set->tag, rule);
  const bool is_new = record.set->action == Record::Action::Update;
  if (!is_new || !deployed || !rule.range.contains(*deployed)) return;
  std::erase_if(record.holds, [&](const Record::Hold& hold) {
    return hold.is_ordered() && hold.at <= record.set->at &&
           std::ranges::all_of(hold.versions, [&](std::string_view text) {
             const auto held = read_held(text);
             return !held || held->highest < *deployed;
           });
  });
}

void accept(Record& record, const rules::Rule& rule) {
  end_ordered_holds(record, rule);
  record.failures = 0;
  record.stop.reset();
  record.deployed = record.set->tag;
  record.foreign.reset();
  std::erase_if(record.rejected,
                [&](const Record::Rejected& rejected) { return rejected.digest == record.set->digest; });
}

// A deployment that came after ours: ours had ended by then.
bool is_followed_by_another(const Record& record, const Running& running) {
  const auto* newest = newest_deployment(running);
  return newest && is_after(*newest, record.set->operation, record.set->at, running);
}

// What runs tells what came of an update whose end is not listed; of a redeployment nothing tells.
void end_unlisted(Record& record, const Facts& facts) {
  const auto& image = facts.running.image;
  const bool is_update = record.set->action == Record::Action::Update;
  const bool runs = image && to_string(*image) == record.set->image;
  const bool is_replaced = std::ranges::any_of(facts.running.operations, [&](const Operation& operation) {
    return changes_image(operation) && operation.state == Operation::State::Succeeded &&
           is_after(operation, record.set->operation, record.set->at, facts.running);
  });
  const auto& before = record.set->before;
  const bool runs_before =
      image && before && (image->tag.empty() ? image->digest == before->digest : image->tag == before->tag);
  if (is_update && (runs || is_replaced)) {
    accept(record, facts.rule);
  } else if (is_update && runs_before && runs_repository(facts)) {
    reject(record, facts, facts.now);
  }
  record.set->outcome = Record::lost_outcome;
}

const Operation* find_ours(const Record& record, const Running& running) {
  const auto ours = std::ranges::find(running.operations, record.set->operation, &Operation::id);
  return ours == running.operations.end() ? nullptr : &*ours;
}

// Whether the newest update has just ended and is not described, as far as is known.
bool is_described_as_before(const Record& record, const Running& running, base::Time now) {
  const auto newest = std::ranges::find_if(running.operations, [](const Operation& operation) {
    return changes_image(operation) && operation.state == Operation::State::Succeeded;
  });
  if (newest == running.operations.end() || newest->kind != Operation::Kind::Update || !running.image) return false;
  if (!newest->ended_at || now >= *newest->ended_at + described_within) return false;
  if (is_ours(*newest, record)) return to_string(*running.image) != record.set->image;
  const auto& foreign = record.foreign;
  if (foreign && !newest->id.empty() && foreign->operation == newest->id)
    return to_string(*running.image) != foreign->image;
  const auto& runs = record.runs;
  return runs && newest->started_at && runs->as_of < newest->started_at && !running.image->tag.empty() &&
         runs->tag == running.image->tag;
}

// Whether an operation that the record knows is not listed, nor a later one.
bool is_listed_as_before(const Record& record, const Running& running, base::Time now) {
  const auto is_missing = [&](std::string_view id, base::Time at) {
    if (id.empty() || now >= at + described_within) return false;
    return std::ranges::none_of(running.operations, [&](const Operation& operation) {
      return operation.id == id || (operation.started_at && *operation.started_at > at);
    });
  };
  return (record.set && is_missing(record.set->operation, record.set->at)) ||
         (record.foreign && is_missing(record.foreign->operation, record.foreign->at));
}

}  // namespace

bool changes_image(const Operation& operation) {
  return operation.kind == Operation::Kind::Update || operation.kind == Operation::Kind::Create;
}

bool is_ours(const Operation& operation, const Record& record) {
  return record.set && !operation.id.empty() && operation.id == record.set->operation;
}

bool is_after(const Operation& operation, std::string_view id, base::Time at, const Running& running) {
  if (operation.id == id) return false;
  const auto known = std::ranges::find(running.operations, id, &Operation::id);
  return known != running.operations.end() ? &operation < &*known : operation.started_at && *operation.started_at > at;
}

bool is_followed(const Record& record) {
  return record.set && !record.set->operation.empty() && record.set->outcome.empty();
}

bool awaits_listing(const Record& record, const Running& running) {
  return is_followed(record) && !find_ours(record, running) && !is_followed_by_another(record, running);
}

const Operation* newest_deployment(const Running& running) {
  const auto found = std::ranges::find_if(running.operations, [](const Operation& operation) {
    return operation.kind != Operation::Kind::Other && operation.state == Operation::State::Succeeded;
  });
  return found == running.operations.end() ? nullptr : &*found;
}

bool is_newer_than_deployment(const Candidate& candidate, const Running& running) {
  const auto* deployment = newest_deployment(running);
  return deployment && deployment->ended_at && candidate.pushed_at && *candidate.pushed_at > *deployment->ended_at;
}

bool awaits_description(const Record& record, const Running& running) {
  if (!is_followed(record) || !running.image || to_string(*running.image) == record.set->image) return false;
  const auto newest = std::ranges::find_if(
      running.operations, [](const Operation& operation) { return operation.kind != Operation::Kind::Other; });
  return newest != running.operations.end() && newest->id == record.set->operation &&
         newest->state == Operation::State::Succeeded;
}

bool is_told_as_before(const Record& record, const Running& running, base::Time now) {
  return is_described_as_before(record, running, now) || is_listed_as_before(record, running, now);
}

bool may_be_listed_as_before(const Candidate& candidate, const Record& record, const Facts& facts) {
  const auto began = record.runs ? record.runs->as_of : std::nullopt;
  if (!began || facts.now >= *began + described_within || !(candidate.pushed_at < began)) return false;
  return !facts.trigger.has(candidate.tag, candidate.digest) && !record.find_told(candidate.tag, candidate.digest);
}

bool is_listed_under_way(const Facts& facts) {
  if (facts.running.operations.empty()) return false;
  const auto& newest = facts.running.operations.front();
  if (newest.state != Operation::State::Underway && newest.state != Operation::State::RollingBack) return false;
  auto began = newest.started_at;
  if (!began && facts.record && is_ours(newest, *facts.record)) began = facts.record->set->at;
  // One without a time has just begun.
  return !began || facts.now < *began + under_way_for;
}

void follow(Record& record, const Facts& facts) {
  if (auto& intention = record.intention; intention && facts.now >= intention->at + followed_for) {
    if (!intention->overdue_at) intention->overdue_at = facts.now;
  }
  if (!is_followed(record)) return;
  const auto* ours = find_ours(record, facts.running);
  const bool overdue = facts.now >= record.set->at + followed_for;
  if (!ours) {
    const bool may_run = facts.running.state == Running::State::Busy || is_listed_under_way(facts);
    if (!may_run && (overdue || is_followed_by_another(record, facts.running))) end_unlisted(record, facts);
    return;
  }
  // Not when it is looked at: what was pushed meanwhile is newer than the failure.
  const auto ended = ours->ended_at.value_or(ours->state == Operation::State::Succeeded ? record.set->at : facts.now);
  switch (ours->state) {
    case Operation::State::Underway:
    case Operation::State::RollingBack:
      // App Runner runs one at a time, so the end of ours is only not listed.
      if (is_followed_by_another(record, facts.running) && !is_listed_under_way(facts)) {
        if (ours->state == Operation::State::Underway) return end_unlisted(record, facts);
        reject(record, facts, facts.now);
        record.set->outcome = Record::lost_outcome;
        return;
      }
      if (overdue && !record.set->overdue_at) record.set->overdue_at = facts.now;
      return;
    case Operation::State::Succeeded:
      if (!awaits_description(record, facts.running)) {
        accept(record, facts.rule);
        break;
      }
      // A description may lag behind the end as well.
      if (!overdue || facts.now < ended + described_within) return;
      reject(record, facts, ended);
      record.set->outcome = Record::other_image_outcome;
      return;
    case Operation::State::Failed: reject(record, facts, ended); break;
  }
  record.set->outcome = ours->status;
}

}  // namespace decide
