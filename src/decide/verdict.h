// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "decide/current.h"
#include "decide/facts.h"
#include "decide/gates/gate.h"
#include "decide/held.h"

namespace decide {

// Why a candidate may or may not be deployed; the first that applies, in this order.
enum class Reason {
  NotAVersion,
  OutsideRange,
  PrereleaseNotAsked,  // Only npm's rule on prereleases keeps it out.
  UnusableKind,        // A Helm chart, a signature, an attestation …
  BesidePin,           // The service is pinned to another version.
  Skipped,
  Held,
  Rejected,  // This digest's deployment failed.
  Stopped,   // Two deployments in a row failed, and it was there by then.
  ThereAtFirstSight,
  NotNewer,  // What runs is as new or newer.
  Gated,     // A gate of the rule's is not passed.
  Eligible,
  Pinned,  // An operator's pin asks for it, and it does not run: only UnusableKind, Held and Rejected go before that.
};

struct Verdict {
  Reason reason = Reason::Eligible;
  // Rejected once, and not stopped: when it is tried again. Gated: when the gate opens; none: nobody knows.
  std::optional<base::Time> until;
  bool operator==(const Verdict&) const = default;
};

// How long after its failure a digest is tried once more.
inline constexpr base::Duration retried_after = std::chrono::hours(1);

// What is remembered of the service; at first sight a record with nothing in it. Borrows from `facts`.
const Record& record_of(const Facts& facts);

// What the rule alone says of a tag, whatever runs and whatever is remembered: NotAVersion, OutsideRange or
// PrereleaseNotAsked; nullopt if it may be deployed as far as the rule is concerned. A push of an excluded tag can change
// nothing, unless the service is pinned to it, which the next sweep sees. The first three steps of every verdict.
std::optional<Reason> excluded(std::string_view tag, const rules::Rule& rule);

// Judges the candidates of one decision. Borrows all that it is given.
class Judge {
 public:
  Judge(const Facts& facts, const Current& current);

  Verdict verdict(const Candidate& candidate) const;

  // Some of its steps alone. What failed deployments say against a candidate: Rejected, Stopped, or nothing.
  std::optional<Verdict> rejection(const Candidate& candidate) const;
  // What those of this very image say: Rejected, or nothing, also where it is tried once more now.
  std::optional<Verdict> failure(const Candidate& candidate) const;
  bool has_failed(const Candidate& candidate) const;
  bool is_ordered_since(base::Time time, const Candidate& candidate) const;
  bool was_pushed_after(base::Time time, const Candidate& candidate) const;
  bool is_held(const semver::Version& version) const;
  // What the rule's gates say against it: Gated, or nothing.
  std::optional<Verdict> gated(const Candidate& candidate) const;
  // How a version stands to what runs and what was there at first sight: ThereAtFirstSight, NotNewer, or Eligible. Without
  // a running version nothing is NotNewer.
  Reason age(const semver::Version& version) const;

 private:
  bool is_beside_pin(const semver::Version& version) const;
  bool is_asked_for(const Candidate& candidate) const;
  Verdict asked_for(const Candidate& candidate) const;
  bool is_running_pin(const Candidate& candidate) const;
  // Whatever the rule's range says: UnusableKind, Held, Rejected, Stopped or NotNewer.
  Verdict of_running_pin(const Candidate& candidate) const;

  const Facts& facts_;
  const Current& current_;
  const Record& record_;
  std::optional<semver::Version> pinned_;
  std::vector<semver::Version> skipped_;
  std::vector<Held> held_;
  std::optional<semver::Version> baseline_;
  Gates gates_;
};

// What holds a version, an order before what was noticed; null: nothing does. Borrows from `record`.
const Record::Hold* hold_of(const Record& record, const semver::Version& version);

// A word for logs and tables: `outside-range`.
std::string_view to_string(Reason reason);

}  // namespace decide
