// SPDX-License-Identifier: Apache-2.0
#include "reconcile/reconcile.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/explain.h"
#include "decide/orders.h"
#include "reconcile/conclude.h"
#include "reconcile/intend.h"
#include "reconcile/news.h"
#include "report/event_log.h"

namespace reconcile {
namespace {

using base::ErrorKind;
using decide::Record;
using records::Stored;

// How often the facts are gathered anew because they changed under us.
constexpr int rounds_max = 3;
// A call that changes a service wants this much time: for itself and for writing down what came of it.
constexpr auto time_to_act = std::chrono::seconds(5);
// What is told takes no longer, so that the deployment behind it is not given up for it.
constexpr auto time_to_tell = std::chrono::seconds(4);
// A lease outlives its owner's time by this much.
constexpr auto lease_margin = std::chrono::seconds(60);

// An order's telling is over by then: its command has nothing else to do.
constexpr auto order_lease = std::chrono::minutes(5);

base::Time lease_of(const Request& request, base::Time now) {
  return std::max(request.host_deadline, now) + lease_margin;
}

// Why a deployment is told of by another function than the one that started it.
constexpr std::string_view found_later = "found after its function was interrupted";

// A push younger than this may be missing from the registry's listing only because the listing lags behind.
constexpr auto listing_lag_max = std::chrono::minutes(5);
// The listing is asked again after this.
constexpr auto listing_lag = std::chrono::seconds(30);

// A new tag is deployed as whatever it is. The digest matters for the tag that runs, and where the image that had the tag before may
// be kept back for what came of it.
bool shows_push(const Gathered& gathered, const decide::Trigger::Push& push) {
  const auto* candidate = gathered.listing->find(push.tag);
  if (!candidate) return false;
  const auto& image = gathered.described->running.image;
  const auto& record = gathered.stored.record;
  const bool matters = (image && image->tag == push.tag) || record.find_rejected(candidate->digest) || record.stop;
  const bool is_overtaken = candidate->pushed_at && push.at && *candidate->pushed_at > *push.at;
  return !matters || push.digest.empty() || candidate->digest == push.digest || is_overtaken;
}

// Whether nobody could find out if the record was written. What is new is told then: twice is better than never.
bool may_stand(const base::Result<void>& written) { return !written && written.error().kind == ErrorKind::Unknown; }

// The one that stands for all where there is room for one; empty: there is none.
decide::Trigger::Push highest_push(const decide::Trigger& trigger) {
  return trigger.pushes.empty() ? decide::Trigger::Push{} : trigger.pushes.back();
}

// Whether the push may change what is decided: it is above what runs, or of its tag, or the service may well go down.
bool matters(const decide::Trigger::Push& push, const Request& request, const Gathered& gathered) {
  const auto& image = gathered.described->running.image;
  if (!image || image->tag == push.tag || request.rule.downgrade || gathered.stored.record.pin) return true;
  const auto running = rules::version_of(image->tag, request.rule);
  const auto pushed = rules::version_of(push.tag, request.rule);
  return !running || !pushed || *pushed > *running;
}

// A push that the listing should show by now, and may show yet; null: there is none.
const decide::Trigger::Push* missing_push(const Request& request, const Gathered& gathered, base::Time now) {
  const auto& pushes = request.trigger.pushes;
  for (auto push = pushes.begin(); push != pushes.end(); ++push) {
    const bool is_young = push->at && now - *push->at < listing_lag_max;
    if (!is_young || shows_push(gathered, *push)) continue;
    // A tag that was pushed twice has the later image.
    const bool is_last = std::none_of(pushes.begin(), pushes.end(), [&](const decide::Trigger::Push& other) {
      return other.tag == push->tag && other.at && *other.at > *push->at;
    });
    if (is_last && matters(*push, request, gathered)) return &*push;
  }
  return nullptr;
}

// What an Update or a Redeploy comes down to.
struct Plan {
  Record::Action action;
  const decide::Candidate* to;
};

std::optional<Plan> plan_of(const decide::Decision& decision) {
  if (const auto* update = std::get_if<decide::Update>(&decision)) return Plan{Record::Action::Update, update->to};
  if (const auto* redeploy = std::get_if<decide::Redeploy>(&decision)) {
    return Plan{Record::Action::Redeploy, redeploy->to};
  }
  return std::nullopt;
}

std::size_t count_eligible(const decide::Decided& decided) {
  return static_cast<std::size_t>(
      std::ranges::count(decided.verdicts, decide::Reason::Eligible, &decide::Verdict::reason));
}

// The sentences about the ten highest versions: what a person wants to see of a choice.
std::vector<std::string> top_verdicts(const decide::Decided& decided, const decide::Facts& facts) {
  const auto& candidates = facts.listing.candidates();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].version) order.push_back(i);
  }
  const auto shown = std::min<std::size_t>(order.size(), 10);
  std::ranges::partial_sort(
      order, order.begin() + static_cast<std::ptrdiff_t>(shown),
      [&](std::size_t a, std::size_t b) { return *candidates[b].version < *candidates[a].version; });
  std::vector<std::string> sentences;
  sentences.reserve(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    sentences.push_back(explain(decided.verdicts[order[i]], candidates[order[i]], facts, decided.current));
  }
  return sentences;
}

