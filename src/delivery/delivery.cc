// SPDX-License-Identifier: Apache-2.0
#include "delivery/delivery.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/verdict.h"
#include "delivery/coverage_object.h"

namespace delivery {
namespace {

using base::ErrorKind;

// Kept back for answering the messages, whatever the services need.
constexpr auto time_to_answer = std::chrono::seconds(2);
// Kept back from that for the batch's answer to reach the host: one that comes too late counts as none.
constexpr auto time_to_report = std::chrono::milliseconds(500);
constexpr auto time_to_report_each = std::chrono::microseconds(300);

// SQS hides a message for so long since it gave it out, and refuses more (API reference, ChangeMessageVisibility).
constexpr base::Duration hidden_max = std::chrono::hours(12);
// Lambda doesn't tell when it received a message: it gathers a batch for 5 minutes at most
// (MaximumBatchingWindowInSeconds), and tries a throttled function again for a while.
constexpr base::Duration held_by_lambda_max = std::chrono::minutes(10);

// A service may take this much of an invocation even if that leaves less to those behind it.
constexpr auto time_for_service = std::chrono::seconds(15);

// Another service comes first from then on.
constexpr auto between_turns = std::chrono::minutes(10);

// A sweep looks at this many services at once; more are spread over messages of this many, this far apart.
constexpr std::size_t swept_at_once = 10;
constexpr auto between_swept = std::chrono::seconds(5);
// A sweep that waited for so long is followed by a younger one.
constexpr auto sweep_age_max = std::chrono::hours(1);

bool concerns(const rules::Rule& rule, const Push& push, const Delivery::Context& context) {
  return rules::repository_of(rule, context.account, context.region) == push.repository;
}

}  // namespace

// A message, what it says, and what came of it for each service it concerns.
struct Delivery::Understood {
  Message message;
  std::optional<Push> push;
  bool sweeps = false;
  std::vector<std::string> looks{};  // ARNs of services.
  bool is_wake_up = false;           // That asks for these.
  bool asks = false;                 // Some service is looked at for it.
  std::vector<Ending> endings;

  bool needs_rules() const { return push || sweeps || !looks.empty(); }

  // The one that counts: coming back before anything else, then the dead letters.
  Ending ending() const {
    Ending worst = endings.front();
    for (const auto& ending : endings) {
      const auto rank = [](Ending::Kind kind) {
        return kind == Ending::Kind::Returns ? 2 : kind == Ending::Kind::DeadLetter ? 1 : 0;
      };
      if (rank(ending.kind) > rank(worst.kind)) worst = ending;
      if (ending.kind == worst.kind && ending.until) {
        worst.until = std::min(*ending.until, worst.until.value_or(*ending.until));
      }
    }
    return worst;
  }
};

// One service, and the messages that ask for a look at it, by their indices.
struct Delivery::Work {
  const rules::Rule* rule;
  std::vector<std::size_t> pushes;  // The last one bears the highest version.
  std::vector<std::size_t> looks;
};

base::Result<std::string> Delivery::deliver(std::string_view event, const Context& host) {
  const auto begin = parts_.clock.instant();
  Context context = host;
  auto batch = parse_batch(event, parts_.clock.now());
  if (!batch) return std::unexpected(batch.error());
  context.deadline.at -= time_to_report + batch->size() * time_to_report_each;
  auto messages = understand(std::move(*batch));

  rules::Retry retry;
  if (std::ranges::any_of(messages, &Understood::needs_rules)) {
    const auto current = parts_.rules.get({context.deadline.at - time_to_answer, context.deadline.stop});
    retry = current ? (*current)->retry : parts_.rules.defaults();
    if (current) {
      reconcile_by(**current, messages, context);
    } else {
      for (auto& message : messages) {
        if (message.push)
          message.endings.push_back(no_rules(current.error()));
        else if (message.needs_rules())
          message.endings.push_back(done("no-rules", current.error().message));
      }
    }
  }
  std::vector<Ending> endings;
  for (const auto& message : messages) endings.push_back(settle(message, retry, context));
  const auto took = std::chrono::ceil<base::Duration>(parts_.clock.instant() - begin);
  postpone(messages, endings, std::min(retry.after, hidden_max - held_by_lambda_max - took), context);
  std::vector<std::string> returning;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    log_message(messages[i], endings[i], std::chrono::duration_cast<base::Duration>(parts_.clock.instant() - begin));
    if (endings[i].kind == Ending::Kind::Returns) returning.push_back(messages[i].message.id);
  }
  return batch_answer(returning);
}

