// SPDX-License-Identifier: Apache-2.0
#include "reconcile/news.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "decide/follow.h"
#include "decide/verdict.h"

namespace reconcile {
namespace {

using decide::Record;
using report::Notice;

Notice about(Notice::Kind kind, const Record& record, const rules::Rule& rule) {
  Notice notice{.kind = kind, .service = rule.service.text, .rule = rule.range_text};
  if (record.set) {
    notice.tag = record.set->tag;
    notice.digest = record.set->digest;
    notice.operation = record.set->operation;
    notice.outcome = record.set->outcome;
  }
  return notice;
}

// What comes after a failure; empty: that is said elsewhere.
std::string what_next(const Record& after) {
  const auto* rejected = after.find_rejected(after.set->digest);
  if (!rejected || after.stop) return {};
  if (rejected->attempts > 1) return "; it is tried again with another image";
  return fmt::format("; it is tried once more at {}", base::to_iso8601(rejected->at + decide::retried_after));
}

Notice ended(const Record& after, const rules::Rule& rule) {
  const auto& set = *after.set;
  const bool is_lost = set.outcome == Record::lost_outcome;
  const bool succeeded = set.outcome == "SUCCEEDED" || (is_lost && after.deployed == set.tag);
  auto notice = about(succeeded ? Notice::Kind::Succeeded : Notice::Kind::Failed, after, rule);
  if (set.before) notice.from = set.before->tag;
  if (succeeded && is_lost) {
    notice.why = fmt::format("{} runs, though operation {} is not listed", set.tag, set.operation);
  } else if (succeeded) {
    notice.why = fmt::format("{} is deployed: operation {} ended with SUCCEEDED", set.tag, set.operation);
  } else if (is_lost) {
    notice.why = fmt::format("What came of the deployment of {} is not known: operation {} is not listed", set.tag,
                             set.operation);
  } else if (set.outcome == Record::other_image_outcome) {
    notice.why = fmt::format("{} is not what runs, though operation {} ended with SUCCEEDED", set.tag, set.operation);
  } else {
    notice.why = fmt::format("{} failed to deploy: operation {} ended with {}{}", set.tag, set.operation, set.outcome,
                             what_next(after));
  }
  return notice;
}

// Of an intention that an operation may have come of, or not.
Notice overdue(const Record::Intention& intention, const Record& after, const rules::Rule& rule) {
  Notice notice{.kind = Notice::Kind::Overdue,
                .service = rule.service.text,
                .rule = rule.range_text,
                .tag = intention.tag,
                .digest = intention.digest};
  if (after.runs) notice.from = after.runs->tag;
  notice.why = fmt::format(
      "What came of the deployment of {} is not known for longer than {}: AWS's answer was lost, and an operation that "
      "may be it has not ended",
      intention.tag, base::to_text(decide::followed_for));
  return notice;
}

// The hold that nobody ordered; null: there is none.
const Record::Hold* noticed(const Record& record) {
  const auto found = std::ranges::find_if_not(record.holds, &Record::Hold::is_ordered);
  return found == record.holds.end() ? nullptr : &*found;
}

Notice held(const Record::Hold& hold, const Record& after, const rules::Rule& rule) {
  auto notice = about(Notice::Kind::Held, after, rule);
  notice.tag = after.runs ? after.runs->tag : std::string();
  notice.digest.clear();
  notice.outcome.clear();
  const bool is_told = hold.operation != Record::untold_operation;
  notice.operation = is_told ? hold.operation : std::string();
  const auto who = is_told ? "Operation " + hold.operation : std::string("An operation that is not listed");
  const auto shown = std::min<std::size_t>(hold.versions.size(), 5);
  notice.why = fmt::format(
      "{} moved the service back to {}, so {}{} stay held until a higher version or a release", who, notice.tag,
      fmt::join(hold.versions.begin(), hold.versions.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
      shown < hold.versions.size() ? " and more" : "");
  return notice;
}

}  // namespace

std::vector<Notice> news(const Record& before, const Record& after, const rules::Rule& rule) {
  std::vector<Notice> notices;
  const bool same = before.set && after.set && before.set->intention == after.set->intention;
  if (after.set && !after.set->outcome.empty() && !(same && !before.set->outcome.empty())) {
    notices.push_back(ended(after, rule));
  }
  if (after.set && after.set->overdue_at && !(same && before.set->overdue_at)) {
    notices.push_back(about(Notice::Kind::Overdue, after, rule));
    if (after.set->before) notices.back().from = after.set->before->tag;
    notices.back().why = fmt::format("The deployment of {} takes longer than {}: operation {}", after.set->tag,
                                     base::to_text(decide::followed_for), after.set->operation);
  }
  const bool is_told = before.intention && before.intention->overdue_at;
  if (after.intention && after.intention->overdue_at && !is_told) {
    notices.push_back(overdue(*after.intention, after, rule));
  }
  if (after.stop && !before.stop) {
    notices.push_back(about(Notice::Kind::Stopped, after, rule));
    notices.back().why = fmt::format(
        "{} deployments in a row failed, so nothing is deployed until a new image, of that version or above it, or a "
        "release",
        after.failures);
  }
  const auto* hold = noticed(after);
  const auto* known = noticed(before);
  const bool is_known = hold && known && known->operation == hold->operation && known->at == hold->at;
  if (hold && !is_known) notices.push_back(held(*hold, after, rule));
  return notices;
}

void take(records::Stored& stored, const Record& record) {
  stored.record = record;
  if (!record.set || record.set->outcome.empty()) return;
  const auto change = std::ranges::find(stored.changes, record.set->operation, &records::Change::operation);
  if (change != stored.changes.end()) change->outcome = record.set->outcome;
}

}  // namespace reconcile
