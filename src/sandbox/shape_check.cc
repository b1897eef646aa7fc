// SPDX-License-Identifier: Apache-2.0
// Checks an input against a shape.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/clock.h"
#include "sandbox/shape.h"
#include "sandbox/shape_tree.h"

namespace sandbox {
namespace {

namespace json = boost::json;
using Node = Shape::Node;
using Kind = Violation::Kind;

constexpr std::size_t shown_max = 200;  // A long value would drown the message.

bool is_texts(const json::value& value) {
  return value.is_object() &&
         std::ranges::all_of(value.get_object(), [](const auto& member) { return member.value().is_string(); });
}

bool has_type(const json::value& value, Type type) {
  switch (type) {
    case Type::String:
    case Type::Blob: return value.is_string();
    case Type::Integer: return whole_number(value).has_value();
    case Type::Number: return value.is_number();
    case Type::Boolean: return value.is_bool();
    case Type::Timestamp: return value.is_number() || (value.is_string() && base::parse_iso8601(value.get_string()));
    case Type::Object:
    case Type::Map: return value.is_object();
    case Type::List: return value.is_array();
    case Type::Strings: return is_texts(value);
    case Type::Any: return true;
  }
  return false;
}

std::string_view name_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string: return "STRING_VALUE";
    case json::kind::bool_: return "BOOLEAN_VALUE";
    case json::kind::array: return "START_ARRAY";
    case json::kind::object: return "START_OBJECT";
    case json::kind::null: return "NULL_VALUE";
    default: return "NUMBER_VALUE";
  }
}

std::string_view name_of(Type type) {
  switch (type) {
    case Type::String: return "String";
    case Type::Integer: return "Integer";
    case Type::Number: return "Double";
    case Type::Boolean: return "Boolean";
    case Type::Timestamp: return "Timestamp";
    case Type::Blob: return "Blob";
    case Type::Object: return "Structure";
    case Type::List: return "List";
    case Type::Map: return "Map";
    case Type::Strings: return "Map of Strings";
    case Type::Any: return "Document";
  }
  return "?";
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Levenshtein's distance, whatever the case.
std::size_t distance(std::string_view one, std::string_view other) {
  const auto a = lower(one);
  const auto b = lower(other);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// `; did you mean 'repositoryName'?`, or nothing.
std::string suggestion(const Node& node, std::string_view wrong) {
  const Node* best = nullptr;
  std::size_t least = std::max<std::size_t>(2, wrong.size() / 3) + 1;
  for (const auto& member : node.members) {
    if (const auto far = distance(wrong, member->name); far < least) {
      least = far;
      best = member.get();
    }
  }
  return best ? fmt::format("; did you mean '{}'?", best->name) : ".";
}

// The way from the root to a value, on the stack.
struct Place {
  const Place* up = nullptr;
  std::string_view name;  // Of a member, or a map's key.
  std::size_t index = 0;  // Of an element, from 1.

  // `entries.1.member.id`: members begin in lower case, as AWS's services write them.
  std::string text() const {
    if (!up) return {};
    auto before = up->text();
    if (!before.empty()) before += '.';
    if (index > 0) return fmt::format("{}{}.member", before, index);
    std::string shown(name.substr(0, shown_max));
    if (shown.front() >= 'A' && shown.front() <= 'Z') shown.front() = static_cast<char>(shown.front() - 'A' + 'a');
    return before + shown;
  }
};

std::int64_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

std::optional<std::int64_t> size_of(const json::value& value) {
  if (const auto* text = value.if_string()) return characters(*text);
  if (const auto* list = value.if_array()) return static_cast<std::int64_t>(list->size());
  if (const auto* map = value.if_object()) return static_cast<std::int64_t>(map->size());
  return whole_number(value);
}

std::string shown(const json::value& value) {
  auto text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  return text.size() <= shown_max ? text : "...";
}

// Walks through an input along a shape. Ends at the first value of a wrong type and at the first unknown member; collects
// the violations.
class Check {
 public:
  explicit Check(std::string_view operation) : operation_(operation) {}

  // False once it has been refused.
  bool object(const Node& node, const json::object& input, const Place& place) {
    for (const auto& member : input) {
      const Node* known = node.member(member.key());
      if (!known) return unknown(node, member.key(), place);
      if (member.value().is_null()) continue;
      const Place there{&place, member.key(), 0};
      if (known->field && known->field->need == Need::Unemulated) return unemulated_member(there);
      if (!value(*known, member.value(), there)) return false;
    }
    for (const auto& member : node.members) {
      if (!member->field || member->field->need != Need::Required) continue;
      const auto* given = input.if_contains(member->name);
      if (given && !given->is_null()) continue;
      violations.push_back({Kind::Missing, *member->field, Place{&place, member->name, 0}.text(), "null"});
    }
    return true;
  }

  std::optional<Refusal> refusal;
  std::vector<Violation> violations;

 private:
  bool value(const Node& node, const json::value& value, const Place& place) {
    if (!has_type(value, node.type)) {
      return refuse_with("SerializationException", fmt::format("{} can not be converted to a {} at '{}'",
                                                               name_of(value), name_of(node.type), place.text()));
    }
    if (node.field) constrain(node, value, place);
    if (node.type == Type::Object && !node.members.empty()) return object(node, value.get_object(), place);
    if (node.element && value.is_array()) return elements(*node.element, value.get_array(), place);
    if ((node.key || node.value) && value.is_object()) return entries(node, value.get_object(), place);
    return true;
  }

  bool elements(const Node& element, const json::array& list, const Place& place) {
    std::size_t index = 0;
    for (const auto& one : list) {
      if (!value(element, one, Place{&place, {}, ++index})) return false;
    }
    return true;
  }

  bool entries(const Node& node, const json::object& map, const Place& place) {
    for (const auto& entry : map) {
      const Place there{&place, entry.key(), 0};
      if (node.key && !value(*node.key, json::value(json::string(entry.key())), there)) return false;
      if (node.value && !value(*node.value, entry.value(), there)) return false;
    }
    return true;
  }

  void constrain(const Node& node, const json::value& value, const Place& place) {
    const Field& field = *node.field;
    const auto violated = [&](Kind kind) { violations.push_back({kind, field, place.text(), shown(value)}); };
    const bool bounded = field.min != INT64_MIN || field.max != INT64_MAX;
    if (const auto size = bounded ? size_of(value) : std::nullopt) {
      if (*size < field.min) violated(Kind::TooSmall);
      if (*size > field.max) violated(Kind::TooLarge);
    }
    if (!value.is_string()) return;
    const std::string_view text = value.get_string();
    if (node.pattern && !re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *node.pattern))
      violated(Kind::Pattern);
    if (!field.values.empty() && std::ranges::find(field.values, text) == field.values.end()) violated(Kind::Value);
  }

  bool unknown(const Node& node, std::string_view name, const Place& place) {
    const auto inside = place.up ? fmt::format(" inside of '{}'", place.text()) : std::string();
    return refuse_with(
        "SerializationException",
        fmt::format("{} has no member '{}'{}{} AWS ignores what it does not know, and the sandbox does not.",
                    operation_, name.substr(0, shown_max), inside, suggestion(node, name)));
  }

  bool unemulated_member(const Place& place) {
    return refuse_with("UnknownOperationException",
                       fmt::format("The sandbox does not emulate {}'s {}; what it does is listed in docs/sandbox.md",
                                   operation_, place.text()));
  }

  bool refuse_with(std::string code, std::string message) {
    refusal = Refusal{std::move(code), std::move(message), 400, {}, {}};
    return false;
  }

  std::string_view operation_;
};

}  // namespace