// What no later try mends.
bool is_for_people(const base::Error& error) {
  if (aws::lacks_credentials(error)) return false;
  return error.kind == ErrorKind::Denied || error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Invalid;
}

// Whether a push or an operator made versions eligible that were there at first sight: no later look would. A sweep may see the
// service for the first time meanwhile.
bool lifts_baseline(const Request& request, const Record& before, const Record& observed) {
  if (request.trigger.kind == decide::Trigger::Kind::Sweep) return false;
  const bool is_first_sight = before.service_created_at != observed.service_created_at;
  return is_first_sight || (before.baseline && !observed.baseline);
}

void add_change(Stored& stored, records::Change change) {
  stored.changes.insert(stored.changes.begin(), std::move(change));
  if (stored.changes.size() <= records::changes_max) return;
  stored.changes.erase(stored.changes.begin() + static_cast<std::ptrdiff_t>(records::least_needed(stored.changes)));
}

// What is to be told of a record that is being written. Where there is no room the oldest goes.
void add_untold(Stored& stored, const std::vector<records::Untold>& untold) {
  auto& all = stored.untold;
  all.insert(all.end(), untold.begin(), untold.end());
  if (all.size() > records::untold_max)
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(records::untold_max));
}

records::Untold about_notice(report::Notice notice, base::Time lease_until) {
  const auto by = notice.by.empty() ? std::string() : ", by " + notice.by;
  auto line = report::event_log_text(notice.why + by);
  notice.service.clear();
  return {.notice = std::move(notice), .line = std::move(line), .lease_until = lease_until};
}

records::Untold about_start(const rules::Rule& rule, const Record::Intention& intention, std::string from,
                            std::string operation, std::string why, base::Time lease_until) {
  return {.notice = {.kind = report::Notice::Kind::Started,
                     .rule = rule.range_text,
                     .tag = intention.tag,
                     .from = std::move(from),
                     .digest = intention.digest,
                     .operation = std::move(operation),
                     .why = std::move(why)},
          .line = intention.line,
          .lease_until = lease_until};
}

// Tells the service's own event log. A missing stream blocks nothing.
void say(Reconciler::Parts& parts, target::Target& target, const rules::Rule& rule, std::string_view text,
         const aws::Deadline& deadline) {
  const auto log = target.event_log(rule.service);
  const auto said = report::write_event_log(parts.caller, {rule.service.region, log.group, log.stream},
                                            parts.clock.now(), text, deadline);
  if (!said)
    parts.log.line(report::Level::Warning, "event-log",
                   {{"service", rule.service.text}, {"why", said.error().message}});
}

Reconciled waiting(std::string word, std::string text, std::optional<base::Time> until) {
  return {.end = Reconciled::End::Waiting,
          .name = "wait",
          .word = std::move(word),
          .text = std::move(text),
          .until = until};
}

}  // namespace

