// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sandbox {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (const auto* whole = value.if_int64()) return *whole;
  // Beyond int64 every bound is passed as well.
  if (value.is_uint64()) return INT64_MAX;
  if (const auto* real = value.if_double(); real && std::trunc(*real) == *real && std::abs(*real) < 9e15) {
    return static_cast<std::int64_t>(*real);
  }
  return std::nullopt;
}

bool has_type(const json::value& value, Type type) {
  switch (type) {
    case Type::String: return value.is_string();
    case Type::Integer: return whole_number(value).has_value();
    case Type::Boolean: return value.is_bool();
    case Type::Object: return value.is_object();
    case Type::List: return value.is_array();
    case Type::Strings:
      return value.is_object() &&
             std::ranges::all_of(value.get_object(), [](const auto& member) { return member.value().is_string(); });
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
    case Type::Boolean: return "Boolean";
    case Type::Object: return "Structure";
    case Type::List: return "List";
    case Type::Strings: return "Map of Strings";
  }
  return "?";
}

Refusal wrong_type(const json::value& value, Type wanted, std::string_view path) {
  return {"SerializationException",
          fmt::format("{} can not be converted to a {} at '{}'", name_of(value), name_of(wanted), path),
          400,
          {},
          {}};
}

std::optional<std::int64_t> size_of(const json::value& value) {
  if (const auto* text = value.if_string()) return static_cast<std::int64_t>(text->size());
  if (const auto* list = value.if_array()) return static_cast<std::int64_t>(list->size());
  return whole_number(value);
}

// Follows one field's path through an input and complains about the first value that does not fit.
class Check {
 public:
  Check(const Field& field, const Wording& wording) : field_(field), wording_(wording) {}

  std::optional<Refusal> run(const json::object& parent, std::string_view rest) const {
    const auto dot = rest.find('.');
    auto step = rest.substr(0, dot);
    const bool elements = step.ends_with("[]");
    if (elements) step.remove_suffix(2);
    const auto* found = parent.if_contains(step);
    const bool last = dot == std::string_view::npos;
    if (!found || found->is_null()) {
      if (last && !elements && field_.need == Need::Required) return wording_.missing(field_.path);
      return std::nullopt;
    }
    const auto deeper = last ? std::string_view() : rest.substr(dot + 1);
    if (!elements) return value(*found, deeper);
    if (!found->is_array()) return wrong_type(*found, Type::List, field_.path);
    for (const auto& element : found->get_array()) {
      if (auto refusal = value(element, deeper)) return refusal;
    }
    return std::nullopt;
  }

 private:
  std::optional<Refusal> value(const json::value& value, std::string_view deeper) const {
    if (!deeper.empty()) {
      if (!value.is_object()) return wrong_type(value, Type::Object, field_.path);
      return run(value.get_object(), deeper);
    }
    if (!has_type(value, field_.type)) return wrong_type(value, field_.type, field_.path);
    if (const auto size = size_of(value); size && (*size < field_.min || *size > field_.max)) {
      const auto shown = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
      // A long value would drown the message.
      return wording_.out_of_bounds(field_, shown.size() <= 200 ? shown : "...", *size > field_.max);
    }
    return std::nullopt;
  }

  const Field& field_;
  const Wording& wording_;
};

std::string model_bounds(const Field& field, std::string_view value, bool above) {
  return fmt::format(
      "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must have {} {} than or "
      "equal "
      "to {}",
      value, field.path, field.type == Type::Integer ? "value" : "length", above ? "less" : "greater",
      above ? field.max : field.min);
}

}  // namespace

Wording model_wording(std::string code) {
  return {
      .missing =
          [code](std::string_view path) {
            return Refusal{code,
                           fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: "
                                       "Member must not be null",
                                       path),
                           400,
                           {},
                           {}};
          },
      .out_of_bounds = [code](const Field& field, std::string_view value,
                              bool above) { return Refusal{code, model_bounds(field, value, above), 400, {}, {}}; }};
}

std::optional<Refusal> check_shape(const Shape& shape, const json::object& input, const Wording& wording) {
  for (const auto& field : shape) {
    if (auto refusal = Check(field, wording).run(input, field.path)) return refusal;
  }
  return std::nullopt;
}

std::string text_of(const json::object& input, std::string_view name) {
  return optional_text(input, name).value_or("");
}

std::optional<std::string> optional_text(const json::object& input, std::string_view name) {
  const auto* found = input.if_contains(name);
  if (!found || !found->is_string()) return std::nullopt;
  return std::string(found->get_string());
}

std::optional<std::int64_t> optional_integer(const json::object& input, std::string_view name) {
  const auto* found = input.if_contains(name);
  return found ? whole_number(*found) : std::nullopt;
}

std::int64_t integer_of(const json::object& input, std::string_view name, std::int64_t fallback) {
  return optional_integer(input, name).value_or(fallback);
}

bool boolean_of(const json::object& input, std::string_view name, bool fallback) {
  const auto* found = input.if_contains(name);
  return found && found->is_bool() ? found->get_bool() : fallback;
}

const json::object* object_of(const json::object& input, std::string_view name) {
  const auto* found = input.if_contains(name);
  return found ? found->if_object() : nullptr;
}

const json::array& list_of(const json::object& input, std::string_view name) {
  static const json::array none;
  const auto* found = input.if_contains(name);
  return found && found->is_array() ? found->get_array() : none;
}

std::vector<std::string> texts_of(const json::object& input, std::string_view name) {
  std::vector<std::string> texts;
  for (const auto& element : list_of(input, name)) {
    if (element.is_string()) texts.emplace_back(element.get_string());
  }
  return texts;
}

}  // namespace sandbox
