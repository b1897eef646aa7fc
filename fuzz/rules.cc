// SPDX-License-Identifier: Apache-2.0
// Rules files: any text gives rules or an error with a place in it, never both and never neither, and what is given is as promised.
#include "rules/rules.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "fuzz/fuzz.h"
#include "rules/emptiness.h"
#include "semver/reread.h"

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Where the text has that line and column.
std::size_t offset_of(std::string_view text, base::Position position) {
  std::size_t begin = 0;
  for (std::size_t line = 1; line < position.line; ++line) {
    begin = text.find('\n', begin) + 1;
    fuzz::check(begin > 0, "a problem is on a line of the text");
  }
  const auto offset = begin + position.column - 1;
  fuzz::check(position.column > 0 && offset <= std::min(text.find('\n', begin), text.size()),
              "and in one of its columns");
  return offset;
}

// A document whose pointers are clear, and quickly found.
bool is_plain(const base::JsonDocument& document) {
  const auto& entries = document.entries();
  return entries.size() < 500 && std::ranges::none_of(entries, &base::JsonDocument::Entry::duplicate);
}

void check_pointer(const base::JsonDocument& document, const rules::Place& place, std::size_t offset) {
  const auto* entry = document.find(place.pointer);
  fuzz::check(entry != nullptr, "a problem is about a value of the document");
  const auto begin = entry->key.begin < entry->key.end ? entry->key.begin : entry->value.begin;
  fuzz::check(begin <= offset && offset < entry->value.end, "and in it or its key");
}

// The comparators of npm know no version behind the largest number.
bool is_small(const semver::Version& version) {
  constexpr std::uint64_t largest = (std::uint64_t{1} << 53U) - 1;
  return version.major() < largest && version.minor() < largest && version.patch() < largest;
}

void check_range(const semver::Range& range) {
  try {
    const auto lowest = min_version(range);
    fuzz::check(!lowest || !is_small(lowest->version()) || !rules::matches_nothing(range),
                "what matches nothing has no lowest version");
  } catch (const semver::CannotReadAgain&) {
    return;  // As npm throws.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto checked = rules::parse_rules(std::string(text));
  const auto document = base::JsonDocument::parse(std::string(text));
  bool error = false;
  for (const auto& problem : checked.problems) {
    error = error || problem.severity == rules::Problem::Severity::Error;
    const auto said = rules::to_string(problem, "f");
    fuzz::check(said.size() < 3000 && std::ranges::none_of(said, is_control), "a problem is a line");
    fuzz::check(base::parse_json(base::json_quote(problem.place.excerpt)).has_value(), "what is shown is UTF-8");
    const auto offset = offset_of(text, problem.place.position);
    if (document && is_plain(*document)) check_pointer(*document, problem.place, offset);
  }
  fuzz::check(checked.rules.has_value() != error, "rules are there unless there is an error");
  if (!checked.rules) return 0;
  std::set<std::string> services;
  for (const auto& rule : checked.rules->rules) {
    fuzz::check(!rule.service.text.empty(), "a rule names a service");
    fuzz::check(services.insert(rule.service.text).second, "which no other rule names");
    check_range(rule.range);
    static_cast<void>(rules::version_of("v1.2.3-alpine", rule));
  }
  return 0;
}
