// SPDX-License-Identifier: Apache-2.0
#include "decide/observe.h"

#include <algorithm>
#include <iterator>

#include "decide/current.h"
#include "decide/follow.h"
#include "decide/foreign_change.h"
#include "decide/held.h"
#include "decide/orders.h"
#include "decide/verdict.h"

namespace decide {
namespace {

// A record has to stay small. Half of the places are for those that have soaked longest, or where many are pushed none would ever be
// done; the others for the highest versions, or where many can't be deployed no new one would ever be.
constexpr std::size_t seen_max = 200;
constexpr std::size_t told_max = 50;

// App Runner gives an ARN's id to one service only, but says nowhere that it always will.
bool is_another_service(const Record& record, const Running& running) {
  return record.service_created_at && running.created_at && *record.service_created_at != *running.created_at;
}

// Orders may come before the first sight.
bool is_blank(const Record& record) {
  return !record.service_created_at && !record.runs && !record.baseline && !record.set && !record.intention;
}

Record first_sight(const std::optional<Record>& before) {
  Record record;
  if (!before) return record;
  record.pin = before->pin;
  record.skips = before->skips;
  std::ranges::copy_if(before->holds, std::back_inserter(record.holds), &Record::Hold::is_ordered);
  return record;
}

// Whether the tag was the candidate's image then. The registry keeps the image's time and not the tag's, so a tag that was moved to
// an old image deceives us, unless its push was heard of.
bool is_since(const std::optional<base::Time>& time, const Candidate& candidate, const Record& record) {
  const auto* told = record.find_told(candidate.tag, candidate.digest);
  if (told && time && *time < told->at) return false;
  return time && candidate.pushed_at && *time >= *candidate.pushed_at;
}

// Whether what runs under the candidate's tag must be the candidate's own image: it was put into service when the tag was that
// image's already.
bool was_deployed(const Candidate& candidate, const Record& record, const Running& running) {
  const auto* deployment = newest_deployment(running);
  return is_since(deployment ? deployment->started_at : running.created_at, candidate, record);
}

// The digest that runs under a tag we did not deploy ourselves; empty where nothing tells.
std::string digest_found(std::string_view tag, const Record& record, const Facts& facts) {
  if (!facts.running.image->digest.empty()) return facts.running.image->digest;
  const auto* candidate = facts.listing.find(tag);
  if (!candidate) return {};
  // A sweep takes what it finds as it finds it, unless that came after the newest deployment.
  const bool adopts =
      facts.trigger.kind == Trigger::Kind::Sweep && !is_newer_than_deployment(*candidate, facts.running);
  if (adopts || was_deployed(*candidate, record, facts.running)) {
    return std::string(candidate->digest);
  }
  return {};
}

// Whether a deployment of somebody else, that was not looked at before, brought the tag's present image into service.
bool was_deployed_by_another(const Candidate& candidate, const Record& record, const Running& running) {
  const auto* deployment = newest_deployment(running);
  if (!deployment || deployment->kind == Operation::Kind::Create || is_ours(*deployment, record)) return false;
  const auto& as_of = record.runs->as_of;
  const bool was_looked_at = as_of && deployment->started_at && *deployment->started_at <= *as_of;
  return !was_looked_at && is_since(deployment->started_at, candidate, record);
}

// Whether a push tells that the tag was given to the image that is taken to run after that was deployed by somebody else.
bool is_disproved(const Record& record, const Facts& facts) {
  const auto& runs = *record.runs;
  if (!facts.running.image->digest.empty() || runs.by_us) return false;
  const auto* told = record.find_told(runs.tag, runs.digest);
  return told && runs.as_of && told->at > *runs.as_of;
}

void note_runs(Record& record, const Facts& facts) {
  if (!runs_repository(facts)) return;
  // While our own operation runs, or may, the service may be described with either image.
  if (record.intention || current(facts).being_deployed || is_followed(record)) return;
  // So it may while anybody's does.
  if (record.runs && (facts.running.state == Running::State::Busy || is_listed_under_way(facts))) return;
  if (is_told_as_before(record, facts.running, facts.now)) return;
  const auto tag = described_tag(facts, record);
  const auto* candidate = facts.listing.find(tag);
  if (!record.runs || record.runs->tag != tag) {
    record.runs = Record::Runs{tag, digest_found(tag, record, facts)};
  } else if (candidate && candidate->digest != record.runs->digest && facts.running.image->digest.empty() &&
             was_deployed_by_another(*candidate, record, facts.running)) {
    record.runs->digest = candidate->digest;
  }
  const auto* deployment = newest_deployment(facts.running);
  if (deployment && deployment->started_at > record.runs->as_of) {
    record.runs->as_of = deployment->started_at;
    if (!is_ours(*deployment, record)) record.runs->by_us = false;
  }
  if (is_disproved(record, facts)) record.runs->digest.clear();
}

// Only of images that were there long before: of others the registry itself tells the time.
void note_told(Record& record, const Facts& facts) {
  const auto has_it = [&](std::string_view tag, std::string_view digest) {
    const auto* candidate = facts.listing.find(tag);
    return candidate && candidate->digest == digest;
  };
  for (const auto& push : facts.trigger.pushes) {
    if (!push.at || !has_it(push.tag, push.digest)) continue;
    const auto& pushed_at = facts.listing.find(push.tag)->pushed_at;
    const auto* known = record.find_told(push.tag, push.digest);
    if ((pushed_at && *push.at <= *pushed_at + clocks_apart) || (known && known->at >= *push.at)) continue;
    std::erase_if(record.told, [&](const Record::Told& one) { return one.tag == push.tag; });
    record.told.insert(record.told.begin(), {push.tag, push.digest, *push.at});
  }
  // A listing may be of the moment before.
  std::erase_if(record.told, [&](const Record::Told& one) {
    return !has_it(one.tag, one.digest) && facts.now >= one.at + described_within;
  });
  if (record.told.size() > told_max) record.told.resize(told_max);
}

Record::Baseline baseline(const Facts& facts) {
  const Candidate* highest = nullptr;
  for (const auto& candidate : facts.listing.candidates()) {
    if (!candidate.version || !facts.rule.range.contains(*candidate.version)) continue;
    if (!highest || *candidate.version > *highest->version) highest = &candidate;
  }
  return {highest ? to_string(*highest->version) : std::string(), facts.now};
}

// What ran before what is being deployed, which may come back; otherwise what runs. None: anything may follow.
std::optional<semver::Version> settled_version(const Record& record, const Facts& facts, const Current& now) {
  const bool is_ours = now.being_deployed && record.set && record.set->before;
  if (is_ours) return rules::version_of(record.set->before->tag, facts.rule);
  return now.version ? std::optional(now.version->version()) : std::nullopt;
}

// Keeps the times of those that may soon be deployed, and of what runs or was deployed and may be so again.
void note_seen(Record& record, const Facts& facts) {
  if (facts.rule.soak == base::Duration::zero()) return record.seen.clear();
  const auto now = current(facts);
  const auto settled = settled_version(record, facts, now);
  const bool goes_down = facts.rule.downgrade && settled && !facts.rule.range.contains(*settled);
  const bool is_moving = facts.running.state != Running::State::Running || record.intention || now.being_deployed;
  const auto was_deployed = [&](const Candidate& candidate) {
    return (record.set && record.set->digest == candidate.digest) || record.find_rejected(candidate.digest);
  };
  const auto may_follow = [&](const Candidate& candidate) {
    return !settled || goes_down || *candidate.version > *settled || candidate.tag == now.tag;
  };
  struct Kept {
    const Candidate* candidate;
    base::Time at;
  };
  // A version borrows its text.
  const std::string_view pin = record.pin ? std::string_view(record.pin->version) : std::string_view();
  const auto pinned = recorded_version(pin);
  // A pin goes before the range, and another image of it soaks as well.
  const auto may_run = [&](const Candidate& candidate) {
    return candidate.version && candidate.usable &&
           (facts.rule.range.contains(*candidate.version) || (pinned && *candidate.version == *pinned));
  };
  std::vector<Kept> kept;
  for (const auto& candidate : facts.listing.candidates()) {
    if (!may_run(candidate)) continue;
    const auto* seen = record.find_seen(candidate.tag, candidate.digest);
    const bool stays = seen && (is_moving || was_deployed(candidate));
    if (stays || may_follow(candidate)) kept.push_back({&candidate, seen ? seen->at : facts.now});
  }
  std::ranges::stable_sort(kept,
                           [](const Kept& a, const Kept& b) { return *a.candidate->version > *b.candidate->version; });
  if (kept.size() > seen_max) {
    auto then = facts;
    then.record = record;
    const Judge judge(then, now);
    // What something else keeps back needs no place before it may be deployed.
    const auto waits = [&](const Kept& one) {
      const auto reason = judge.verdict(*one.candidate).reason;
      return one.candidate->tag == now.tag || reason == Reason::Gated || reason == Reason::Eligible ||
             reason == Reason::NotNewer || was_deployed(*one.candidate);
    };
    const auto others = std::ranges::stable_partition(kept, waits).begin();
    const auto waiting = static_cast<std::size_t>(others - kept.begin());
    // Of the first for whom there is no room, half of the places.
    const auto begin = waiting > seen_max ? kept.begin() : others;
    const auto places = waiting > seen_max ? seen_max : seen_max - waiting;
    std::stable_sort(begin + static_cast<std::ptrdiff_t>(places / 2), waiting > seen_max ? others : kept.end(),
                     [](const Kept& a, const Kept& b) { return a.at < b.at; });
    kept.resize(seen_max);
  }
  std::vector<Record::Seen> seen;
  for (const auto& [candidate, at] : kept) {
    seen.push_back({std::string(candidate->tag), std::string(candidate->digest), at});
  }
  record.seen = std::move(seen);
}

// A push since the first sight lifts the baseline; if its message was lost, the listing tells.
bool was_pushed_since(const Record::Baseline& baseline, const Record& record, const Facts& facts) {
  const auto now = current(facts);
  const bool is_described_by_tag = facts.running.image && facts.running.image->digest.empty();
  const auto* running = is_described_by_tag && !record.intention ? facts.listing.find(now.tag) : nullptr;
  const bool runs_another = running && running->version && running->usable && !now.being_deployed && record.runs &&
                            record.runs->tag == now.tag && !record.runs->digest.empty() &&
                            running->digest != record.runs->digest && !may_be_listed_as_before(*running, record, facts);
  if (runs_another && facts.rule.range.contains(*running->version)) return true;
  return std::ranges::any_of(facts.listing.candidates(), [&](const Candidate& candidate) {
    return candidate.pushed_at && *candidate.pushed_at > baseline.at + clocks_apart && candidate.version &&
           candidate.usable && facts.rule.range.contains(*candidate.version);
  });
}

}  // namespace

Record observe(const Facts& facts) {
  const bool first = !facts.record || is_blank(*facts.record) || is_another_service(*facts.record, facts.running);
  Record record = first ? first_sight(facts.record) : *facts.record;
  if (facts.running.created_at) record.service_created_at = facts.running.created_at;
  if (first) record.baseline = baseline(facts);
  if (facts.rule_is_current) note_range(record, facts.rule.range_text);
  note_told(record, facts);
  follow(record, facts);
  notice_foreign_change(record, facts);
  note_runs(record, facts);
  note_seen(record, facts);
  const bool lifts = facts.trigger.kind == Trigger::Kind::Operator || facts.rule.adopt == rules::Adopt::Act ||
                     std::ranges::any_of(facts.trigger.pushes, [&](const Trigger::Push& push) {
                       const auto* candidate = facts.listing.find(push.tag);
                       return candidate && candidate->usable;
                     });
  if (lifts || (record.baseline && was_pushed_since(*record.baseline, record, facts))) record.baseline.reset();
  return record;
}

}  // namespace decide
