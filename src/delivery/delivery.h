// SPDX-License-Identifier: Apache-2.0
#pragma once

// delivery/: from messages to answers.
//   batch.h          the queue's messages, as Lambda hands them over, and the answer
//   push.h           one message's body: an ECR push, or the reason why it asks for nothing
//   event.h          … or what else may stand in the queue: the schedule's sweep, a wake-up
//   ending.h         what becomes of one message
//   current_rules.h  the rules in force
//   coverage_object.h  what the deployed stack covers, for whoever asks from elsewhere
//   queue.h          what is asked of the queue itself: come back later, go to the dead letters
//   delivery.h       understand, group by service, reconcile each once, answer each message
//   installation.h   all of Caretaker's real parts, put together

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/batch.h"
#include "delivery/current_rules.h"
#include "delivery/ending.h"
#include "delivery/event.h"
#include "delivery/push.h"
#include "delivery/queue.h"
#include "reconcile/reconcile.h"
#include "stack/coverage.h"

namespace delivery {

class Delivery {
 public:
  struct Parts {
    aws::Caller& caller;
    reconcile::Reconciler& reconciler;
    CurrentRules& rules;
    Queue& queue;
    report::Log& log;
    base::Clock& clock;
    // What the deployed stack covers; null: everything.
    const stack::Coverage* coverage = nullptr;
  };
  // Where and until when this invocation runs.
  struct Context {
    std::string account;  // The function's own: what a rule's plain repository name means.
    std::string region;
    base::Time host_deadline;
    aws::Deadline deadline;
  };
  explicit Delivery(Parts parts) : parts_(parts) {}

  // Handles a batch and returns the answer that names the messages which must come back, in time before the deadline however slow
  // AWS is. Errors: Invalid, if the event is no batch.
  base::Result<std::string> deliver(std::string_view event, const Context& host);

 private:
  struct Understood;
  struct Work;

  std::vector<Understood> understand(std::vector<Message> messages) const;
  void understand_event(Understood& message, Event event) const;
  // Turns sweeps into looks: at all services at once if they are few, else by messages that are spread over time.
  void sweep(std::vector<Understood>& messages, const rules::Rules& rules, const Context& context);
  Ending spread(const rules::Rules& rules, const Context& context);
  void wake_when_due(const rules::Rule& rule, const base::Result<reconcile::Reconciled>& reconciled,
                     const aws::Deadline& deadline);
  void reconcile_by(const rules::Rules& rules, std::vector<Understood>& messages, const Context& context);
  // Groups the messages by the services they ask to be looked at; the others get their endings here.
  static std::vector<Work> plan(std::vector<Understood>& messages, const rules::Rules& rules, const Context& context);
  void reconcile_all(std::vector<Understood>& messages, const rules::Rules& rules, const Context& context);
  static void wait_for_repair(std::vector<Understood>& messages);
  void reconcile_one(const Work& work, std::vector<Understood>& messages, reconcile::Listings& listings,
                     const Context& context, const aws::Deadline& deadline);
  // Carries the message's ending out, and returns it as it became.
  Ending settle(const Understood& message, const rules::Retry& retry, const Context& context);
  // The messages that come back show again when their endings say so, after `delay_max` at the latest.
  void postpone(const std::vector<Understood>& messages, std::vector<Ending>& endings, base::Duration delay_max,
                const Context& context);
  void log_message(const Understood& message, const Ending& ending, base::Duration took);

  // Lets `caretaker plan` know what is covered; once in a process is often enough.
  void publish_coverage(const aws::Deadline& deadline);

  Parts parts_;
  bool coverage_is_published_ = false;
};

}  // namespace delivery
