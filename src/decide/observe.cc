// SPDX-License-Identifier: Apache-2.0
#include "decide/observe.h"

#include <algorithm>

#include "decide/current.h"

namespace decide {
namespace {

// The oldest are forgotten first: only digests that are still in the repository matter.
constexpr std::size_t rejected_max = 50;
// This many failed deployments in a row stop the service.
constexpr int failures_max = 2;

// App Runner gives an ARN's id to one service only, but says nowhere that it always will.
bool is_another_service(const Record& record, const Running& running) {
  return record.service_created_at && running.created_at && *record.service_created_at != *running.created_at;
}

Record first_sight(const std::optional<Record>& before) {
  Record record;
  if (!before) return record;
  record.pin = before->pin;
  record.skips = before->skips;
  return record;
}

void reject(Record& record, base::Time now) {
  const auto& set = *record.set;
  const auto known = std::ranges::find(record.rejected, set.digest, &Record::Rejected::digest);
  Record::Rejected rejected{.digest = set.digest, .tag = set.tag, .operation = set.operation, .attempts = 1, .at = now};
  if (known != record.rejected.end()) {
    rejected.attempts = known->attempts + 1;
    record.rejected.erase(known);
  }
  record.rejected.push_back(std::move(rejected));
  if (record.rejected.size() > rejected_max) record.rejected.erase(record.rejected.begin());
  if (++record.failures >= failures_max) record.stop = Record::Stop{now};
  // The image was rolled back, and which one runs instead is found out below.
  if (record.runs && record.runs->tag == set.tag) record.runs->digest.clear();
}

void accept(Record& record) {
  record.failures = 0;
  record.stop.reset();
  std::erase_if(record.rejected,
                [&](const Record::Rejected& rejected) { return rejected.digest == record.set->digest; });
}

// Notes what came of the operation that we started, once it is seen to have ended.
void settle(Record& record, const Facts& facts) {
  if (!record.set || record.set->operation.empty() || !record.set->outcome.empty()) return;
  const auto& operations = facts.running.operations;
  const auto ours = std::ranges::find(operations, record.set->operation, &Operation::id);
  if (ours == operations.end()) return;
  switch (ours->state) {
    case Operation::State::Underway:
    case Operation::State::RollingBack: return;
    case Operation::State::Succeeded: accept(record); break;
    case Operation::State::Failed: reject(record, facts.now); break;
  }
  record.set->outcome = ours->status;
}

// The newest operation that put the present image into service, among those we were told of.
const Operation* newest_deployment(const Running& running) {
  const auto found = std::ranges::find_if(running.operations, [](const Operation& operation) {
    return operation.kind != Operation::Kind::Other && operation.state == Operation::State::Succeeded;
  });
  return found == running.operations.end() ? nullptr : &*found;
}

bool is_since(const std::optional<base::Time>& time, const std::optional<base::Time>& pushed_at) {
  return time && pushed_at && *time >= *pushed_at;
}

// Whether what runs under the candidate's tag must be the candidate's own image: it was put into service when the tag was that
// image's already. The registry keeps the image's time and not the tag's, so a tag moved to an old image deceives us.
bool was_deployed(const Candidate& candidate, const Running& running) {
  if (const auto* deployment = newest_deployment(running)) return is_since(deployment->started_at, candidate.pushed_at);
  return is_since(running.created_at, candidate.pushed_at);
}

// The digest that runs under a tag we did not deploy ourselves; empty where nothing tells.
std::string digest_found(std::string_view tag, const Facts& facts) {
  if (!facts.running.image->digest.empty()) return facts.running.image->digest;
  const auto* candidate = facts.listing.find(tag);
  if (!candidate) return {};
  // A sweep takes what it finds as it finds it.
  if (facts.trigger.kind == Trigger::Kind::Sweep || was_deployed(*candidate, facts.running)) {
    return std::string(candidate->digest);
  }
  return {};
}

// Whether somebody else's deployment brought the tag's present image into service.
bool was_deployed_by_another(const Candidate& candidate, const Record& record, const Running& running) {
  const auto* deployment = newest_deployment(running);
  const bool ours = deployment && record.set && deployment->id == record.set->operation;
  return deployment && !ours && deployment->kind != Operation::Kind::Create &&
         is_since(deployment->started_at, candidate.pushed_at);
}

void note_runs(Record& record, const Facts& facts) {
  if (!runs_repository(facts)) return;
  // While our own operation runs, the service may be described with either image.
  if (current(facts).being_deployed) return;
  const auto tag = described_tag(facts.running, facts.listing);
  if (!record.runs || record.runs->tag != tag) {
    record.runs = Record::Runs{tag, digest_found(tag, facts)};
    return;
  }
  const auto* candidate = facts.listing.find(tag);
  if (candidate && candidate->digest != record.runs->digest && facts.running.image->digest.empty() &&
      was_deployed_by_another(*candidate, record, facts.running)) {
    record.runs->digest = candidate->digest;
  }
}

Record::Baseline baseline(const Facts& facts) {
  const Candidate* highest = nullptr;
  for (const auto& candidate : facts.listing.candidates()) {
    if (!candidate.version || !facts.rule.range.contains(*candidate.version)) continue;
    if (!highest || *candidate.version > *highest->version) highest = &candidate;
  }
  return {highest ? to_string(*highest->version) : std::string(), facts.now};
}

}  // namespace

Record observe(const Facts& facts) {
  const bool first = !facts.record || is_another_service(*facts.record, facts.running);
  Record record = first ? first_sight(facts.record) : *facts.record;
  if (facts.running.created_at) record.service_created_at = facts.running.created_at;
  if (first) record.baseline = baseline(facts);
  settle(record, facts);
  note_runs(record, facts);
  if (facts.trigger.kind != Trigger::Kind::Sweep || facts.rule.adopt == rules::Adopt::Act) record.baseline.reset();
  return record;
}

}  // namespace decide
