// SPDX-License-Identifier: Apache-2.0
// What the functions ask and what they get. The records and calls are judged in witness_acts.cc, the log lines and endings in
// witness_words.cc.
#include "simulation/witness.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace simulation {
namespace {

// One decision of one service needs 12 requests at most beside the pages of its listing; a batch has ten messages, a look ten
// services, and each request may have to be repeated.
constexpr int requests_max = 250;
// What a call needs, and the record after it.
constexpr auto time_to_act = std::chrono::seconds(4);
// The same request, again and again: three attempts, and one for each cure.
constexpr int repeats_max = 6;

// The first refusal teaches a function what AWS's clock says.
constexpr int wrong_clocks_max = 2;

// What another try would be told as well.
bool is_for_good(const http::Response& answer) {
  constexpr std::string_view passing[] = {"Throttl",         "SlowDown",         "Expired",        "InvalidState",
                                          "TooManyRequests", "RequestTimeTooSk", "not yet current"};
  return answer.status >= 400 && answer.status < 500 && answer.status != 409 && answer.status != 412 &&
         std::ranges::none_of(passing, [&](std::string_view one) { return answer.body.contains(one); });
}

bool is_about_signature(const http::Response& answer) {
  constexpr std::string_view codes[] = {"UnrecognizedClient",  "InvalidClientTokenId",       "SignatureDoesNotMatch",
                                        "IncompleteSignature", "MissingAuthenticationToken", "InvalidToken"};
  return answer.status >= 400 &&
         std::ranges::any_of(codes, [&](std::string_view one) { return answer.body.contains(one); });
}

bool speaks_of_clock(std::string_view refusal) {
  return refusal.contains("RequestTimeTooSkewed") || refusal.contains("Signature expired") ||
         refusal.contains("Signature not yet current");
}

std::string who(const Caller& caller) { return fmt::format("function-{}", caller.process); }

}  // namespace

void Witness::attend(Town& town) {
  town_ = &town;
  truth_.emplace(town, tally_);
  permits_.grant(statements_of("[]"));
}

void Witness::violated(int invariant, std::string_view service, std::string sentence) {
  trace_.note(town_->world().now(), "witness", fmt::format("invariant {}: {}", invariant, sentence), service);
  if (!violation_) violation_ = Violation{invariant, town_->world().now(), std::string(service), std::move(sentence)};
}

const TownRule* Witness::rule_of(const Caller& caller, std::string_view arn) const {
  const auto found = in_force_.find(caller.process);
  return found == in_force_.end() ? nullptr : found->second->about(arn);
}

bool Witness::is_behind(const Caller& caller, std::string_view arn) {
  auto& now = visit(caller);
  const auto lately = town_->world().now() - unseen_within;
  const auto idle_since = truth_->idle_since(arn);
  if (!now.stale || idle_since <= lately) return false;
  // Whoever knows that the only one of a moment ago has ended knows when to wait.
  const auto& look = now.looks[std::string(arn)];
  return look.listed_old || idle_since > look.listed_at || truth_->is_moved_twice_since(arn, lately);
}

Fate Witness::fate(const Caller& caller, const http::Request& request) {
  // No more is looked at, but time must go on.
  if (violation_) return {.after = std::chrono::milliseconds(1)};
  ++tally_.requests;
  auto& now = visit(caller);
  auto key = fmt::format("{} {} {} {}", request.headers.get("X-Amz-Target").value_or(""), request.method,
                         request.target, request.body);
  now.repeats = key == now.last_request ? now.repeats + 1 : 0;
  now.last_request = std::move(key);
  const auto asked = read_request(request);
  // Credentials are asked for anew by each call that has none.
  // A queue's URL is asked for anew for each message that nothing is known of.
  const bool is_for_each = asked.operation == "GetQueueUrl" || asked.operation == "GetQueueAttributes";
  const auto repeats = repeats_max * (is_for_each ? 1 + static_cast<int>(now.messages.size()) : 1);
  if (now.repeats > repeats && !asked.is_for_credentials())
    violated(8, asked.arn, fmt::format("{} was asked {} times in a row", asked.operation, now.repeats + 1));
  if (asked.operation != "DescribeImages" && ++now.requests > requests_max)
    violated(8, {}, fmt::format("one invocation made {} requests", now.requests));
  if (asked.is_call() && now.repeats == 0 && town_->world().now() + time_to_act > caller.invocation->deadline)
    violated(3, asked.arn, fmt::format("{} is sent without the time to write down what came of it", asked.operation));
  note_telling(caller, asked, request);
  const auto fate = weather_.fate(town_->world().now(), asked.operation, asked.is_read(), asked.is_call());
  // What is stale only those who remember can tell.
  if (fate.fault != Fault::None && fate.fault != Fault::Stale) tally_.count(to_string(fate.fault));
  constexpr auto slow = std::chrono::milliseconds(100);
  now.calm = now.calm && fate.fault == Fault::None && fate.before < slow && fate.after < slow;
  return fate;
}

