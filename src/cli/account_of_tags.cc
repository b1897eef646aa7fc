// SPDX-License-Identifier: Apache-2.0
#include "cli/account_of_tags.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/text.h"
#include "decide/explain.h"

namespace cli {
namespace {

using decide::Candidate;
using decide::Reason;

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_hex(std::string_view text) {
  return text.size() >= 7 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// What would help an owner whose tags are like this.
std::vector<std::string> hints_on(std::string_view tag, Reason reason) {
  if (reason == Reason::PrereleaseNotAsked) {
    const auto dash = tag.find('-');
    const auto word = tag.substr(std::min(dash + 1, tag.size()));
    const bool flavour = word.find_first_of("0123456789.") == std::string_view::npos;
    if (flavour) {
      return {fmt::format(
          "if `-{}` names a kind of image, `\"tagPattern\": \"^(?P<version>.+)-{}$\"` takes those tags and no "
          "others",
          word, word)};
    }
    return {
        "`\"includePrerelease\": true` takes prereleases like any other version; a range that names one, as "
        "`>=1.3.0-rc.1`, takes those of that version only"};
  }
  if (reason != Reason::NotAVersion) return {};
  if (tag.contains('_')) {
    return {
        "a tag can't hold `+`; where `_` stands for it, as Helm has it, a `tagPattern` that ends before the `_` reads "
        "the "
        "version"};
  }
  if (is_digits(tag))
    return {
        "a build number, a date or a commit's hash has no order that a range could speak of; push a tag of three "
        "numbers beside it"};
  if (is_hex(tag)) return {"a commit's hash is never ordered; push a tag of three numbers beside it"};
  const auto plain = tag.starts_with('v') ? tag.substr(1) : tag;
  const auto dot = plain.find('.');
  if (dot != std::string_view::npos && is_digits(plain.substr(0, dot)) && is_digits(plain.substr(dot + 1))) {
    return {"a tag of two numbers is one that moves from image to image; push the whole version beside it"};
  }
  return {};
}

TagAccount account_of(const Candidate& candidate, const decide::Verdict& judged,
                      const reconcile::Conclusion& conclusion) {
  const auto& [facts, decided] = conclusion;
  auto verdict = judged;
  // It is no news of what runs that it was there before.
  if (candidate.tag == decided.current.tag && judged.reason == Reason::ThereAtFirstSight)
    verdict = {Reason::NotNewer, {}};
  // The way down.
  const auto* update = std::get_if<decide::Update>(&decided.decision);
  const auto* wait = std::get_if<decide::Wait>(&decided.decision);
  const auto* wanted = update ? update->to : wait && wait->why == decide::WaitReason::Busy ? wait->best : nullptr;
  if (wanted == &candidate && judged.reason == Reason::NotNewer) verdict = {Reason::Eligible, {}};
  TagAccount account{.tag = printable(candidate.tag),
                     .digest = std::string(candidate.digest),
                     .pushed_at = candidate.pushed_at,
                     .verdict = std::string(decide::to_string(verdict.reason)),
                     .why = printable(decide::explain(verdict, candidate, facts, decided.current)),
                     .grounds = decide::grounds(verdict, candidate, facts, decided.current),
                     .until = verdict.until ? base::to_iso8601(*verdict.until) : "",
                     .hints = hints_on(candidate.tag, verdict.reason)};
  account.allowed =
      verdict.reason == Reason::Eligible || verdict.reason == Reason::Pinned || candidate.tag == decided.current.tag;
  return account;
}

// Indices of the candidates in the order in which they are told.
std::vector<std::size_t> in_order(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> order(candidates.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::size_t left, std::size_t right) {
    const auto& a = candidates[left];
    const auto& b = candidates[right];
    if (a.version.has_value() != b.version.has_value()) return a.version.has_value();
    if (a.version) {
      if (const auto by_version = *a.version <=> *b.version; by_version != 0) return by_version > 0;
    } else if (a.pushed_at != b.pushed_at) {
      return a.pushed_at > b.pushed_at;
    }
    return std::pair(a.tag.size(), a.tag) < std::pair(b.tag.size(), b.tag);
  });
  return order;
}

}  // namespace

std::vector<TagAccount> accounts_of_tags(const reconcile::Conclusion& conclusion) {
  const auto& candidates = conclusion.facts.listing.candidates();
  std::vector<TagAccount> accounts;
  for (const auto i : in_order(candidates)) {
    accounts.push_back(account_of(candidates[i], conclusion.decided.verdicts[i], conclusion));
  }
  return accounts;
}

TagAccount account_of_tag(std::string_view tag, const reconcile::Conclusion& conclusion) {
  const auto& listing = conclusion.facts.listing;
  if (const auto* candidate = listing.find(tag)) {
    const auto index = static_cast<std::size_t>(candidate - listing.candidates().data());
    return account_of(*candidate, conclusion.decided.verdicts[index], conclusion);
  }
  auto account = account_of_tag(tag, conclusion.facts.rule);
  const auto repository = names::to_string(conclusion.facts.repository);
  account.listed = false;
  if (account.allowed) {
    account.verdict = "not-listed";
    account.why = fmt::format("{} is not in {}: never pushed, or deleted since", account.tag, repository);
    account.grounds = {"image", "repository", repository};
  } else {
    account.why += fmt::format("; nor is it in {}", repository);
  }
  account.allowed = false;
  return account;
}

TagAccount account_of_tag(std::string_view tag, const rules::Rule& rule) {
  TagAccount account{.tag = printable(tag)};
  const auto excluded = decide::excluded(tag, rule);
  if (!excluded) {
    account.verdict = decide::to_string(Reason::Eligible);
    account.why = fmt::format("{} is in the range", account.tag);
    account.allowed = true;
    return account;
  }
  account.verdict = decide::to_string(*excluded);
  account.why = printable(decide::explain(*excluded, tag, rule));
  account.grounds = decide::grounds(*excluded, tag, rule);
  account.hints = hints_on(tag, *excluded);
  return account;
}

}  // namespace cli
