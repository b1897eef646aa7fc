// SPDX-License-Identifier: Apache-2.0
#include "cli/redrive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <ostream>
#include <set>

#include "aws/sqs.h"
#include "base/json.h"
#include "cli/failure.h"
#include "cli/progress.h"
#include "cli/queues.h"
#include "cli/snapshot.h"
#include "cli/text.h"
#include "delivery/event.h"

namespace cli {
namespace {

// Ten requests' worth; whoever has more of them wants --all, or names one.
constexpr std::size_t shown_max = 100;
// Long enough for all of them to be read and sent, short enough that they are soon back if this is interrupted.
constexpr std::chrono::seconds hidden{120};
constexpr base::Duration between_looks = std::chrono::seconds(1);
// What is named is looked for until then: the first that were read soon show again.
constexpr base::Duration time_to_read = std::chrono::seconds(90);
// A move that was begun is listed within that.
constexpr base::Duration time_to_begin = std::chrono::seconds(10);

struct Letter {
  aws::sqs::ReceivedMessage message;
  std::string about;    // `shop:1.2.4`, or what else it asks for.
  std::string service;  // Names of the services whose rules are about its repository; empty: none, or unknown.
  std::string reason;
  bool is_handled = false;  // It is gone, and needs not be shown again.
};

std::string age_of(const Letter& letter, base::Time now) {
  if (!letter.message.sent_at) return "?";
  const auto age = std::max(now - *letter.message.sent_at, base::Duration::zero());
  if (age >= std::chrono::days(2)) return fmt::format("{}d", std::chrono::floor<std::chrono::days>(age).count());
  if (age >= std::chrono::hours(2)) return fmt::format("{}h", std::chrono::floor<std::chrono::hours>(age).count());
  if (age >= std::chrono::minutes(2)) return fmt::format("{}m", std::chrono::floor<std::chrono::minutes>(age).count());
  return fmt::format("{}s", std::chrono::floor<std::chrono::seconds>(age).count());
}

class Redriving {
 public:
  Redriving(const RedriveQuestion& question, Account& account, const Queues& queues, const Outside& outside,
            std::stop_token stop)
      : question_(question),
        account_(account),
        queues_(queues),
        dead_(*queues.dead_letters),
        outside_(outside),
        stop_(std::move(stop)) {}

  int run() { return question_.all ? move_all() : with_letters(); }

 private:
  aws::Caller& caller() { return account_.installation().caller(); }

  std::int64_t count(std::string_view attribute) const {
    const auto found = dead_.attributes.find(attribute);
    std::uint32_t number = 0;
    if (found != dead_.attributes.end())
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
    return number;
  }

  // How many letters are hidden, since somebody else looks at them or was interrupted at that. SQS's counts may be a minute late:
  // whatever we have `seen` beyond those that show has come back since.
  std::int64_t hidden_besides(std::int64_t seen) const {
    const auto hidden_letters = count("ApproximateNumberOfMessagesNotVisible");
    return std::clamp<std::int64_t>(count("ApproximateNumberOfMessages") + hidden_letters - seen, 0, hidden_letters);
  }

  static void tell_of_hidden(std::int64_t letters, std::ostream& stream) {
    if (letters == 0) return;
    stream << fmt::format("left out: {} being looked at just now; try again in two minutes\n",
                          counted(static_cast<std::size_t>(letters), "dead letter"));
  }

  bool interrupted() const { return stop_.stop_requested(); }

  int nothing_sent() {
    outside_.err << "caretaker redrive: interrupted; nothing was sent\n";
    return was_interrupted;
  }

  int with_letters() {
    const auto received = receive();
    if (!received || interrupted()) {
      show_again();
      return received ? nothing_sent() : refuse(outside_.err, "redrive", received.error());
    }
    if (question_.messages.empty()) {
      // First, since writing may last, or end the program when nobody reads on.
      show_again();
      return list();
    }
    const int code = send_chosen();
    show_again();
    return code;
  }

