// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/cloud_watch.h"
#include "aws/sqs.h"
#include "base/json.h"
#include "cli/examination.h"
#include "cli/policies.h"

namespace cli {
namespace {

using Weight = Finding::Weight;

// As AWS advises for a queue that feeds a function (Lambda developer guide, "Using Lambda with Amazon SQS").
constexpr std::int64_t receives_min = 5;

std::string text_of(const Queues::One& queue, std::string_view name) {
  const auto found = queue.attributes.find(name);
  return found == queue.attributes.end() ? std::string() : found->second;
}

std::int64_t number_of(const Queues::One& queue, std::string_view name) {
  const auto text = text_of(queue, name);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

class Queue {
 public:
  explicit Queue(Examination& on) : on_(on) {}

  void examine() {
    on_.findings.look();
    auto queues = find_queues(on_.account);
    if (!queues) return not_found(queues.error());
    on_.queues = std::move(*queues);
    policy();
    dead_letters();
  }

 private:
  void not_found(const base::Error& error) {
    const auto subject = "queue " + on_.account.installation().settings().queue_name;
    if (error.kind == base::ErrorKind::NotFound) {
      on_.findings.add({Weight::Error, "queue-missing", subject,
                        "it, or its dead-letter queue, is not there: " + error.code,
                        "is QUEUE_NAME right, and AWS_REGION? Else deploy the stack again"});
    } else if (error.kind == base::ErrorKind::Invalid) {
      on_.findings.add(
          {Weight::Error, "queue-missing", subject, error.message, "set QUEUE_NAME as the function has it"});
    } else {
      on_.findings.unseen("queue-missing", aws::sqs::get_queue_attributes_operation, subject, error);
    }
  }

  void policy() {
    on_.findings.look();
    const auto& queue = on_.queues->main;
    const auto subject = "queue " + queue.name;
    switch (event_senders(text_of(queue, "Policy"))) {
      case Senders::Bound: return;
      case Senders::None:
        on_.findings.add({Weight::Error, "queue-policy", subject, "its policy does not let EventBridge send to it",
                          "allow sqs:SendMessage to events.amazonaws.com, where aws:SourceArn is the event rules'"});
        return;
      case Senders::Any:
        on_.findings.add({Weight::Warning, "queue-policy", subject, "its policy lets anybody's event rules send to it",
                          "bind that statement to the event rules by a condition on aws:SourceArn"});
        return;
    }
  }

  void dead_letters() {
    on_.findings.look();
    const auto& queue = on_.queues->main;
    if (!on_.queues->dead_letters) {
      on_.findings.add({Weight::Error, "queue-no-dead-letters", "queue " + queue.name,
                        "it has no dead-letter queue: what cannot be done is lost without a word",
                        "give it a RedrivePolicy with the ARN of another queue and a maxReceiveCount of 20"});
      return;
    }
    const auto& dead = *on_.queues->dead_letters;
    const auto redrive = base::parse_json(text_of(queue, "RedrivePolicy"));
    const auto receives = redrive ? base::int_member(*redrive, "maxReceiveCount").value_or(0) : 0;
    if (receives < receives_min) {
      on_.findings.add(
          {Weight::Warning, "queue-receives", "queue " + queue.name,
           fmt::format("a message is given up after {} receives, before a busy service can be waited for", receives),
           "set maxReceiveCount of its RedrivePolicy to 20"});
    }
    if (const auto waiting = number_of(dead, "ApproximateNumberOfMessages"); waiting > 0) {
      on_.findings.add(
          {Weight::Warning, "dead-letters", "queue " + dead.name,
           fmt::format("about {} dead {} for a person", waiting, waiting == 1 ? "letter waits" : "letters wait"),
           "caretaker redrive"});
    }
    // A letter keeps the age that it had in the first queue.
    if (number_of(dead, "MessageRetentionPeriod") < number_of(queue, "MessageRetentionPeriod")) {
      on_.findings.add(
          {Weight::Warning, "queue-retention", "queue " + dead.name,
           fmt::format("it keeps messages for a shorter time than {}, and their age counts from there", queue.name),
           fmt::format("aws sqs set-queue-attributes --queue-url {} --attributes "
                       "MessageRetentionPeriod=1209600",
                       dead.url)});
    }
    alarms(dead);
  }

  void alarms(const Queues::One& dead) {
    on_.findings.look();
    const auto subject = "queue " + dead.name;
    const auto alarms = aws::cloud_watch::describe_alarms_for_metric(
        on_.caller(), on_.region(),
        {.space = "AWS/SQS", .name = "ApproximateNumberOfMessagesVisible", .dimensions = {{"QueueName", dead.name}}},
        on_.account.deadline());
    if (!alarms) {
      on_.findings.unseen("no-alarm", aws::cloud_watch::describe_alarms_for_metric_operation, subject, alarms.error());
      return;
    }
    if (std::ranges::any_of(*alarms, &aws::cloud_watch::Alarm::acts)) return;
    on_.findings.add({Weight::Warning, "no-alarm", subject,
                      alarms->empty() ? "no alarm watches for dead letters"
                                      : fmt::format("its alarm {} tells nobody", alarms->front().name),
                      "make an alarm with an action on ApproximateNumberOfMessagesVisible above 0"});
  }

  Examination& on_;
};

}  // namespace

void examine_queue(Examination& on) { Queue(on).examine(); }

}  // namespace cli
