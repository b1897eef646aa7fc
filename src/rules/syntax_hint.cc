// SPDX-License-Identifier: Apache-2.0
#include "rules/syntax_hint.h"

#include <algorithm>
#include <array>
#include <string>

namespace rules {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

char at_or_nul(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

// Where the last character before `at` stands that is no blank; npos if there is none.
std::size_t before(std::string_view text, std::size_t at) {
  return at == 0 ? std::string_view::npos : text.find_last_not_of(blanks, at - 1);
}

// What stands before the string that ends at `end`.
char before_string(std::string_view text, std::size_t end) {
  for (auto begin = end; begin > 0; --begin) {
    if (text[begin - 1] != '"' || (begin > 1 && text[begin - 2] == '\\')) continue;
    return at_or_nul(text, before(text, begin - 1));
  }
  return '\0';
}

// Of two strings in a row.
std::string_view hint_between_strings(std::string_view text, std::size_t first_end) {
  switch (before_string(text, first_end)) {
    case '{': return ": a colon is missing before it";
    case ':': return ": a comma is missing before it";
    default: return ": a comma or a colon is missing before it";
  }
}

// Files of other kinds begin otherwise.
std::string_view other_format(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  const char first = at_or_nul(text, begin);
  if (first == '<') return ": this looks like XML, and rules are JSON";
  if (first == '-' || is_letter(first)) return ": this looks like YAML or TOML, and rules are JSON";
  return {};
}

std::string_view hint_at_word(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (is_letter(at_or_nul(text, end))) ++end;
  auto word = std::string(text.substr(at, end - at));
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::array<std::string_view, 10> words = {"true", "false", "null", "none", "nil",
                                                      "yes",  "no",    "on",   "off",  "undefined"};
  if (std::ranges::find(words, word) != words.end()) return ": JSON has true, false and null, in small letters";
  return ": keys and texts stand in double quotes";
}

}  // namespace

std::string_view syntax_hint(std::string_view text, std::size_t at) {
  if (const auto other = other_format(text); !other.empty()) return other;
  const auto here_at = std::min(text.find_first_not_of(blanks, std::min(at, text.size())), text.size());
  const auto last_at = before(text, std::min(at, text.size()));
  const char here = at_or_nul(text, here_at);
  const char last = at_or_nul(text, last_at);
  const char exact = at_or_nul(text, at);
  if (exact == '\t' || exact == '\n' || exact == '\r') return ": in a text a tab is written \\t, and a line break \\n";
  if ((here == ']' || here == '}') && last == ',') return ": there is a comma too many before it";
  if (here == '/' || here == '#') return ": JSON has no comments";
  if (here == '\'') return ": JSON has double quotes only";
  if (at >= 6 && text.substr(at - 6).starts_with("\\u")) return ": of a surrogate pair, both halves are needed";
  if (here == '"' && last == '"') return hint_between_strings(text, last_at);
  if (here == ',' && (last == ',' || last == '[' || last == '{')) return ": there is a comma too many";
  if (here == '"' && (last == '}' || last == ']' || is_digit(last) || is_letter(last)))
    return ": a comma is missing before it";
  if ((here == '{' || here == '[') && (last == '}' || last == ']')) return ": a comma is missing before it";
  if (is_digit(here) && last == '0') return ": a number does not begin with 0";
  if (here == '+' || here == '.') return ": a number begins with a digit or -";
  if (here == '=') return ": a colon stands between key and value";
  if (is_letter(here) && last != '\\' && last != '"') return hint_at_word(text, here_at);
  if (last == '\\') return ": behind a backslash stands one of \"\\/bfnrtu, and a backslash itself is written \\\\";
  return {};
}

}  // namespace rules
