// SPDX-License-Identifier: Apache-2.0
#include "sandbox/catalogue.h"

#include <boost/json.hpp>
#include <cstdint>

#include "sandbox/s3.h"

namespace sandbox {
namespace {

namespace json = boost::json;

std::string_view name_of(Type type) {
  switch (type) {
    case Type::String: return "String";
    case Type::Integer: return "Integer";
    case Type::Number: return "Number";
    case Type::Boolean: return "Boolean";
    case Type::Timestamp: return "Timestamp";
    case Type::Blob: return "Blob";
    case Type::Object: return "Object";
    case Type::List: return "List";
    case Type::Map: return "Map";
    case Type::Strings: return "Strings";
    case Type::Any: return "Any";
  }
  return "?";
}

json::object show(const Field& field) {
  json::object shown{{"path", field.path}};
  if (field.need == Need::Unemulated) {
    shown["unemulated"] = true;
    return shown;
  }
  shown["type"] = name_of(field.type);
  if (field.need == Need::Required) shown["required"] = true;
  if (field.min != INT64_MIN) shown["min"] = field.min;
  if (field.max != INT64_MAX) shown["max"] = field.max;
  if (!field.pattern.empty()) shown["pattern"] = field.pattern;
  if (!field.values.empty()) shown["values"] = json::array(field.values.begin(), field.values.end());
  return shown;
}

}  // namespace

std::string show_catalogue(const NamedServices& services) {
  std::string lines;
  for (const auto& [service, emulation] : services) {
    for (const auto& row : emulation->described()) {
      json::array members;
      for (const auto& field : row.shape.fields()) members.emplace_back(show(field));
      lines += json::serialize(json::object{{"service", service},
                                            {"operation", row.operation},
                                            {"difference", row.difference},
                                            {"members", std::move(members)}}) +
               "\n";
    }
  }
  for (const auto& row : S3::described()) {
    lines += json::serialize(json::object{{"service", "s3"},
                                          {"operation", row.operation},
                                          {"difference", ""},
                                          {"query", json::array(row.query.begin(), row.query.end())}}) +
             "\n";
  }
  return lines;
}

}  // namespace sandbox
