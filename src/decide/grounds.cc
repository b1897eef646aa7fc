// SPDX-License-Identifier: Apache-2.0
#include "decide/grounds.h"

#include <fmt/format.h>

#include "decide/gates/gate.h"

namespace decide {
namespace {

// The comparator that keeps the version out: of an only set the first that it fails; of several the first of each.
std::string failed_comparators(const semver::Version& version, const semver::Range& range) {
  std::string failed;
  for (std::size_t i = 0; i < range.size(); ++i) {
    for (std::size_t j = 0; j < range[i].size(); ++j) {
      if (range[i][j].test(version)) continue;
      failed += (failed.empty() ? "" : " and ") + to_string(range[i][j]);
      break;
    }
  }
  return failed;
}

std::string at(std::string_view what, base::Time time) { return fmt::format("{} at {}", what, base::to_iso8601(time)); }

std::string until(const Verdict& verdict) {
  return verdict.until ? "until " + base::to_iso8601(*verdict.until) : std::string();
}

Grounds of_range(Reason reason, const std::optional<semver::Version>& version, const rules::Rule& rule) {
  if (reason == Reason::OutsideRange && version)
    return {"rule", "semVersion", failed_comparators(*version, rule.range)};
  return {"rule", "semVersion", rule.range_text};
}

Grounds of_tag(std::string_view tag, const rules::Rule& rule) {
  if (rule.tag_pattern) return {"rule", "tagPattern", rule.tag_pattern->text()};
  return {"image", "tag", std::string(tag)};
}

Grounds of_hold(const Candidate& candidate, const Record& record) {
  const auto* hold = candidate.version ? hold_of(record, *candidate.version) : nullptr;
  return {"record", "holds", hold ? at(hold->is_ordered() ? "set" : hold->operation, hold->at) : ""};
}

Grounds of_rejection(const Candidate& candidate, const Record& record) {
  const auto* failed = record.find_rejected(candidate.digest);
  return {"record", "rejected", !failed ? "" : at(failed->operation, failed->at)};
}

}  // namespace

Grounds grounds(const Verdict& verdict, const Candidate& candidate, const Facts& facts, const Current& current) {
  const Record& record = record_of(facts);
  switch (verdict.reason) {
    case Reason::NotAVersion: return of_tag(candidate.tag, facts.rule);
    case Reason::OutsideRange:
    case Reason::PrereleaseNotAsked: return of_range(verdict.reason, candidate.version, facts.rule);
    case Reason::UnusableKind: return {"image", "kind", "no container image"};
    case Reason::BesidePin:
    case Reason::Pinned: return {"record", "pin", record.pin ? record.pin->version : ""};
    case Reason::Skipped: return {"record", "skips", std::string(candidate.tag)};
    case Reason::Held: return of_hold(candidate, record);
    case Reason::Rejected: return of_rejection(candidate, record);
    case Reason::Stopped: return {"record", "stop", record.stop ? base::to_iso8601(record.stop->at) : ""};
    case Reason::ThereAtFirstSight:
      return {"record", "baseline", record.baseline ? at(record.baseline->version, record.baseline->at) : ""};
    case Reason::NotNewer: return {"service", current.being_deployed ? "deploys" : "runs", current.tag};
    case Reason::Gated: return {"rule", std::string(ask(gates_of(facts.rule), candidate, facts).gate), until(verdict)};
    case Reason::Eligible: break;
  }
  return {};
}

Grounds grounds(Reason excluded, std::string_view tag, const rules::Rule& rule) {
  if (excluded == Reason::NotAVersion) return of_tag(tag, rule);
  return of_range(excluded, rules::version_of(tag, rule), rule);
}

std::string to_string(const Grounds& grounds) {
  if (grounds.source.empty()) return {};
  return fmt::format("{} {}{}{}", grounds.source, grounds.member, grounds.entry.empty() ? "" : ": ", grounds.entry);
}

}  // namespace decide
