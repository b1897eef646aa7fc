// SPDX-License-Identifier: Apache-2.0
#include "semver/alternative.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "semver/blanks.h"
#include "semver/grammar.h"
#include "semver/successor.h"

namespace semver {
namespace {

bool is_operator_char(char c) { return c == '<' || c == '>' || c == '=' || c == '~' || c == '^'; }

// Whether a step below could find something to do. Says yes too often rather than too seldom.
bool needs_rewriting(std::string_view text) {
  char before = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') {
      if (before == ' ' || is_operator_char(before)) {
        return true;
      }
    } else if (c == '+' || may_be_blank(c)) {
      return true;
    } else if (c == '-' && before == ' ' && grammar::peek(text, i + 1) == ' ') {
      return true;
    }
    before = c;
  }
  return false;
}

// The longest text at `at` that npm takes for a version when it looks for blanks between an operator and a version: a
// loose full version, or else the start of a strict x-range.
std::size_t scan_version(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (int i = 0; i < 3; ++i) {
    if (i > 0 && grammar::peek(text, end++) != '.') {
      grammar::Partial partial;
      return grammar::scan_partial(text, at, false, partial);
    }
    const std::size_t number_end = grammar::scan_number(text, end, true);
    if (number_end == end) {
      grammar::Partial partial;
      return grammar::scan_partial(text, at, false, partial);
    }
    end = number_end;
  }
  return grammar::scan_build(text, grammar::scan_prerelease(text, end, true).end);
}

}  // namespace

Alternative::Alternative(std::string_view whole, std::size_t begin, std::size_t end) {
  const Trimmed trimmed = trim(whole.substr(begin, end - begin));
  end_ = begin + trimmed.end;
  begin_ = begin + trimmed.begin;
  original_ = whole.substr(begin_, end_ - begin_);
  if (!needs_rewriting(original_)) {
    return;
  }
  rewritten_ = true;
  copy_with_single_spaces();
  strip_builds();
}

Alternative::Alternative(std::string_view whole, std::size_t begin, std::size_t end, Options options)
    : Alternative(whole, begin, end) {
  if (!rewritten_) {
    return;
  }
  replace_hyphen(options);
  trim_after_comparison_operators();
  trim_after_tildes_and_carets();
}

std::string Alternative::stripped(std::string_view alternative) {
  return std::string(Alternative(alternative, 0, alternative.size()).text());
}

std::size_t Alternative::origin(std::size_t at) const {
  if (!rewritten_) {
    return begin_ + at;
  }
  return at < draft_.origins.size() ? draft_.origins[at] : end_;
}

void Alternative::Draft::put(std::string_view text, std::size_t origin) {
  for (const char c : text) {
    chars.push_back(c);
    origins.push_back(static_cast<std::uint32_t>(origin));
  }
}

void Alternative::Draft::put(const Draft& other, std::size_t begin, std::size_t end) {
  chars.append(other.chars.span().subspan(begin, end - begin));
  origins.append(other.origins.span().subspan(begin, end - begin));
}

void Alternative::copy_with_single_spaces() {
  for (std::size_t i = 0; i < original_.size();) {
    const std::size_t blank = blank_at(original_, i);
    if (blank == 0) {
      draft_.put(original_.substr(i, 1), begin_ + i);
      ++i;
    } else {
      if (draft_.chars.back() != ' ') {
        draft_.put(" ", begin_ + i);
      }
      i += blank;
    }
  }
}

// Wherever they are: `1.2.3+b` and `>+b=1` alike. What stood at both sides comes together, blanks included.
void Alternative::strip_builds() {
  Draft stripped;
  std::size_t at = 0;
  while (at < text().size()) {
    const std::size_t build_end = grammar::scan_build(text(), at, false);
    if (build_end == at) {
      stripped.put(draft_, at, at + 1);
      ++at;
    } else {
      at = build_end;
    }
  }
  draft_ = std::move(stripped);
}