std::vector<Delivery::Understood> Delivery::understand(std::vector<Message> messages) const {
  std::vector<Understood> understood;
  for (auto& message : messages) {
    auto event = parse_event(message.body);
    Understood one{.message = std::move(message)};
    if (event) {
      understand_event(one, std::move(*event));
    } else {
      one.endings.push_back(ending_of(event.error()));
    }
    understood.push_back(std::move(one));
  }
  return understood;
}

void Delivery::understand_event(Understood& message, Event event) const {
  if (auto* push = std::get_if<Push>(&event)) {
    message.push = std::move(*push);
  } else if (auto* look = std::get_if<Look>(&event)) {
    message.looks = std::move(look->services);
    message.is_wake_up = look->is_wake_up;
  } else if (const auto* object = std::get_if<ObjectCreated>(&event)) {
    const auto& place = parts_.rules.place();
    message.sweeps = object->bucket == place.bucket.name && object->key == place.key;
    if (!message.sweeps) {
      message.endings.push_back(
          done("other-object", fmt::format("{} of {} is not the rules", object->key, object->bucket)));
    }
  } else {
    message.sweeps = true;
  }
}

void Delivery::reconcile_by(const rules::Rules& rules, std::vector<Understood>& messages, const Context& context) {
  sweep(messages, rules, context);
  reconcile_all(messages, rules, context);
  if (!parts_.rules.are_current()) wait_for_repair(messages);
}

void Delivery::sweep(std::vector<Understood>& messages, const rules::Rules& rules, const Context& context) {
  const auto now = parts_.clock.now();
  if (std::ranges::any_of(messages, &Understood::sweeps))
    publish_coverage({context.deadline.at - time_to_answer, context.deadline.stop});
  std::optional<Ending> spread_over;
  for (auto& message : messages) {
    if (!message.sweeps) continue;
    if (now - message.message.sent_at > sweep_age_max) {
      message.endings.push_back(done("outdated", "it asks for a sweep, and waited so long that a younger one follows"));
    } else if (rules.rules.size() <= swept_at_once) {
      for (const auto& rule : rules.rules) message.looks.push_back(rule.service.text);
      if (rules.rules.empty()) message.endings.push_back(done("no-rules", "there are no rules"));
    } else {
      if (!spread_over) spread_over = spread(rules, context);
      message.endings.push_back(*spread_over);
    }
  }
}

void Delivery::publish_coverage(const aws::Deadline& deadline) {
  if (!parts_.coverage || coverage_is_published_) return;
  const auto published =
      delivery::publish_coverage(parts_.caller, parts_.rules.place().bucket, *parts_.coverage, deadline);
  coverage_is_published_ = published.has_value();
  if (!published) parts_.log.line(report::Level::Warning, "coverage", {{"why", published.error().message}});
}

Ending Delivery::spread(const rules::Rules& rules, const Context& context) {
  // Services of one repository together: it is then listed once for all of them.
  std::vector<const rules::Rule*> order;
  for (const auto& rule : rules.rules) order.push_back(&rule);
  std::ranges::stable_sort(order, {}, [](const rules::Rule* rule) { return to_string(rule->repository); });
  const aws::Deadline deadline{context.deadline.at - time_to_answer, context.deadline.stop};
  base::Duration delay{0};
  std::size_t messages = 0;
  for (std::size_t i = 0; i < order.size(); i += swept_at_once) {
    std::vector<std::string> services;
    for (std::size_t j = i; j < std::min(i + swept_at_once, order.size()); ++j)
      services.push_back(order[j]->service.text);
    if (const auto sent = parts_.queue.send(look_message(services), delay, deadline); !sent) {
      return done("not-spread", fmt::format("after {} messages: {}", messages, sent.error().message));
    }
    ++messages;
    delay = std::min<base::Duration>(delay + between_swept, Queue::delay_max);
  }
  return done("spread", fmt::format("{} services are looked at by {} messages", order.size(), messages));
}

