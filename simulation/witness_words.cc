// SPDX-License-Identifier: Apache-2.0
// The invariants of what the functions say, and of what becomes of messages.
#include <fmt/format.h>

#include <charconv>

#include "base/json.h"
#include "simulation/witness.h"

namespace simulation {
namespace {

bool comes_back(std::string_view reason) {
  return reason == "not-sent" || reason == "unknown" || reason == "transient" || reason == "conflict";
}

// Names of what should be reached sometimes, by the word that a line says for it.
std::string_view counted_word(std::string_view word) {
  for (const std::string_view known : {"superseded", "busy", "leased", "unsettled", "not-listed", "no-rules", "held",
                                       "rejected", "stopped", "soaking", "skipped", "pin-runs", "there-at-first-sight"}) {
    if (word == known) return known;
  }
  return {};
}

// `decision wait busy: 1.3.0 waits … (service-a)`: what a person reads of a log line.
std::string in_short(std::string_view line) {
  std::string text(text_in(line, "event"));
  for (const auto* member : {"decision", "end", "state", "reason"}) {
    if (const auto word = text_in(line, member); !word.empty()) text += fmt::format(" {}", word);
  }
  if (const auto pushed = text_in(line, "pushed"); !pushed.empty()) text += fmt::format(", pushed {}", pushed);
  if (const auto why = text_in(line, "why"); !why.empty()) text += fmt::format(": {}", why.substr(0, 200));
  return text;
}

}  // namespace

void Witness::began(const Caller& caller) {
  ++tally_.invocations;
  auto& now = visits_[caller.process] = Visit{.began = town_->world().now()};
  if (!in_force_.contains(caller.process)) tally_.count("cold start");
  const auto event = base::parse_json(caller.invocation->event);
  for (const auto& record : base::member(*event, "Records")->as_array()) {
    const auto body = base::string_member(record, "body").value_or("");
    Message message;
    if (text_in(body, "detail-type") == "ECR Image Action" && text_in(body, "account") == "123456789012" &&
        text_in(body, "region") == "us-east-1") {
      message.repository = text_in(body, "repository-name");
      message.tag = text_in(body, "image-tag");
    }
    const auto times = base::string_member(*base::member(record, "attributes"), "ApproximateReceiveCount").value_or("1");
    int receives = 0;
    std::from_chars(times.data(), times.data() + times.size(), receives);
    if (receives == 4) tally_.count("third retry");
    for (const auto& service : town_->services()) {
      if (!message.repository.empty() && service.rule.repository == message.repository && service.rule.allows(message.tag))
        truth_->heard(service.arn, now.began);
    }
    now.messages.emplace(std::string(base::string_member(record, "messageId").value_or("")), std::move(message));
  }
  trace_.note(now.began, fmt::format("function-{}", caller.process), fmt::format("begins with {} messages", now.messages.size()));
}

void Witness::check_told(std::string_view text, std::string_view where) {
  if (text.contains(town_secret)) violated(12, {}, fmt::format("a service's environment is told in {}", where));
}

void Witness::logged(const Caller& caller, std::string_view line) {
  if (violation_) return;
  check_told(line, "a log line");
  const auto event = text_in(line, "event");
  if (event == "decision") {
    ++tally_.reconciles;
    check_decision(caller, line);
  } else if (event == "message") {
    auto& now = visit(caller);
    const auto found = now.messages.find(std::string(text_in(line, "message_id")));
    const auto end = text_in(line, "end");
    if (found == now.messages.end()) return violated(5, {}, "the end of a message is logged that was not delivered");
    if (!found->second.ending.empty()) return violated(5, {}, "a message ended twice in one delivery");
    found->second.ending = end;
    if (end == "dead-letter") tally_.count("dead letter");
    if (const auto word = counted_word(text_in(line, "reason")); !word.empty()) tally_.count(word);
  } else if (event == "outcome") {
    const auto operation = text_in(line, "operation");
    const auto* ours = truth_->ours(operation);
    if (!ours) violated(6, text_in(line, "service"), fmt::format("an outcome is told of operation {}, which no function started", operation));
    if (ours && text_in(line, "outcome") == "SUCCEEDED" && ours->ended != "SUCCEEDED")
      violated(6, text_in(line, "service"), fmt::format("success is told of operation {}, which {}", operation, ours->ended.empty() ? "runs" : "ended " + ours->ended));
    tally_.count("outcome");
  }
  if (trace_.wanted()) {
    trace_.note(town_->world().now(), fmt::format("function-{}", caller.process), in_short(line), text_in(line, "service"));
  }
}

void Witness::check_decision(const Caller& caller, std::string_view line) {
  const std::string arn(text_in(line, "service"));
  if (text_in(line, "decision") == "none") {
    if (comes_back(text_in(line, "reason"))) visit(caller).undecided.insert(arn);
    return;
  }
  if (const auto word = counted_word(text_in(line, "reason")); !word.empty()) tally_.count(word);
  const auto operation = text_in(line, "operation");
  if (operation.empty()) return;
  const auto* ours = truth_->ours(operation);
  if (!ours || ours->arn != arn)
    violated(6, arn, fmt::format("the log names {} as the operation that was started, and no function started it", operation));
}

void Witness::ended(const Caller& caller, const sandbox::InvocationResult& result) {
  if (violation_ || !visits_.contains(caller.process)) return;
  const auto node = visits_.extract(caller.process);
  if (!result.ok) {
    tally_.count("crash");
    in_force_.erase(caller.process);
    trace_.note(town_->world().now(), fmt::format("function-{}", caller.process), "dies: " + result.payload);
    return;
  }
  check_endings(node.mapped(), result);
}

void Witness::check_endings(const Visit& visit, const sandbox::InvocationResult& result) {
  for (const auto& [id, message] : visit.messages) {
    const bool returns = result.payload.contains(id);
    if (message.ending.empty()) return violated(5, {}, fmt::format("no end of message {} was logged", id));
    if (returns != (message.ending == "waiting"))
      return violated(5, {}, fmt::format("message {} is logged as {}, and it {}", id, message.ending, returns ? "returns" : "does not return"));
    if (message.repository.empty() || message.ending != "done") continue;
    for (const auto& arn : visit.undecided) {
      const auto* service = town_->service(arn);
      if (service && service->rule.repository == message.repository && service->rule.allows(message.tag))
        return violated(5, arn, fmt::format("the push of {} is done with, though the facts about its service could not be read", message.tag));
    }
  }
}

}  // namespace simulation
