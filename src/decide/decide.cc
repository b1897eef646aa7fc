// SPDX-License-Identifier: Apache-2.0
#include "decide/decide.h"

#include <algorithm>

#include "decide/choice.h"
#include "decide/follow.h"

namespace decide {
namespace {

// An intention that is being carried out, or of which nobody knows what came.
std::optional<Wait> unsettled(const Facts& facts) {
  if (!facts.record || !facts.record->intention) return std::nullopt;
  const auto& intention = *facts.record->intention;
  if (facts.now < intention.lease_until) return Wait{WaitReason::Leased, intention.lease_until, nullptr};
  // After that it hangs on an operation of which nobody knows yet whose it is.
  const auto until = intention.at + unsettled_for;
  return Wait{WaitReason::Unsettled, facts.now < until ? std::optional(until) : std::nullopt, nullptr};
}

// Row 1: why the next move is the owner's.
std::optional<KeepReason> owners_move(const Facts& facts) {
  const auto& running = facts.running;
  if (facts.rule.suspend) return KeepReason::Suspended;
  if (!running.image) return KeepReason::SourceCode;
  if (!runs_repository(facts)) return KeepReason::OtherRepository;
  if (running.auto_deploys) return KeepReason::AutoDeploys;
  const bool untagged = running.image->tag.empty() && running.image->digest.empty();
  if (running.image->tag == "latest" || untagged) return KeepReason::TracksLatest;
  switch (running.state) {
    case Running::State::Running:
    case Running::State::Busy: return std::nullopt;
    case Running::State::Paused: return KeepReason::Paused;
    case Running::State::Deleted: return KeepReason::Deleted;
    case Running::State::Failed: return KeepReason::Failed;
    case Running::State::Other: return KeepReason::UnknownState;
  }
  return KeepReason::UnknownState;
}

// The table of decisions, row by row. Each row decides, or leaves it to the next.
class Table {
 public:
  Table(const Facts& facts, const Current& current, const Judge& judge, const std::vector<Verdict>& verdicts)
      : facts_(facts), current_(current), choice_(facts, current, judge, verdicts) {}

  Decision decide() const {
    if (const auto wait = unsettled(facts_)) return *wait;
    if (const auto why = owners_move(facts_)) return Keep{*why};
    const auto wanted = choose();
    if (!is_busy()) return wanted;
    if (const auto* update = std::get_if<Update>(&wanted)) return Wait{WaitReason::Busy, {}, update->to};
    if (const auto* redeploy = std::get_if<Redeploy>(&wanted)) return Wait{WaitReason::Busy, {}, redeploy->to};
    return wanted;
  }

 private:
  bool is_busy() const {
    if (facts_.running.state == Running::State::Busy || is_listed_under_way(facts_)) return true;
    if (!facts_.record) return false;
    // Until it is known what ours came to, or how the service came to run what it does.
    return awaits_description(*facts_.record, facts_.running) || awaits_listing(*facts_.record, facts_.running) ||
           is_told_as_before(*facts_.record, facts_.running, facts_.now) || facts_.record->unexplained_at;
  }

  Decision choose() const {
    if (auto decision = pinned()) return *decision;
    if (!current_.version) return Keep{KeepReason::RunsNoVersion};
    if (current_.beside_pattern) return Keep{KeepReason::BesidePattern, choice_.newest()};
    if (auto decision = newer()) return *decision;
    if (auto decision = lower()) return *decision;
    if (auto decision = again()) return *decision;
    return nothing();
  }

  // Row 2.
  std::optional<Decision> pinned() const {
    if (!facts_.record || !facts_.record->pin) return std::nullopt;
    const auto version = semver::parse_version(std::string_view(facts_.record->pin->version));
    if (!version) return Keep{KeepReason::PinMissing};
    const auto order = current_.version ? current_.version->version() <=> *version : std::weak_ordering::less;
    if (order == 0) return std::nullopt;
    const auto* to = choice_.pinned(*version);
    if (!to) return Keep{KeepReason::PinMissing};
    // An operator's order goes before a stop and a gate, but not before what this very image came to, nor before what a person
    // did to the service since.
    const auto& judge = choice_.judge();
    if (judge.is_held(*version)) return Keep{KeepReason::NothingEligible, to};
    if (const auto failed = judge.failure(*to)) return refused({to, *failed});
    return Update{.to = to, .pinned = true, .down = order > 0};
  }

