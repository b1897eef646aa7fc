// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "decide/record.h"
#include "names/names.h"
#include "rules/rules.h"
#include "semver/semver.h"

namespace decide {

// A tag of the repository. Its texts lie in the Listing that holds it.
struct Candidate {
  std::string_view tag;
  std::string_view digest;
  std::optional<semver::Version> version;  // That the tag bears for the rule; none: it is no version.
  std::optional<base::Time> pushed_at;     // Of the image; none: the registry did not say.
  bool usable = true;                      // A container image, not a chart, a signature or another artifact.
};

// What the repository holds: all of its tags, or it is not a listing. Owns the texts of all candidates in stable memory, which
// listings of the same repository share; movable, not copyable. About 160 bytes a tag.
class Listing {
 public:
  Listing() = default;
  Listing(Listing&&) = default;
  Listing& operator=(Listing&&) = default;

  // The same tags, with the versions that they bear for a rule of this pattern; about 90 bytes a tag more.
  Listing read_by(const rules::TagPattern& pattern) const;

  // Adds an image's tags. Not a version is a candidate too: it gets a verdict as well.
  void add(std::string_view digest, const std::vector<std::string>& tags, std::optional<base::Time> pushed_at,
           bool usable);

  const std::vector<Candidate>& candidates() const { return candidates_; }
  const Candidate* find(std::string_view tag) const;

 private:
  std::string_view keep(std::string_view text);

  using Blocks = std::vector<std::vector<char>>;
  std::shared_ptr<Blocks> blocks_ = std::make_shared<Blocks>();
  std::vector<Candidate> candidates_;
};

// An operation of the target, ours or another's.
struct Operation {
  enum class Kind { Create, Update, Deployment, Other };  // The first three put an image into service.
  enum class State { Underway, RollingBack, Succeeded, Failed };
  std::string id;  // Empty while the target doesn't tell it.
  Kind kind = Kind::Other;
  State state = State::Underway;
  std::string status;  // As the target words it: `ROLLBACK_SUCCEEDED`.
  std::optional<base::Time> started_at;
  std::optional<base::Time> ended_at;  // None: it has not, or the target doesn't tell.
};

// What a service runs now, as AWS describes it; an immutable snapshot.
struct Running {
  enum class State { Running, Busy, Paused, Failed, Deleted, Other };
  State state = State::Running;
  std::string status;                          // As AWS words it.
  std::optional<names::ImageReference> image;  // None: it runs source code.
  bool auto_deploys = false;                   // AWS itself follows the tag.
  std::optional<base::Time> created_at;
  std::vector<Operation> operations;  // Newest first, not all that ever were.
};

// Why a decision is asked for.
struct Trigger {
  enum class Kind { Push, Operator, Sweep };
  // What was pushed. A hint, never the truth.
  struct Push {
    std::string tag;
    std::string digest;
    std::optional<base::Time> at = {};  // The registry tells that of images, and of no tag.
  };
  Kind kind = Kind::Sweep;
  std::vector<Push> pushes = {};  // The last one bears the highest version.

  bool has(std::string_view tag, std::string_view digest) const {
    return std::ranges::any_of(pushes, [&](const Push& push) { return push.tag == tag && push.digest == digest; });
  }
};

// All that a decision may look at. Borrows rule and listing, and the listing is read by the rule's pattern if it has one.
struct Facts {
  const rules::Rule& rule;
  names::Repository repository;  // The rule's, with account and region.
  const Listing& listing;
  Running running;
  std::optional<Record> record;  // None: first sight.
  Trigger trigger;
  base::Time now;
  // Whether the rule is the owner's newest. If not, since the newest is broken or out of reach, its range is no edit.
  bool rule_is_current = true;
};

}  // namespace decide
