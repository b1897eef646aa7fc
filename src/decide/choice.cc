// SPDX-License-Identifier: Apache-2.0
#include "decide/choice.h"

#include <algorithm>
#include <tuple>

#include "decide/follow.h"

namespace decide {
namespace {

bool is_refusal(Reason reason) { return reason == Reason::Rejected || reason == Reason::Stopped; }

bool is_ruled_out(Reason reason) {
  return reason == Reason::NotAVersion || reason == Reason::OutsideRange || reason == Reason::PrereleaseNotAsked;
}

}  // namespace

const Candidate* Choice::pinned(const semver::Version& version) const {
  if (const auto* wanted = at(highest([](const Candidate&, const Verdict& v) { return v.reason == Reason::Pinned; })))
    return wanted;
  return at(highest([&](const Candidate& c, const Verdict&) { return c.usable && c.version == version; }));
}

const Candidate* Choice::newest() const {
  return at(highest([](const Candidate&, const Verdict& v) { return v.reason == Reason::Eligible; }));
}

const Candidate* Choice::newest_below() const {
  return at(highest([&](const Candidate& c, const Verdict& v) {
    return v.reason == Reason::NotNewer && is_below(c) && !judge_.gated(c);
  }));
}

Judged Choice::newest_refused() const {
  return judged_at(highest([&](const Candidate& c, const Verdict& v) { return is_refused_above(c, v); }));
}

Judged Choice::newest_refused_below() const {
  return judged_at(highest([&](const Candidate& c, const Verdict& v) { return is_refused_below(c, v); }));
}

Judged Choice::newest_failed() const {
  return judged_at(
      highest([&](const Candidate& c, const Verdict& v) { return is_refused_above(c, v) && judge_.has_failed(c); }));
}

Judged Choice::newest_failed_below() const {
  return judged_at(
      highest([&](const Candidate& c, const Verdict& v) { return is_refused_below(c, v) && judge_.has_failed(c); }));
}

Judged Choice::newest_gated() const {
  return judged_at(highest([](const Candidate&, const Verdict& v) { return v.reason == Reason::Gated && v.until; }));
}

Judged Choice::newest_gated_below() const {
  const auto* best = at(highest([&](const Candidate& c, const Verdict& v) {
    const auto gated = v.reason == Reason::NotNewer && is_below(c) ? judge_.gated(c) : std::nullopt;
    return gated && gated->until;
  }));
  return best ? Judged{best, *judge_.gated(*best)} : Judged{};
}

const Candidate* Choice::nearest() const {
  return at(highest([&](const Candidate& c, const Verdict& v) {
    return c.version && !is_ruled_out(v.reason) && current_.version && *c.version > current_.version->version();
  }));
}

const Candidate* Choice::nearest_below() const {
  return at(highest([&](const Candidate& c, const Verdict& v) {
    return c.version && c.usable && !is_ruled_out(v.reason) && is_below(c);
  }));
}

Judged Choice::again() const {
  const auto* candidate = facts_.listing.find(current_.tag);
  if (!facts_.rule.redeploy || !candidate || !has_new_digest(*candidate)) return {};
  return judged_at(static_cast<std::size_t>(candidate - facts_.listing.candidates().data()));
}

// The index of the best candidate that `take` accepts; the number of candidates if there is none.
template <class Take>
std::size_t Choice::highest(const Take& take) const {
  const auto& candidates = facts_.listing.candidates();
  auto best = candidates.size();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!take(candidates[i], verdicts_[i])) continue;
    if (best == candidates.size() || is_better(candidates[i], candidates[best])) best = i;
  }
  return best;
}

const Candidate* Choice::at(std::size_t index) const {
  const auto& candidates = facts_.listing.candidates();
  return index < candidates.size() ? &candidates[index] : nullptr;
}

Judged Choice::judged_at(std::size_t index) const {
  const auto* candidate = at(index);
  return candidate ? Judged{candidate, verdicts_[index]} : Judged{};
}

bool Choice::is_better(const Candidate& a, const Candidate& b) const {
  if (const auto order = *a.version <=> *b.version; order != 0) return order > 0;
  const auto rank = [&](const Candidate& c) {
    return std::tuple(form_of(c.tag, *c.version) != current_.form(), c.tag.size(), c.tag);
  };
  if (const auto order = rank(a) <=> rank(b); order != 0) return order < 0;
  // A tag that moved while the pages were read may be listed twice: the later image has it now.
  return std::tie(a.pushed_at, a.digest) > std::tie(b.pushed_at, b.digest);
}

bool Choice::is_refused_above(const Candidate& candidate, const Verdict& verdict) const {
  return is_refusal(verdict.reason) && judge_.age(*candidate.version) == Reason::Eligible;
}

bool Choice::is_refused_below(const Candidate& candidate, const Verdict& verdict) const {
  return is_refusal(verdict.reason) && judge_.age(*candidate.version) == Reason::NotNewer && is_below(candidate);
}

bool Choice::is_below(const Candidate& candidate) const {
  return current_.version && *candidate.version < current_.version->version();
}

bool Choice::has_new_digest(const Candidate& candidate) const {
  // A service that names its image by digest gets the same one at every deployment.
  if (!current_.being_deployed && facts_.running.image && !facts_.running.image->digest.empty()) return false;
  if (!current_.digest.empty()) {
    return candidate.digest != current_.digest &&
           !(facts_.record && may_be_listed_as_before(candidate, *facts_.record, facts_));
  }
  if (is_newer_than_deployment(candidate, facts_.running)) return true;
  // Nobody told us what runs; but what was just pushed does not run yet, nor does what was deployed in vain.
  const bool pushed = facts_.trigger.has(candidate.tag, candidate.digest) ||
                      (facts_.record && facts_.record->find_told(candidate.tag, candidate.digest));
  const bool failed =
      facts_.record && std::ranges::any_of(facts_.record->rejected, [&](const Record::Rejected& rejected) {
        return rejected.digest == candidate.digest && rejected.tag == candidate.tag;
      });
  return pushed || failed;
}

}  // namespace decide
