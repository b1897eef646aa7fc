// SPDX-License-Identifier: Apache-2.0
#include "decide/explain.h"

#include <fmt/format.h>

#include "decide/follow.h"
#include "decide/gates/gate.h"
#include "decide/phrases.h"

namespace decide {
namespace {

std::string tag_of(const Candidate* candidate) { return candidate ? std::string(candidate->tag) : "a version"; }

std::string at(const std::optional<base::Time>& time) {
  return time ? " at " + base::to_iso8601(*time) : std::string(" later");
}

// What a candidate of the listing was told.
const Verdict& verdict_of(const Candidate& candidate, const Decided& decided, const Facts& facts) {
  return decided.verdicts[static_cast<std::size_t>(&candidate - facts.listing.candidates().data())];
}

std::string verdict_on(const Candidate& candidate, const Decided& decided, const Facts& facts) {
  return explain(verdict_of(candidate, decided, facts), candidate, facts, decided.current);
}

// What the range allows above `to`, and something else keeps back; null: nothing.
const Candidate* kept_back(const Candidate& to, const Decided& decided, const Facts& facts) {
  const Candidate* highest = nullptr;
  const auto& candidates = facts.listing.candidates();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto& version = candidates[i].version;
    const auto reason = decided.verdicts[i].reason;
    if (!version || !facts.rule.range.contains(*version) || reason == Reason::UnusableKind) continue;
    if (reason != Reason::Eligible && *version > (highest ? *highest->version : *to.version)) highest = &candidates[i];
  }
  return highest;
}

std::string explain(const Update& update, const Decided& decided, const Facts& facts) {
  const auto to = update.to->tag;
  auto runs = decided.current.tag.empty() ? std::string("another image runs") : current_is(decided.current);
  if (update.pinned) {
    return fmt::format("{} is the version that the service is pinned to{}, and {}", to, pinned_by(record_of(facts)),
                       runs);
  }
  const auto* higher = kept_back(*update.to, decided, facts);
  if (update.down) {
    return fmt::format("{}, which is outside {}, and {} is the highest version inside{}", runs, range_of(facts.rule),
                       to, higher ? " that may be deployed" : "");
  }
  if (higher) {
    return fmt::format("{} is the highest version that may be deployed, and {}; {}", to, runs,
                       verdict_on(*higher, decided, facts));
  }
  return fmt::format("{} is the highest version that {} allows, and {}", to, range_of(facts.rule), runs);
}

std::string busy(std::string_view best, const Decided& decided, const Facts& facts) {
  if (decided.current.being_deployed)
    return fmt::format("{} waits until the deployment of {} has ended", best, decided.current.tag);
  if (facts.running.state != Running::State::Busy && is_listed_under_way(facts)) {
    const auto& operation = facts.running.operations.front();
    const auto name = operation.id.empty() ? std::string("another operation") : "operation " + operation.id;
    return fmt::format("{} waits until {} has ended ({})", best, name, operation.status);
  }
  if (facts.running.state != Running::State::Busy && facts.record && awaits_listing(*facts.record, facts.running)) {
    const auto& set = *facts.record->set;
    return fmt::format("{} waits until operation {}, which deploys {}, is listed, or until {}", best, set.operation,
                       set.tag, base::to_iso8601(set.at + followed_for));
  }
  if (facts.running.state != Running::State::Busy && facts.record &&
      is_told_as_before(*facts.record, facts.running, facts.now))
    return fmt::format("{} waits for {} at most, since the service may be told of as it was before its last operation",
                       best, base::to_text(described_within));
  if (facts.running.state != Running::State::Busy)
    return fmt::format("{} waits until it is known how the service came to run {}", best, decided.current.tag);
  return fmt::format("{} waits, because the service is busy ({})", best, facts.running.status);
}

std::string explain(const Wait& wait, const Decided& decided, const Facts& facts) {
  auto best = tag_of(wait.best);
  const auto* intention = facts.record && facts.record->intention ? &*facts.record->intention : nullptr;
  const auto intended = intention ? intention->tag : std::string("a version");
  switch (wait.why) {
    case WaitReason::Busy: return busy(best, decided, facts);
    case WaitReason::Leased:
      return fmt::format("{} is about to be deployed by another invocation, which has time until{}", intended,
                         at(wait.until).substr(3));
    case WaitReason::Unsettled:
      return fmt::format("{} may have been deployed by an invocation that was interrupted; that is certain{}", intended,
                         at(wait.until));
    case WaitReason::Gate:
      return fmt::format("{}, and {}", current_is(decided.current),
                         wait.best ? gate_sentence(*wait.best, facts) : "a gate is not passed");
    case WaitReason::Retry: return fmt::format("{} failed to deploy, and is tried once more{}", best, at(wait.until));
  }
  return best;
}

std::string beside_pattern(const Keep& keep, std::string_view runs, const rules::Rule& rule) {
  const auto pattern = rule.tag_pattern ? rule.tag_pattern->text() : std::string();
  if (!keep.best) return fmt::format("{}, whose tag is not of the rule's pattern `{}`", runs, pattern);
  return fmt::format("{}, whose tag is not of the rule's pattern `{}`: deploy {} once by hand, and newer ones follow",
                     runs, pattern, keep.best->tag);
}

std::string explain(const Keep& keep, const Decided& decided, const Facts& facts) {
  const auto range = range_of(facts.rule);
  auto runs = current_is(decided.current);
  switch (keep.why) {
    case KeepReason::Suspended: return "the rule is suspended";
    case KeepReason::SourceCode: return "the service runs source code, and no image";
    case KeepReason::OtherRepository:
      return fmt::format("the service runs {}, which is not of {}", to_string(*facts.running.image),
                         to_string(facts.repository));
    case KeepReason::AutoDeploys: return "the service deploys its tag automatically, which leaves nothing to do here";
    case KeepReason::TracksLatest: return "the service runs the tag `latest`, and a rule on versions leaves that alone";
    case KeepReason::Paused: return "the service is paused; what is pushed meanwhile is looked at once it is resumed";
    case KeepReason::Deleted: return "the service is deleted";
    case KeepReason::Failed: return fmt::format("the service is not in working order ({})", facts.running.status);
    case KeepReason::UnknownState:
      return fmt::format("the service is in a state that is not known here ({})", facts.running.status);
    case KeepReason::PinMissing:
      return fmt::format("the service is pinned to {}, of which the repository has no image that could run",
                         facts.record && facts.record->pin ? facts.record->pin->version : "a version");
    case KeepReason::RunsNoVersion:
      return fmt::format("{}, which is no version, so nothing can be called newer",
                         decided.current.tag.empty() ? "an image without a tag runs" : runs);
    case KeepReason::BesidePattern: return beside_pattern(keep, runs, facts.rule);
    case KeepReason::Rejected:
    case KeepReason::Stopped:
      return fmt::format("{}, and {}", runs,
                         keep.best ? verdict_on(*keep.best, decided, facts) : "the next version failed");
    case KeepReason::BeingDeployed: return runs;
    case KeepReason::PinRuns:
      return fmt::format("{}, to which the service is pinned{}", runs, pinned_by(record_of(facts)));
    case KeepReason::NothingEligible:
      return fmt::format("{}, and {}", runs, keep.best ? verdict_on(*keep.best, decided, facts) : "nothing newer may");
    case KeepReason::NewestRuns: return fmt::format("{}, and {} allows nothing newer that is there", runs, range);
    case KeepReason::OutsideRange:
      if (!keep.best) return fmt::format("{}, which is outside {}, and nothing is inside", runs, range);
      if (facts.rule.downgrade && verdict_of(*keep.best, decided, facts).reason != Reason::NotNewer)
        return fmt::format("{}, which is outside {}, and {}", runs, range, verdict_on(*keep.best, decided, facts));
      if (facts.rule.downgrade) {
        return fmt::format(
            "{}, which is outside {}, and {} inside is lower; what runs is not listed itself, so the list may have "
            "come short, and nothing lower is taken",
            runs, range, keep.best->tag);
      }
      return fmt::format(
          "{}, which is outside {}, and {} inside is lower: the rule would have to say \"downgrade\": true", runs,
          range, keep.best->tag);
  }
  return runs;
}

}  // namespace

std::string range_of(const rules::Rule& rule) {
  const auto& text = rule.range_text;
  return text.empty() || text.contains(' ') ? '`' + text + '`' : text;
}

std::string current_is(const Current& current) {
  return fmt::format("{} {}", current.tag, current.being_deployed ? "is being deployed" : "runs");
}

std::string gate_sentence(const Candidate& candidate, const Facts& facts) {
  const auto answer = ask(gates_of(facts.rule), candidate, facts);
  return fmt::format("{} {}", candidate.tag, answer.why);
}

std::string explain(const Decided& decided, const Facts& facts) {
  struct Visitor {
    const Decided& decided;
    const Facts& facts;
    std::string operator()(const Update& update) const { return explain(update, decided, facts); }
    std::string operator()(const Redeploy& redeploy) const {
      return fmt::format("{}, and its tag has a new image ({})", current_is(decided.current),
                         redeploy.to->digest.substr(0, 19));
    }
    std::string operator()(const Wait& wait) const { return explain(wait, decided, facts); }
    std::string operator()(const Keep& keep) const { return explain(keep, decided, facts); }
  };
  return std::visit(Visitor{decided, facts}, decided.decision);
}

}  // namespace decide
