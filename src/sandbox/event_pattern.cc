// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"

namespace sandbox {
namespace {

namespace json = boost::json;

std::unexpected<Refusal> invalid(std::string reason) {
  return refuse("InvalidEventPatternException", fmt::format("Event pattern is not valid. Reason: {}", reason));
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

bool is_text_operation(std::string_view name) {
  return name == "prefix" || name == "suffix" || name == "equals-ignore-case" || name == "wildcard";
}

// `{"prefix": "x"}` or `{"prefix": ["x", "y"]}` inside of anything-but; outside of it one text, which may be wrapped in
// `{"equals-ignore-case": …}`.
bool matches_operation(std::string_view operation, const json::value& wanted, const json::value& value) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_string();
  if (const auto* list = wanted.if_array()) {
    return std::ranges::any_of(*list, [&](const json::value& one) { return matches_operation(operation, one, value); });
  }
  if (const auto* inner = wanted.if_object()) {
    return matches_text(operation, lower(inner->begin()->value().get_string()), lower(text));
  }
  return matches_text(operation, wanted.get_string(), text);
}

bool matches_anything_but(const json::value& but, const json::value& value) {
  if (const auto* list = but.if_array()) return std::ranges::find(*list, value) == list->end();
  if (const auto* operation = but.if_object())
    return !matches_operation(operation->begin()->key(), operation->begin()->value(), value);
  return value != but;
}

// One alternative of a leaf's list against the event's value, which is nullptr where the event has none.
bool matches_alternative(const json::value& alternative, const json::value* value) {
  const auto* operation = alternative.if_object();
  if (!operation) return value && *value == alternative;
  const std::string_view name = operation->begin()->key();
  const auto& wanted = operation->begin()->value();
  if (name == "exists") return wanted.get_bool() == (value != nullptr);
  if (!value) return false;
  return name == "anything-but" ? matches_anything_but(wanted, *value) : matches_operation(name, wanted, *value);
}

bool matches_leaf(const json::array& alternatives, const json::value* value) {
  const auto* values = value ? value->if_array() : nullptr;
  return std::ranges::any_of(alternatives, [&](const json::value& alternative) {
    if (!values) return matches_alternative(alternative, value);
    return std::ranges::any_of(*values, [&](const json::value& one) { return matches_alternative(alternative, &one); });
  });
}

bool matches_object(const json::object& pattern, const json::object& event) {
  return std::ranges::all_of(pattern, [&](const auto& member) {
    const auto* value = event.if_contains(member.key());
    if (const auto* leaf = member.value().if_array()) return matches_leaf(*leaf, value);
    static const json::object none;
    const auto* inner = value ? value->if_object() : nullptr;
    // A missing object may still satisfy `exists: false` inside of it.
    return matches_object(member.value().get_object(), inner ? *inner : none);
  });
}

bool is_text_or_texts(const json::value& value) {
  const auto* list = value.if_array();
  return value.is_string() ||
         (list && !list->empty() && std::ranges::all_of(*list, [](const auto& one) { return one.is_string(); }));
}

Answer<void> check_operation(std::string_view name, const json::value& value) {
  if (name == "exists") return value.is_bool() ? Answer<void>() : invalid("exists must be true or false");
  if (name == "anything-but") {
    const auto* inner = value.if_object();
    if (!inner) return value.is_null() ? invalid("anything-but must not be null") : Answer<void>();
    if (inner->size() != 1 || !is_text_operation(inner->begin()->key()))
      return invalid("unrecognized operation inside of anything-but");
    return is_text_or_texts(inner->begin()->value()) ? Answer<void>() : invalid("anything-but must hold strings");
  }
  if (!is_text_operation(name)) return invalid(fmt::format("the sandbox does not emulate the operation {}", name));
  if (const auto* inner = value.if_object()) {
    const bool folded =
        inner->size() == 1 && inner->begin()->key() == "equals-ignore-case" && inner->begin()->value().is_string();
    return folded && (name == "prefix" || name == "suffix") ? Answer<void>()
                                                            : invalid(fmt::format("{} must be a string", name));
  }
  return value.is_string() ? Answer<void>() : invalid(fmt::format("{} must be a string", name));
}

Answer<void> check_object(const json::object& pattern) {
  if (pattern.empty()) return invalid("Empty objects are not allowed");
  for (const auto& member : pattern) {
    if (const auto* inner = member.value().if_object()) {
      if (auto checked = check_object(*inner); !checked) return checked;
      continue;
    }
    const auto* leaf = member.value().if_array();
    if (!leaf || member.key() == "$or")
      return invalid(fmt::format("'{}' must be an object or an array", std::string_view(member.key())));
    if (leaf->empty()) return invalid("Empty arrays are not allowed");
    for (const auto& alternative : *leaf) {
      const auto* operation = alternative.if_object();
      if (alternative.is_array() || (operation && operation->size() != 1))
        return invalid("a match value must be a scalar or one operation");
      if (!operation) continue;
      if (auto checked = check_operation(operation->begin()->key(), operation->begin()->value()); !checked)
        return checked;
    }
  }
  return {};
}

}  // namespace

Answer<EventPattern> EventPattern::parse(std::string_view text) {
  auto tree = base::parse_json(text);
  if (!tree) return invalid(tree.error().message);
  if (!tree->is_object()) return invalid("Filter is not an object");
  if (auto checked = check_object(tree->get_object()); !checked) return std::unexpected(std::move(checked.error()));
  EventPattern pattern;
  pattern.text_ = text;
  pattern.tree_ = std::move(tree->get_object());
  return pattern;
}

bool EventPattern::matches(const json::object& event) const { return matches_object(tree_, event); }

}  // namespace sandbox
