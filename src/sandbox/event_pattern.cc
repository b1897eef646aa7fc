// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sandbox/event_pattern_check.h"

namespace sandbox {
namespace {

namespace json = boost::json;

std::unexpected<Refusal> invalid(std::string_view reason, std::string_view text, base::Position at) {
  constexpr std::size_t shown_max = 500;
  return refuse(
      "InvalidEventPatternException",
      fmt::format("Event pattern is not valid. Reason: {}\n at [Source: (String)\"{}{}\"; line: {}, column: {}]",
                  reason, text.substr(0, shown_max), text.size() > shown_max ? "..." : "", at.line, at.column));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// `*` stands for any text, `\*` and `\\` for themselves. Linear in practice: only the last star is ever tried again.
bool matches_wildcard(std::string_view pattern, std::string_view text) {
  struct Token {
    char c;
    bool star;
  };
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const bool escape = pattern[at] == '\\' && at + 1 < pattern.size();
    if (escape) ++at;
    tokens.push_back({pattern[at], !escape && pattern[at] == '*'});
  }
  std::size_t token = 0;
  std::size_t at = 0;
  std::size_t star = tokens.size();
  std::size_t resume = 0;
  while (at < text.size()) {
    if (token < tokens.size() && tokens[token].star) {
      star = token++;
      resume = at;
    } else if (token < tokens.size() && tokens[token].c == text[at]) {
      ++token;
      ++at;
    } else if (star < tokens.size()) {
      token = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (token < tokens.size() && tokens[token].star) ++token;
  return token == tokens.size();
}

bool matches_text(std::string_view operation, std::string_view wanted, std::string_view text) {
  if (operation == "prefix") return text.starts_with(wanted);
  if (operation == "suffix") return text.ends_with(wanted);
  if (operation == "equals-ignore-case") return lower(text) == lower(wanted);
  return matches_wildcard(wanted, text);
}

// `wanted` is a text, one wrapped in `{"equals-ignore-case": …}`, or, inside of anything-but, a list of texts.
bool matches_text_operation(std::string_view operation, const json::value& wanted, std::string_view text) {
  if (const auto* list = wanted.if_array()) {
    return std::ranges::any_of(*list,
                               [&](const json::value& one) { return matches_text_operation(operation, one, text); });
  }
  if (const auto* inner = wanted.if_object()) {
    return matches_text(operation, lower(inner->begin()->value().get_string()), lower(text));
  }
  return matches_text(operation, wanted.get_string(), text);
}

// Numbers by their value, whatever way they are written.
bool same(const json::value& a, const json::value& b) {
  if (a.is_double() != b.is_double() && a.is_number() && b.is_number())
    return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

bool matches_numeric(const json::array& terms, const json::value& value) {
  if (!value.is_number()) return false;
  const auto number = value.to_number<double>();
  if (number < -numeric_max || number > numeric_max) return false;
  for (std::size_t at = 0; at + 1 < terms.size(); at += 2) {
    const std::string_view operation = terms[at].get_string();
    const auto bound = terms[at + 1].to_number<double>();
    const bool holds = operation == "="    ? number == bound
                       : operation == "<"  ? number < bound
                       : operation == "<=" ? number <= bound
                       : operation == ">"  ? number > bound
                                           : number >= bound;
    if (!holds) return false;
  }
  return true;
}

bool matches_anything_but(const json::value& but, const json::value& value) {
  if (const auto* list = but.if_array()) {
    return std::ranges::none_of(*list, [&](const json::value& one) { return same(one, value); });
  }
  const auto* operation = but.if_object();
  if (!operation) return !same(but, value);
  return !value.is_string() ||
         !matches_text_operation(operation->begin()->key(), operation->begin()->value(), value.get_string());
}

// One alternative of a leaf's list, `exists` apart, against a scalar of the event.
bool matches_alternative(const json::value& alternative, const json::value& value) {
  const auto* operation = alternative.if_object();
  if (!operation) return same(value, alternative);
  const std::string_view name = operation->begin()->key();
  const auto& wanted = operation->begin()->value();
  if (name == "anything-but") return matches_anything_but(wanted, value);
  if (name == "numeric") return matches_numeric(wanted.get_array(), value);
  if (!value.is_string()) return false;
  if (name == "cidr") return in_cidr(wanted.get_string(), value.get_string());
  return matches_text_operation(name, wanted, value.get_string());
}

// Whether any scalar of a value, which may be an array of arrays, passes. Objects are no leaves.
template <class Test>
bool any_leaf(const json::value* value, const Test& test) {
  if (!value || value->is_object()) return false;
  const auto* list = value->if_array();
  if (!list) return test(*value);
  return std::ranges::any_of(*list, [&](const json::value& one) { return any_leaf(&one, test); });
}

bool matches_leaf(const json::array& alternatives, const json::value* value) {
  return std::ranges::any_of(alternatives, [&](const json::value& alternative) {
    const auto* operation = alternative.if_object();
    if (operation && operation->begin()->key() == "exists") {
      return operation->begin()->value().get_bool() == any_leaf(value, [](const json::value&) { return true; });
    }
    return any_leaf(value, [&](const json::value& one) { return matches_alternative(alternative, one); });
  });
}

bool matches_node(const json::object& pattern, const json::value* event);

bool matches_members(const json::object& pattern, const json::object& event) {
  return std::ranges::all_of(pattern, [&](const auto& member) {
    if (member.key() == "$or") {
      return std::ranges::any_of(member.value().get_array(), [&](const json::value& branch) {
        return matches_members(branch.get_object(), event);
      });
    }
    const auto* value = event.if_contains(member.key());
    if (const auto* leaf = member.value().if_array()) return matches_leaf(*leaf, value);
    return matches_node(member.value().get_object(), value);
  });
}

// Of an array, one element must have all that the pattern asks of it.
bool matches_node(const json::object& pattern, const json::value* event) {
  static const json::object none;
  const auto* list = event ? event->if_array() : nullptr;
  if (list && !list->empty()) {
    return std::ranges::any_of(*list, [&](const json::value& one) { return matches_node(pattern, &one); });
  }
  // A missing object may still satisfy `exists: false` inside of it.
  const auto* inner = event ? event->if_object() : nullptr;
  return matches_members(pattern, inner ? *inner : none);
}

bool uses_wildcard(const json::value& value) {
  if (const auto* list = value.if_array())
    return std::ranges::any_of(*list, [](const json::value& one) { return uses_wildcard(one); });
  const auto* object = value.if_object();
  return object && std::ranges::any_of(*object, [](const auto& member) {
           return (member.key() == "wildcard" && !member.value().is_object()) || uses_wildcard(member.value());
         });
}

}  // namespace

Answer<EventPattern> EventPattern::parse(std::string_view text) {
  if (text.size() > size_max) {
    return refuse("LimitExceededException",
                  fmt::format("Event pattern is too long: {} characters, the quota is {}.", text.size(), size_max));
  }
  auto document = base::JsonDocument::parse(std::string(text));
  if (!document) return invalid(document.error().message, text, document.error().position);
  if (!document->root().is_object()) return invalid("Filter is not an object", text, {});
  if (const auto trouble = check_event_pattern(document->root().get_object())) {
    const auto* place = document->find(trouble->pointer);
    return invalid(trouble->reason, text, place ? base::position_at(text, place->value.begin) : base::Position());
  }
  EventPattern pattern;
  pattern.text_ = text;
  pattern.tree_ = document->root().get_object();
  return pattern;
}

bool EventPattern::matches(const json::object& event) const { return matches_members(tree_, event); }

bool EventPattern::has_wildcard() const { return uses_wildcard(tree_); }

}  // namespace sandbox
