// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state_value.h"

#include "base/hash.h"
#include "base/json.h"
#include "sandbox/uri.h"

namespace sandbox {

namespace json = boost::json;

json::value show_value(const std::string& text) {
  if (is_utf8(text)) return json::string(text);
  return json::object{{"base64", base::to_base64(text)}};
}

bool read_value(const json::value& given, std::string& text) {
  if (given.is_string()) {
    text = std::string(given.get_string());
    return true;
  }
  const auto coded = base::string_member(given, "base64");
  auto bytes = coded ? base::from_base64(*coded) : std::nullopt;
  if (bytes) text = std::move(*bytes);
  return bytes.has_value();
}

bool read_value(const json::value& given, bool& value) {
  if (given.is_bool()) value = given.get_bool();
  return given.is_bool();
}

json::value show_value(const Agenda::Key& key) { return json::array{show_value(key.at), key.number}; }

bool read_value(const json::value& given, Agenda::Key& key) {
  const auto* pair = given.if_array();
  return pair && pair->size() == 2 && read_value((*pair)[0], key.at) && read_value((*pair)[1], key.number);
}

bool read_value(const json::value& given, json::object& value) {
  if (given.is_object()) value = given.get_object();
  return given.is_object();
}

bool read_value(const json::value& given, json::array& value) {
  if (given.is_array()) value = given.get_array();
  return given.is_array();
}

json::value show_value(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::array shown;
  for (const auto& [name, value] : pairs) shown.push_back(json::array{show_value(name), show_value(value)});
  return shown;
}

bool read_value(const json::value& given, std::vector<std::pair<std::string, std::string>>& pairs) {
  if (!given.is_array()) return false;
  for (const auto& element : given.get_array()) {
    const auto* pair = element.if_array();
    auto& [name, value] = pairs.emplace_back();
    if (!pair || pair->size() != 2 || !read_value((*pair)[0], name) || !read_value((*pair)[1], value)) return false;
  }
  return true;
}

json::value show_value(const std::set<std::string>& set) {
  json::array shown;
  for (const auto& text : set) shown.push_back(show_value(text));
  return shown;
}

bool read_value(const json::value& given, std::set<std::string>& set) {
  if (!given.is_array()) return false;
  for (const auto& element : given.get_array()) {
    std::string text;
    if (!read_value(element, text) || !set.insert(std::move(text)).second) return false;
  }
  return true;
}

}  // namespace sandbox