  base::Result<void> receive() {
    Progress progress(outside_);
    std::set<std::string> ids;
    const auto begin = outside_.clock.instant();
    more_ = true;
    // Not in the middle of a request: what it hides could not be shown again.
    while (!interrupted() &&
           (letters_.size() < shown_max || (!are_all_found() && outside_.clock.instant() - begin < time_to_read))) {
      progress.show(fmt::format("reading {}, {} so far", dead_.name, letters_.size()));
      auto messages = aws::sqs::receive_messages(caller(), account_.region(), dead_.url, hidden, account_.deadline());
      if (!messages) return base::fail(messages, "queue " + dead_.name);
      if (messages->empty()) {
        more_ = false;
        return {};
      }
      for (auto& message : *messages) {
        // A standard queue may give one twice; the later receipt is the good one.
        const bool is_new = ids.insert(message.id).second;
        if (is_new) {
          letters_.push_back(read(std::move(message)));
        } else {
          std::ranges::find(letters_, message.id, [](const Letter& letter) {
            return letter.message.id;
          })->message.receipt_handle = message.receipt_handle;
        }
      }
    }
    return {};
  }

  // Whether each that is named was read.
  bool are_all_found() const {
    return std::ranges::all_of(question_.messages, [&](const std::string& text) {
      return std::ranges::any_of(letters_, [&](const Letter& letter) { return letter.message.id.starts_with(text); });
    });
  }

  Letter read(aws::sqs::ReceivedMessage message) {
    Letter letter{.message = std::move(message), .about = {}, .service = {}, .reason = {}};
    const auto reason = letter.message.attributes.find("CaretakerReason");
    letter.reason = reason == letter.message.attributes.end()
                        ? "SQS put it here: the function took it up too often without an end; its log says why"
                        : reason->second;
    const auto event = delivery::parse_event(letter.message.body);
    if (!event) {
      letter.about = event.error().word;
    } else if (const auto* push = std::get_if<delivery::Push>(&*event)) {
      letter.about = fmt::format("{}:{}", push->repository.name, push->tag);
      letter.service = services_of(push->repository);
    } else {
      letter.about = std::holds_alternative<delivery::Sweep>(*event)           ? "a sweep"
                     : std::holds_alternative<delivery::ObjectCreated>(*event) ? "a change of the rules"
                                                                               : "a look at services";
    }
    return letter;
  }

  // Best effort: the rules are only to say more of a letter.
  std::string services_of(const names::Repository& repository) {
    if (!rules_) {
      rules_.emplace();
      const auto& settings = account_.installation().settings();
      const auto object = settings.config_bucket.empty() || settings.config_file.empty()
                              ? base::Result<std::optional<aws::s3::Object>>(std::optional<aws::s3::Object>())
                              : aws::s3::get_object(caller(), {settings.config_bucket, settings.region},
                                                    settings.config_file, "", account_.deadline());
      if (object && *object) rules_ = rules::parse_rules((*object)->body).rules.value_or(rules::Rules());
    }
    std::vector<std::string> names;
    for (const auto& rule : rules_->rules) {
      if (rules::repository_of(rule, repository.account, account_.region()) == repository)
        names.push_back(rule.service.name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  // What was only looked at shows again at once; should that fail it does so by itself.
  void show_again() {
    std::vector<aws::sqs::Visibility> entries;
    for (const auto& letter : letters_) {
      if (!letter.is_handled) entries.push_back({letter.message.receipt_handle, std::chrono::milliseconds(0)});
    }
    for (std::span<const aws::sqs::Visibility> rest = entries; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), aws::sqs::batch_max));
      rest = rest.subspan(some.size());
      const auto changed =
          aws::sqs::change_message_visibility(caller(), account_.region(), dead_.url, some, account_.deadline());
      if (changed) continue;
      outside_.err << fmt::format("caretaker: warning: {}; they show again in {}\n", printable(changed.error().message),
                                  base::to_text(hidden));
      return;
    }
  }

  int list() {
    if (question_.json) return list_json();
    const auto now = outside_.clock.now();
    for (const auto& letter : letters_) {
      outside_.out << paragraph(
          outside_.terminal, "",
          fmt::format("{}  {:>4}  {}{}", letter.message.id, age_of(letter, now),
                      paint(outside_.terminal, Colour::Bold, printable(letter.about)),
                      letter.service.empty() ? "" : fmt::format("  for {}", printable(letter.service))));
      outside_.out << paragraph(outside_.terminal, "    ", printable(letter.reason));
    }
    const auto hidden_letters = hidden_besides(std::ssize(letters_));
    outside_.out << (letters_.empty()
                         ? fmt::format("{} {}\n", dead_.name, hidden_letters > 0 ? "shows no letter" : "is empty")
                         : fmt::format("{} in {}{}; --message ID sends one back to {}, --all every one\n",
                                       counted(letters_.size(), "dead letter"), dead_.name,
                                       more_ ? ", and there may be more" : "", queues_.main.name));
    tell_of_hidden(hidden_letters, outside_.out);
    return 0;
  }