void Witness::arriving(const Caller& caller, const http::Request& request) {
  if (violation_) return;
  const auto asked = read_request(request);
  if (asked.service != "AppRunner") check_told(request.body, asked.service + " " + asked.operation);
  if (asked.is_record() && asked.operation == "PUT") {
    if (interfere_) interfere_(asked.arn);
    check_record(caller, asked, request);
  }
  if (asked.is_call()) {
    trace_.note(town_->world().now(), who(caller),
                fmt::format("asks {} {}", asked.operation, text_in(request.body, "ImageIdentifier")), asked.arn);
    check_call(caller, asked, request);
  }
  if (asked.operation == "PutLogEvents") check_event_log(request);
}

void Witness::answered(const Caller& caller, const http::Request& request, const http::Response& answer) {
  if (violation_) return;
  const auto asked = read_request(request);
  if (trace_.wanted() && (asked.is_call() || asked.operation == "PUT")) {
    trace_.note(town_->world().now(), who(caller),
                fmt::format("{} {}→ {}{}", asked.operation, asked.is_record() ? "of the record " : asked.key + ' ',
                            answer.status, answer.status == 412 ? ": another was first" : ""),
                asked.arn);
  }
  check_permitted(asked, request, answer);
  if (is_about_signature(answer) && !speaks_of_clock(answer.body))
    violated(12, asked.arn,
             fmt::format("{} {} is not signed as it must be: {}", asked.service, asked.operation, answer.body));
  if (asked.operation == "PutLogEvents" && answer.body.contains("rejectedLogEventsInfo"))
    violated(6, asked.arn, "a line for a service's event log is refused: " + answer.body);
  if (asked.operation == "ChangeMessageVisibilityBatch" && answer.status < 300) note_hidden(caller, request);
  if (asked.is_call() && answer.status < 300) check_effect(caller, asked, answer);
  if (asked.operation == "SendMessage" && answer.status < 300 && request.body.contains("caretaker-dead-letters"))
    check_dead_letter(caller, request);
  if (asked.is_record() && asked.operation == "PUT") {
    if (answer.status == 412) {
      tally_.count("record conflict");
      visit(caller).looks[asked.arn].conflict = true;
    }
    if (answer.status < 300) {
      auto& look = visit(caller).looks[asked.arn];
      if (!look.writing.empty()) {
        look.intention = std::exchange(look.writing, {});
        look.described_since = look.acted = look.trouble = false;
      }
    }
  }
}

void Witness::check_dead_letter(const Caller& caller, const http::Request& request) {
  auto& now = visit(caller);
  ++now.dead_letters;
  const auto asked = base::parse_json(request.body);
  const auto body = asked ? base::string_member(*asked, "MessageBody") : std::nullopt;
  if (!std::ranges::any_of(now.messages, [&](const auto& entry) { return entry.second.body == body; }))
    violated(5, {}, "the dead letter says something else than the message");
}

void Witness::note_hidden(const Caller& caller, const http::Request& request) {
  const auto asked = base::parse_json(request.body);
  for (const auto& entry : asked->at("Entries").as_array()) {
    visit(caller).hidden.insert_or_assign(
        std::string(base::string_member(entry, "ReceiptHandle").value_or("")),
        town_->world().now() + std::chrono::seconds(entry.at("VisibilityTimeout").to_number<int>()));
  }
}

// A function goes by rules that it has read, and the stack was made for those.
void Witness::check_permitted(const Asked& asked, const http::Request& request, const http::Response& answer) {
  const bool reads_rules = asked.operation == "GET" && answer.status == 200;
  if (reads_rules && (asked.is_rules() || asked.is_kept_rules()) && granted_.insert(answer.body).second)
    permits_.grant(statements_of(answer.body));
  if (const auto refused = permits_.refused(request, answer); !refused.empty())
    violated(12, asked.arn, "the stack does not permit " + refused);
}

