// SPDX-License-Identifier: Apache-2.0
#pragma once

// reconcile/: gather facts, decide, act, record; one service at a time. Safe to repeat at any time, by several functions at
// once, and after a crash at any point:
//   reconcile.h  the whole of it
//   gather.h     the facts, all of them or an error
//   conclude.h   from the facts to the decision: all that can be said without touching anything
//   intend.h     an intention: written before the call, carried out, settled
//   news.h       what people want to hear of between two states of a record
//
// record, describe, list ─▶ settle an old intention ─▶ observe ─▶ decide ─▶ write the intention ─▶ describe again
//                                                                            └▶ call ─▶ write the operation's id ─▶ say it
//
// What is to be said is written with the change that it is about, and taken out once it is said: what an interrupted function left
// unsaid the next one says.

#include <functional>
#include <string>

#include "decide/decide.h"
#include "reconcile/conclude.h"
#include "reconcile/gather.h"
#include "records/store.h"
#include "report/notice.h"
#include "report/report.h"
#include "target/target.h"

namespace reconcile {

struct Request {
  const rules::Rule& rule;
  names::Repository repository;  // The rule's, with account and region.
  decide::Trigger trigger;
  bool rule_is_current = true;  // As in decide::Facts.
  // Why the deployed stack does not cover the rule: nothing is asked or done then. Empty: it does.
  std::string not_covered{};
  // When the host's own time is over: a lease outlives it, so that nobody takes over work that is still being done.
  base::Time host_deadline;
  // How far it goes.
  enum class Extent {
    Deeds,  // Whatever is decided is done.
    Notes,  // What is seen is written down and told; nothing is deployed.
    Words,  // A dry run: nothing is called that changes anything, and nothing is written, in the record or elsewhere.
  };
  Extent extent = Extent::Deeds;
};

// What an operator wants to be written down about a service.
struct Order {
  std::string action;           // `pin`, `hold` …
  std::string to;               // The version concerned; empty: none in particular.
  std::string by;               // Who.
  std::string why;              // As a sentence: `Pinned to 1.2.3`.
  bool rule_is_current = true;  // As in Request: what it orders comes after the rule's last edit.
  // Changes the record; false: there is nothing to change.
  std::function<bool(decide::Record&)> edit;
};

class Reconciler {
 public:
  struct Parts {
    aws::Caller& caller;
    target::Target& app_runner;
    records::Store& records;
    report::Log& log;
    base::Clock& clock;
    std::function<std::string()> new_id;  // For intentions: a new random text at each call.
    report::NoticeBus notice_bus{};
  };
  explicit Reconciler(Parts parts) : parts_(std::move(parts)) {}

  // Reconciles one service. `listings` may be shared by calls that belong together in time. Logs the decision. A service out of
  // reach (Denied, NotFound) and a rule that is not covered count for a metric at each call, and are told of for a push.
  // Errors: whatever kept the facts from being gathered or the decision from being carried out; nothing was changed then,
  // or an intention is left that a later call settles.
  base::Result<Reconciled> reconcile(const Request& request, Listings& listings, const aws::Deadline& deadline);

  // Writes an order down, in the record and its history, and tells of it; false: all is that way already. It is carried out by the next
  // reconcile. Errors: as the store says, where Unknown has been told of; Denied for a record of a newer Caretaker.
  base::Result<bool> order(const rules::Rule& rule, const Order& order, const aws::Deadline& deadline);

 private:
  class Carrying;

  target::Target& target_of(const names::ServiceArn& service);
  // Once through, from the facts to the deed. Errors: Conflict if the facts changed meanwhile.
  base::Result<Reconciled> round(const Request& request, Listings& listings, const aws::Deadline& deadline);
  // Finds out what came of an intention whose function was interrupted, once its lease is over.
  base::Result<void> settle_left_over(const Request& request, Gathered& gathered, const aws::Deadline& deadline);
  // What is to be told of a record that becomes `after`.
  std::vector<records::Untold> untold_news(const Request& request, const decide::Record& before,
                                           const decide::Record& after) const;
  // Tells what was written to be told, and takes it out of the record.
  void tell(const rules::Rule& rule, records::Stored& stored, const std::vector<records::Untold>& untold,
            const aws::Deadline& deadline);
  // Tells what an interrupted function did not.
  void tell_left_over(const Request& request, records::Stored& stored, const aws::Deadline& deadline);
  void tell_refused(const Request& request, report::Notice::Kind kind, const std::string& why,
                    const aws::Deadline& deadline);
  // Errors: what nobody else would learn could not be written. Conflict: another wrote since.
  base::Result<void> keep_observations(const Request& request, Gathered& gathered, const decide::Record& before,
                                       const decide::Record& observed, const aws::Deadline& deadline);
  void log_decision(const Request& request, const base::Result<Reconciled>& done, base::Duration took);

  Parts parts_;
};

}  // namespace reconcile
