// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "decide/verdict.h"

namespace decide {

struct Judged {
  const Candidate* to = nullptr;
  Verdict verdict;
};

// Chooses among the judged candidates of one decision: the highest version; of one version the running tag's form (what
// stands around the version in it), else the shortest tag, else the alphabetically first. Never looks at the listing's order. Borrows
// all that it is given.
class Choice {
 public:
  Choice(const Facts& facts, const Current& current, const Judge& judge, const std::vector<Verdict>& verdicts)
      : facts_(facts), current_(current), judge_(judge), verdicts_(verdicts) {}

  const Judge& judge() const { return judge_; }

  // Null, or a Judged without a candidate, where there is none.
  const Candidate* pinned(
      const semver::Version& version) const;  // Usable and of that version; one that nothing is against before others.
  const Candidate* newest() const;            // Eligible.
  const Candidate* newest_below() const;      // Lower than what runs, and all else is fine with it.
  Judged newest_refused() const;              // Eligible but for failed deployments.
  Judged newest_refused_below() const;        // The same, lower than what runs.
  Judged newest_failed() const;               // Eligible but for failed deployments, of which its own image's was one.
  Judged newest_failed_below() const;         // The same, lower than what runs.
  Judged newest_gated() const;                // Eligible but for a gate that opens at a known time.
  Judged newest_gated_below() const;          // The same, lower than what runs.
  const Candidate* nearest() const;           // Newer than what runs and in range, but not eligible.
  const Candidate* nearest_below() const;     // Lower than what runs and in range, whatever else is against it.
  // The running tag's own candidate, if its image is another than the one that runs, as far as that is known.
  Judged again() const;

 private:
  template <class Take>
  std::size_t highest(const Take& take) const;
  const Candidate* at(std::size_t index) const;
  Judged judged_at(std::size_t index) const;
  bool is_better(const Candidate& a, const Candidate& b) const;
  bool is_refused_above(const Candidate& candidate, const Verdict& verdict) const;
  bool is_refused_below(const Candidate& candidate, const Verdict& verdict) const;
  bool is_below(const Candidate& candidate) const;
  bool has_new_digest(const Candidate& candidate) const;

  const Facts& facts_;
  const Current& current_;
  const Judge& judge_;
  const std::vector<Verdict>& verdicts_;
};

}  // namespace decide
