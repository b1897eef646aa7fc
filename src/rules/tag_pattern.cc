// SPDX-License-Identifier: Apache-2.0
#include "rules/tag_pattern.h"

#include <fmt/format.h>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace rules {
namespace {

// Enough for any pattern that a person would write; what is compiled as it is used stays within this too.
constexpr std::int64_t memory_max = std::int64_t{1} << 20;

// Groups up to and with the version's.
constexpr int groups_max = 30;

re2::RE2::Options options() {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(memory_max);
  return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_tag_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
}

// Semver's build metadata: identifiers of letters, digits and hyphens, parted by dots.
bool is_build(std::string_view text) {
  return !text.empty() && !text.starts_with('.') && !text.ends_with('.') && !text.contains("..") &&
         std::ranges::all_of(text, [](char c) { return is_tag_character(c) && c != '_'; });
}

std::string describe(re2::RE2::ErrorCode code, const std::string& argument) {
  using re2::RE2;
  switch (code) {
    case RE2::ErrorBadEscape: return fmt::format("`{}` is no escape that RE2 knows", argument);
    case RE2::ErrorBadCharClass:
    case RE2::ErrorBadCharRange: return fmt::format("`{}` is no range of characters", argument);
    case RE2::ErrorMissingBracket: return "`[` is never closed";
    case RE2::ErrorMissingParen: return "`(` is never closed";
    case RE2::ErrorUnexpectedParen: return "`)` closes nothing";
    case RE2::ErrorTrailingBackslash: return "a backslash at the end escapes nothing";
    case RE2::ErrorRepeatArgument: return fmt::format("`{}` repeats nothing", argument);
    case RE2::ErrorRepeatSize: return fmt::format("`{}` repeats too often, or in the wrong order", argument);
    case RE2::ErrorRepeatOp: return fmt::format("`{}` repeats what is repeated already", argument);
    case RE2::ErrorBadPerlOp: return fmt::format("`{}` is no group that RE2 knows", argument);
    case RE2::ErrorBadUTF8: return "it is not UTF-8";
    case RE2::ErrorBadNamedCapture:
      return fmt::format("`{}` names no group: expected (?P<name>…), each name once", argument);
    case RE2::ErrorPatternTooLarge: return "it takes too much memory";
    case RE2::NoError:
    case RE2::ErrorInternal: break;
  }
  return "RE2 does not take it";
}

// Where the argument of the pattern's error stands. RE2 reads from left to right: the text up to there has the error already.
std::size_t find_argument(const re2::RE2& pattern, const std::string& text) {
  const auto& argument = pattern.error_arg();
  for (auto at = text.find(argument); at != std::string::npos; at = text.find(argument, at + 1)) {
    // A text without an error would be compiled, which takes long, but for the parenthesis.
    const re2::RE2 part("(" + text.substr(0, at + argument.size()), options());
    if (part.error_code() == pattern.error_code() && part.error_arg() == argument) return at;
  }
  return 0;
}

PatternError error_of(const re2::RE2& pattern, const PatternOutline& outline) {
  const auto code = pattern.error_code();
  auto error = PatternError{0, describe(code, pattern.error_arg())};
  if (code == re2::RE2::ErrorMissingParen && !outline.open.empty()) {
    error.offset = outline.open.back();
  } else if (code == re2::RE2::ErrorUnexpectedParen && outline.stray) {
    error.offset = *outline.stray;
  } else if (code == re2::RE2::ErrorTrailingBackslash) {
    error.offset = outline.origins[outline.text.size() - 1];
  } else if (code != re2::RE2::ErrorPatternTooLarge && code != re2::RE2::ErrorBadUTF8) {
    error.offset = outline.origins[find_argument(pattern, outline.text)];
  }
  return error;
}

// The text that a part of a pattern stands for, if it stands for nothing but itself.
std::optional<std::string> literal(std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const bool dot = part.substr(i).starts_with("\\.");
    if (!dot && (!is_tag_character(part[i]) || part[i] == '.')) return std::nullopt;
    text += dot ? '.' : part[i];
    i += dot ? 1 : 0;
  }
  return text;
}

