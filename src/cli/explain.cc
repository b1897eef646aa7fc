// SPDX-License-Identifier: Apache-2.0
#include "cli/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <span>

#include "base/json.h"
#include "cli/account_of_tags.h"
#include "cli/failure.h"
#include "cli/outlook.h"
#include "cli/text.h"
#include "decide/explain.h"
#include "rules/range_words.h"

namespace cli {
namespace {

namespace json = boost::json;

// More rows than a screen has nobody reads; the rest is summed up.
constexpr std::size_t shown_max = 20;

json::string text(std::string_view from) { return json::string(from); }

json::array texts(const std::vector<std::string>& from) {
  json::array array;
  for (const auto& one : from) array.push_back(text(one));
  return array;
}

json::object range_json(const rules::Rule& rule) {
  return {{"semVersion", text(rule.range_text)},
          {"comparators", text(rule.range.valid_text())},
          {"words", text(rules::in_words(rule.range))},
          {"hints", texts(rules::hints_on_range(rule.range_text, rule.range))}};
}

json::object tag_json(const TagAccount& account) {
  json::object object{{"tag", text(account.tag)},
                      {"listed", account.listed},
                      {"verdict", text(account.verdict)},
                      {"why", text(account.why)},
                      {"hints", texts(account.hints)}};
  if (!account.digest.empty()) object["digest"] = text(account.digest);
  if (account.pushed_at) object["pushedAt"] = text(base::to_iso8601(*account.pushed_at));
  if (!account.until.empty()) object["until"] = text(account.until);
  if (!account.grounds.source.empty()) {
    object["decidedBy"] = json::object{{"source", text(account.grounds.source)},
                                       {"member", text(account.grounds.member)},
                                       {"entry", text(account.grounds.entry)}};
  }
  return object;
}

json::array tags_json(const std::vector<TagAccount>& accounts) {
  json::array array;
  for (const auto& account : accounts) array.push_back(tag_json(account));
  return array;
}

// How one service's tags are told.
class Telling {
 public:
  explicit Telling(const Outside& outside) : terminal_(outside.terminal), out_(outside.out) {}

  void range(const rules::Rule& rule) const {
    line("range", rules::in_words(rule.range));
    line("", fmt::format("`{}` is {}", rule.range_text, rule.range.valid_text()));
    for (const auto& hint : rules::hints_on_range(rule.range_text, rule.range)) line("hint", printable(hint));
  }

  void line(std::string_view title, std::string_view words) const {
    out_ << paragraph(terminal_, padded(title, 10), words);
  }

  // One tag and everything that is known of it.
  void tag(const TagAccount& account) const {
    out_ << paragraph(terminal_, "", fmt::format("{}: {}", account.tag, account.verdict));
    line("  why", account.why);
    if (const auto rests_on = decide::to_string(account.grounds); !rests_on.empty()) line("  by", printable(rests_on));
    if (!account.until.empty()) line("  until", account.until);
    if (account.pushed_at) line("  pushed", base::to_iso8601(*account.pushed_at));
    for (const auto& hint : account.hints) line("  hint", hint);
  }

  void table(const std::vector<TagAccount>& accounts, bool all) const {
    const auto shown = all ? accounts.size() : std::min(accounts.size(), shown_max);
    std::size_t width = 0;
    for (std::size_t i = 0; i < shown; ++i) width = std::max(width, width_of(accounts[i].tag));
    for (std::size_t i = 0; i < shown; ++i) row(accounts[i], width);
    if (shown < accounts.size()) out_ << paragraph(terminal_, "", rest_of(accounts, shown));
  }

 private:
  void row(const TagAccount& account, std::size_t width) const {
    // What runs and what the tag is stands in the sentence already.
    const bool beyond = account.grounds.source == "rule" || account.grounds.source == "record";
    const auto rests_on = beyond ? decide::to_string(account.grounds) : std::string();
    // The tag stands before the sentence, and need not begin it.
    const auto behind = account.tag + ' ';
    const auto sentence = account.why.starts_with(behind) ? account.why.substr(behind.size()) : account.why;
    const auto why = rests_on.empty() ? sentence : fmt::format("{} [{}]", sentence, rests_on);
    const auto columns = static_cast<std::size_t>(std::max(terminal_.columns, 0));
    const bool beside = columns == 0 || columns >= width + 40;
    const auto tag = paint(terminal_, account.allowed ? Colour::Green : Colour::Plain, account.tag);
    const auto blanks = std::string(width - width_of(account.tag) + 2, ' ');
    if (!beside) {
      out_ << tag << '\n' << paragraph(terminal_, "  ", why);
      return;
    }
    const auto lines = wrapped(why, columns == 0 ? 0 : columns - width - 2);
    for (const auto& part : lines) {
      out_ << (&part == &lines.front() ? tag + blanks : std::string(width + 2, ' ')) << part << '\n';
    }
  }

  static std::string rest_of(const std::vector<TagAccount>& accounts, std::size_t shown) {
    std::map<std::string, std::size_t> counts;
    for (std::size_t i = shown; i < accounts.size(); ++i) ++counts[accounts[i].verdict];
    std::string rest = fmt::format("and {}: ", counted(accounts.size() - shown, "more tag"));
    for (const auto& [verdict, count] : counts) {
      rest += fmt::format("{}{} {}", verdict == counts.begin()->first ? "" : ", ", count, verdict);
    }
    return rest + " (--all shows each)";
  }

