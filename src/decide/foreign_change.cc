// SPDX-License-Identifier: Apache-2.0
#include "decide/foreign_change.h"

#include <algorithm>
#include <utility>

#include "decide/current.h"
#include "decide/follow.h"
#include "decide/held.h"

namespace decide {
namespace {

// Of another one nothing can be compared. A text that is none is of the rule's, as records of before have it.
bool is_of_repository(std::string_view image, const Facts& facts) {
  const auto read = names::parse_image_reference(image);
  return !read || read->ecr() == facts.repository;
}

// The tag that ours brought into service; empty: none did. A deployment that failed since has left it there: App Runner rolls back.
std::string_view tag_of_ours(const Record& record, const Facts& facts) {
  if (!record.set || record.set->outcome.empty() || !is_of_repository(record.set->image, facts)) return {};
  return record.set->outcome == "SUCCEEDED" ? record.set->tag : record.deployed;
}

// The operation by which somebody else moved the service after ours had ended, or after we had noted what another's brought into
// service; null: nobody did.
const Operation* foreign_operation(const Record& record, const Facts& facts) {
  const auto& running = facts.running;
  if (record.intention) return nullptr;
  const auto* newest = newest_deployment(running);
  if (!newest) return nullptr;
  // It may be ours.
  if (newest->id.empty() && record.set && record.set->outcome.empty()) return nullptr;
  if (record.set && !is_after(*newest, record.set->operation, record.set->at, running)) return nullptr;
  if (!tag_of_ours(record, facts).empty()) return newest;
  const bool is_known = record.foreign && (newest->id == record.foreign->operation ||
                                           is_after(*newest, record.foreign->operation, record.foreign->at, running));
  return is_known ? newest : nullptr;
}

// Whether it is known what ran after that operation, and something else does so long after its end that another must have come.
bool is_told_already(const Operation& operation, const Record& record, const semver::Version& running, base::Time now) {
  return record.foreign && operation.id == record.foreign->operation && record.foreign->version != to_string(running) &&
         operation.ended_at && now >= *operation.ended_at + described_within;
}

// What runs as we find it, so that a move back from it is noticed though it was not we who deployed it.
void note_found(Record& record, const Facts& facts, const semver::Version& version) {
  const auto* newest = newest_deployment(facts.running);
  record.foreign = Record::Foreign{newest ? newest->id : std::string(), to_string(version), facts.now,
                                   to_string(*facts.running.image)};
}

// Those of the range first, and no span for the others, which may be very many: an edit of the rule's options may yet let them in.
std::vector<std::string> versions_between(const semver::Version& above, const semver::Version& up_to,
                                          const Facts& facts) {
  std::vector<semver::Version> versions{up_to};
  for (const auto& candidate : facts.listing.candidates()) {
    const auto& version = candidate.version;
    if (version && *version > above && *version <= up_to) versions.push_back(*version);
  }
  std::ranges::stable_sort(versions, std::ranges::greater());
  versions.erase(std::ranges::unique(versions).begin(), versions.end());
  const auto others = std::ranges::stable_partition(
      versions, [&](const semver::Version& version) { return version == up_to || facts.rule.range.contains(version); });
  auto texts = held_entries({versions.begin(), others.begin()}, above);
  for (const auto& version : others) {
    if (texts.size() >= held_max) break;
    texts.push_back(to_string(version));
  }
  return texts;
}

// Somebody's move to a lower version.
struct Move {
  semver::Version from;
  semver::Version to;
  std::string_view operation;  // Empty: it is not told.
  std::optional<base::Time> began;
};

std::optional<semver::Version> pinned_since(const Record& record, const std::optional<base::Time>& began) {
  if (!record.pin || !began || record.pin->at <= *began) return std::nullopt;
  return recorded_version(record.pin->version);
}

void hold_back(Record& record, const Facts& facts, const Move& move) {
  // What was moved back before stays held.
  Record::Hold noticed;
  const auto known = std::ranges::find_if_not(record.holds, &Record::Hold::is_ordered);
  if (known != record.holds.end()) {
    noticed.versions = std::move(known->versions);
    record.holds.erase(known);
  }
  noticed.operation = move.operation.empty() ? Record::untold_operation : move.operation;
  noticed.at = facts.now;
  for (auto& text : versions_between(move.to, move.from, facts)) {
    if (std::ranges::find(noticed.versions, text) == noticed.versions.end())
      noticed.versions.push_back(std::move(text));
  }
  // Whoever ordered it after that operation had begun knew of it.
  if (const auto pinned = pinned_since(record, move.began)) drop_held(noticed.versions, *pinned);
  if (!noticed.versions.empty()) record.holds.insert(record.holds.begin(), std::move(noticed));
}

// What was moved back and is put there again is held no more.
void end_holds(Record& record, const semver::Version& running) {
  for (auto& hold : record.holds) {
    if (!hold.is_ordered()) drop_held_up_to(hold.versions, running);
  }
  std::erase_if(record.holds, [](const Record::Hold& hold) { return hold.versions.empty(); });
}

}  // namespace

void notice_foreign_change(Record& record, const Facts& facts) {
  const bool reapplies = facts.rule.foreign_change == rules::ForeignChange::Reapply;
  if (reapplies) std::erase_if(record.holds, [](const Record::Hold& hold) { return !hold.is_ordered(); });
  const auto unexplained_at = std::exchange(record.unexplained_at, std::nullopt).value_or(facts.now);
  const bool is_paused = facts.running.state == Running::State::Paused;
  if ((facts.running.state != Running::State::Running && !is_paused) || !runs_repository(facts)) return;
  if (awaits_description(record, facts.running) || is_listed_under_way(facts)) return;
  if (is_told_as_before(record, facts.running, facts.now)) return;
  // The rule is about another repository now.
  if (record.foreign && !is_of_repository(record.foreign->image, facts)) record.foreign.reset();
  const auto now = current(facts);
  // What the rule's pattern does not speak of is compared with nothing.
  if (!now.version || now.being_deployed || now.beside_pattern) return;
  const auto& running = now.version->version();
  const std::string ours(tag_of_ours(record, facts));
  const bool is_settled = !record.intention && (!record.set || !record.set->outcome.empty());
  if (ours.empty() && is_settled && !record.foreign && !reapplies) note_found(record, facts, running);
  if (is_paused) return;
  // Whoever only changes the service's memory moves nothing back, so what counts is what ran before it.
  const auto set = rules::version_of(ours, facts.rule);
  const auto noted = record.foreign ? record.foreign->version : std::string();
  const auto after_another = recorded_version(noted);
  const auto before = after_another ? after_another : set;
  const auto image = to_string(*facts.running.image);
  const bool is_same_image = record.foreign && record.foreign->image == image;
  const bool is_moved_back = before && *before > running && !is_same_image;

  const auto* operation = reapplies ? nullptr : foreign_operation(record, facts);
  // It ran already when ours that failed was decided on.
  const bool ran_before = ours.empty() && record.set && record.set->before && record.set->before->tag == now.tag;
  const bool may_be_untold = !reapplies && is_settled && is_moved_back && !ran_before &&
                             (!record.set || now.tag != record.set->tag || record.set->outcome == "SUCCEEDED");
  if (operation && may_be_untold && is_told_already(*operation, record, running, facts.now)) operation = nullptr;
  const bool is_unexplained = !operation && may_be_untold;
  if (is_unexplained && facts.now < unexplained_at + described_within) {
    record.unexplained_at = unexplained_at;
    return;
  }
  // What failed, and is described all the same, is no move of anybody.
  const auto outcome = record.set ? std::string_view(record.set->outcome) : std::string_view();
  const bool may_have_succeeded =
      outcome == "SUCCEEDED" || outcome == Record::lost_outcome || outcome == Record::other_image_outcome;
  const bool is_failed_one = record.set && !operation && now.tag == record.set->tag && !may_have_succeeded;
  if (is_failed_one) return;
  if (!record.intention && now.tag != record.deployed) record.deployed.clear();
  // What the rule will move the service away from again says nothing of what is to come in its place.
  if (facts.rule.range.contains(running)) end_holds(record, running);

  if (!operation && !is_unexplained) return;
  Record::Foreign seen{operation ? operation->id : std::string(), to_string(running), facts.now, image};
  if (record.foreign && record.foreign->operation == seen.operation && record.foreign->version == seen.version) return;
  record.foreign = std::move(seen);
  if (!is_moved_back) return;
  hold_back(record, facts,
            {.from = set && *set > *before ? *set : *before,
             .to = running,
             .operation = record.foreign->operation,
             .began = operation ? operation->started_at : unexplained_at});
}

}  // namespace decide