// A candidate that has soaked, or is tried once more, before the next sweep comes along.
// What is due may move away with each look, as where nothing can be written into the record. So only who came for another reason asks,
// or wake-ups would beget wake-ups, more with each sweep.
void Delivery::wake_when_due(const rules::Rule& rule, const base::Result<reconcile::Reconciled>& reconciled,
                             const aws::Deadline& deadline) {
  if (!reconciled || reconciled->end != reconcile::Reconciled::End::Kept || !reconciled->until) return;
  const auto delay = *reconciled->until - parts_.clock.now();
  if (delay <= base::Duration::zero() || delay > Queue::delay_max) return;
  const auto sent = parts_.queue.send(wake_up_message(rule.service.text), delay, deadline);
  // The sweep comes to it a little later.
  if (!sent) {
    parts_.log.line(report::Level::Warning, "wake-up", {{"service", rule.service.text}, {"why", sent.error().message}});
  }
}

std::vector<Delivery::Work> Delivery::plan(std::vector<Understood>& messages, const rules::Rules& rules,
                                           const Context& context) {
  std::vector<Work> works;
  for (const auto& rule : rules.rules) {
    Work work{.rule = &rule, .pushes = {}, .looks = {}};
    for (std::size_t i = 0; i < messages.size(); ++i) {
      auto& message = messages[i];
      if (std::ranges::find(message.looks, rule.service.text) != message.looks.end()) {
        message.asks = true;
        work.looks.push_back(i);
      }
      if (!message.push || !concerns(rule, *message.push, context)) continue;
      if (const auto excluded = decide::excluded(message.push->tag, rule)) {
        message.endings.push_back(ending_of(*excluded, *message.push, rule));
      } else {
        message.asks = true;
        work.pushes.push_back(i);
      }
    }
    if (work.pushes.empty() && work.looks.empty()) continue;
    std::ranges::stable_sort(work.pushes, [&](std::size_t a, std::size_t b) {
      return *rules::version_of(messages[a].push->tag, rule) < *rules::version_of(messages[b].push->tag, rule);
    });
    works.push_back(std::move(work));
  }
  for (auto& message : messages) {
    if (message.asks || !message.endings.empty()) continue;
    message.endings.push_back(message.push ? no_rule(*message.push)
                                           : done("no-rule", "no rule is about the service: " + message.looks.front()));
  }
  return works;
}

void Delivery::reconcile_all(std::vector<Understood>& messages, const rules::Rules& rules, const Context& context) {
  auto works = plan(messages, rules, context);
  // Some that answer nothing must not use up the time of always the same others.
  if (!works.empty()) {
    const auto turn = parts_.clock.now().time_since_epoch() / between_turns;
    std::ranges::rotate(works, works.begin() + turn % std::ssize(works));
  }
  reconcile::Listings listings(parts_.caller);
  for (std::size_t i = 0; i < works.size(); ++i) {
    // A slow service must not use up the time of those behind it.
    const auto left =
        std::max(context.deadline.at - time_to_answer - parts_.clock.instant(), base::Instant::duration(0));
    const auto share =
        std::max(left / static_cast<int>(works.size() - i), std::min<base::Instant::duration>(left, time_for_service));
    reconcile_one(works[i], messages, listings, context, {parts_.clock.instant() + share, context.deadline.stop});
  }
}

void Delivery::reconcile_one(const Work& work, std::vector<Understood>& messages, reconcile::Listings& listings,
                             const Context& context, const aws::Deadline& deadline) {
  reconcile::Request request{.rule = *work.rule,
                             .repository = rules::repository_of(*work.rule, context.account, context.region),
                             .trigger = {},
                             .rule_is_current = parts_.rules.are_current(),
                             .not_covered = {},
                             .host_deadline = context.host_deadline};
  if (parts_.coverage) request.not_covered = parts_.coverage->why_not(work.rule->service, request.repository);
  if (!work.pushes.empty()) request.trigger.kind = decide::Trigger::Kind::Push;
  for (const auto i : work.pushes) {
    const auto& push = *messages[i].push;
    request.trigger.pushes.push_back({.tag = push.tag, .digest = push.digest, .at = push.time});
  }
  const auto reconciled = parts_.reconciler.reconcile(request, listings, deadline);
  const bool is_woken =
      work.pushes.empty() && std::ranges::all_of(work.looks, [&](std::size_t i) { return messages[i].is_wake_up; });
  if (!is_woken) wake_when_due(*work.rule, reconciled, deadline);
  for (const auto i : work.pushes) {
    messages[i].endings.push_back(ending_of(*messages[i].push, reconciled, *work.rule));
  }
  for (const auto i : work.looks) messages[i].endings.push_back(ending_of_look(reconciled, *work.rule));
}