  int list_json() {
    boost::json::array list;
    for (const auto& letter : letters_) {
      list.push_back(boost::json::object{
          {"message", letter.message.id},
          {"sentAt", letter.message.sent_at ? boost::json::value(base::to_iso8601(*letter.message.sent_at))
                                            : boost::json::value()},
          {"about", letter.about},
          {"services", letter.service},
          {"reason", letter.reason},
          {"body", letter.message.body}});
    }
    outside_.out << boost::json::serialize(boost::json::object{{"schema", "caretaker-dead-letters/1"},
                                                               {"queue", dead_.name},
                                                               {"more", more_},
                                                               {"hidden", hidden_besides(std::ssize(letters_))},
                                                               {"letters", std::move(list)}})
                 << '\n';
    return 0;
  }

  // The letter whose id is or begins with `text`; nullptr, having said why.
  Letter* find(const std::string& text) {
    std::vector<Letter*> found;
    for (auto& letter : letters_) {
      if (letter.message.id == text) return &letter;
      if (!text.empty() && letter.message.id.starts_with(text)) found.push_back(&letter);
    }
    if (found.size() == 1) return found.front();
    const auto among = more_ ? fmt::format(" among the first {}", letters_.size()) : std::string();
    outside_.err << fmt::format(
        "caretaker redrive: {} dead letter{} begins with `{}`; {}\n", found.empty() ? "no" : "more than one", among,
        printable(text), found.empty() && more_ ? "--all sends every one back" : "`caretaker redrive` lists them");
    if (found.empty()) tell_of_hidden(hidden_besides(std::ssize(letters_)), outside_.err);
    return nullptr;
  }

  int send_chosen() {
    std::vector<Letter*> chosen;
    for (const auto& text : question_.messages) {
      auto* letter = find(text);
      if (!letter) return not_asked;
      if (std::ranges::find(chosen, letter) == chosen.end()) chosen.push_back(letter);
    }
    int code = 0;
    for (auto* letter : chosen) code = std::max(code, send(*letter));
    return code;
  }

  int send(Letter& letter) {
    const auto say = [&](std::string_view what) {
      outside_.out << fmt::format("{}  {}: {}\n", letter.message.id, printable(letter.about), what);
    };
    if (interrupted()) {
      say(fmt::format("not sent, and still in {}: interrupted", dead_.name));
      return was_interrupted;
    }
    if (question_.dry_run) {
      say(fmt::format("would be sent to {} (dry run: nothing was done)", queues_.main.name));
      return 1;
    }
    const auto& region = account_.region();
    // Our attributes tell why it was given up, which no longer holds.
    const auto sent =
        aws::sqs::send_message(caller(), region, queues_.main.url, letter.message.body, {}, {}, account_.deadline());
    if (!sent) {
      say(fmt::format("not sent, and still in {}: {}", dead_.name, in_words(sent.error())));
      return 1;
    }
    const auto deleted =
        aws::sqs::delete_message(caller(), region, dead_.url, letter.message.receipt_handle, account_.deadline());
    letter.is_handled = deleted.has_value();
    if (!deleted) {
      say(fmt::format("sent to {} as {}, but it is still in {} as well: {}", queues_.main.name, *sent, dead_.name,
                      in_words(deleted.error())));
      return 1;
    }
    say(fmt::format("sent to {} as {}", queues_.main.name, *sent));
    return 0;
  }

