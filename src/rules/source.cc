// SPDX-License-Identifier: Apache-2.0
#include "rules/source.h"

#include <algorithm>

#include "base/text.h"

namespace rules {
namespace {

// What is shown of a line before and behind the spot: not more than stands in 80 columns.
constexpr std::size_t shown_before = 48;
constexpr std::size_t shown_behind = 28;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string shown(std::string_view text, bool keep_tabs) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = base::utf8_length(text.substr(at));
    const auto character = text.substr(at, std::max<std::size_t>(length, 1));
    const bool kept = length > 0 && (!base::disturbs_line(character) || (keep_tabs && character == "\t"));
    out += kept ? character : "?";
    at += character.size();
  }
  return out;
}

}  // namespace

Source::Source(std::string_view text) : text_(text), line_begins_{0} {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    line_begins_.push_back(at + 1);
  }
}

std::size_t Source::line_of(std::size_t offset) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(line_begins_, offset) - line_begins_.begin()) - 1;
}

base::Position Source::position(std::size_t offset) const {
  const auto line = line_of(std::min(offset, text_.size()));
  return {line + 1, std::min(offset, text_.size()) - line_begins_[line] + 1};
}

std::string Source::excerpt(std::size_t offset) const {
  const auto at = std::min(offset, text_.size());
  const auto line_begin = line_begins_[line_of(at)];
  auto begin = at - std::min(at - line_begin, shown_before);
  auto end = std::min({text_.find_first_of("\r\n", at), at + shown_behind, text_.size()});
  // A character has three more bytes at most.
  for (int i = 0; i < 3 && begin > line_begin && is_continuation(text_[begin]); ++i) --begin;
  for (int i = 0; i < 3 && end < text_.size() && is_continuation(text_[end]); ++i) ++end;
  if (begin == end) return {};
  const auto before = shown(text_.substr(begin, at - begin), true);
  // A tab stays one, so that the caret is right however wide it is shown; other characters are taken as one column wide.
  std::string blanks;
  for (const char c : before) {
    if (!is_continuation(c)) blanks += c == '\t' ? '\t' : ' ';
  }
  return before + shown(text_.substr(at, end - at), true) + '\n' + blanks + '^';
}

std::string one_line(std::string_view text) {
  constexpr std::size_t half = 500;
  if (text.size() <= 2 * half) return shown(text, false);
  auto rest = text.size() - half;
  for (int i = 0; i < 3 && is_continuation(text[rest]); ++i) ++rest;
  return shown(base::cut_text(text, half), false) + "…" + shown(text.substr(rest), false);
}

std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = base::utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace rules