// The rules that nobody could read may well be about the repository.
void Delivery::wait_for_repair(std::vector<Understood>& messages) {
  for (auto& message : messages) {
    if (!message.push || message.asks || message.endings.front().word != "no-rule") continue;
    message.endings.front() = no_rules({.message = "no valid rule is about " + to_string(message.push->repository) +
                                                   ", and the newest rules are broken or out of reach"});
  }
}

// What becomes of it after all services were looked at; the dead letters are sent.
Ending Delivery::settle(const Understood& message, const rules::Retry& retry, const Context& context) {
  auto ending = message.ending();
  const auto now = parts_.clock.now();
  if (ending.kind == Ending::Kind::Returns && now >= message.message.first_received_at + retry.after * retry.times) {
    ending.kind = Ending::Kind::DeadLetter;
    ending.text += fmt::format(" (given up after {} retries, {} apart)", retry.times, base::to_text(retry.after));
  }
  if (ending.kind == Ending::Kind::DeadLetter) {
    const auto sent =
        parts_.queue.send_dead_letter(message.message, ending.word + ": " + ending.text, context.deadline);
    if (sent && !*sent) {
      ending.text += "; lost to the queue, because it has no dead-letter queue";
    } else if (!sent) {
      // The queue keeps what the dead-letter queue did not take, and has its own redrive policy.
      ending.kind = Ending::Kind::Returns;
      ending.text += "; not sent to the dead-letter queue: " + sent.error().message;
    }
  }
  return ending;
}

void Delivery::postpone(const std::vector<Understood>& messages, std::vector<Ending>& endings, base::Duration delay_max,
                        const Context& context) {
  const auto now = parts_.clock.now();
  std::vector<Queue::Postponed> returning;
  std::vector<Ending*> theirs;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto& ending = endings[i];
    if (ending.kind != Ending::Kind::Returns) continue;
    const auto wanted = ending.until ? std::min<base::Duration>(*ending.until - now, delay_max) : delay_max;
    // SQS knows whole seconds only.
    const auto delay = std::max(std::chrono::ceil<std::chrono::seconds>(wanted), std::chrono::seconds(1));
    ending.until = now + delay;
    returning.push_back({&messages[i].message, delay});
    theirs.push_back(&ending);
  }
  const auto troubles = parts_.queue.postpone(returning, context.deadline);
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    // It then comes back when its present visibility ends.
    if (!troubles[i].empty()) theirs[i]->text += "; its return could not be set: " + troubles[i];
  }
}

void Delivery::log_message(const Understood& message, const Ending& ending, base::Duration took) {
  const std::string_view word = ending.kind == Ending::Kind::Returns      ? "waiting"
                                : ending.kind == Ending::Kind::DeadLetter ? "dead-letter"
                                                                          : "done";
  const auto level = ending.kind == Ending::Kind::DeadLetter ? report::Level::Error
                     : ending.kind == Ending::Kind::Returns  ? report::Level::Warning
                                                             : report::Level::Info;
  std::vector<report::Field> fields{
      {"message_id", message.message.id}, {"end", word},         {"reason", ending.word}, {"why", ending.text},
      {"service", ending.service},        {"rule", ending.rule}, {"from", ending.from},   {"to", ending.to}};
  if (message.push) {
    fields.insert(fields.end(), {{"repository", to_string(message.push->repository)},
                                 {"pushed", message.push->tag},
                                 {"digest", message.push->digest}});
  }
  if (ending.kind == Ending::Kind::Returns) fields.emplace_back("until", base::to_iso8601(*ending.until));
  fields.emplace_back("duration_ms", static_cast<std::int64_t>(took.count()));
  parts_.log.line(level, "message", fields);
}

}  // namespace delivery
