// SPDX-License-Identifier: Apache-2.0
#include "delivery/current_rules.h"

#include <fmt/format.h>

namespace delivery {

base::Result<const rules::Rules*> CurrentRules::get(const aws::Deadline& deadline) {
  const auto refreshed = refresh(deadline);
  if (!refreshed) {
    log_.line(report::Level::Error, "rules",
              {{"why", refreshed.error().message},
               {"then", rules_ ? "the last valid rules stay in force" : "there are no rules yet, so pushes wait"}});
    if (!rules_) return std::unexpected(refreshed.error());
  }
  return &*rules_;
}

base::Result<void> CurrentRules::refresh(const aws::Deadline& deadline) {
  const auto file = fmt::format("s3://{}/{}", place_.bucket.name, place_.key);
  auto object = aws::s3::get_object(caller_, place_.bucket, place_.key, rules_ ? etag_ : "", deadline);
  if (!object) return base::fail(object, "rules " + file);
  if (!*object) return {};
  auto checked = rules::parse_rules(std::move((*object)->body), defaults_);
  for (const auto& problem : checked.problems) {
    if (problem.severity == rules::Problem::Severity::Hint) continue;
    const bool error = problem.severity == rules::Problem::Severity::Error;
    log_.line(error ? report::Level::Error : report::Level::Warning, "rules",
              {{"why", rules::to_string(problem, file)}});
  }
  if (!checked.rules) {
    return base::fail(
        base::ErrorKind::Invalid,
        fmt::format("rules {} are not valid; `caretaker check` says where before they are uploaded", file));
  }
  rules_ = std::move(checked.rules);
  etag_ = std::move((*object)->etag);
  return {};
}

}  // namespace delivery