std::string constraint_text(const Violation& violation) {
  const Field& field = violation.field;
  const auto bound = [&](std::string_view way, std::int64_t limit) {
    return fmt::format("Member must have {} {} than or equal to {}",
                       field.type == Type::Integer || field.type == Type::Number ? "value" : "length", way, limit);
  };
  switch (violation.kind) {
    case Kind::Missing: return "Member must not be null";
    case Kind::TooSmall: return bound("greater", field.min);
    case Kind::TooLarge: return bound("less", field.max);
    case Kind::Pattern: return fmt::format("Member must satisfy regular expression pattern: {}", field.pattern);
    case Kind::Value: return fmt::format("Member must satisfy enum value set: [{}]", fmt::join(field.values, ", "));
  }
  return {};
}

Wording model_wording(std::string code) {
  return [code = std::move(code)](const std::vector<Violation>& violations) {
    std::string text;
    for (const auto& violation : violations) {
      if (!text.empty()) text += "; ";
      const auto value = violation.kind == Kind::Missing ? violation.value : fmt::format("'{}'", violation.value);
      text += fmt::format("Value {} at '{}' failed to satisfy constraint: {}", value, violation.place,
                          constraint_text(violation));
    }
    return Refusal{
        code,
        fmt::format("{} validation error{} detected: {}", violations.size(), violations.size() == 1 ? "" : "s", text),
        400,
        {},
        {}};
  };
}

std::optional<Refusal> check_shape(const Shape& shape, std::string_view operation, const json::object& input,
                                   const Wording& wording) {
  Check check(operation);
  if (!check.object(shape.root(), input, Place())) return check.refusal;
  if (check.violations.empty()) return std::nullopt;
  return wording(check.violations);
}

}  // namespace sandbox
