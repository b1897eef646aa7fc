// SPDX-License-Identifier: Apache-2.0
#include "delivery/ending.h"

#include <fmt/format.h>

#include "aws/caller.h"
#include "decide/explain.h"

namespace delivery {
namespace {

using base::ErrorKind;
using reconcile::Reconciled;

Ending returns(std::string word, std::string text, std::optional<base::Time> until) {
  return {.kind = Ending::Kind::Returns, .word = std::move(word), .text = std::move(text), .until = until};
}

Ending dead_letter(std::string word, std::string text) {
  return {.kind = Ending::Kind::DeadLetter, .word = std::move(word), .text = std::move(text)};
}

// A push whose version runs, is being deployed, or is older than that has nothing to wait for, unless it is what is to
// come: by a way down, a pin, or a tag that was pushed again.
bool superseded(const Push& push, const Reconciled& reconciled, const rules::Rule& rule) {
  if (push.tag == reconciled.to) return false;
  const auto pushed = rules::version_of(push.tag, rule);
  const auto current = rules::version_of(reconciled.from, rule);
  if (!pushed || !current) return false;
  const auto order = *pushed <=> *current;
  return order < 0 || (order == 0 && push.digest == reconciled.digest);
}

Ending ending_of_one(const Push& push, const Reconciled& reconciled, const rules::Rule& rule) {
  switch (reconciled.end) {
    case Reconciled::End::Started:
      if (push.tag == reconciled.to) return done("started", reconciled.text);
      return done("superseded", reconciled.text);
    case Reconciled::End::Kept: return done(reconciled.word, reconciled.text);
    case Reconciled::End::Waiting:
      if (superseded(push, reconciled, rule)) {
        return done("superseded",
                    fmt::format("{} runs or is being deployed, which supersedes {}", reconciled.from, push.tag));
      }
      return returns(reconciled.word, reconciled.text, reconciled.until);
  }
  return {};
}

Ending ending_of_error(const base::Error& error) {
  // Nobody was asked, so that nothing is known of what the push is about.
  if (aws::lacks_credentials(error)) return returns("transient", error.message, std::nullopt);
  switch (error.kind) {
    case ErrorKind::NotSent:
    case ErrorKind::Unknown:
    case ErrorKind::Transient:
    case ErrorKind::Conflict: return returns(std::string(base::to_string(error.kind)), error.message, std::nullopt);
    // The service or its repository is gone or closed to us: it is the owner's move, and the sweep looks again.
    case ErrorKind::NotFound:
    case ErrorKind::Denied: return done(std::string(base::to_string(error.kind)), error.message);
    case ErrorKind::Invalid: return dead_letter(std::string(base::to_string(error.kind)), error.message);
  }
  return {};
}

}  // namespace

Ending done(std::string word, std::string text) {
  return {.kind = Ending::Kind::Done, .word = std::move(word), .text = std::move(text)};
}

Ending ending_of_look(const base::Result<Reconciled>& reconciled, const rules::Rule& rule) {
  if (!reconciled)
    return about(done(std::string(base::to_string(reconciled.error().kind)), reconciled.error().message), rule);
  auto ending =
      about(done(reconciled->end == Reconciled::End::Started ? "started" : reconciled->word, reconciled->text), rule);
  ending.from = reconciled->from;
  ending.to = reconciled->to;
  return ending;
}

Ending ending_of(const NoPush& none) {
  return none.broken ? dead_letter(none.word, none.text) : done(none.word, none.text);
}

Ending no_rule(const Push& push) {
  return done("no-rule", fmt::format("no rule is about {}", to_string(push.repository)));
}

Ending no_rules(const base::Error& error) { return returns("no-rules", error.message, std::nullopt); }

Ending ending_of(decide::Reason excluded, const Push& push, const rules::Rule& rule) {
  return about(done(std::string(decide::to_string(excluded)), decide::explain(excluded, push.tag, rule)), rule);
}

Ending ending_of(const Push& push, const base::Result<Reconciled>& reconciled, const rules::Rule& rule) {
  if (!reconciled) return about(ending_of_error(reconciled.error()), rule);
  auto ending = about(ending_of_one(push, *reconciled, rule), rule);
  ending.from = reconciled->from;
  ending.to = reconciled->to;
  return ending;
}

Ending about(Ending ending, const rules::Rule& rule) {
  ending.service = rule.service.text;
  ending.rule = rule.range_text;
  return ending;
}

}  // namespace delivery