// One decision's way from the intention to the operation.
class Reconciler::Carrying {
 public:
  Carrying(Parts& parts, target::Target& target, const Request& request, Gathered& gathered,
           const Conclusion& conclusion, Plan plan, aws::Deadline deadline)
      : parts_(parts),
        target_(target),
        request_(request),
        gathered_(gathered),
        conclusion_(conclusion),
        facts_(conclusion.facts),
        decided_(conclusion.decided),
        plan_(plan),
        deadline_(std::move(deadline)) {}

  // Writes the intention down, and with it what the facts taught and people are to be told of that.
  base::Result<void> begin(const Record& before, const std::vector<records::Untold>& untold) {
    intention_ = make_intention();
    return write_intention(before, untold);
  }

  // Behind carry_out(): what is to be told of what was started, if that stands in the record by this function's hand.
  const std::vector<records::Untold>& untold() const { return untold_; }

  // Behind begin(). Errors: Conflict if the facts changed meanwhile: gather and decide again.
  base::Result<Reconciled> carry_out() {
    // Others may have written since, between our write and its answer.
    const auto& kept = gathered_.stored.record.intention;
    if (!kept || kept->id != intention_.id)
      return base::fail(ErrorKind::Conflict, service().name + ": its intention was given up by another");
    const auto same = target_.unchanged(service(), *gathered_.described, deadline_);
    if (!same || !*same || deadline_.at - parts_.clock.instant() < time_to_act) {
      withdraw();
      if (!same) return std::unexpected(same.error());
      if (!*same) return base::fail(ErrorKind::Conflict, service().name + ": changed while it was being decided");
      return base::fail(ErrorKind::Transient, service().name + ": too little time is left to act");
    }
    auto operation = call();
    if (!operation && operation.error().kind == ErrorKind::Unknown) operation = look_for_operation(operation.error());
    if (operation) return started(std::move(*operation));
    if (operation.error().kind == ErrorKind::Unknown) {
      return waiting("unsettled", operation.error().message + "; it is looked up again",
                     intention_.at + decide::unsettled_for);
    }
    withdraw();
    // The target was busy after all: another operation began since we looked.
    if (operation.error().kind == ErrorKind::Conflict) return waiting("busy", operation.error().message, std::nullopt);
    return std::unexpected(operation.error());
  }

 private:
  const names::ServiceArn& service() const { return request_.rule.service; }

  Record::Intention make_intention() const {
    const auto& running = gathered_.described->running;
    const auto now = parts_.clock.now();
    Record::Intention intention{
        .id = parts_.new_id(),
        .action = plan_.action,
        .image = {},
        .tag = std::string(plan_.to->tag),
        .digest = std::string(plan_.to->digest),
        .image_before = running.image ? to_string(*running.image) : std::string(),
        .operation_before = running.operations.empty() ? std::string() : running.operations.front().id,
        .at = now,
        .lease_until = lease_of(request_, now),
        .line = line()};
    if (running.image) intention.image = to_string(running.image->with_tag(plan_.to->tag));
    return intention;
  }

  // The Java sample's sentences are about the newest version only.
  std::string line() const {
    const auto* update = std::get_if<decide::Update>(&decided_.decision);
    const bool is_newest = update ? !update->pinned && !update->down : !facts_.record->pin;
    if (!is_newest) return report::event_log_text(explain(decided_, facts_));
    return report::event_log_text(plan_.action, request_.rule.range_text, plan_.to->tag);
  }

  base::Result<void> write_intention(const Record& before, const std::vector<records::Untold>& untold) {
    return parts_.records.change(
        service(), gathered_.stored,
        [&](Stored& stored) {
          if (stored.record != before) return false;
          take(stored, *facts_.record);
          stored.record.intention = intention_;
          add_untold(stored, untold);
          return true;
        },
        deadline_);
  }

