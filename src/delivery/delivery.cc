// SPDX-License-Identifier: Apache-2.0
#include "delivery/delivery.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/explain.h"

namespace delivery {
namespace {

using base::ErrorKind;
using reconcile::Reconciled;

// A push younger than this may be missing from the registry's listing only because the listing lags behind.
constexpr auto listing_lag_max = std::chrono::minutes(2);
// Kept back for answering the messages, whatever the services need.
constexpr auto time_to_answer = std::chrono::seconds(2);

Ending done(std::string word, std::string text) { return {Ending::Kind::Done, std::move(word), std::move(text), {}}; }

bool concerns(const rules::Rule& rule, const Push& push, const Delivery::Context& context) {
  return rule.repository == push.repository.name && push.repository.account == context.account &&
         push.repository.region == context.region;
}

// A push whose version runs, is being deployed, or is older than that has nothing to wait for.
bool superseded(const Push& push, const Reconciled& reconciled) {
  const auto pushed = semver::parse_version(push.tag);
  const auto current = semver::parse_version(reconciled.from);
  if (!pushed || !current) return false;
  const auto order = *pushed <=> *current;
  return order < 0 || (order == 0 && push.digest == reconciled.digest);
}

Ending ending_of(const Push& push, const Reconciled& reconciled) {
  switch (reconciled.end) {
    case Reconciled::End::Started:
      if (push.tag == reconciled.to) return done("started", reconciled.text);
      return done("superseded", reconciled.text);
    case Reconciled::End::Kept: return done(reconciled.word, reconciled.text);
    case Reconciled::End::Waiting:
      if (superseded(push, reconciled)) {
        return done("superseded",
                    fmt::format("{} runs or is being deployed, which supersedes {}", reconciled.from, push.tag));
      }
      return {Ending::Kind::Returns, reconciled.word, reconciled.text, reconciled.until};
  }
  return {};
}

Ending ending_of(const base::Error& error) {
  switch (error.kind) {
    case ErrorKind::NotSent:
    case ErrorKind::Unknown:
    case ErrorKind::Transient:
    case ErrorKind::Conflict:
      return {Ending::Kind::Returns, std::string(base::to_string(error.kind)), error.message, {}};
    case ErrorKind::NotFound:
      // The service or its repository is gone: that was the owner's move.
      return done("not-found", error.message);
    case ErrorKind::Denied:
    case ErrorKind::Invalid:
      return {Ending::Kind::DeadLetter, std::string(base::to_string(error.kind)), error.message, {}};
  }
  return {};
}

}  // namespace

// A message, what it says, and what came of it for each service it concerns.
struct Delivery::Understood {
  Message message;
  std::optional<Push> push;
  std::vector<Ending> endings;

  // The one that counts: coming back before anything else, then the dead letters.
  Ending ending() const {
    Ending worst = endings.front();
    for (const auto& ending : endings) {
      const auto rank = [](Ending::Kind kind) {
        return kind == Ending::Kind::Returns ? 2 : kind == Ending::Kind::DeadLetter ? 1 : 0;
      };
      if (rank(ending.kind) > rank(worst.kind)) worst = ending;
      if (ending.kind == worst.kind && ending.until && worst.until) worst.until = std::min(*ending.until, *worst.until);
    }
    return worst;
  }
};

// One service, and the pushes that ask for a look at it.
struct Delivery::Work {
  const rules::Rule* rule;
  std::vector<std::size_t> messages;  // Indices; the last one bears the highest version.
};

base::Result<std::string> Delivery::deliver(std::string_view event, const Context& context) {
  auto batch = parse_batch(event, parts_.clock.now());
  if (!batch) return std::unexpected(batch.error());
  auto messages = understand(std::move(*batch));

  rules::Retry retry;
  const bool any_push = std::ranges::any_of(messages, [](const auto& m) { return m.push.has_value(); });
  if (any_push) {
    const auto current = parts_.rules.get(context.deadline);
    if (current) {
      retry = (*current)->retry;
      reconcile_all(messages, **current, context);
    } else {
      retry = parts_.rules.defaults();
      for (auto& message : messages) {
        if (message.push) message.endings.push_back({Ending::Kind::Returns, "no-rules", current.error().message, {}});
      }
    }
  }
  std::vector<std::string> returning;
  for (const auto& message : messages) {
    if (!answer(message, retry, context)) returning.push_back(message.message.id);
  }
  return batch_answer(returning);
}

std::vector<Delivery::Understood> Delivery::understand(std::vector<Message> messages) const {
  std::vector<Understood> understood;
  for (auto& message : messages) {
    auto push = parse_push(message.body);
    Understood one{.message = std::move(message), .push = {}, .endings = {}};
    if (push) {
      one.push = std::move(*push);
    } else {
      const auto kind = push.error().broken ? Ending::Kind::DeadLetter : Ending::Kind::Done;
      one.endings.push_back({kind, push.error().word, push.error().text, {}});
    }
    understood.push_back(std::move(one));
  }
  return understood;
}

void Delivery::reconcile_all(std::vector<Understood>& messages, const rules::Rules& rules, const Context& context) {
  std::vector<Work> works;
  for (const auto& rule : rules.rules) {
    Work work{.rule = &rule, .messages = {}};
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto& push = messages[i].push;
      if (!push || !concerns(rule, *push, context)) continue;
      if (const auto excluded = decide::excluded(push->tag, rule)) {
        messages[i].endings.push_back(
            done(std::string(decide::to_string(*excluded)), decide::explain(*excluded, push->tag, rule)));
      } else {
        work.messages.push_back(i);
      }
    }
    if (work.messages.empty()) continue;
    std::ranges::stable_sort(work.messages, [&](std::size_t a, std::size_t b) {
      return *semver::parse_version(messages[a].push->tag) < *semver::parse_version(messages[b].push->tag);
    });
    works.push_back(std::move(work));
  }
  for (auto& message : messages) {
    const bool worked = std::ranges::any_of(works, [&](const Work& work) {
      return std::ranges::any_of(work.messages, [&](std::size_t i) { return &messages[i] == &message; });
    });
    if (message.endings.empty() && !worked) {
      message.endings.push_back(
          done("no-rule", fmt::format("no rule is about {}", to_string(message.push->repository))));
    }
  }
  reconcile::Listings listings(parts_.caller);
  for (std::size_t i = 0; i < works.size(); ++i) reconcile_one(works[i], messages, listings, context, works.size() - i);
}

