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

// What editors, templates and version control leave in a text. `rest` begins where it is wrong.
std::string_view hint_at_foreign_matter(std::string_view rest) {
  struct Matter {
    std::string_view text;
    std::string_view hint;
  };
  constexpr std::string_view conflict = ": a merge conflict is left in the file";
  constexpr std::string_view unfilled = ": a template is not filled in";
  constexpr std::string_view quotes = ": JSON's quotes are the straight ones, \"";
  constexpr std::string_view invisible = ": an invisible character stands here";
  constexpr std::array matters = {
      Matter{"<<<<<<<", conflict},
      Matter{"=======", conflict},
      Matter{"$", unfilled},
      Matter{"{{", unfilled},
      Matter{"{%", unfilled},
      Matter{"\u201c", quotes},
      Matter{"\u201d", quotes},
      Matter{"\u201e", quotes},
      Matter{"\u2018", quotes},
      Matter{"\u2019", quotes},
      Matter{"\u00a0", ": a no-break space stands here, and JSON has ordinary ones"},
      Matter{"\u200b", invisible},
      Matter{"\u2060", invisible},
      Matter{"\ufeff", invisible},
      Matter{std::string_view("\0", 1), ": the file seems to be UTF-16, or no text; save it as UTF-8"},
  };
  const auto* found =
      std::ranges::find_if(matters, [&](const Matter& matter) { return rest.starts_with(matter.text); });
  return found == matters.end() ? std::string_view() : found->hint;
}

// Whether `at` is among the four digits of a `\u`.
bool is_in_escape(std::string_view text, std::size_t at) {
  for (std::size_t behind = 2; behind < 6 && behind <= at; ++behind) {
    if (text.substr(at - behind).starts_with("\\u")) return true;
  }
  return false;
}

// Whether a string is open at `at`, before which all is JSON.
bool is_in_string(std::string_view text, std::size_t at) {
  bool open = false;
  for (std::size_t i = 0; i < at; ++i) {
    if (text[i] == '"') open = !open;
    if (text[i] == '\\' && open) ++i;
  }
  return open;
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
  const auto rest = text.substr(std::min(at, text.size()));
  if (const auto matter = hint_at_foreign_matter(rest); !matter.empty()) return matter;
  // Of `{{` the second one is what is wrong.
  if (rest.starts_with('{') && at > 0 && text[at - 1] == '{') return ": a template is not filled in";
  if (const auto other = other_format(text); !other.empty()) return other;
  if (is_in_escape(text, at)) return ": behind \\u stand four digits, each 0-9 or a-f";
  const auto here_at = std::min(text.find_first_not_of(blanks, std::min(at, text.size())), text.size());
  const auto last_at = before(text, std::min(at, text.size()));
  const char here = at_or_nul(text, here_at);
  const char last = at_or_nul(text, last_at);
  const char exact = at_or_nul(text, at);
  if ((exact == '\t' || exact == '\n' || exact == '\r') && is_in_string(text, at))
    return ": in a text a tab is written \\t, and a line break \\n";
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
  if (is_letter(exact) && at > 0 && is_digit(text[at - 1])) return ": a number has digits only";
  if (is_letter(here) && last != '\\' && last != '"') return hint_at_word(text, here_at);
  if (last == '\\') return ": behind a backslash stands one of \"\\/bfnrtu, and a backslash itself is written \\\\";
  return {};
}

std::string_view hint_on_more(std::string_view text, std::size_t at) {
  const auto rest = text.substr(std::min(at, text.size()));
  if (rest.starts_with('/') || rest.starts_with('#')) return ": JSON has no comments";
  if (rest.starts_with('{')) return ": several rules stand in one array, [ {…}, {…} ]";
  return {};
}

}  // namespace rules