  // Row 4.
  std::optional<Decision> newer() const {
    const auto* best = choice_.newest();
    if (!best || is_fall(choice_.newest_failed(), *best)) return std::nullopt;
    return Update{.to = best, .pinned = false, .down = false};
  }

  // Row 5. A listing without the running tag permits no way down: it may have come short.
  std::optional<Decision> lower() const {
    if (!facts_.rule.downgrade || facts_.rule.range.contains(current_.version->version())) return std::nullopt;
    const auto* best = choice_.newest_below();
    if (!best || !facts_.listing.find(current_.tag)) return std::nullopt;
    if (is_fall(choice_.newest_failed(), *best) || is_fall(choice_.newest_failed_below(), *best)) return std::nullopt;
    return Update{.to = best, .pinned = false, .down = true};
  }

  // Row 6.
  std::optional<Decision> again() const {
    const auto again = choice_.again();
    if (!again.to) return std::nullopt;
    if (again.verdict.reason == Reason::NotNewer) {
      if (const auto gate = choice_.judge().gated(*again.to)) return gated({again.to, *gate});
      return Redeploy{again.to};
    }
    if (again.verdict.reason == Reason::Rejected || again.verdict.reason == Reason::Stopped) return refused(again);
    return std::nullopt;
  }

  // Rows 7 and 8.
  Decision nothing() const {
    const auto failed = choice_.newest_failed();
    if (const auto decision = kept_back(failed, choice_.newest_refused(), choice_.newest_gated())) return *decision;
    if (current_.being_deployed) return Keep{KeepReason::BeingDeployed, facts_.listing.find(current_.tag)};
    if (facts_.record && facts_.record->pin) return Keep{KeepReason::PinRuns};
    if (const auto* nearest = choice_.nearest()) return Keep{KeepReason::NothingEligible, nearest};
    if (facts_.rule.range.contains(current_.version->version())) return Keep{KeepReason::NewestRuns};
    if (facts_.rule.downgrade) {
      const auto decision =
          kept_back(choice_.newest_failed_below(), choice_.newest_refused_below(), choice_.newest_gated_below());
      if (decision) return *decision;
    }
    const auto* below = choice_.newest_below();
    return Keep{KeepReason::OutsideRange, below ? below : choice_.nearest_below()};
  }

  // By a gate; or by failed deployments, where nothing waits at a gate or that would be a fall.
  std::optional<Decision> kept_back(const Judged& failed, const Judged& refused, const Judged& waiting) const {
    if (waiting.to && !is_fall(failed, *waiting.to)) return gated(waiting);
    if (waiting.to) return Table::refused(failed);
    if (refused.to) return Table::refused(refused);
    return std::nullopt;
  }

  // Whether `best` would be a fall to a lower candidate, past one whose deployment failed.
  bool is_fall(const Judged& failed, const Candidate& best) const {
    return failed.to && !facts_.rule.fallback && *failed.to->version > *best.version;
  }

  static Decision refused(const Judged& judged) {
    if (judged.verdict.until) return Wait{WaitReason::Retry, judged.verdict.until, judged.to};
    return Keep{judged.verdict.reason == Reason::Stopped ? KeepReason::Stopped : KeepReason::Rejected, judged.to};
  }

  static Decision gated(const Judged& judged) { return Wait{WaitReason::Gate, judged.verdict.until, judged.to}; }

  const Facts& facts_;
  const Current& current_;
  Choice choice_;
};

}  // namespace

Decided decide(const Facts& facts) {
  Decided decided{.decision = Keep{KeepReason::NewestRuns}, .verdicts = {}, .current = current(facts)};
  const Judge judge(facts, decided.current);
  decided.verdicts.reserve(facts.listing.candidates().size());
  for (const auto& candidate : facts.listing.candidates()) decided.verdicts.push_back(judge.verdict(candidate));
  decided.decision = Table(facts, decided.current, judge, decided.verdicts).decide();
  return decided;
}

}  // namespace decide
