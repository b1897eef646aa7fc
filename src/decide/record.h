// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace decide {

// What Caretaker itself last did to a service and learnt about it: the part of the facts that outlives an invocation.
// records/ keeps it. Times are wall time; digests, tags and images are text as AWS gives it.
struct Record {
  // What was there when the service was first seen. Versions up to `version` are left alone until it is lifted.
  struct Baseline {
    std::string version;  // The highest version in range then; empty: there was none.
    base::Time at;
    bool operator==(const Baseline&) const = default;
  };
  // What runs, as far as is known. An empty digest: unknown, since the tag may have moved before we looked.
  struct Runs {
    std::string tag;
    std::string digest;
    std::optional<base::Time> as_of = {};  // When the newest deployment began that this tells the outcome of.
    bool by_us = false;                    // It was we who brought it there, and nobody has deployed since.
    bool operator==(const Runs&) const = default;
  };
  enum class Action { Update, Redeploy };
  // A decision written down before it is carried out, and the right to carry it out until `lease_until`.
  struct Intention {
    std::string id;
    Action action = Action::Update;
    std::string image;  // The identifier to be set.
    std::string tag;
    std::string digest;
    std::string image_before;      // What was described before.
    std::string operation_before;  // The newest operation then; empty: none.
    base::Time at;
    base::Time lease_until;
    std::string line = {};  // What the service's own event log is told once it has taken effect.
    std::optional<base::Time> overdue_at =
        {};  // When it was found to take longer than `followed_for` to tell what came of it.
    bool operator==(const Intention&) const = default;
  };
  // The last intention that took effect.
  struct Set {
    std::string intention;
    Action action = Action::Update;
    std::string image;
    std::string tag;
    std::string digest;
    std::string operation;  // The operation's id at the target.
    // Empty while it runs; then as the target words it: `SUCCEEDED`, `FAILED`, `ROLLBACK_SUCCEEDED` … Or one of ours:
    // lost_outcome, other_image_outcome.
    std::string outcome;
    std::optional<base::Time> overdue_at;  // When it was found to take longer than `followed_for`.
    base::Time at;
    std::optional<Runs> before;  // What ran when it was decided on, to which a failure goes back.
    bool operator==(const Set&) const = default;
  };
  // A digest whose deployment failed. Tried once more after an hour, then not again.
  struct Rejected {
    std::string digest;
    std::string tag;
    std::string operation;
    int attempts = 1;
    base::Time at;  // When the last attempt failed.
    bool operator==(const Rejected&) const = default;
  };
  // Versions that are not deployed, since a person moved the service back from them, or ordered it. It ends by a version above them
  // all: one that runs, or if it was ordered one that we deploy since; by a release, or an edit of the rule's range.
  struct Hold {
    std::vector<std::string> versions;  // Or spans of them: held.h.
    std::string operation;              // That moved it back, or untold_operation; empty: it was ordered.
    std::string by;                     // Who ordered it, if that is known.
    base::Time at;
    bool is_ordered() const { return operation.empty(); }
    bool operator==(const Hold&) const = default;
  };
  // A deployment of somebody else that was looked at: what it moved back is held already, or released since. No operation: none was
  // told of, or without its id.
  struct Foreign {
    std::string operation;
    std::string version;  // That ran after it.
    base::Time at;        // When it was noted.
    std::string
        image;  // That was described then: while it is, nobody has moved the service, whatever its tags are or mean now.
    bool operator==(const Foreign&) const = default;
  };
  // Two deployments in a row failed: only what was pushed after that is deployed.
  struct Stop {
    base::Time at;
    bool operator==(const Stop&) const = default;
  };
  // An operator's orders.
  struct Pin {
    std::string version;
    std::string by;
    base::Time at;
    bool operator==(const Pin&) const = default;
  };
  struct Skip {
    std::string version;
    std::string by;
    base::Time at;
    bool operator==(const Skip&) const = default;
  };

  // An image under a tag, and a time of that.
  struct Stamped {
    std::string tag;
    std::string digest;
    base::Time at;
    bool operator==(const Stamped&) const = default;
  };
  // When it was first seen there.
  using Seen = Stamped;
  // When a push gave the tag to an image that had been pushed long before: the registry keeps no time for a tag.
  using Told = Stamped;
  const Seen* find_seen(std::string_view tag, std::string_view digest) const { return find(seen, tag, digest); }
  const Told* find_told(std::string_view tag, std::string_view digest) const { return find(told, tag, digest); }
  const Rejected* find_rejected(std::string_view digest) const {
    const auto found = std::ranges::find(rejected, digest, &Rejected::digest);
    return found == rejected.end() ? nullptr : &*found;
  }

  // Ends of an operation that the target does not word.
  static constexpr std::string_view lost_outcome = "LOST";  // It is no longer told of.
  static constexpr std::string_view other_image_outcome = "SUCCEEDED_WITH_ANOTHER_IMAGE";
  // An operation that moved a service back, and was not listed, or without its id.
  static constexpr std::string_view untold_operation = "UNTOLD";

  std::optional<base::Time> service_created_at;  // Tells a service from a later one of the same ARN.
  std::string
      range;  // The rule's, under which hold, rejections and stop came about: an edit ends them. Empty: unknown.
  std::optional<Baseline> baseline;
  std::optional<Runs> runs;
  std::optional<Intention> intention;
  std::optional<Set> set;
  std::string deployed;  // The tag that our last successful operation brought into service, as long as it runs.
  int failures = 0;      // Deployments of ours that failed in a row.
  std::vector<Rejected> rejected;
  std::vector<Hold> holds;  // One at most that was not ordered.
  std::optional<Foreign>
      foreign;  // The newest since our last successful operation; where there is none what was found.
  // Since when a lower version is described than ran before, and no operation explains it.
  std::optional<base::Time> unexplained_at;
  std::optional<Stop> stop;
  std::optional<Pin> pin;
  std::vector<Skip> skips;
  std::vector<Seen> seen;           // Of images that have to soak.
  std::vector<Told> told;           // Newest first; as long as the tag is that image's.
  std::optional<base::Time> until;  // When something is due by itself: a candidate has soaked, or is tried once more.

  bool operator==(const Record&) const = default;

 private:
  static const Stamped* find(const std::vector<Stamped>& all, std::string_view tag, std::string_view digest) {
    const auto is_it = [&](const Stamped& one) { return one.tag == tag && one.digest == digest; };
    const auto found = std::ranges::find_if(all, is_it);
    return found == all.end() ? nullptr : &*found;
  }
};

}  // namespace decide
