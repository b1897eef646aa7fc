// SPDX-License-Identifier: Apache-2.0
#include "rules/members.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "rules/duration.h"
#include "rules/suggest.h"

namespace rules {
namespace {

// "true" and 1, which other formats take for true.
std::string_view meant_bool(const Node& node) {
  constexpr std::array<std::string_view, 4> yes = {"true", "yes", "on", "1"};
  constexpr std::array<std::string_view, 4> no = {"false", "no", "off", "0"};
  auto text = node.type() == Node::Type::String ? node.string() : std::string(node.text());
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (std::ranges::find(yes, text) != yes.end()) return "write true";
  if (std::ranges::find(no, text) != no.end()) return "write false";
  return {};
}

// `"wait" or "act"`
std::string alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += base::json_quote(words[i]);
  }
  return text;
}

}  // namespace

const Node* Members::find(std::string_view key) const {
  const auto found = std::ranges::find_if(known, [&](const Node& node) { return node.key() == key; });
  return found == known.end() ? nullptr : &*found;
}

bool Members::has(std::string_view key) const { return find(key) || std::ranges::find(meant, key) != meant.end(); }

Members read_members(const Node& object, std::string_view what, std::span<const std::string_view> keys,
                     Problems& problems) {
  Members members;
  for (const auto& node : object.children()) {
    if (problems.is_full()) break;
    const auto key = node.key();
    if (node.is_duplicate()) {
      const auto first = std::ranges::find_if(members.known, [&](const Node& other) { return other.key() == key; });
      const auto where = first == members.known.end()
                             ? std::string()
                             : fmt::format(", first on line {}", problems.source().position(first->key_offset()).line);
      problems.error(id::duplicate_key, node.key_offset(), node.pointer(),
                     fmt::format("{} is given twice{}: keep one of them", node.shown_key(), where));
    } else if (std::ranges::find(keys, key) != keys.end()) {
      members.known.push_back(node);
    } else if (const auto meant = suggest(key, keys)) {
      members.meant.push_back(*meant);
      problems.error(id::unknown_key, node.key_offset(), node.pointer(),
                     fmt::format("{} is not known; did you mean `{}`?", node.shown_key(), *meant));
    } else {
      problems.error(id::unknown_key, node.key_offset(), node.pointer(),
                     fmt::format("{} is not known; {} may have {}", node.shown_key(), what, fmt::join(keys, ", ")));
    }
  }
  return members;
}

void report_type(const Node& node, std::string_view what, Problems& problems, std::string_view advice) {
  problems.error(
      id::wrong_type, node,
      fmt::format("expected {}, and this is {}{}{}", what, node.description(), advice.empty() ? "" : ": ", advice));
}

std::optional<bool> read_bool(const Members& members, std::string_view key, Problems& problems) {
  const auto* node = members.find(key);
  if (!node) return std::nullopt;
  if (node->type() == Node::Type::Boolean) return node->text() == "true";
  report_type(*node, "true or false", problems, meant_bool(*node));
  return std::nullopt;
}

const Node* find_string(const Members& members, std::string_view key, std::string_view what, Problems& problems) {
  const auto* node = members.find(key);
  if (!node || node->type() == Node::Type::String) return node;
  // A number where a version is wanted is a text whose quotes were forgotten.
  const bool bare = node->type() == Node::Type::Number && what.contains(" as in \"");
  report_type(*node, what, problems, bare ? fmt::format("write \"{}\"", node->text()) : std::string());
  return nullptr;
}

std::optional<std::size_t> read_word(const Members& members, std::string_view key,
                                     std::span<const std::string_view> words, Problems& problems) {
  const auto* node = members.find(key);
  if (!node) return std::nullopt;
  if (node->type() == Node::Type::String) {
    const auto text = node->string();
    const auto found = std::ranges::find(words, text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const auto meant = suggest(text, words);
    problems.error(id::bad_value, *node,
                   fmt::format("expected {}, and this is {}{}", alternatives(words), node->description(),
                               meant ? fmt::format("; did you mean `{}`?", *meant) : std::string()));
    return std::nullopt;
  }
  report_type(*node, alternatives(words), problems);
  return std::nullopt;
}

const Node* find_strings(const Members& members, std::string_view key, std::string_view what, Problems& problems) {
  const auto* node = members.find(key);
  if (!node) return nullptr;
  if (node->type() != Node::Type::Array) {
    report_type(*node, fmt::format("an array of {}", what), problems,
                node->type() == Node::Type::String ? fmt::format("write [{}]", node->text()) : std::string());
    return nullptr;
  }
  bool all = true;
  for (const auto& child : node->children()) {
    if (child.type() == Node::Type::String) continue;
    report_type(child, "a string", problems);
    all = false;
  }
  return all ? node : nullptr;
}

std::optional<std::chrono::milliseconds> read_duration(const Node& node, const DurationBounds& bounds,
                                                       Problems& problems) {
  if (node.type() != Node::Type::String) {
    const bool whole = node.text().find_first_not_of("0123456789") == std::string_view::npos;
    report_type(node, "a duration, as in \"10m\"", problems,
                whole ? fmt::format("write \"{}s\" if it is meant in seconds", node.text()) : std::string());
    return std::nullopt;
  }
  const auto text = node.string();
  const auto duration = parse_duration(text);
  if (!duration) {
    problems.error(id::bad_duration, node, duration.error());
  } else if (*duration < bounds.min || *duration > bounds.max) {
    problems.error(id::bad_duration, node, fmt::format("`{}` is out of bounds: {}", text, bounds.what));
  } else {
    return *duration;
  }
  return std::nullopt;
}

}  // namespace rules