void Delivery::reconcile_one(const Work& work, std::vector<Understood>& messages, reconcile::Listings& listings,
                             const Context& context, std::size_t works_left) {
  const auto& push = *messages[work.messages.back()].push;
  const auto now = parts_.clock.instant();
  // A slow service must not use up the time of those behind it.
  const auto left = std::max(context.deadline.at - time_to_answer - now, base::Instant::duration::zero());
  const aws::Deadline deadline{now + left / static_cast<int>(works_left), context.deadline.stop};
  const auto reconciled = parts_.reconciler.reconcile(
      {.rule = *work.rule,
       .repository = push.repository,
       .trigger = {.kind = decide::Trigger::Kind::Push, .tag = push.tag, .digest = push.digest},
       .listing_must_show = parts_.clock.now() - push.time < listing_lag_max,
       .host_deadline = context.host_deadline},
      listings, deadline);
  for (const auto i : work.messages) {
    messages[i].endings.push_back(reconciled ? ending_of(*messages[i].push, *reconciled)
                                             : ending_of(reconciled.error()));
  }
}

bool Delivery::answer(const Understood& message, const rules::Retry& retry, const Context& context) {
  auto ending = message.ending();
  const auto now = parts_.clock.now();
  if (ending.kind == Ending::Kind::Returns && now >= message.message.sent_at + retry.after * retry.times) {
    ending.kind = Ending::Kind::DeadLetter;
    ending.text += fmt::format(" (given up after {} retries, {} apart)", retry.times, base::to_text(retry.after));
  }
  if (ending.kind == Ending::Kind::DeadLetter) {
    const auto sent =
        parts_.queue.send_dead_letter(message.message, ending.word + ": " + ending.text, context.deadline);
    if (!sent && sent.error().kind != ErrorKind::NotFound) {
      // The queue keeps what the dead-letter queue did not take.
      ending.kind = Ending::Kind::Returns;
      ending.text += "; not sent to the dead-letter queue: " + sent.error().message;
    } else if (!sent) {
      ending.text += "; lost to the queue, because " + sent.error().message;
    }
  }
  if (ending.kind == Ending::Kind::Returns) {
    const auto delay = ending.until
                           ? std::clamp<base::Duration>(*ending.until - now, std::chrono::seconds(1), retry.after)
                           : base::Duration(retry.after);
    ending.until = now + delay;
    const auto postponed = parts_.queue.postpone(message.message, delay, context.deadline);
    // It then comes back when its present visibility ends.
    if (!postponed) ending.text += "; its return could not be set: " + postponed.error().message;
  }
  log_message(message, ending);
  return ending.kind != Ending::Kind::Returns;
}

void Delivery::log_message(const Understood& message, const Ending& ending) {
  const std::string_view word = ending.kind == Ending::Kind::Returns      ? "waiting"
                                : ending.kind == Ending::Kind::DeadLetter ? "dead-letter"
                                                                          : "done";
  const auto level = ending.kind == Ending::Kind::DeadLetter ? report::Level::Error
                     : ending.kind == Ending::Kind::Returns  ? report::Level::Warning
                                                             : report::Level::Info;
  std::vector<report::Field> fields{
      {"message_id", message.message.id}, {"end", word}, {"reason", ending.word}, {"why", ending.text}};
  if (message.push) {
    fields.insert(fields.end(), {{"repository", to_string(message.push->repository)},
                                 {"pushed", message.push->tag},
                                 {"digest", message.push->digest}});
  }
  if (ending.kind == Ending::Kind::Returns && ending.until)
    fields.emplace_back("until", base::to_iso8601(*ending.until));
  parts_.log.line(level, "message", fields);
}

}  // namespace delivery
