// SPDX-License-Identifier: Apache-2.0
// The invariants of what the functions say, and of what becomes of messages.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <span>

#include "base/json.h"
#include "simulation/witness.h"

namespace simulation {
namespace {

// What a delivery takes.
constexpr auto delivered_within = std::chrono::minutes(1);
// Who takes longer may have run out of time.
constexpr auto hurry = std::chrono::seconds(5);
// An intention's line is told by then, though its function was interrupted.
constexpr auto told_within = std::chrono::minutes(5);
// A deployment has half an hour, less what lay between its decision and its call.
constexpr auto overdue_since_call = std::chrono::minutes(29);
// By then it is told that it takes longer, by whoever has seen all of it.
constexpr auto overdue_by = std::chrono::minutes(31);
// Messages that beget messages are more than this before long; so many pushes at once are not.
constexpr int begun_in_hour_max = 3000;

base::Time time_of(std::string_view millis) {
  std::int64_t value = 0;
  std::from_chars(millis.data(), millis.data() + millis.size(), value);
  return base::Time(std::chrono::milliseconds(value));
}

bool comes_back(std::string_view reason) {
  return reason == "not-sent" || reason == "unknown" || reason == "transient" || reason == "conflict";
}

// What passes by itself, so that a push waits for it: at a known time, or nobody knows when.
bool waits_until(std::string_view reason) {
  return reason == "leased" || reason == "unsettled" || reason == "not-listed";
}
bool passes(std::string_view reason) {
  return comes_back(reason) || waits_until(reason) || reason == "busy" || reason == "no-rules";
}

// Names of what should be reached sometimes, by the word that a line says for it.
std::string_view counted_word(std::string_view word) {
  for (const std::string_view known :
       {"superseded", "busy", "leased", "unsettled", "not-listed", "no-rules", "held", "rejected", "stopped", "soaking",
        "skipped", "pin-runs", "there-at-first-sight"}) {
    if (word == known) return known;
  }
  return {};
}

// The metric that counts notices of the kind; empty: none does.
std::string_view metric_of(std::string_view kind) {
  constexpr std::pair<std::string_view, std::string_view> metrics[] = {
      {"started", "DeploymentsStarted"}, {"succeeded", "DeploymentsSucceeded"},
      {"failed", "DeploymentsFailed"},   {"overdue", "DeploymentsOverdue"},
      {"held", "ServicesHeld"},          {"stopped", "ServicesStopped"},
      {"refused", "ServicesRefused"},    {"not-covered", "RulesNotCovered"}};
  const auto found = std::ranges::find(metrics, kind, [](const auto& entry) { return entry.first; });
  return found == std::end(metrics) ? std::string_view() : found->second;
}

// Whether the line counts once in that metric and in no other.
bool counts_in(std::string_view line, std::string_view metric) {
  if (metric.empty()) return !line.contains(R"("_aws")");
  return line.contains(fmt::format(R"("Metrics":[{{"Name":"{}","Unit":"Count"}}])", metric)) &&
         line.contains(fmt::format(R"(,"{}":1)", metric));
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

// The tags of the changes in the record that are not older.
std::vector<std::string> begun_since(const boost::json::object& record, base::Time since) {
  std::vector<std::string> tags;
  const auto* changes = record.if_contains("changes");
  for (const auto& change : changes ? changes->as_array() : boost::json::array()) {
    const auto at = base::parse_iso8601(base::string_member(change, "at").value_or(""));
    if (at && *at >= since) tags.emplace_back(base::string_member(change, "to").value_or(""));
  }
  return tags;
}

}  // namespace

void Witness::began(const Caller& caller) {
  ++tally_.invocations;
  const base::Time hour = std::chrono::floor<std::chrono::hours>(town_->world().now());
  if (hour != std::exchange(hour_, hour)) begun_in_hour_ = 0;
  if (++begun_in_hour_ > begun_in_hour_max)
    violated(8, {}, fmt::format("the function was begun {} times within an hour", begun_in_hour_));
  auto& now = visits_[caller.process] = Visit{.began = town_->world().now()};
  if (!in_force_.contains(caller.process)) tally_.count("cold start");
  const auto event = base::parse_json(caller.invocation->event);
  for (const auto& record : base::member(*event, "Records")->as_array()) {
    const auto body = base::string_member(record, "body").value_or("");
    const auto& attributes = *base::member(record, "attributes");
    Message message;
    message.body = body;
    message.receipt = base::string_member(record, "receiptHandle").value_or("");
    message.received = time_of(base::string_member(attributes, "ApproximateFirstReceiveTimestamp").value_or(""));
    const bool is_push = text_in(body, "detail-type") == "ECR Image Action";
    message.stranger =
        is_push && (text_in(body, "account") != "123456789012" || text_in(body, "region") != "us-east-1");
    if (is_push && !message.stranger) {
      message.repository = text_in(body, "repository-name");
      message.tag = text_in(body, "image-tag");
    }
    const auto times = base::string_member(attributes, "ApproximateReceiveCount").value_or("1");
    int receives = 0;
    std::from_chars(times.data(), times.data() + times.size(), receives);
    if (receives == 4) tally_.count("third retry");
    for (const auto& service : town_->services()) {
      if (!message.repository.empty() && service.rule.repository == message.repository &&
          service.rule.allows(message.tag))
        truth_->heard_of(service.arn, message.tag);
    }
    now.messages.emplace(std::string(base::string_member(record, "messageId").value_or("")), std::move(message));
  }
  trace_.note(now.began, fmt::format("function-{}", caller.process),
              fmt::format("begins with {} messages", now.messages.size()));
}

void Witness::check_told(std::string_view text, std::string_view where) {
  if (text.contains(town_secret)) violated(12, {}, fmt::format("a service's environment is told in {}", where));
  if (text.contains(world_secret_key) || text.contains(world_session_token))
    violated(12, {}, fmt::format("what is signed with is told in {}", where));
}

void Witness::logged(const Caller& caller, std::string_view line) {
  if (violation_) return;
  check_told(line, "a log line");
  const auto event = text_in(line, "event");
  if (event == "decision") {
    ++tally_.reconciles;
    check_decision(caller, line);
  } else if (event == "message") {
    check_ending(caller, line);
  } else if (event == "rules" && text_in(line, "state") == "broken") {
    visit(caller).rules_are_broken = false;
    if (!counts_in(line, "RulesBroken")) violated(6, {}, "broken rules are told, and not counted as such");
  } else if (event == "notice") {
    visit(caller).notices.emplace(text_in(line, "kind"), text_in(line, "operation"));
    check_notice(caller, line);
    if (text_in(line, "kind") == "refused") visit(caller).unreachable.erase(std::string(text_in(line, "service")));
    visit(caller).owed.erase({std::string(text_in(line, "kind")), std::string(text_in(line, "operation"))});
  }
  if (trace_.wanted()) {
    trace_.note(town_->world().now(), fmt::format("function-{}", caller.process), in_short(line),
                text_in(line, "service"));
  }
}

void Witness::check_notice(const Caller& caller, std::string_view line) {
  const std::string arn(text_in(line, "service"));
  const std::string kind(text_in(line, "kind"));
  const std::string operation(text_in(line, "operation"));
  if (!kind.empty() && !counts_in(line, metric_of(kind)))
    return violated(6, arn, fmt::format("{} is told, and not counted as such", kind));
  if (kind.empty() || truth_->is_mistaken(arn)) return;
  tally_.count("notice " + kind);
  // Whoever can't find out whether the record was written tells all the same.
  const bool may_come_again = visit(caller).looks[arn].unsure;
  if (may_come_again) tally_.count("told without knowing");
  if (kind == "refused" || kind == "not-covered") return;
  const auto* service = town_->service(arn);
  const auto record = service ? town_->record_of(*service) : std::nullopt;
  const auto seen = record ? read_record(*record) : RecordView{};
  if (service && !may_come_again && !seen.is_untold(kind, operation))
    return violated(6, arn, fmt::format("{} of operation {} is told, and is not to be told", kind, operation));
  if (kind == "held" && !may_come_again) {
    auto& holds = told_holds_[arn];
    holds.emplace(text_in(line, "why"));
    if (holds.size() > static_cast<std::size_t>(truth_->moves_back(arn)))
      return violated(6, arn, "it is told that somebody moved the service back, which nobody did");
  }
  if (kind == "overdue" && operation.empty()) tally_.count("notice overdue of what nobody knows");
  if (kind == "held" || kind == "stopped" || kind == "ordered" || operation.empty()) return;
  const auto* ours = truth_->ours(operation);
  if (!ours && may_come_again && record && may_be_taken_for_ours(arn, seen.settled_by(operation))) return;
  if (!ours || ours->tag != text_in(line, "tag"))
    return violated(6, arn,
                    fmt::format("{} is told of operation {}, which no function started for it", kind, operation));
  if (kind == "overdue" && town_->world().now() + apart() < ours->began + overdue_since_call)
    return violated(6, arn, fmt::format("operation {} is told as overdue, and has only just begun", operation));
  const bool is_so = kind == "succeeded" ? ours->ended == "SUCCEEDED"
                     : kind == "failed"  ? !ours->ended.empty() && ours->ended != "SUCCEEDED"
                                         : true;
  if (!is_so)
    return violated(6, arn,
                    fmt::format("operation {} is told to have {}, and it {}", operation, kind,
                                ours->ended.empty() ? "runs" : "ended " + ours->ended));
  // Twice only where nobody knew that it was told, as the record says then.
  if (!told_.emplace(kind, operation).second) tally_.count("told twice");
}

// That it is tried; what comes of it is not the function's.
void Witness::note_telling(const Caller& caller, const Asked& asked, const http::Request& request) {
  auto& now = visit(caller);
  if (asked.operation == "PutLogEvents") now.event_lines.emplace(text_in(request.body, "message"));
  if (asked.operation != "PutEvents") return;
  const auto sent = base::parse_json(request.body);
  for (const auto& entry : base::member(*sent, "Entries")->as_array()) {
    const auto detail = base::parse_json(base::string_member(entry, "Detail").value_or(""));
    const auto service = base::string_member(*detail, "service").value_or("");
    const auto* resources = entry.as_object().if_contains("Resources");
    if (base::string_member(entry, "Source") != "caretaker" ||
        base::string_member(entry, "DetailType") != "Caretaker Notice" || !resources ||
        *resources != boost::json::array{service})
      violated(6, service, "an event on the bus is not what the documents say of it");
    now.on_bus.emplace(base::string_member(*detail, "kind").value_or(""),
                       base::string_member(*detail, "operation").value_or(""));
  }
}

void Witness::check_ending(const Caller& caller, std::string_view line) {
  auto& now = visit(caller);
  const auto found = now.messages.find(std::string(text_in(line, "message_id")));
  const auto end = text_in(line, "end");
  if (found == now.messages.end()) return violated(5, {}, "the end of a message is logged that was not delivered");
  auto& message = found->second;
  if (!message.ending.empty()) return violated(5, {}, "a message ended twice in one delivery");
  message.ending = end;
  if (message.stranger && !text_in(line, "service").empty())
    violated(12, text_in(line, "service"), "a service was looked at for a push of another account or region");
  const auto reason = text_in(line, "reason");
  // Who can't read the rules goes by the last valid ones, or by what is so without any: it may be any of them.
  const auto in_force = in_force_.find(caller.process);
  const bool has_rules = in_force != in_force_.end() && reason != "no-rules" && !message.repository.empty();
  const std::span<const TownRetry> retries = has_rules ? std::span(&in_force->second->retry, 1) : town_retries;
  const auto given_up_after = retries | std::views::transform(&TownRetry::given_up_after);
  const auto longest = std::ranges::max(given_up_after);
  const auto at = town_->world().now();
  const bool is_stuck = line.contains("not sent to the dead-letter");
  if (end == "waiting" && at > message.received + longest + delivered_within + apart() && !is_stuck)
    violated(8, {}, fmt::format("a message waits for longer than {}", base::to_text(longest)));
  const bool waits = end == "waiting" || (end == "dead-letter" && passes(reason));
  if (waits && message.repository.empty() && !message.stranger && !is_stuck)
    violated(5, {}, fmt::format("a message that is no push ends as {}, because of {}", end, reason));
  if (end == "waiting" && !passes(reason) && !is_stuck)
    violated(5, {}, fmt::format("a message comes back because of {}, which it need not wait for", reason));
  if (end == "dead-letter" && passes(reason) && at + apart() < message.received + std::ranges::min(given_up_after))
    violated(8, {}, fmt::format("a message is given up before its time, because of {}", reason));
  const auto until = base::parse_iso8601(text_in(line, "until"));
  const auto soonest = std::ranges::min(retries | std::views::transform(&TownRetry::after));
  if (end == "waiting" && !now.waits_until && until && *until + apart() < now.began + soonest)
    violated(8, {},
             fmt::format("a message about {}:{} comes back at {}, and the rules let none come back before {}",
                         message.repository, message.tag, world_time(*until), world_time(now.began + soonest)));
  // What the wire says is one thing, and what is made of it another.
  const bool is_final = reason == "denied" || reason == "not-found" || reason == "invalid";
  if (is_final && !message.repository.empty() && !now.refused && !is_newer_record_about(message.repository))
    violated(5, {}, fmt::format("a push ends as {}, and AWS refused nothing for good", reason));
  if (end == "done" && reason == "no-rules" && !message.repository.empty())
    violated(5, {}, "a push is done with, and there were no rules to go by");
  message.reason = reason;
  if (!line.contains("its return could not be set")) message.until = until;
  if (end == "dead-letter") tally_.count("dead letter");
  if (const auto word = counted_word(reason); !word.empty()) tally_.count(word);
}

// `[CI/CD] … 1.2.4 …` in the log group /aws/apprunner/NAME/ID/service. Where a call is repeated, another function may have begun
// something else meanwhile.
void Witness::check_event_log(const http::Request& request) {
  const auto group = text_in(request.body, "logGroupName");
  for (const auto& service : town_->services()) {
    if (!group.starts_with(fmt::format("/aws/apprunner/{}/", service.name))) continue;
    const auto record = town_->record_of(service);
    const auto told = text_in(request.body, "message");
    if (!record || !told.starts_with("[CI/CD] Semantic")) continue;
    const auto seen = read_record(*record);
    // The operation may have been started, and its record not written.
    const auto tag = seen.intention.empty() ? seen.set_tag : seen.intention_tag;
    const auto tells_of = [&](std::string_view one) { return told.contains(fmt::format("ECR push {},", one)); };
    const bool is_kept =
        std::ranges::any_of(seen.untold, [&](const UntoldView& one) { return one.line == told && tells_of(one.tag); });
    if (!is_kept && !tells_of(tag) &&
        std::ranges::none_of(begun_since(*record, town_->world().now() - told_within - apart()), tells_of))
      violated(6, service.arn,
               fmt::format("the event log tells something else than the deployment of {}: {}", tag, told));
  }
}

void Witness::check_decision(const Caller& caller, std::string_view line) {
  const std::string arn(text_in(line, "service"));
  if (text_in(line, "decision") == "none") {
    const bool passes_by = comes_back(text_in(line, "reason"));
    if (passes_by) visit(caller).undecided.insert(arn);
    if (!passes_by) visit(caller).unreachable.insert(arn);
    if (!counts_in(line, passes_by ? "LooksFailed" : "")) violated(6, arn, "a look that failed is not counted as such");
    return;
  }
  truth_->looked_at(arn,
                    visit(caller).looks[arn].described_at - (visit(caller).stale ? unseen_within : base::Duration{}));
  check_overdue(caller, arn);
  const auto reason = text_in(line, "reason");
  if (const auto word = counted_word(reason); !word.empty()) tally_.count(word);
  if (waits_until(reason)) visit(caller).waits_until = true;
  if (waits_until(reason) || reason == "busy")
    visit(caller).waiting.insert_or_assign(arn, std::string(text_in(line, "from")));
  const auto operation = text_in(line, "operation");
  if (operation.empty()) return;
  const auto* ours = truth_->ours(operation);
  if ((!ours || ours->arn != arn) && !truth_->is_mistaken(arn))
    violated(6, arn,
             fmt::format("the log names {} as the operation that was started, and no function started it", operation));
}

void Witness::check_overdue(const Caller& caller, const std::string& arn) {
  const auto& now = visit(caller);
  const auto& look = now.looks.at(arn);
  if (!now.calm || look.conflict || !look.record || !look.described || !look.operations) return;
  const auto* service = town_->service(arn);
  const auto record = service ? town_->record_of(*service) : std::nullopt;
  if (!record || record->at("schema") != 1 || truth_->is_mistaken(arn)) return;
  const auto seen = read_record(*record);
  const auto since = look.described_at - overdue_by - apart();
  if (!seen.intention.empty() && *seen.intention_at < since && !seen.intention_overdue)
    violated(6, arn,
             fmt::format("what came of the intention {} is not known for long, and that is not noted", seen.intention));
  const auto* ours = truth_->ours(seen.set_operation);
  if (ours && ours->ended.empty() && ours->began < since && seen.set_outcome.empty() && !seen.overdue)
    violated(6, arn, fmt::format("operation {} takes long, and that is not noted", seen.set_operation));
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
  if (!node.mapped().owed.empty())
    violated(6, {},
             fmt::format("nobody was told: {} of operation {}", node.mapped().owed.begin()->first,
                         node.mapped().owed.begin()->second));
  if (!node.mapped().unreachable.empty())
    violated(6, *node.mapped().unreachable.begin(), "nobody was told that the service is out of reach");
  if (node.mapped().rules_are_broken) violated(6, {}, "nobody was told that the rules are broken");
  check_endings(caller, node.mapped(), result);
  check_left_behind(node.mapped());
}

void Witness::check_end() {
  for (const auto& service : town_->services()) {
    const auto record = service.deleted ? std::nullopt : town_->record_of(service);
    const auto seen = record ? read_record(*record) : RecordView{};
    if (!seen.untold.empty())
      violated(6, service.arn, fmt::format("in the end nobody has been told: {}", seen.untold.front().why));
    const auto operation = truth_->newest_of_ours(service.arn);
    const auto* ours = truth_->ours(operation);
    if (ours && !ours->ended.empty() && seen.set_operation == operation && seen.set_outcome.empty() &&
        !truth_->is_mistaken(service.arn))
      violated(6, service.arn,
               fmt::format("in the end it is not known that operation {} ended {}", operation, ours->ended));
  }
}

// A function that lives clears up after itself as long as the record can be reached and there is time.
void Witness::check_left_behind(const Visit& visit) {
  if (town_->world().now() > visit.began + hurry) return;
  for (const auto& [arn, look] : visit.looks) {
    if (look.intention.empty() || look.acted || look.trouble) continue;
    const auto* service = town_->service(arn);
    const auto record = service ? town_->record_of(*service) : std::nullopt;
    if (record && read_record(*record).intention == look.intention)
      violated(3, arn, "a function ended without having acted on its intention or taken it back");
  }
}

// A message that waits is hidden for as long as its line says.
void Witness::check_return(const Visit& visit, const Message& message) {
  if (message.ending != "waiting" || !message.until) return;
  const auto hidden = visit.hidden.find(message.receipt);
  if (hidden == visit.hidden.end())
    return violated(
        8, {}, fmt::format("a message is said to come back at {}, and SQS was not told", world_time(*message.until)));
  const auto late = town_->world().now() - visit.began + std::chrono::seconds(1) + apart();
  if (hidden->second < *message.until - std::chrono::seconds(1) - apart() || hidden->second > *message.until + late)
    violated(8, {},
             fmt::format("a message is said to come back at {}, and SQS was told {}", world_time(*message.until),
                         world_time(hidden->second)));
}

bool Witness::is_newer_record_about(std::string_view repository) const {
  return std::ranges::any_of(town_->services(), [&](const TownService& service) {
    const auto record = service.rule.repository == repository ? town_->record_of(service) : std::nullopt;
    return record && record->at("schema") != 1;
  });
}

// By the rules that the function went by: newer ones may be broken.
void Witness::check_endings(const Caller& caller, const Visit& visit, const sandbox::InvocationResult& result) {
  const auto buried =
      std::ranges::count_if(visit.messages, [](const auto& entry) { return entry.second.ending == "dead-letter"; });
  if (buried > visit.dead_letters)
    return violated(5, {},
                    fmt::format("{} messages are said to be in the dead-letter queue, and {} were sent there", buried,
                                visit.dead_letters));
  const auto answer = base::parse_json(result.payload);
  const auto* failures = answer ? base::member(*answer, "batchItemFailures") : nullptr;
  if (!failures || !failures->is_array())
    return violated(5, {}, "the answer is none, so that the whole batch comes back: " + result.payload);
  std::set<std::string, std::less<>> returning;
  for (const auto& one : failures->get_array())
    returning.emplace(base::string_member(one, "itemIdentifier").value_or(""));
  for (const auto& [id, message] : visit.messages) {
    const bool returns = returning.contains(id);
    check_return(visit, message);
    if (message.ending.empty()) return violated(5, {}, fmt::format("no end of message {} was logged", id));
    if (returns != (message.ending == "waiting"))
      return violated(5, {},
                      fmt::format("message {} is logged as {}, and it {}", id, message.ending,
                                  returns ? "returns" : "does not return"));
    if (message.repository.empty() || message.ending != "done") continue;
    const auto asks = [&](const std::string& arn) {
      const auto* rule = rule_of(caller, arn);
      return rule && rule->repository == message.repository && rule->allows(message.tag);
    };
    for (const auto& [arn, from] : visit.waiting) {
      const auto* service = town_->service(arn);
      if (!service || !asks(arn)) continue;
      const auto runs = service->rule.version_of(from);
      if (runs && *service->rule.version_of(message.tag) > *runs && message.reason != "superseded")
        return violated(5, arn, fmt::format("the push of {} is done with, though its service waits", message.tag));
    }
    for (const auto& arn : visit.undecided) {
      const auto* service = town_->service(arn);
      if (service && asks(arn))
        return violated(5, arn,
                        fmt::format("the push of {} is done with, though the facts about its service could not be read",
                                    message.tag));
    }
  }
}

}  // namespace simulation
