// SPDX-License-Identifier: Apache-2.0
#include "cli/history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "cli/failure.h"
#include "cli/text.h"
#include "records/codec.h"
#include "rules/lookup.h"

namespace cli {
namespace {

using decide::Record;

std::string by(const std::string& who) { return who.empty() ? std::string() : ", by " + who; }

std::string came_from(const Record::Hold& hold) {
  if (hold.is_ordered()) return by(hold.by);
  if (hold.operation == Record::untold_operation) return ", by an operation that was not listed";
  return ", by operation " + hold.operation;
}

// What stands in the way of versions, and who put it there.
std::vector<std::string> standing(const Record& record) {
  std::vector<std::string> lines;
  const auto at = [](base::Time time) { return base::to_iso8601(time); };
  if (record.pin)
    lines.push_back(
        fmt::format("pinned to {} since {}{}", record.pin->version, at(record.pin->at), by(record.pin->by)));
  for (const auto& hold : record.holds) {
    lines.push_back(fmt::format("held since {}{}: {}", at(hold.at), came_from(hold), fmt::join(hold.versions, ", ")));
  }
  if (record.stop)
    lines.push_back(
        fmt::format("stopped since {}: {} deployments in a row failed", at(record.stop->at), record.failures));
  for (const auto& skip : record.skips)
    lines.push_back(fmt::format("{} skipped since {}{}", skip.version, at(skip.at), by(skip.by)));
  for (const auto& rejected : record.rejected) {
    lines.push_back(fmt::format("{} rejected since {}: failed {}, operation {}", rejected.tag, at(rejected.at),
                                rejected.attempts == 1 ? "once" : fmt::format("{} times", rejected.attempts),
                                rejected.operation));
  }
  if (record.baseline) {
    lines.push_back(fmt::format(
        "first seen at {}; up to {} nothing is deployed without a push or `caretaker reconcile`",
        at(record.baseline->at), record.baseline->version.empty() ? "what was there" : record.baseline->version));
  }
  if (record.until) lines.push_back(fmt::format("something is due at {}", at(*record.until)));
  return lines;
}

Colour colour_of(const records::Change& change) {
  if (change.outcome == "SUCCEEDED") return Colour::Green;
  if (!change.outcome.empty()) return Colour::Red;
  return change.operation.empty() ? Colour::Plain : Colour::Yellow;
}

void print(const records::Change& change, const Outside& outside) {
  auto what = change.action;
  if (!change.from.empty() && !change.to.empty())
    what += fmt::format(" {} → {}", change.from, change.to);
  else if (!change.to.empty())
    what += " " + change.to;
  const auto end = !change.outcome.empty() ? change.outcome : change.operation.empty() ? "" : "not ended yet";
  outside.out << fmt::format("{}  {}{}\n", base::to_iso8601(change.at),
                             paint(outside.terminal, colour_of(change), printable(what)),
                             end.empty() ? "" : "  " + end);
  outside.out << paragraph(outside.terminal, "    ", printable(change.why + by(change.by)));
}

}  // namespace

int history(const HistoryQuestion& question, const Outside& outside) {
  const auto account = Account::open(outside, question.about.records_folder);
  if (!account) return refuse(outside.err, "history", account.error());
  const auto rules = read_rules(question.about.rules_file, outside, account->get());
  if (!rules) return refuse(outside.err, "history", rules.error());
  const auto named = rules::find_rules(rules->rules.rules, question.about.services);
  if (!named) return refuse(outside.err, "history", named.error());
  const auto& service = named->front()->service;
  const auto stored = (*account)->installation().records().load(service, (*account)->deadline());
  if (!stored) return refuse(outside.err, "history", stored.error().in(service.name));
  if (question.json) {
    // As it is kept: a newer Caretaker may have written what this one does not know.
    outside.out << (stored->exists ? stored->document : records::encode(*stored, service.text)) << '\n';
    return 0;
  }
  const auto lines = standing(stored->record);
  for (const auto& line : lines) outside.out << paragraph(outside.terminal, "", service.name + ": " + printable(line));
  if (!lines.empty() && !stored->changes.empty()) outside.out << '\n';
  for (const auto& change : stored->changes) print(change, outside);
  if (stored->changes.empty()) {
    outside.out << fmt::format("{}: Caretaker has changed nothing yet{}\n", service.name,
                               stored->exists ? "" : ", and has not seen it");
  }
  return 0;
}

}  // namespace cli