  int move_all() {
    const auto shown = count("ApproximateNumberOfMessages");
    if (question_.dry_run) return move_none(shown);
    if (interrupted()) return nothing_sent();
    const auto& region = account_.region();
    const auto fail = [&](const base::Error& error) {
      return refuse(outside_.err, "redrive", error.in("queue " + dead_.name));
    };
    // By what it is known which task is ours: SQS's times are not ours.
    const auto before = aws::sqs::newest_message_move_task(caller(), region, dead_.arn, account_.deadline());
    if (!before) return fail(before.error());
    // Though SQS counts none: its count may be late. Named, since it knows only of those letters where they come from that it put there
    // itself.
    const auto started =
        aws::sqs::start_message_move_task(caller(), region, dead_.arn, queues_.main.arn, account_.deadline());
    // When nobody knows whether it began, a newer task tells.
    if (!started && started.error().kind != base::ErrorKind::Unknown) return fail(started.error());
    Progress progress(outside_);
    for (const auto begin = outside_.clock.instant();;) {
      const auto task = aws::sqs::newest_message_move_task(caller(), region, dead_.arn, account_.deadline());
      if (!task) return fail(task.error());
      if (is_newer(*task, *before)) {
        if ((*task)->status != "RUNNING" && (*task)->status != "CANCELLING") {
          progress.clear();
          return tell_moved(**task);
        }
        progress.show(fmt::format("{} of {} moved from {} to {}", (*task)->moved, (*task)->to_move, dead_.name,
                                  queues_.main.name));
      } else if (outside_.clock.instant() - begin >= time_to_begin) {
        progress.clear();
        const auto why = started ? std::string("SQS has begun to move them, and does not list that")
                                 : "no move has begun: " + started.error().message;
        return fail(base::fail(base::ErrorKind::Transient, why + "; `caretaker redrive` lists what is there").error());
      }
      if (!outside_.clock.sleep_for(between_looks, stop_)) {
        progress.clear();
        outside_.out << (started || is_newer(*task, *before) ? "interrupted: SQS goes on moving them by itself\n"
                                                             : "interrupted: nobody knows whether SQS moves them\n");
        return was_interrupted;
      }
    }
  }

  int move_none(std::int64_t shown) {
    const auto hidden_letters = hidden_besides(shown);
    if (shown == 0) {
      tell_none(hidden_letters);
    } else {
      outside_.out << fmt::format("about {} would be moved from {} to {} (dry run: nothing was done)\n", shown,
                                  dead_.name, queues_.main.name);
    }
    tell_of_hidden(hidden_letters, outside_.out);
    return shown > 0 || hidden_letters > 0 ? 1 : 0;
  }

  void tell_none(std::int64_t hidden_letters) {
    outside_.out << fmt::format("{} {}\n", dead_.name, hidden_letters > 0 ? "shows no letter to move" : "is empty");
  }

  static bool is_newer(const std::optional<aws::sqs::MoveTask>& task, const std::optional<aws::sqs::MoveTask>& before) {
    return task && (!before || task->started_at > before->started_at);
  }

  int tell_moved(const aws::sqs::MoveTask& task) {
    const bool completed = task.status == "COMPLETED";
    const auto left = hidden_besides(task.moved);
    if (completed && task.moved == 0) {
      tell_none(left);
    } else {
      outside_.out << fmt::format("{} moved from {} to {}{}\n",
                                  counted(static_cast<std::size_t>(task.moved), "message"), dead_.name,
                                  queues_.main.name,
                                  completed ? std::string()
                                            : fmt::format("; then it ended as {}{}", task.status,
                                                          task.failure.empty() ? "" : ": " + printable(task.failure)));
    }
    tell_of_hidden(left, outside_.out);
    return completed && left == 0 ? 0 : 1;
  }

  const RedriveQuestion& question_;
  Account& account_;
  const Queues& queues_;
  const Queues::One& dead_;
  const Outside& outside_;
  std::stop_token stop_;
  std::vector<Letter> letters_;
  bool more_ = false;  // Behind receive(): there may be others.
  std::optional<rules::Rules> rules_;
};

}  // namespace

int redrive(const RedriveQuestion& question, const Outside& outside) {
  // Before the account's threads begin, which would take the signals.
  const auto stop = outside.take_interrupts();
  const auto account = Account::open(outside, "");
  if (!account) return refuse(outside.err, "redrive", account.error());
  const auto queues = find_queues(**account);
  if (!queues) return refuse(outside.err, "redrive", queues.error());
  if (!queues->dead_letters) {
    return refuse(outside.err, "redrive",
                  base::fail(base::ErrorKind::NotFound,
                             fmt::format("queue {} has no dead-letter queue; `caretaker doctor` says what that means",
                                         queues->main.name))
                      .error());
  }
  return Redriving(question, **account, *queues, outside, stop).run();
}

}  // namespace cli