  // Nothing came of the intention. If this can't be written, the lease runs out and the next call finds the same.
  void withdraw() {
    const auto gone = parts_.records.change(
        service(), gathered_.stored,
        [&](Stored& stored) {
          if (!stored.record.intention || stored.record.intention->id != intention_.id) return false;
          stored.record.intention.reset();
          return true;
        },
        deadline_);
    if (!gone)
      parts_.log.line(report::Level::Warning, "record", {{"service", service().text}, {"why", gone.error().message}});
  }

  base::Result<std::string> call() {
    switch (plan_.action) {
      case Record::Action::Update: return target_.update(service(), *gathered_.described, intention_.image, deadline_);
      case Record::Action::Redeploy: return target_.redeploy(service(), deadline_);
    }
    return base::fail(ErrorKind::Invalid, "no such action");
  }

  // Nobody knows whether the call took effect: the target's operations do. Errors: Unknown, while they do not tell.
  base::Result<std::string> look_for_operation(const base::Error& unknown) {
    const auto described = target_.describe(service(), deadline_);
    if (!described) return base::fail(ErrorKind::Unknown, unknown.code, unknown.message);
    const auto settlement = settle(intention_, (*described)->running, parts_.clock.now());
    if (settlement.kind != Settlement::Kind::Applied)
      return base::fail(ErrorKind::Unknown, unknown.code, unknown.message);
    return settlement.operation;
  }

  Reconciled started(std::string operation) {
    auto done = told(conclusion_);
    std::vector untold{about_start(request_.rule, intention_, decided_.current.tag, operation, done.text,
                                   lease_of(request_, parts_.clock.now()))};
    if (record_operation(operation, untold)) untold_ = std::move(untold);
    done.operation = std::move(operation);
    return done;
  }

  bool record_operation(const std::string& operation, const std::vector<records::Untold>& untold) {
    const auto written = parts_.records.change(
        service(), gathered_.stored,
        [&](Stored& stored) {
          // Another may have found the operation and noted it already.
          if (stored.record.set && stored.record.set->intention == intention_.id) return false;
          apply(stored.record, intention_, operation);
          add_change(stored, {.at = intention_.at,
                              .action = std::string(name(decided_.decision)),
                              .from = decided_.current.tag,
                              .to = intention_.tag,
                              .digest = intention_.digest,
                              .operation = operation,
                              .outcome = {},
                              .by = {},
                              .why = explain(decided_, facts_),
                              .verdicts = top_verdicts(decided_, facts_),
                              .candidates = decided_.verdicts.size(),
                              .eligible = count_eligible(decided_)});
          add_untold(stored, untold);
          return true;
        },
        deadline_);
    if (!written) {
      // The intention stays, and whoever comes next finds its operation, and tells of it.
      parts_.log.line(report::Level::Error, "record",
                      {{"service", service().text}, {"operation", operation}, {"why", written.error().message}});
    }
    return written.has_value() || may_stand(written);
  }

  Parts& parts_;
  target::Target& target_;
  const Request& request_;
  Gathered& gathered_;
  const Conclusion& conclusion_;
  const decide::Facts& facts_;
  const decide::Decided& decided_;
  Plan plan_;
  aws::Deadline deadline_;
  Record::Intention intention_;
  std::vector<records::Untold> untold_;
};

target::Target& Reconciler::target_of(const names::ServiceArn& service) {
  switch (service.kind) {
    case names::TargetKind::AppRunner: break;
  }
  return parts_.app_runner;
}