void Witness::received(const Caller& caller, const http::Request& request, Fault fault, const http::Response* answer) {
  if (violation_) return;
  const auto asked = read_request(request);
  if (fault != Fault::None) {
    trace_.note(
        town_->world().now(), who(caller),
        fmt::format("hears of {}{}: {}", asked.operation, asked.is_record() ? " of the record" : "", in_words(fault)),
        asked.arn);
  }
  const bool succeeded = answer && answer->status < 300;
  if (asked.is_rules() && succeeded) {
    const auto* rules = town_->rules_of_text(answer->body);
    if (rules && rules->valid) in_force_.insert_or_assign(caller.process, rules);
    if (rules && !rules->valid) {
      tally_.count("broken rules");
      visit(caller).rules_are_broken = true;
    }
  } else if (asked.is_kept_rules() && succeeded && asked.operation == "GET") {
    const auto* rules = town_->rules_of_text(answer->body);
    if (rules && rules->valid && !in_force_.contains(caller.process)) {
      in_force_.emplace(caller.process, rules);
      tally_.count("kept rules");
    }
  }
  if (answer && is_for_good(*answer)) visit(caller).refused = true;
  const bool wrong_clock = answer && answer->status >= 400 && speaks_of_clock(answer->body);
  if (wrong_clock) tally_.count("skewed clock");
  auto& wrong_clocks = visit(caller).wrong_clocks;
  wrong_clocks = wrong_clock ? wrong_clocks + 1 : answer ? 0 : wrong_clocks;
  if (wrong_clocks > wrong_clocks_max)
    violated(8, asked.arn, fmt::format("AWS refuses {} requests in a row because of the clock", wrong_clocks));
  if (fault == Fault::Stale) {
    tally_.count("stale");
    visit(caller).stale = true;
  }
  note_read(caller, asked, fault, answer);
  // Its answer says that the write took effect, or a look at the record that is or was one of its writes.
  if (const auto owing = visit(caller).owing.find(asked.arn);
      asked.is_record() && succeeded && owing != visit(caller).owing.end() &&
      (asked.operation == "PUT" || answer->body.contains(owing->second.nonce))) {
    visit(caller).owed.merge(owing->second.news);
    visit(caller).owing.erase(owing);
  }
  // A write whose answer is lost, or that comes too late, is followed by a look.
  const bool goes_on = asked.operation == "PUT" && (!answer || answer->status == 412);
  if (asked.is_record()) {
    auto& look = visit(caller).looks[asked.arn];
    look.trouble = look.trouble || (!succeeded && !goes_on);
    const bool may_stand = asked.operation == "PUT" && (answer ? answer->status != 403 : fault != Fault::NotSent);
    look.unsure = !succeeded && (look.unsure || may_stand);
  }
  if (asked.is_for_credentials() && !succeeded) {
    for (auto& [arn, look] : visit(caller).looks) look.trouble = true;
  }
  if (!asked.is_call()) return;
  auto& look = visit(caller).looks[asked.arn];
  // A refusal has no effect, and what was not sent has none; all else may have had one.
  const bool unknown = !answer ? fault != Fault::NotSent : answer->status >= 500 || fault == Fault::Garbled;
  if (unknown) tally_.count("a call of unknown effect");
  if (unknown || succeeded) look.acted = true;
}

void Witness::note_read(const Caller& caller, const Asked& asked, Fault fault, const http::Response* answer) {
  auto& now = visit(caller);
  const bool succeeded =
      answer && answer->status < 300 && (answer->body.empty() || answer->body.back() == '}') && answer->body != "{}";
  if (asked.operation == "DescribeImages") {
    now.listed[asked.repository] = succeeded && text_in(answer->body, "nextToken").empty();
    if (succeeded && !text_in(answer->body, "nextToken").empty()) tally_.count("a page of several");
    return;
  }
  if (asked.arn.empty()) return;
  auto& look = now.looks[asked.arn];
  if (asked.is_record()) {
    // Behind a write the record is read to find out what came of it; the facts were gathered before.
    look.rereads = look.rereads || asked.operation == "PUT";
    const bool is_read = asked.operation == "GET" && (succeeded || (answer && answer->status == 404));
    look.record = is_read || (look.record && look.rereads);
  } else if (asked.operation == "DescribeService") {
    look.described = succeeded;
    look.rereads = false;
    if (succeeded) look.described_image = text_in(answer->body, "ImageIdentifier");
    look.described_at = town_->world().now();
    look.described_since = look.described_since || succeeded;
  } else if (asked.operation == "ListOperations") {
    look.operations = succeeded;
    look.listed_at = town_->world().now();
    look.listed_old = fault == Fault::Stale;
  }
}

void Witness::happened(const sandbox::Happening& happening) {
  if (!town_ || violation_) return;
  truth_->happened(happening);
  if (happening.kind == "fault" && happening.text.starts_with("repeat-message")) tally_.count("redelivery");
  // What is read from elsewhere: the function's own lines, and its requests.
  const bool is_known = happening.kind == "event" || happening.kind == "log" || happening.kind == "object";
  if (!trace_.wanted() || is_known) return;
  const bool about_service = happening.kind == "operation" || happening.kind == "service";
  const auto end = about_service ? happening.text.find(' ') : happening.kind == "push" ? happening.text.find(':') : 0;
  trace_.note(happening.at, "aws", fmt::format("{}: {}", happening.kind, happening.text),
              std::string_view(happening.text).substr(0, end));
}

}  // namespace simulation
