// SPDX-License-Identifier: Apache-2.0
#include "semver/alternative.h"

#include <algorithm>
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
    const bool is_found = c == ' '   ? before == ' ' || is_operator_char(before)
                          : c == '-' ? before == ' ' && grammar::peek(text, i + 1) == ' '
                                     : c == '+' || may_be_blank(c);
    if (is_found) {
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

void Alternative::Draft::put(std::initializer_list<std::string_view> texts, std::size_t origin) {
  for (const std::string_view text : texts) {
    for (const char c : text) {
      chars.push_back(c);
      origins.push_back(static_cast<std::uint32_t>(origin));
    }
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
      draft_.put({original_.substr(i, 1)}, begin_ + i);
      ++i;
    } else {
      if (draft_.chars.back() != ' ') {
        draft_.put({" "}, begin_ + i);
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

//   hyphen = [ " " ] partial " - " partial [ " " ]
//
// if it is all there is. What stands before the numbers stays, so that npm refuses `=1.2.3 - 2.0.0` later.
void Alternative::replace_hyphen(Options options) {
  const std::string_view text = this->text();
  const auto skip_space = [text](std::size_t at) { return grammar::peek(text, at) == ' ' ? at + 1 : at; };

  const Side from = scan_side(skip_space(0), options);
  if (from.end == from.begin || text.substr(from.end, 3) != " - ") {
    return;
  }
  const Side to = scan_side(from.end + 3, options);
  if (to.end == to.begin || skip_space(to.end) != text.size()) {
    return;
  }
  Draft replaced;
  put_lower_bound(replaced, from, options);
  put_upper_bound(replaced, to, options);
  draft_ = std::move(replaced);
  // npm strips builds once more on the way to each comparator. Only a number printed as `1e+21` can have one now.
  strip_builds();
}

Alternative::Side Alternative::scan_side(std::size_t begin, Options options) const {
  Side side{.begin = begin, .end = begin, .version = {}};
  side.end = grammar::scan_partial(text(), begin, options.loose, side.version);
  return side;
}

// 1.2.3 is >=1.2.3, 1.2 is >=1.2.0, 1 is >=1.0.0, x is nothing.
void Alternative::put_lower_bound(Draft& draft, const Side& from, Options options) const {
  const grammar::Partial& p = from.version;
  const std::size_t origin = draft_.origins[from.begin];
  const std::string_view lowest = options.include_prerelease ? "-0" : "";
  if (grammar::is_x(p.major)) {
    return;
  }
  if (grammar::is_x(p.minor)) {
    draft.put({">=", p.major, ".0.0", lowest}, origin);
  } else if (grammar::is_x(p.patch)) {
    draft.put({">=", p.major, ".", p.minor, ".0", lowest}, origin);
  } else {
    draft.put({">="}, origin);
    draft.put(draft_, from.begin, from.end);
    draft.put({p.prerelease.empty() ? lowest : ""}, origin);
  }
}

// 1.2.3 is <=1.2.3, 1.2 is <1.3.0-0, 1 is <2.0.0-0, x is nothing.
void Alternative::put_upper_bound(Draft& draft, const Side& to, Options options) const {
  const grammar::Partial& p = to.version;
  const std::size_t origin = draft_.origins[to.begin];
  if (grammar::is_x(p.major)) {
    return;
  }
  char next[successor_length_max];
  draft.put({draft.chars.empty() ? "" : " "}, origin);
  if (grammar::is_x(p.minor)) {
    draft.put({"<", successor(p.major, next), ".0.0-0"}, origin);
  } else if (grammar::is_x(p.patch)) {
    draft.put({"<", p.major, ".", successor(p.minor, next), ".0-0"}, origin);
  } else if (!p.prerelease.empty()) {
    draft.put({"<=", p.major, ".", p.minor, ".", p.patch, "-", p.prerelease}, origin);
  } else if (options.include_prerelease) {
    draft.put({"<", p.major, ".", p.minor, ".", successor(p.patch, next), "-0"}, origin);
  } else {
    draft.put({"<="}, origin);
    draft.put(draft_, to.begin, to.end);
  }
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