// `from - to`, if it is all there is. What stands before the numbers stays, so that npm refuses `=1.2.3 - 2.0.0` later.
void Alternative::replace_hyphen(Options options) {
  const std::string_view text = this->text();
  const auto skip_space = [text](std::size_t at) { return grammar::peek(text, at) == ' ' ? at + 1 : at; };

  grammar::Partial from;
  const std::size_t from_begin = skip_space(0);
  const std::size_t from_end = grammar::scan_partial(text, from_begin, options.loose, from);
  if (from_end == from_begin || text.substr(from_end, 3) != " - ") {
    return;
  }
  grammar::Partial to;
  const std::size_t to_begin = from_end + 3;
  const std::size_t to_end = grammar::scan_partial(text, to_begin, options.loose, to);
  if (to_end == to_begin || skip_space(to_end) != text.size()) {
    return;
  }

  Draft replaced;
  const std::string_view lowest = options.include_prerelease ? "-0" : "";
  const auto put_from = [&](std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) {
      replaced.put(part, draft_.origins[from_begin]);
    }
  };
  if (!grammar::is_x(from.major)) {
    if (grammar::is_x(from.minor)) {
      put_from({">=", from.major, ".0.0", lowest});
    } else if (grammar::is_x(from.patch)) {
      put_from({">=", from.major, ".", from.minor, ".0", lowest});
    } else {
      put_from({">="});
      replaced.put(draft_, from_begin, from_end);
      put_from({from.prerelease.empty() ? lowest : ""});
    }
  }
  if (!grammar::is_x(to.major)) {
    char next[successor_length_max];
    const auto put_to = [&](std::initializer_list<std::string_view> parts) {
      for (const std::string_view part : parts) {
        replaced.put(part, draft_.origins[to_begin]);
      }
    };
    put_to({replaced.chars.empty() ? "" : " "});
    if (grammar::is_x(to.minor)) {
      put_to({"<", successor(to.major, next), ".0.0-0"});
    } else if (grammar::is_x(to.patch)) {
      put_to({"<", to.major, ".", successor(to.minor, next), ".0-0"});
    } else if (!to.prerelease.empty()) {
      put_to({"<=", to.major, ".", to.minor, ".", to.patch, "-", to.prerelease});
    } else if (options.include_prerelease) {
      put_to({"<", to.major, ".", to.minor, ".", successor(to.patch, next), "-0"});
    } else {
      put_to({"<="});
      replaced.put(draft_, to_begin, to_end);
    }
  }
  draft_ = std::move(replaced);
  // npm strips builds once more on the way to each comparator. Only a number printed as `1e+21` can have one now.
  strip_builds();
}

// `> 1.2.3` becomes `>1.2.3`, but only where a version follows, and then one blank only.
void Alternative::trim_after_comparison_operators() {
  const std::string_view text = this->text();
  Draft trimmed;
  std::size_t kept = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    if (text[at] == '<' || text[at] == '>') {
      ++at;
    }
    at = grammar::scan_prefix(text, at);
    // `012` counts, of which a strict version takes the zero only.
    if (grammar::scan_number_or_x(text, at, true) == at) {
      at = std::max(at, begin + 1);
      continue;
    }
    std::size_t blank = text[begin] == ' ' ? begin + 1 : begin;
    if (grammar::peek(text, blank) == '<' || grammar::peek(text, blank) == '>') {
      ++blank;
    }
    if (grammar::peek(text, blank) == '=') {
      ++blank;
    }
    if (grammar::peek(text, blank) == ' ') {
      trimmed.put(draft_, kept, blank);
      kept = blank + 1;
    }
    at = scan_version(text, at);
  }
  trimmed.put(draft_, kept, text.size());
  draft_ = std::move(trimmed);
}

// `~ 1`, `~> 1` and `^ 1` become `~1` and `^1`, whatever follows.
void Alternative::trim_after_tildes_and_carets() {
  const std::string_view text = this->text();
  Draft trimmed;
  std::size_t at = 0;
  while (at < text.size()) {
    trimmed.put(draft_, at, at + 1);
    const char c = text[at++];
    if (c == '~' || c == '^') {
      const std::size_t blank = c == '~' && grammar::peek(text, at) == '>' ? at + 1 : at;
      if (grammar::peek(text, blank) == ' ') {
        at = blank + 1;
      }
    }
  }
  draft_ = std::move(trimmed);
}

}  // namespace semver