// What would be right for somebody who wrote only what comes before or behind the version.
std::string with_group(std::string_view text) {
  if (text.find_first_of("()[]|*+?{}") != std::string_view::npos) return "^(?P<version>.+)-alpine$";
  if (text.starts_with('-') && !text.ends_with('$')) return "^(?P<version>.+)" + std::string(text) + '$';
  if (text.ends_with('$')) return "^(?P<version>.+)" + std::string(text);
  if (text.starts_with('^')) return std::string(text) + "(?P<version>.+)$";
  return "^(?P<version>.+)-alpine$";
}

}  // namespace

std::expected<TagPattern, PatternError> TagPattern::parse(std::string_view text) {
  if (text.size() > length_max) {
    return std::unexpected(PatternError{length_max, fmt::format("it is longer than {} bytes", length_max)});
  }
  const auto outline = outline_pattern(text);
  if (!outline) return std::unexpected(outline.error());
  auto pattern = std::make_shared<const re2::RE2>(piece(outline->text), options());
  if (!pattern->ok()) return std::unexpected(error_of(*pattern, *outline));
  const auto& groups = pattern->NamedCapturingGroups();
  const auto group = groups.find("version");
  if (group == groups.end()) {
    return std::unexpected(PatternError{
        0, fmt::format("it has no group named `version` that says which part of a tag is the version: write `{}`",
                       with_group(text))});
  }
  if (group->second > groups_max) {
    return std::unexpected(PatternError{
        0, fmt::format("there are more than {} groups before the version's: write (?:…) for those that name nothing",
                       groups_max - 1)});
  }
  TagPattern made(std::string(text), std::move(pattern), group->second);
  made.affixes_ = read_affixes(outline->text);
  return made;
}

std::size_t TagPattern::steps() const { return static_cast<std::size_t>(pattern_->ProgramSize()); }

std::optional<TagPattern::Affixes> TagPattern::read_affixes(std::string_view pattern) {
  constexpr std::string_view group = "(?P<version>.+)";
  const auto at = pattern.find(group);
  if (at == std::string_view::npos || !pattern.starts_with('^') || !pattern.ends_with('$')) return std::nullopt;
  auto before = literal(pattern.substr(1, at - 1));
  auto behind = literal(pattern.substr(at + group.size(), pattern.size() - at - group.size() - 1));
  if (!before || !behind) return std::nullopt;
  return Affixes{.before = std::move(*before), .behind = std::move(*behind)};
}

std::optional<std::string_view> TagPattern::version_part(std::string_view tag) const {
  // `.` takes no line break and only valid UTF-8: what is no tag is left to the search.
  if (!affixes_ || !std::ranges::all_of(tag, is_tag_character)) return search(tag);
  const auto& [before, behind] = *affixes_;
  if (tag.size() <= before.size() + behind.size() || !tag.starts_with(before) || !tag.ends_with(behind)) {
    return std::nullopt;
  }
  return tag.substr(before.size(), tag.size() - before.size() - behind.size());
}

std::optional<std::string_view> TagPattern::search(std::string_view tag) const {
  // The whole match is the first of what RE2 gives, and the groups follow.
  std::array<re2::StringPiece, groups_max + 1> parts;
  const auto count = group_ + 1;
  if (!pattern_->Match(piece(tag), 0, tag.size(), re2::RE2::UNANCHORED, parts.data(), count)) return std::nullopt;
  const auto& part = parts[static_cast<std::size_t>(group_)];
  if (part.empty()) return std::nullopt;
  return std::string_view(part.data(), part.size());
}

std::optional<semver::Version> TagPattern::version(std::string_view tag) const {
  const auto part = version_part(tag);
  if (!part) return std::nullopt;
  const auto underscore = part->find('_');
  if (underscore != std::string_view::npos && !is_build(part->substr(underscore + 1))) return std::nullopt;
  const auto version = semver::parse_version(part->substr(0, underscore));
  return version ? std::optional(*version) : std::nullopt;
}

bool matches_no_tag(const TagPattern& pattern) {
  const auto outline = outline_pattern(pattern.text());
  re2::FilteredRE2 filter(1);
  int id = 0;
  if (!outline || filter.Add(piece(outline->text), options(), &id) != re2::RE2::NoError) return false;
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  // Nothing is asked for: anything may match.
  if (atoms.empty()) return false;
  std::vector<int> possible;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (std::ranges::all_of(atoms[i], is_tag_character)) possible.push_back(static_cast<int>(i));
  }
  std::vector<int> passed;
  filter.AllPotentials(possible, &passed);
  return passed.empty();
}

}  // namespace rules