base::Result<Reconciled> Reconciler::reconcile(const Request& request, Listings& listings,
                                               const aws::Deadline& deadline) {
  const auto begin = parts_.clock.instant();
  base::Result<Reconciled> done = request.not_covered.empty()
                                      ? round(request, listings, deadline)
                                      : Reconciled{.name = "keep", .word = "not-covered", .text = request.not_covered};
  // Whoever was first may have gone by newer rules, which must not look like an edit back.
  auto again = request;
  again.rule_is_current = false;
  for (int i = 1; i < rounds_max && !done && done.error().kind == ErrorKind::Conflict; ++i) {
    done = round(again, listings, deadline);
  }
  if (!done && done.error().kind == ErrorKind::Conflict) done = waiting("busy", done.error().message, std::nullopt);
  log_decision(request, done, std::chrono::duration_cast<base::Duration>(parts_.clock.instant() - begin));
  if (!request.not_covered.empty()) {
    tell_refused(request, report::Notice::Kind::NotCovered, request.not_covered, deadline);
  } else if (!done && is_for_people(done.error())) {
    tell_refused(request, report::Notice::Kind::Refused, done.error().message, deadline);
  }
  return done;
}

base::Result<Reconciled> Reconciler::round(const Request& request, Listings& listings, const aws::Deadline& deadline) {
  const auto& service = request.rule.service;
  auto& target = target_of(service);
  auto gathered = gather(request.rule, request.repository, target, parts_.records, listings, deadline);
  if (!gathered) return std::unexpected(gathered.error());
  if (const auto* missing = missing_push(request, *gathered, parts_.clock.now())) {
    return waiting("not-listed",
                   fmt::format("{} does not list {} as it was pushed yet", to_string(request.repository), missing->tag),
                   parts_.clock.now() + listing_lag);
  }
  if (request.extent != Request::Extent::Words) {
    tell_left_over(request, gathered->stored, deadline);
    if (auto settled = settle_left_over(request, *gathered, deadline); !settled)
      return std::unexpected(settled.error());
  }

  const auto& stored = gathered->stored;
  const auto conclusion = conclude({.rule = request.rule,
                                    .repository = request.repository,
                                    .listing = *gathered->listing,
                                    .running = gathered->described->running,
                                    .record = stored.exists ? std::optional(stored.record) : std::nullopt,
                                    .trigger = request.trigger,
                                    .now = parts_.clock.now(),
                                    .rule_is_current = request.rule_is_current});
  const auto plan = plan_of(conclusion.decided.decision);
  const bool acts = plan && request.extent != Request::Extent::Notes;
  if (acts && stored.read_only) return newer_record();
  if (request.extent == Request::Extent::Words) return told(conclusion);
  const Record before = stored.record;
  if (!acts) {
    const auto kept = keep_observations(request, *gathered, before, *conclusion.facts.record, deadline);
    if (!kept) return std::unexpected(kept.error());
    return told(conclusion);
  }
  Carrying carrying(parts_, target, request, *gathered, conclusion, *plan, deadline);
  const auto untold = untold_news(request, before, *conclusion.facts.record);
  const auto begun = carrying.begin(before, untold);
  // Before the call, since the time between the last look at the service and the call is to be short.
  if (begun || may_stand(begun)) tell(request.rule, gathered->stored, untold, deadline);
  if (!begun) return std::unexpected(begun.error());
  auto done = carrying.carry_out();
  if (done) {
    done->to = plan->to->tag;
    done->from = conclusion.decided.current.tag;
    done->digest = conclusion.decided.current.digest;
    tell(request.rule, gathered->stored, carrying.untold(), deadline);
  }
  return done;
}

