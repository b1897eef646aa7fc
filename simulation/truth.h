// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/account.h"
#include "simulation/tally.h"
#include "simulation/town.h"

namespace simulation {

// What really became of the services, followed from what happens in the account.
class Truth {
 public:
  Truth(Town& town, Tally& tally) : town_(town), tally_(tally) {}

  // An operation that a function started.
  struct Ours {
    std::string arn;
    std::string intention;
    std::string from;  // The tag that ran.
    std::string tag;
    std::string digest;
    base::Time began;
    std::string ended;  // `SUCCEEDED` …; empty while it runs.
  };
  // What a service runs. Not sure: its tag moved while it was deployed.
  struct Runs {
    std::string tag;
    std::string digest;
    bool sure = false;
    base::Time since;
  };
  // How often deployments of an image by a function failed since anybody forgave it, and when the last one did.
  struct Failures {
    int times = 0;
    base::Time last;
  };
  // A person put a lower version in the place of one that a function had set with success: those that were there between the two
  // are not to come back. Or a person ordered so.
  struct Undone {
    PlainVersion up_to;
    std::set<std::string> versions;
    base::Time began;  // The operation.
    base::Time at;     // When it had ended.
  };
  struct Pin {
    std::string version;
    base::Time at;
  };

  void happened(const sandbox::Happening& happening);
  // The operation that began last on this service is a function's.
  void is_ours(const std::string& arn, const std::string& operation, Ours ours);
  // The record says of the service, from now on, what is not so and nobody could know better. Counted by why.
  void is_mistaken_since(const std::string& arn, std::string_view why) {
    tally_.count(why);
    mistaken_.insert(arn);
  }
  // The owner of the rule said something new: what failed or was undone may be tried again.
  void forgive(const std::string& arn);
  void edited(const std::string& arn, base::Time at) { edited_.insert_or_assign(arn, at); }
  // The record knows the range as it was edited last. What it did not know by then may come into it all the same.
  void forgiven(const std::string& arn);
  void written(const std::string& arn, base::Time at) { written_.insert_or_assign(arn, at); }
  // What a decision is about, as it was described then.
  void looked_at(const std::string& arn, base::Time at) { looked_at_.insert_or_assign(arn, at); }
  // An operator ended all holds, and the pin.
  void release(const std::string& arn, base::Time at);
  // A person ordered that this version is not to come; or that it is, for all that was said before.
  void hold(const std::string& arn, const PlainVersion& version, base::Time at);
  void pin(const std::string& arn, const PlainVersion& version, base::Time at);
  void skip(const std::string& arn, const PlainVersion& version, base::Time at);
  // A push that this service's rule allows was heard of, perhaps an older one than the service.
  void heard(const std::string& arn) { heard_.insert(arn); }
  void heard_of(const std::string& arn, const std::string& tag) {
    heard(arn);
    heard_tags_[arn].insert(tag);
  }
  // Whether one was heard of that still is an image, so that Caretaker must know.
  bool must_know_of_push(const std::string& arn) const;
  // Whether one was, or anything was pushed since the service is there, that its rule allows.
  bool is_pushed(const std::string& arn) const;

