// SPDX-License-Identifier: Apache-2.0
#include "sandbox/json_text.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "base/json.h"

namespace sandbox {

namespace json = boost::json;

std::string JsonWriter::write(const json::object& object) {
  std::string out;
  append(object, out);
  return out;
}

void JsonWriter::append(const json::object& object, std::string& out) {
  char before = '{';
  for (const auto& member : object) {
    out += before;
    base::append_json_quoted(out, member.key());
    out += ':';
    append(member.value(), out);
    before = ',';
  }
  out += object.empty() ? "{}" : "}";
}

void JsonWriter::append(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    append(*object, out);
  } else if (const auto* text = value.if_string()) {
    base::append_json_quoted(out, *text);
  } else if (const auto* array = value.if_array()) {
    char before = '[';
    for (const auto& element : *array) {
      out += before;
      append(element, out);
      before = ',';
    }
    out += array->empty() ? "[]" : "]";
  } else if (const auto* real = value.if_double()) {
    out += number(*real);
  } else {
    out += json::serialize(value);
  }
}

std::string JsonWriter::number(double value) {
  const bool whole = std::trunc(value) == value && std::abs(value) < 9e15;
  switch (turn_++ % 3) {
    case 0: return whole ? fmt::format("{}", static_cast<std::int64_t>(value)) : json::serialize(json::value(value));
    case 1: return whole ? fmt::format("{}.0", static_cast<std::int64_t>(value)) : fmt::format("{}", value);
    default: return json::serialize(json::value(value));  // Boost.JSON always writes an exponent.
  }
}

}  // namespace sandbox