base::Result<void> Reconciler::settle_left_over(const Request& request, Gathered& gathered,
                                                const aws::Deadline& deadline) {
  const auto intention = gathered.stored.record.intention;
  const auto now = parts_.clock.now();
  if (!intention || now < intention->lease_until) return {};
  const auto settlement = settle(*intention, gathered.described->running, now);
  if (settlement.kind == Settlement::Kind::Open) return {};
  const auto from = gathered.stored.record.runs ? gathered.stored.record.runs->tag : std::string();
  const bool applied = settlement.kind == Settlement::Kind::Applied;
  // Its function says so only when it has written it down.
  std::vector<records::Untold> untold;
  if (applied)
    untold.push_back(about_start(request.rule, *intention, from, settlement.operation, std::string(found_later),
                                 lease_of(request, now)));

  const auto written = parts_.records.change(
      request.rule.service, gathered.stored,
      [&](Stored& stored) {
        if (!stored.record.intention || stored.record.intention->id != intention->id) return false;
        add_untold(stored, untold);
        if (!applied) {
          stored.record.intention.reset();
          return true;
        }
        apply(stored.record, *intention, settlement.operation);
        add_change(stored, {.at = intention->at,
                            .action = intention->action == Record::Action::Update ? "update" : "redeploy",
                            .from = from,
                            .to = intention->tag,
                            .digest = intention->digest,
                            .operation = settlement.operation,
                            .outcome = {},
                            .by = {},
                            .why = std::string(found_later),
                            .verdicts = {}});
        return true;
      },
      deadline);
  if (!written && !may_stand(written)) return written;
  tell(request.rule, gathered.stored, untold, deadline);
  if (!written) return written;
  parts_.log.line(
      report::Level::Info, "settled",
      {{"service", request.rule.service.text},
       {"intention", intention->id},
       {"to", intention->tag},
       {"operation", settlement.operation},
       {"why", applied ? "an interrupted function had started it" : "an interrupted function had not started it"}});
  return {};
}

base::Result<void> Reconciler::keep_observations(const Request& request, Gathered& gathered, const Record& before,
                                                 const Record& observed, const aws::Deadline& deadline) {
  if (gathered.stored.read_only || (gathered.stored.exists && observed == before)) return {};
  const auto untold = untold_news(request, before, observed);
  const auto written = parts_.records.change(
      request.rule.service, gathered.stored,
      [&](Stored& stored) {
        // Whoever wrote since has seen more than we did.
        if (stored.record != before) return false;
        take(stored, observed);
        add_untold(stored, untold);
        return true;
      },
      deadline);
  if (written || may_stand(written)) tell(request.rule, gathered.stored, untold, deadline);
  if (written) return {};
  parts_.log.line(report::Level::Warning, "record",
                  {{"service", request.rule.service.text}, {"why", written.error().message}});
  if (!lifts_baseline(request, before, observed)) return {};
  return std::unexpected(written.error());
}

std::vector<records::Untold> Reconciler::untold_news(const Request& request, const Record& before,
                                                     const Record& after) const {
  std::vector<records::Untold> untold;
  for (auto& notice : news(before, after, request.rule))
    untold.push_back(about_notice(std::move(notice), lease_of(request, parts_.clock.now())));
  return untold;
}

void Reconciler::tell(const rules::Rule& rule, Stored& stored, const std::vector<records::Untold>& untold,
                      const aws::Deadline& deadline) {
  if (untold.empty()) return;
  // Who hangs keeps nobody from what comes next.
  const aws::Deadline soon{std::min(deadline.at, parts_.clock.instant() + time_to_tell), deadline.stop};
  for (const auto& one : untold) {
    auto notice = one.notice;
    notice.service = rule.service.text;
    // The log's line first, which costs no request: it carries the metric.
    report::tell(parts_.log, parts_.caller, parts_.notice_bus, notice, parts_.clock.now(), soon);
    say(parts_, target_of(rule.service), rule, one.line, soon);
  }
  // If this can't be written, it is told once more: twice is better than never.
  const auto is_told = [&](const records::Untold& one) { return std::ranges::find(untold, one) != untold.end(); };
  const auto cleared = parts_.records.change(
      rule.service, stored, [&](Stored& now) { return std::erase_if(now.untold, is_told) > 0; }, deadline);
  if (!cleared && cleared.error().kind != ErrorKind::Conflict)
    parts_.log.line(report::Level::Warning, "record",
                    {{"service", rule.service.text}, {"why", cleared.error().message}});
}

void Reconciler::tell_left_over(const Request& request, Stored& stored, const aws::Deadline& deadline) {
  if (stored.read_only || stored.untold.empty()) return;
  const auto now = parts_.clock.now();
  std::vector<records::Untold> taken;
  const auto take_over = [&](Stored& kept) {
    taken.clear();
    for (auto& one : kept.untold) {
      if (now < one.lease_until) continue;
      one.lease_until = lease_of(request, now);
      taken.push_back(one);
    }
    return !taken.empty();
  };
  const auto written = parts_.records.change(request.rule.service, stored, take_over, deadline);
  if (written) tell(request.rule, stored, taken, deadline);
}

