// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "decide/verdict.h"
#include "delivery/push.h"
#include "reconcile/reconcile.h"

namespace delivery {

// What becomes of one message: every message ends in exactly one, and it is logged.
struct Ending {
  enum class Kind {
    Done,        // Its work is done or there is none: delete it.
    Returns,     // Come back, at `until` or after the rules' retry time.
    DeadLetter,  // Nothing more can be done with it: keep it for a person.
  };
  Kind kind = Kind::Done;
  std::string word;  // `started`, `superseded`, `no-rule`, `busy` …
  std::string text;
  std::optional<base::Time> until;
  // What it was about, where it was about one service.
  std::string service;
  std::string rule;
  std::string from;
  std::string to;
};

// It is no push.
Ending ending_of(const NoPush& none);
// No rule is about its repository.
Ending no_rule(const Push& push);
// There are no rules to go by.
Ending no_rules(const base::Error& error);
// The rule alone excludes its tag.
Ending ending_of(decide::Reason excluded, const Push& push, const rules::Rule& rule);
// The rule's service was looked at for it: what that came to.
Ending ending_of(const Push& push, const base::Result<reconcile::Reconciled>& reconciled, const rules::Rule& rule);

// A service was looked at without a push. Nothing waits for it: the next sweep looks again.
Ending ending_of_look(const base::Result<reconcile::Reconciled>& reconciled, const rules::Rule& rule);
// A message that asked for looks came to this by itself: `swept`, `spread` …
Ending done(std::string word, std::string text);

// The ending, with the rule and the service it concerns.
Ending about(Ending ending, const rules::Rule& rule);

}  // namespace delivery
