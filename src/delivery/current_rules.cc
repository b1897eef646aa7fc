// SPDX-License-Identifier: Apache-2.0
#include "delivery/current_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "rules/problem_ids.h"

namespace delivery {
namespace {

using base::ErrorKind;
using Severity = rules::Problem::Severity;

// A log line holds no more (CloudWatch Logs quotas: 1 MB an event), and nobody reads more.
constexpr std::size_t places_max = 20;

// `[{"line":3,"column":17,"pointer":"/rules/0/semVersion","message":"…"}]`
std::string places_of(const std::vector<rules::Problem>& errors) {
  boost::json::array places;
  for (std::size_t i = 0; i < std::min(errors.size(), places_max); ++i) {
    places.push_back(boost::json::object{{"line", errors[i].place.position.line},
                                         {"column", errors[i].place.position.column},
                                         {"pointer", boost::json::string(errors[i].place.pointer)},
                                         {"message", boost::json::string(errors[i].message)}});
  }
  return boost::json::serialize(places);
}

// S3's code for an object that is not there.
constexpr std::string_view no_such_key = "NoSuchKey";

// Whether the next try may well succeed, with nobody doing anything.
bool may_pass(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotSent:
    case ErrorKind::Unknown:
    case ErrorKind::Transient:
    case ErrorKind::Conflict: return true;
    case ErrorKind::NotFound:
    case ErrorKind::Denied:
    case ErrorKind::Invalid: return false;
  }
  return false;
}

}  // namespace

CurrentRules::CurrentRules(aws::Caller& caller, report::Log& log, Place place, rules::Retry defaults)
    : caller_(caller),
      log_(log),
      place_(std::move(place)),
      file_(fmt::format("s3://{}/{}", place_.bucket.name, place_.key)),
      defaults_(defaults) {}

base::Result<const rules::Rules*> CurrentRules::get(const aws::Deadline& deadline) {
  const auto refreshed = refresh(deadline);
  was_read_ = refreshed.has_value();
  if (!refreshed) {
    const bool does_no_harm = rules_ && may_pass(refreshed.error().kind);
    say_unread(refreshed.error(), does_no_harm ? report::Level::Warning : report::Level::Error, consequence());
    if (!rules_) return std::unexpected(refreshed.error());
    return &*rules_;
  }
  if (errors_.empty()) return &*rules_;
  if (!rules_) restore(deadline);
  raise_alarm();
  if (rules_) return &*rules_;
  return base::fail(
      ErrorKind::Invalid,
      fmt::format("rules {} are not valid; `caretaker check` says where before they are uploaded", file_));
}

void CurrentRules::warm_up(const aws::Deadline& deadline) {
  if (const auto refreshed = refresh(deadline); !refreshed) {
    say_unread(refreshed.error(), report::Level::Warning, "the first message reads them again");
  }
}

// Errors: the object could not be read. A broken one was read.
base::Result<void> CurrentRules::refresh(const aws::Deadline& deadline) {
  auto object = aws::s3::get_object(caller_, place_.bucket, place_.key, etag_, deadline);
  if (!object && object.error().code == "AnswerTooLarge") {
    // Broken like any other file beyond the limit, but its ETag is not known.
    etag_.clear();
    unkept_.clear();
    errors_ = {
        {.id = rules::id::unreadable,
         .message = fmt::format("the file is larger than the {} bytes that rules may have", rules::file_size_max)}};
    return {};
  }
  if (!object && object.error().code == no_such_key) {
    return base::fail(ErrorKind::NotFound, std::string(no_such_key),
                      fmt::format("there is no rules object {}: `caretaker rules push FILE` puts one there, and "
                                  "`caretaker rules restore VERSION` brings back one that was deleted",
                                  file_));
  }
  if (!object) return base::fail(object, "rules " + file_);
  if (!*object) {
    if (errors_.empty()) keep(deadline);
    return {};
  }
  const auto text = std::move((*object)->body);
  auto checked = rules::parse_rules(text, defaults_);
  const bool was_broken = !errors_.empty();
  errors_.clear();
  for (const auto& problem : checked.problems) {
    if (problem.severity == Severity::Error) {
      errors_.push_back(problem);
    } else if (problem.severity == Severity::Warning) {
      log_.line(report::Level::Warning, "rules", {{"why", rules::to_string(problem, file_)}});
    }
  }
  etag_ = std::move((*object)->etag);
  unkept_.clear();
  if (!checked.rules) return {};
  if (was_broken) log_.line(report::Level::Info, "rules", {{"state", "repaired"}, {"file", file_}});
  rules_ = std::move(*checked.rules);
  kept_ = false;
  unkept_ = text;
  keep(deadline);
  return {};
}