// To the log and the bus only: the service's own event log is out of reach as well. Not at every sweep to the bus, since nothing is
// new then; the metric stays as long as the trouble does.
void Reconciler::tell_refused(const Request& request, report::Notice::Kind kind, const std::string& why,
                              const aws::Deadline& deadline) {
  // An operator gets it as an answer.
  if (request.extent == Request::Extent::Words || request.trigger.kind == decide::Trigger::Kind::Operator) return;
  const auto highest = highest_push(request.trigger);
  const bool is_push = request.trigger.kind == decide::Trigger::Kind::Push;
  report::tell(parts_.log, parts_.caller, is_push ? parts_.notice_bus : report::NoticeBus{},
               {.kind = kind,
                .service = request.rule.service.text,
                .rule = request.rule.range_text,
                .tag = highest.tag,
                .digest = highest.digest,
                .why = why},
               parts_.clock.now(), deadline);
}

base::Result<bool> Reconciler::order(const rules::Rule& rule, const Order& order, const aws::Deadline& deadline) {
  auto stored = parts_.records.load(rule.service, deadline);
  if (!stored) {
    // Of what was only read nothing is unknown.
    if (stored.error().kind == ErrorKind::Unknown) stored.error().kind = ErrorKind::Transient;
    return std::unexpected(stored.error());
  }
  if (stored->read_only) return newer_record();
  const std::vector untold{about_notice({.kind = report::Notice::Kind::Ordered,
                                         .rule = rule.range_text,
                                         .tag = order.to,
                                         .by = order.by,
                                         .why = order.why},
                                        parts_.clock.now() + order_lease)};
  std::optional<bool> wanted;  // None: it was not asked for, since nothing can be written.
  const auto written = parts_.records.change(
      rule.service, *stored,
      [&](Stored& now) {
        if (order.rule_is_current) decide::note_range(now.record, rule.range_text);
        wanted = order.edit(now.record);
        if (!*wanted) return false;
        add_change(now, {.at = parts_.clock.now(),
                         .action = order.action,
                         .from = now.record.runs ? now.record.runs->tag : std::string(),
                         .to = order.to,
                         .digest = {},
                         .operation = {},
                         .outcome = {},
                         .by = order.by,
                         .why = order.why,
                         .verdicts = {}});
        add_untold(now, untold);
        return true;
      },
      deadline);
  if (wanted == false) return false;
  if (!written && !may_stand(written)) return std::unexpected(written.error());
  tell(rule, *stored, untold, deadline);
  if (!written) return std::unexpected(written.error());
  return true;
}

void Reconciler::log_decision(const Request& request, const base::Result<Reconciled>& done, base::Duration took) {
  std::vector<report::Field> fields{{"service", request.rule.service.text},
                                    {"rule", request.rule.range_text},
                                    {"rule_name", request.rule.name},
                                    {"repository", to_string(request.repository)},
                                    {"pushed", highest_push(request.trigger).tag}};
  if (!done) {
    fields.insert(
        fields.end(),
        {{"decision", "none"}, {"reason", base::to_string(done.error().kind)}, {"why", done.error().message}});
  } else {
    fields.insert(fields.end(), {{"decision", done->name},
                                 {"reason", done->word},
                                 {"why", done->text},
                                 {"from", done->from},
                                 {"to", done->to},
                                 {"operation", done->operation},
                                 {"until", done->until ? base::to_iso8601(*done->until) : std::string()}});
  }
  fields.emplace_back("duration_ms", static_cast<std::int64_t>(took.count()));
  // What stays out of reach counts as refused.
  const bool passes = !done && !is_for_people(done.error());
  parts_.log.line(done ? report::Level::Info : report::Level::Error, "decision", fields, passes ? "LooksFailed" : "");
}

}  // namespace reconcile
