// SPDX-License-Identifier: Apache-2.0
#include "decide/foreign_change.h"

#include <algorithm>

#include "decide/current.h"
#include "decide/follow.h"

namespace decide {
namespace {

// A record has to stay small: below the highest ones stands a comparator for the rest.
constexpr std::size_t held_max = 1000;

// The tag that ours brought into service; empty: none did. A deployment that failed since has left it there: App Runner rolls back.
std::string_view tag_of_ours(const Record& record) {
  if (!record.set || record.set->outcome.empty()) return {};
  return record.set->outcome == "SUCCEEDED" ? record.set->tag : record.deployed;
}

// The operation by which somebody else moved the service after ours had ended; null: nobody did.
const Operation* foreign_operation(const Record& record, const Running& running) {
  if (tag_of_ours(record).empty() || record.intention) return nullptr;
  const auto* newest = newest_deployment(running);
  if (!newest || newest->id.empty() || newest->id == record.set->operation) return nullptr;
  const auto ours = std::ranges::find(running.operations, record.set->operation, &Operation::id);
  const bool is_later =
      ours != running.operations.end() ? newest < &*ours : newest->started_at && *newest->started_at > record.set->at;
  return is_later ? newest : nullptr;
}

std::vector<std::string> versions_between(const semver::Version& above, const semver::Version& up_to,
                                          const Facts& facts) {
  std::vector<semver::Version> versions{up_to};
  for (const auto& candidate : facts.listing.candidates()) {
    if (candidate.version && *candidate.version > above && *candidate.version <= up_to) {
      versions.push_back(*candidate.version);
    }
  }
  std::ranges::stable_sort(versions, std::ranges::greater());
  versions.erase(std::ranges::unique(versions).begin(), versions.end());
  std::vector<std::string> texts;
  for (const auto& version : versions) {
    if (texts.size() == held_max) {
      texts.push_back("<=" + to_string(version));
      break;
    }
    texts.push_back(to_string(version));
  }
  return texts;
}

void end_holds(Record& record, const semver::Version& running) {
  std::erase_if(record.holds, [&](const Record::Hold& hold) {
    return !hold.is_ordered() && std::ranges::all_of(hold.versions, [&](const std::string& text) {
      const auto version = semver::parse_version(std::string_view(text));
      return !version || *version <= running;
    });
  });
}

}  // namespace

void notice_foreign_change(Record& record, const Facts& facts) {
  const bool reapplies = facts.rule.foreign_change == rules::ForeignChange::Reapply;
  if (reapplies) std::erase_if(record.holds, [](const Record::Hold& hold) { return !hold.is_ordered(); });
  if (facts.running.state != Running::State::Running || !runs_repository(facts)) return;
  if (awaits_description(record, facts.running)) return;
  const auto now = current(facts);
  if (!now.version || now.being_deployed) return;
  const auto& running = now.version->version();
  const std::string ours(tag_of_ours(record));
  const auto* operation = reapplies ? nullptr : foreign_operation(record, facts.running);
  if (!record.intention && now.tag != record.deployed) record.deployed.clear();
  // What the rule will move the service away from again says nothing of what is to come in its place.
  if (facts.rule.range.contains(running)) end_holds(record, running);

  if (!operation) return;
  Record::Foreign seen{operation->id, to_string(running)};
  if (record.foreign == seen) return;
  // Whoever only changes the service's memory moves nothing back, so what counts is what ran before it.
  const auto set = rules::version_of(ours, facts.rule);
  const auto noted = record.foreign ? record.foreign->version : std::string();
  const auto after_another = semver::parse_version(std::string_view(noted));
  const auto before = after_another ? std::optional(*after_another) : set;
  record.foreign = std::move(seen);
  if (!before || *before <= running) return;
  const auto& up_to = set && *set > *before ? *set : *before;
  // What was moved back before stays held.
  auto known = std::ranges::find_if_not(record.holds, &Record::Hold::is_ordered);
  if (known == record.holds.end()) known = record.holds.insert(record.holds.begin(), Record::Hold{});
  known->operation = operation->id;
  known->at = facts.now;
  for (auto& text : versions_between(running, up_to, facts)) {
    if (std::ranges::find(known->versions, text) == known->versions.end()) known->versions.push_back(std::move(text));
  }
}

}  // namespace decide
