// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sandbox/shape.h"

namespace sandbox {
namespace {

namespace json = boost::json;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
}

// The steps of `$.detail.tags[0]` or `$.detail["image-tag"]`; nullopt where it is anything else.
std::optional<std::vector<std::string>> parse_path(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  std::vector<std::string> steps;
  while (!text.empty()) {
    std::size_t size = 0;
    if (text[0] == '.') {
      text.remove_prefix(1);
      while (size < text.size() && is_name_character(text[size])) ++size;
      if (size == 0) return std::nullopt;
      steps.emplace_back(text.substr(0, size));
      text.remove_prefix(size);
      continue;
    }
    const auto end = text.find(']');
    if (text[0] != '[' || end == std::string_view::npos || end < 2) return std::nullopt;
    auto inside = text.substr(1, end - 1);
    const bool quoted = inside.size() > 2 && (inside[0] == '"' || inside[0] == '\'') && inside.back() == inside[0];
    if (quoted) inside = inside.substr(1, inside.size() - 2);
    if (!quoted && inside.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    steps.emplace_back(inside);
    text.remove_prefix(end + 1);
  }
  return steps;
}

const json::value* find_path(const json::value& root, const std::vector<std::string>& steps) {
  const json::value* value = &root;
  for (const auto& step : steps) {
    if (const auto* object = value->if_object()) {
      value = object->if_contains(step);
    } else if (const auto* list = value->if_array()) {
      std::size_t index = 0;
      const auto parsed = std::from_chars(step.data(), step.data() + step.size(), index);
      const bool whole = parsed.ec == std::errc() && parsed.ptr == step.data() + step.size();
      value = whole && index < list->size() ? &(*list)[index] : nullptr;
    } else {
      value = nullptr;
    }
    if (!value) return nullptr;
  }
  return value;
}

// Variables that need no entry in InputPathsMap.
constexpr std::string_view own_variables[] = {"aws.events.rule-arn", "aws.events.rule-name",
                                              "aws.events.event.ingestion-time", "aws.events.event",
                                              "aws.events.event.json"};

// Calls `variable` with the name of each `<name>` and whether it stands in a JSON string, and `text` with what is between.
void walk_template(std::string_view pattern, const std::function<void(std::string_view)>& text,
                   const std::function<void(std::string_view, bool)>& variable) {
  bool in_string = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (pattern[at] == '"') {
      in_string = !in_string;
    } else if (pattern[at] == '<') {
      const auto end = pattern.find('>', at);
      if (end == std::string_view::npos) break;
      text(pattern.substr(begin, at - begin));
      variable(pattern.substr(at + 1, end - at - 1), in_string);
      at = end;
      begin = end + 1;
    }
  }
  text(pattern.substr(begin));
}

std::optional<std::string> check_transformer(std::string_view id, const json::object& transformer) {
  const auto* paths = object_of(transformer, "InputPathsMap");
  if (paths) {
    for (const auto& path : *paths) {
      if (std::string_view(path.key()).starts_with("aws."))
        return fmt::format("InputPathsMap key {} for target {} may not start with 'AWS.'.",
                           std::string_view(path.key()), id);
      if (!parse_path(path.value().get_string()))
        return fmt::format("Invalid JSON path {} in the InputPathsMap of target {}.",
                           std::string_view(path.value().get_string()), id);
    }
  }
  std::optional<std::string> trouble;
  const auto variable = [&](std::string_view name, bool) {
    const bool known =
        (paths && paths->contains(name)) || std::ranges::find(own_variables, name) != std::end(own_variables);
    if (!known && !trouble)
      trouble = fmt::format("InputTemplate for target {} contains invalid placeholder {}.", id, name);
  };
  walk_template(text_of(transformer, "InputTemplate"), [](std::string_view) {}, variable);
  return trouble;
}

std::optional<json::value> own_variable(std::string_view name, const json::object& event, const MatchedRule& rule) {
  if (name == "aws.events.rule-arn") return json::value(rule.arn);
  if (name == "aws.events.rule-name") return json::value(rule.name);
  if (name == "aws.events.event.ingestion-time") return json::value(base::to_iso8601(rule.at));
  json::object whole = event;
  if (name == "aws.events.event.json") return whole;
  if (name != "aws.events.event") return std::nullopt;
  whole.erase("detail");
  return whole;
}

// Inside of a string a value loses its quotes; a variable of a path that the event does not have is left out.
std::string shown(const json::value& value, bool in_string) {
  if (!in_string) return json::serialize(value);
  std::string text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  if (value.is_string()) {
    const auto quoted = base::json_quote(text);
    return quoted.substr(1, quoted.size() - 2);
  }
  std::erase(text, '"');
  return text;
}

std::expected<std::string, std::string> transform(const json::object& transformer, const json::object& event,
                                                  const MatchedRule& rule) {
  const auto* paths = object_of(transformer, "InputPathsMap");
  const auto pattern = text_of(transformer, "InputTemplate");
  const json::value root(event);
  std::string out;
  walk_template(
      pattern, [&](std::string_view text) { out += text; },
      [&](std::string_view name, bool in_string) {
        const auto* path = paths ? paths->if_contains(name) : nullptr;
        if (!path) {
          if (const auto value = own_variable(name, event, rule)) out += shown(*value, in_string);
        } else if (const auto* value = find_path(root, *parse_path(path->get_string()))) {
          out += shown(*value, in_string);
        }
      });
  const bool wants_json = pattern.starts_with('{') || pattern.starts_with('[');
  if (wants_json && !base::parse_json(out))
    return std::unexpected("The input that the template gives is not valid JSON.");
  return out;
}

}  // namespace

std::optional<std::string> check_target_input(const json::object& target) {
  const auto id = text_of(target, "Id");
  const auto input = optional_text(target, "Input");
  const auto path = optional_text(target, "InputPath");
  const auto* transformer = object_of(target, "InputTransformer");
  if ((input ? 1 : 0) + (path ? 1 : 0) + (transformer ? 1 : 0) > 1)
    return fmt::format("Only one of Input, InputPath, or InputTransformer must be provided for target {}.", id);
  if (input && !base::parse_json(*input)) return fmt::format("JSON syntax error in input for target {}.", id);
  if (path && !parse_path(*path)) return fmt::format("Invalid InputPath for target {}.", id);
  return transformer ? check_transformer(id, *transformer) : std::nullopt;
}

std::expected<std::string, std::string> target_input(const json::object& target, const json::object& event,
                                                     const MatchedRule& rule) {
  if (auto input = optional_text(target, "Input")) return std::move(*input);
  if (const auto* transformer = object_of(target, "InputTransformer")) return transform(*transformer, event, rule);
  const auto path = optional_text(target, "InputPath");
  if (!path) return json::serialize(event);
  const json::value root(event);
  const auto* value = find_path(root, *parse_path(*path));
  if (!value) return std::unexpected(fmt::format("The event has nothing at {}.", *path));
  return json::serialize(*value);
}

}  // namespace sandbox
