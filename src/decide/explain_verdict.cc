// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "decide/explain.h"
#include "decide/phrases.h"

namespace decide {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct Numbers {
  std::size_t count = 0;  // 0: the tag is not made of numbers and dots alone.
  bool leading_zero = false;
};

Numbers read_numbers(std::string_view text) {
  Numbers numbers;
  while (true) {
    const auto dot = text.find('.');
    const auto part = text.substr(0, dot);
    if (!is_number(part)) return {};
    ++numbers.count;
    numbers.leading_zero = numbers.leading_zero || (part.size() > 1 && part.front() == '0');
    if (dot == std::string_view::npos) return numbers;
    text.remove_prefix(dot + 1);
  }
}

// What people tag images with, and what would make a version of it.
std::string not_a_version(std::string_view tag) {
  if (tag == "latest") return "latest is no version, but whatever was pushed last";
  const auto numbers = read_numbers(tag.starts_with('v') ? tag.substr(1) : tag);
  if (numbers.leading_zero && numbers.count > 1) {
    return fmt::format("{} is no version: a number in it begins with 0", tag);
  }
  if (numbers.count == 1 && tag.size() > 4) {
    return fmt::format("{} is no version but a single number; a version has three, as in 1.2.3", tag);
  }
  if (numbers.count == 1) return fmt::format("{} is no version: it needs three numbers, as in {}.0.0", tag, tag);
  if (numbers.count == 2) return fmt::format("{} is no version: it needs three numbers, as in {}.0", tag, tag);
  if (numbers.count > 3)
    return fmt::format("{} is no version: it has {} numbers, and a version has three", tag, numbers.count);
  const auto version = semver::parse_version(tag);
  if (version) return fmt::format("{} is no version", tag);
  return fmt::format("{} is no version: expected {} at character {}", tag, version.error().expected,
                     version.error().offset + 1);
}

// The same under a pattern.
std::string not_a_version(std::string_view tag, const rules::TagPattern& pattern) {
  const auto part = pattern.version_part(tag);
  if (!part) return fmt::format("{} is not of the rule's pattern `{}`", tag, pattern.text());
  return *part == tag ? not_a_version(tag) : fmt::format("in {}, {}", tag, not_a_version(*part));
}

// Whether people mean a prerelease by it, or have an image's flavour behind a dash.
bool is_meant_as_prerelease(std::string_view prerelease) {
  constexpr std::array words = {
      std::string_view("alpha"),   std::string_view("beta"),      std::string_view("rc"),
      std::string_view("pre"),     std::string_view("dev"),       std::string_view("snapshot"),
      std::string_view("canary"),  std::string_view("next"),      std::string_view("nightly"),
      std::string_view("preview"), std::string_view("milestone"), std::string_view("test")};
  std::string word;
  for (const char c : prerelease.substr(0, prerelease.find_first_of(".-0123456789"))) {
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return word.empty() || std::ranges::find(words, word) != words.end();
}

std::string prerelease_not_asked(std::string_view tag, const rules::Rule& rule) {
  const auto version = rules::version_of(tag, rule);
  const auto text = version ? version->written() : tag;
  const auto dash = std::min(text.find('-'), text.size());
  const bool meant = is_meant_as_prerelease(text.substr(std::min(dash + 1, text.size())));
  return fmt::format("{} is a prerelease{} ({}), and {} does not ask for one", tag, meant ? "" : " in npm's eyes",
                     text.substr(dash), range_of(rule));
}

std::string rejected(const Verdict& verdict, const Candidate& candidate, const Record& record) {
  if (verdict.until) {
    return fmt::format("{} failed to deploy, and is tried once more at {}", candidate.tag,
                       base::to_iso8601(*verdict.until));
  }
  const auto* failed = record.find_rejected(candidate.digest);
  if (failed && failed->attempts > 1) {
    return fmt::format("{} failed to deploy {} times; it is tried again with another image", candidate.tag,
                       failed->attempts);
  }
  return fmt::format("{} failed to deploy, as did the one before; only what is pushed after that is deployed",
                     candidate.tag);
}

std::string stopped(const Candidate& candidate, const Record& record) {
  return fmt::format(
      "{} {} before {}, when the second of two deployments in a row began that failed; only what is pushed after that "
      "is deployed",
      candidate.tag, candidate.pushed_at ? "was pushed" : "may have been pushed",
      record.stop ? base::to_iso8601(record.stop->at) : "an unknown time");
}

std::string skipped(const Candidate& candidate, const Record& record) {
  const auto skip = std::ranges::find_if(record.skips, [&](const Record::Skip& one) {
    const auto version = semver::parse_version(std::string_view(one.version));
    return version && candidate.version && *version == *candidate.version;
  });
  if (skip == record.skips.end() || skip->by.empty()) return fmt::format("{} is to be skipped", candidate.tag);
  return fmt::format("{} is to be skipped, as {} said at {}", candidate.tag, skip->by, base::to_iso8601(skip->at));
}

std::string beside_pin(const Candidate& candidate, const Record& record) {
  if (!record.pin) return fmt::format("{} is beside the pin", candidate.tag);
  return fmt::format("{} is not {}, to which the service is pinned{}", candidate.tag, record.pin->version,
                     pinned_by(record));
}

std::string pinned(const Candidate& candidate, const Record& record) {
  return fmt::format("{} is the version that the service is pinned to{}", candidate.tag, pinned_by(record));
}

std::string held(const Candidate& candidate, const Record& record) {
  const auto* hold = candidate.version ? hold_of(record, *candidate.version) : nullptr;
  if (!hold) return fmt::format("{} is held", candidate.tag);
  const auto at = base::to_iso8601(hold->at);
  if (hold->is_ordered()) {
    return fmt::format("{} is held, as {} said at {}; a higher version or a release ends that", candidate.tag,
                       hold->by.empty() ? "somebody" : hold->by, at);
  }
  return fmt::format("{} is held: somebody moved the service back at {}; a higher version or a release ends that",
                     candidate.tag, at);
}

std::string not_newer(const Candidate& candidate, const Current& current) {
  if (candidate.tag == current.tag) return current_is(current);
  const bool same = current.version && candidate.version && *candidate.version == current.version->version();
  return fmt::format("{} is {} {}, which {}", candidate.tag, same ? "the same version as" : "older than", current.tag,
                     current.being_deployed ? "is being deployed" : "runs");
}

}  // namespace

std::string pinned_by(const Record& record) {
  if (!record.pin || record.pin->by.empty()) return {};
  return fmt::format(" by {} at {}", record.pin->by, base::to_iso8601(record.pin->at));
}

std::string explain(Reason excluded, std::string_view tag, const rules::Rule& rule) {
  if (excluded == Reason::NotAVersion) {
    return rule.tag_pattern ? not_a_version(tag, *rule.tag_pattern) : not_a_version(tag);
  }
  if (excluded == Reason::PrereleaseNotAsked) return prerelease_not_asked(tag, rule);
  return fmt::format("{} is outside {}", tag, range_of(rule));
}

std::string explain(const Verdict& verdict, const Candidate& candidate, const Facts& facts, const Current& current) {
  const Record& record = record_of(facts);
  switch (verdict.reason) {
    case Reason::NotAVersion:
    case Reason::OutsideRange:
    case Reason::PrereleaseNotAsked: return explain(verdict.reason, candidate.tag, facts.rule);
    case Reason::UnusableKind: return fmt::format("{} is no container image that a service could run", candidate.tag);
    case Reason::BesidePin: return beside_pin(candidate, record);
    case Reason::Skipped: return skipped(candidate, record);
    case Reason::Held: return held(candidate, record);
    case Reason::Rejected: return rejected(verdict, candidate, record);
    case Reason::Stopped: return stopped(candidate, record);
    case Reason::ThereAtFirstSight:
      return fmt::format("{} was there when the service was first seen; the next push is looked at with it",
                         candidate.tag);
    case Reason::NotNewer: return not_newer(candidate, current);
    case Reason::Gated: return gate_sentence(candidate, facts);
    case Reason::Eligible: return fmt::format("{} may be deployed", candidate.tag);
    case Reason::Pinned: return pinned(candidate, record);
  }
  return std::string(candidate.tag);
}

}  // namespace decide