  Terminal terminal_;
  std::ostream& out_;
};

base::Error invalid(std::string message) { return base::fail(base::ErrorKind::Invalid, std::move(message)).error(); }

int refuse(const Outside& outside, const base::Error& error) { return cli::refuse(outside.err, "explain", error); }

int code_of(const std::vector<TagAccount>& asked) { return std::ranges::all_of(asked, &TagAccount::allowed) ? 0 : 1; }

int explain_range(const ExplainQuestion& question, const Outside& outside) {
  auto range =
      semver::parse_range(*question.range, {.loose = false, .include_prerelease = question.include_prerelease});
  if (!range) {
    return refuse(outside, invalid(fmt::format("`{}` is no range: expected {} at character {}", *question.range,
                                               range.error().expected, range.error().offset + 1)));
  }
  const rules::Rule rule{
      .range_text = *question.range, .range = std::move(*range), .include_prerelease = question.include_prerelease};
  std::vector<TagAccount> accounts;
  accounts.reserve(question.words.size());
  for (const auto& tag : question.words) accounts.push_back(account_of_tag(tag, rule));
  if (question.json) {
    outside.out << json::serialize(json::object{
                       {"schema", "caretaker-explain/1"}, {"range", range_json(rule)}, {"tags", tags_json(accounts)}})
                << '\n';
    return code_of(accounts);
  }
  const Telling telling(outside);
  telling.range(rule);
  for (const auto& account : accounts) telling.tag(account);
  return code_of(accounts);
}

// What is said of the service as a whole.
struct Story {
  std::string runs;
  std::string decision;
  std::string reason;
  std::string why;
};

Story story_of(const ServiceFacts& service, const reconcile::Conclusion& conclusion) {
  const auto& [facts, decided] = conclusion;
  Story story{.runs = facts.running.image ? names::to_string(*facts.running.image) : "source code",
              .decision = std::string(decide::name(decided.decision)),
              .reason = std::string(decide::reason(decided.decision)),
              .why = printable(decide::explain(decided, facts))};
  if (decided.current.being_deployed) {
    const auto tag = facts.running.image ? facts.running.image->tag : std::string();
    story.runs += fmt::format(" ({}being deployed)", tag == decided.current.tag ? "" : decided.current.tag + " is ");
  }
  if (changes(decided.decision) && service.seen->stored.read_only) {
    const auto error = reconcile::newer_record().error();
    story.decision = "error";
    story.reason = base::to_string(error.kind);
    story.why = in_words(error);
  }
  if (!service.not_covered.empty()) {
    story.decision = "keep";
    story.reason = not_covered_word;
    story.why = printable(service.not_covered);
  }
  return story;
}

// What a push or a person would have done that does not happen by itself; null: nothing.
json::value on_request(const Outlook& asked) {
  if (!asked.needs_trigger) return {};
  return json::object{{"decision", text(asked.decision)}, {"to", text(asked.to)}, {"why", text(asked.why)}};
}

void print_json(const ServiceFacts& service, const Snapshot& snapshot, const reconcile::Conclusion& conclusion,
                const std::vector<TagAccount>& accounts, std::ostream& out) {
  const auto story = story_of(service, conclusion);
  out << json::serialize(json::object{{"schema", "caretaker-explain/1"},
                                      {"takenAt", text(base::to_iso8601(snapshot.taken_at))},
                                      {"service", text(service.rule->service.text)},
                                      {"name", text(service.rule->service.name)},
                                      {"repository", text(names::to_string(service.repository))},
                                      {"runs", text(story.runs)},
                                      {"decision", text(story.decision)},
                                      {"reason", text(story.reason)},
                                      {"why", text(story.why)},
                                      {"onRequest", on_request(outlook(service, snapshot))},
                                      {"range", range_json(*service.rule)},
                                      {"tags", tags_json(accounts)}})
      << '\n';
}

int explain_service(const ServiceFacts& service, const Snapshot& snapshot, const ExplainQuestion& question,
                    const Outside& outside) {
  const std::span tags(question.words.begin() + 1, question.words.end());
  if (!service.seen) return refuse(outside, service.seen.error().in(service.rule->service.name));
  const auto conclusion = reconcile::conclude(facts_of(service, snapshot, {.kind = decide::Trigger::Kind::Sweep}));
  std::vector<TagAccount> accounts;
  for (const auto& tag : tags) accounts.push_back(account_of_tag(tag, conclusion));
  if (tags.empty()) accounts = accounts_of_tags(conclusion);
  const int code = tags.empty() ? 0 : code_of(accounts);
  if (question.json) {
    print_json(service, snapshot, conclusion, accounts, outside.out);
    return code;
  }
  const Telling telling(outside);
  const auto story = story_of(service, conclusion);
  telling.line("service", service.rule->service.name);
  telling.line("runs", story.runs);
  telling.range(*service.rule);
  telling.line(story.decision, story.why);
  if (const auto asked = outlook(service, snapshot); asked.needs_trigger) {
    telling.line("if asked", fmt::format("{} to {}, by a push or `caretaker reconcile`, as `caretaker plan` shows",
                                         asked.decision, asked.to));
  }
  outside.out << '\n';
  if (tags.empty()) {
    telling.table(accounts, question.all);
  } else {
    for (const auto& account : accounts) telling.tag(account);
  }
  return code;
}

}  // namespace

int explain(const ExplainQuestion& question, const Outside& outside) {
  if (question.range) return explain_range(question, outside);
  if (question.words.empty()) return refuse(outside, invalid("which service? `caretaker plan` lists them"));
  auto about = question.about;
  about.services = {question.words.front()};
  const auto snapshot = take_snapshot(about, outside);
  if (!snapshot) return refuse(outside, snapshot.error());
  return explain_service(snapshot->services.front(), *snapshot, question, outside);
}

}  // namespace cli