  const Ours* ours(std::string_view operation) const;
  // When the last operation on the service ended, whoever had begun it; if none did, long ago.
  base::Time idle_since(std::string_view arn) const;
  // Whether more than one ended since then.
  bool is_moved_twice_since(std::string_view arn, base::Time then) const;
  const Runs* runs(std::string_view arn) const;
  Failures failures(const std::string& arn, const std::string& digest) const;
  // When the second of two deployments in a row that failed had not been decided on yet.
  std::optional<base::Time> stopped(const std::string& arn) const;
  const Undone* undone(const std::string& arn) const;
  const Pin* pin(const std::string& arn) const;
  // The one that was ended last, if it was in force then.
  const Pin* former_pin(const std::string& arn, base::Time then) const;
  // Since when the version is skipped.
  std::optional<base::Time> skipped(const std::string& arn, const PlainVersion& version) const;
  // When the service of this name was paused last.
  std::optional<base::Time> paused(const std::string& name) const;
  // Since when the record may say that it is stopped.
  std::optional<base::Time> stopped_since(const std::string& arn) const;
  // What a record may except, until it is certain that it was forgiven.
  bool may_be_held(const std::string& arn, const PlainVersion& version) const;
  bool may_be_held_by_order(const std::string& arn, const PlainVersion& version) const;
  bool may_be_held_since(const std::string& arn, const PlainVersion& version, base::Time since) const;
  bool may_be_rejected(const std::string& arn, const std::string& digest, base::Time now) const;
  bool may_be_stopped(const std::string& arn, base::Time pushed_at) const;
  bool has_failed(const std::string& arn, const std::string& digest) const;
  bool has_failed_since(const std::string& arn, const std::string& digest, base::Time since) const;
  bool is_mistaken(const std::string& arn) const { return mistaken_.contains(arn); }
  // How often somebody else than a function moved the service to a lower version.
  int moves_back(const std::string& arn) const;
  bool was_moved_back_by(const std::string& arn, base::Time then) const;
  // The newest operation of ours on this service; empty: none.
  std::string newest_of_ours(const std::string& arn) const;
  bool came_of(std::string_view intention) const;

 private:
  // Why a record may except something.
  struct Grounds {
    std::vector<std::pair<PlainVersion, base::Time>> ordered;     // Holds.
    std::vector<std::pair<PlainVersion, base::Time>> moved_back;  // What another put in the place of a higher version.
    std::map<std::string, Failures> failures;                     // By digest.
    int in_a_row = 0;
    base::Time last_failure;
    std::optional<base::Time> stopped;
  };
  struct Pending {
    std::string tag;
    std::string digest;
    base::Time began;
    std::string operation;     // Of ours.
    std::string replaces;      // The tag that a function had set and seen to succeed, or had found.
    bool is_anothers = false;  // An image of another repository than the rule's.
  };
  void unpin(const std::string& arn, base::Time at);
  void pushed(std::string_view text);
  void gone(const TownService& service, std::string_view tag);
  void missed(const TownService& service);
  void begins(const TownService& service, std::string_view type, std::string_view image, base::Time at);
  void ends(const TownService& service, std::string_view type, std::string_view status, base::Time at);
  // What was undone is no more, since nothing of it is above what runs now.
  void passed(const std::string& arn, const PlainVersion& version);
  void failed(const Ours& ours, base::Time began, base::Time at);
  void forget_grounds(const std::string& arn, base::Time until);

  Town& town_;
  Tally& tally_;
  std::map<std::string, Ours, std::less<>> ours_;           // By operation.
  std::map<std::string, std::string, std::less<>> newest_;  // Operation of ours, by ARN.
  std::map<std::string, Runs, std::less<>> runs_;           // By ARN.
  std::map<std::string, Pending, std::less<>> pending_;     // By ARN.
  std::map<std::pair<std::string, std::string>, Failures> failures_;
  std::map<std::string, int> in_a_row_;
  std::map<std::string, base::Time> stopped_;
  std::map<std::string, Undone> undone_;
  std::map<std::string, Pin> pins_;
  std::map<std::string, std::pair<Pin, base::Time>> former_pins_;  // With when it ended.
  std::map<std::string, std::map<std::string, base::Time>> skips_;
  std::map<std::string, PlainVersion> versions_;    // That ran last, by ARN; a tag that is none changes nothing.
  std::map<std::string, PlainVersion> of_pattern_;  // The same of those that the rule reads.
  std::map<std::string, PlainVersion> highest_;     // That ever ran.
  std::map<std::string, int> moves_back_;
  std::map<std::string, std::set<std::string>> pushed_;  // Tags, by ARN.
  std::set<std::string, std::less<>> heard_;
  std::map<std::string, std::set<std::string>> heard_tags_;
  std::map<std::string, base::Time> paused_;  // Last, by name.
  std::set<std::string, std::less<>> mistaken_;
  std::map<std::string, Grounds> grounds_;
  std::map<std::string, base::Time> edited_;
  std::map<std::string, base::Time> written_;  // Their records, by ARN.
  std::map<std::string, base::Time> looked_at_;
  std::map<std::string, std::pair<base::Time, base::Time>, std::less<>> ended_;  // The last two operations, by ARN.
};

}  // namespace simulation