// Best effort: whatever hinders it, the rules are in force, and what may pass is tried again at the next use.
void CurrentRules::keep(const aws::Deadline& deadline) {
  if (unkept_.empty()) return;
  const auto kept = try_to_keep(deadline);
  const bool again = !kept && may_pass(kept.error().kind);
  if (!again) unkept_.clear();
  // Another function has just kept what it read.
  if (kept || kept.error().kind == ErrorKind::Conflict) return;
  log_.line(
      report::Level::Warning, "rules",
      {{"state", "not-kept"}, {"file", file_}, {"key", last_good_key(place_.key)}, {"why", kept.error().message}});
}

// Errors: Conflict (the object or what is kept changes just now), and what S3 says.
base::Result<void> CurrentRules::try_to_keep(const aws::Deadline& deadline) {
  const auto before = read_kept(deadline);
  if (!before) return std::unexpected(before.error());
  if (*before && (*before)->body == unkept_) return {};
  // Whoever has read newer rules by now keeps them later than this look at what is kept, and the write fails.
  const auto replaced = aws::s3::get_object(caller_, place_.bucket, place_.key, etag_, deadline);
  if (!replaced) return std::unexpected(replaced.error());
  if (*replaced) return base::fail(ErrorKind::Conflict, "rules " + file_ + ": replaced just now");
  const auto kept = aws::s3::put_object(caller_, place_.bucket, last_good_key(place_.key), unkept_,
                                        *before ? (*before)->etag : "", deadline);
  if (!kept) return std::unexpected(kept.error());
  return {};
}

bool CurrentRules::restore(const aws::Deadline& deadline) {
  auto kept = read_kept(deadline);
  if (!kept || !*kept) return false;
  auto checked = rules::parse_rules(std::move((*kept)->body), defaults_);
  rules_ = std::move(checked.rules);
  kept_ = rules_.has_value();
  return kept_;
}

// An error counts for the alarm, and a warning does not.
void CurrentRules::say_unread(const base::Error& error, report::Level level, std::string_view then) const {
  log_.line(level, "rules",
            {{"state", error.code == no_such_key ? "missing" : "unread"},
             {"file", file_},
             {"why", error.message},
             {"then", then}},
            level == report::Level::Error ? "RulesBroken" : "");
}

std::string_view CurrentRules::consequence() const {
  return rules_ ? "the last valid rules stay in force" : "there are no rules yet, so pushes wait";
}

void CurrentRules::raise_alarm() const {
  const std::string_view in_force = !rules_ ? "none" : kept_ ? "kept" : "last-valid";
  log_.line(report::Level::Error, "rules",
            {{"state", "broken"},
             {"file", file_},
             {"in_force", in_force},
             {"errors", static_cast<std::int64_t>(errors_.size())},
             report::Field::json("places", places_of(errors_)),
             {"why", fmt::format("{} is not valid: {}", file_, rules::to_string(errors_.front(), place_.key))},
             {"then", consequence()}},
            "RulesBroken");
}

// nullopt: nothing was kept yet.
base::Result<std::optional<aws::s3::Object>> CurrentRules::read_kept(const aws::Deadline& deadline) {
  auto kept = aws::s3::get_object(caller_, place_.bucket, last_good_key(place_.key), "", deadline);
  if (!kept && kept.error().kind == ErrorKind::NotFound) return std::optional<aws::s3::Object>();
  return kept;
}

std::string last_good_key(std::string_view rules_key) { return fmt::format("records/rules/{}", rules_key); }

}  // namespace delivery
