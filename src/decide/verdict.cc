// SPDX-License-Identifier: Apache-2.0
#include "decide/verdict.h"

#include <algorithm>

namespace decide {
namespace {

std::optional<Reason> excluded(const std::optional<semver::Version>& version, const semver::Range& range) {
  if (!version) return Reason::NotAVersion;
  switch (range.match(*version)) {
    case semver::Match::Satisfies: return std::nullopt;
    case semver::Match::Outside: return Reason::OutsideRange;
    case semver::Match::PrereleaseNotAsked: return Reason::PrereleaseNotAsked;
  }
  return Reason::OutsideRange;
}

}  // namespace

const Record& record_of(const Facts& facts) {
  static const Record none;
  return facts.record ? *facts.record : none;
}

std::optional<Reason> excluded(std::string_view tag, const rules::Rule& rule) {
  return excluded(rules::version_of(tag, rule), rule.range);
}

Judge::Judge(const Facts& facts, const Current& current)
    : facts_(facts), current_(current), record_(record_of(facts)), gates_(gates_of(facts.rule)) {
  if (record_.pin) pinned_ = recorded_version(record_.pin->version);
  if (record_.baseline) baseline_ = recorded_version(record_.baseline->version);
  for (const auto& skip : record_.skips) {
    if (const auto version = recorded_version(skip.version)) skipped_.push_back(*version);
  }
  for (const auto& hold : record_.holds) {
    for (const std::string_view text : hold.versions) {
      if (const auto held = read_held(text)) held_.push_back(*held);
    }
  }
}

Verdict Judge::verdict(const Candidate& candidate) const {
  if (is_asked_for(candidate)) return asked_for(candidate);
  if (is_running_pin(candidate)) return of_running_pin(candidate);
  if (const auto reason = excluded(candidate.version, facts_.rule.range)) return {*reason, {}};
  const auto& version = *candidate.version;
  if (!candidate.usable) return {Reason::UnusableKind, {}};
  if (is_beside_pin(version)) return {Reason::BesidePin, {}};
  if (std::ranges::find(skipped_, version) != skipped_.end()) return {Reason::Skipped, {}};
  if (is_held(version)) return {Reason::Held, {}};
  if (const auto rejected = rejection(candidate)) return *rejected;
  if (const auto reason = age(version); reason != Reason::Eligible) return {reason, {}};
  return gated(candidate).value_or(Verdict{});
}

std::optional<Verdict> Judge::gated(const Candidate& candidate) const {
  const auto answer = ask(gates_, candidate, facts_);
  if (answer.kind == GateAnswer::Kind::Pass) return std::nullopt;
  return Verdict{Reason::Gated, answer.kind == GateAnswer::Kind::Wait ? answer.until : std::nullopt};
}

// An image that was there may have got the tag since, which only its push tells.
bool Judge::was_pushed_after(base::Time time, const Candidate& candidate) const {
  if (candidate.pushed_at && *candidate.pushed_at > time) return true;
  const auto* told = record_.find_told(candidate.tag, candidate.digest);
  return told && told->at > time;
}

// Whoever ordered it then knew of it.
bool Judge::is_ordered_since(base::Time time, const Candidate& candidate) const {
  return pinned_ && candidate.version && *candidate.version == *pinned_ && record_.pin->at > time;
}

bool Judge::has_failed(const Candidate& candidate) const { return record_.find_rejected(candidate.digest) != nullptr; }

std::optional<Verdict> Judge::failure(const Candidate& candidate) const {
  const auto* failed = record_.find_rejected(candidate.digest);
  if (!failed || is_ordered_since(failed->at, candidate)) return std::nullopt;
  if (failed->attempts > 1) return Verdict{Reason::Rejected, {}};
  const auto until = failed->at + retried_after;
  return facts_.now < until ? std::optional(Verdict{Reason::Rejected, until}) : std::nullopt;
}

std::optional<Verdict> Judge::rejection(const Candidate& candidate) const {
  auto failed = failure(candidate);
  const bool stopped =
      record_.stop && !was_pushed_after(record_.stop->at, candidate) && !is_ordered_since(record_.stop->at, candidate);
  if (!stopped) return failed;
  if (!failed) return Verdict{Reason::Stopped, {}};
  failed->until.reset();
  return failed;
}

bool Judge::is_held(const semver::Version& version) const {
  return std::ranges::any_of(held_, [&](const Held& held) { return held.contains(version); });
}

Reason Judge::age(const semver::Version& version) const {
  if (baseline_ && version <= *baseline_) return Reason::ThereAtFirstSight;
  if (current_.version && version <= current_.version->version()) return Reason::NotNewer;
  return Reason::Eligible;
}

// A pin that is no version has everything beside it: nothing moves until it is put right.
bool Judge::is_beside_pin(const semver::Version& version) const {
  return record_.pin && (!pinned_ || version != *pinned_);
}

// Once it runs, the pin asks for nothing more.
bool Judge::is_asked_for(const Candidate& candidate) const {
  if (!pinned_ || !candidate.usable || !candidate.version || *candidate.version != *pinned_) return false;
  return !current_.version || current_.version->version() != *pinned_;
}

bool Judge::is_running_pin(const Candidate& candidate) const {
  return pinned_ && current_.version && current_.version->version() == *pinned_ && candidate.version &&
         *candidate.version == *pinned_;
}

// An order goes before the rule, a stop and a gate, but not before what a person did to the service, nor before what this very image
// came to.
Verdict Judge::asked_for(const Candidate& candidate) const {
  if (is_held(*candidate.version)) return {Reason::Held, {}};
  return failure(candidate).value_or(Verdict{Reason::Pinned, {}});
}

Verdict Judge::of_running_pin(const Candidate& candidate) const {
  if (!candidate.usable) return Verdict{Reason::UnusableKind, {}};
  if (is_held(*candidate.version)) return {Reason::Held, {}};
  return rejection(candidate).value_or(Verdict{Reason::NotNewer, {}});
}

const Record::Hold* hold_of(const Record& record, const semver::Version& version) {
  const auto holds = [&](const Record::Hold& hold) {
    return std::ranges::any_of(hold.versions, [&](std::string_view text) {
      const auto held = read_held(text);
      return held && held->contains(version);
    });
  };
  const Record::Hold* found = nullptr;
  for (const auto& hold : record.holds) {
    if ((!found || hold.is_ordered()) && holds(hold)) found = &hold;
  }
  return found;
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::NotAVersion: return "not-a-version";
    case Reason::OutsideRange: return "outside-range";
    case Reason::PrereleaseNotAsked: return "prerelease-not-asked";
    case Reason::UnusableKind: return "unusable-kind";
    case Reason::BesidePin: return "beside-pin";
    case Reason::Skipped: return "skipped";
    case Reason::Held: return "held";
    case Reason::Rejected: return "rejected";
    case Reason::Stopped: return "stopped";
    case Reason::ThereAtFirstSight: return "there-at-first-sight";
    case Reason::NotNewer: return "not-newer";
    case Reason::Gated: return "gated";
    case Reason::Eligible: return "eligible";
    case Reason::Pinned: return "pinned";
  }
  return "?";
}

}  // namespace decide
