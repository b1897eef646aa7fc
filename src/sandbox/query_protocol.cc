// SPDX-License-Identifier: Apache-2.0
#include "sandbox/query_protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "sandbox/xml.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t parameters_max = 2'000;
constexpr std::size_t depth_max = 8;

// Lists and maps that the query protocol writes flat, under a singular name.
struct Flat {
  std::string_view element;  // In a form and in XML.
  std::string_view member;   // In JSON.
  std::string_view key;      // Of a map's entries; empty for a list.
  std::string_view value;
};
constexpr Flat flats[] = {
    {"Attribute", "Attributes", "Name", "Value"},
    {"MessageAttribute", "MessageAttributes", "Name", "Value"},
    {"MessageSystemAttribute", "MessageSystemAttributes", "Name", "Value"},
    {"Tag", "Tags", "Key", "Value"},
    {"AttributeName", "AttributeNames", "", ""},
    {"MessageAttributeName", "MessageAttributeNames", "", ""},
    {"MessageSystemAttributeName", "MessageSystemAttributeNames", "", ""},
    {"TagKey", "TagKeys", "", ""},
    {"QueueUrl", "QueueUrls", "", ""},
    {"QueueUrl", "queueUrls", "", ""},
    {"Message", "Messages", "", ""},
    {"ListMessageMoveTasksResultEntry", "Results", "", ""},
};

constexpr std::string_view integers[] = {"DelaySeconds",
                                         "MaxNumberOfMessages",
                                         "VisibilityTimeout",
                                         "WaitTimeSeconds",
                                         "MaxResults",
                                         "DurationSeconds",
                                         "MaxSessionDuration",
                                         "MaxItems",
                                         "MaxNumberOfMessagesPerSecond"};

// A form's parameters by the parts of their names.
struct Node {
  std::string text;
  std::map<std::string, Node> children;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Children in the order of their numbers: `2` before `10`.
std::vector<const Node*> numbered(const Node& node) {
  std::vector<std::pair<int, const Node*>> found;
  for (const auto& [name, child] : node.children) {
    if (is_number(name)) found.emplace_back(std::stoi(name), &child);
  }
  std::ranges::sort(found, {}, &std::pair<int, const Node*>::first);
  std::vector<const Node*> nodes;
  for (const auto& entry : found) nodes.push_back(entry.second);
  return nodes;
}

std::string child_text(const Node& node, std::string_view name) {
  const auto found = node.children.find(std::string(name));
  return found == node.children.end() ? std::string() : found->second.text;
}

json::value scalar(std::string_view name, const std::string& text) {
  if (std::ranges::find(integers, name) == std::end(integers)) return json::value(json::string(text));
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return json::value(json::string(text));
  return number;
}

json::object to_object(const Node& node);

json::value to_value(std::string_view name, const Node& node) {
  if (node.children.empty()) return scalar(name, node.text);
  return to_object(node);
}

void add_flat(const Flat& flat, const Node& node, json::object& into) {
  if (flat.key.empty()) {
    json::array list;
    for (const auto* element : numbered(node)) list.emplace_back(to_value(flat.element, *element));
    into[flat.member] = std::move(list);
    return;
  }
  json::object map;
  for (const auto* entry : numbered(node)) {
    const auto value = entry->children.find(std::string(flat.value));
    map[child_text(*entry, flat.key)] = value == entry->children.end() ? json::value("") : to_value("", value->second);
  }
  into[flat.member] = std::move(map);
}

json::object to_object(const Node& node) {
  json::object object;
  for (const auto& [name, child] : node.children) {
    const auto* flat = std::ranges::find(flats, name, &Flat::element);
    const bool entries = name.ends_with("BatchRequestEntry");
    if (child.children.empty() && (entries || name == "Entries")) {
      object["Entries"] = json::array();  // The clients' way to write a list of nothing.
    } else if (child.children.empty()) {
      object[name] = scalar(name, child.text);
    } else if (entries) {
      add_flat({name, "Entries", "", ""}, child, object);
    } else if (flat != std::end(flats)) {
      add_flat(*flat, child, object);
    } else if (const auto member = child.children.find("member"); member != child.children.end()) {
      add_flat({name, name, "", ""}, member->second, object);
    } else {
      object[name] = to_object(child);
    }
  }
  // CreateQueue's tags are the one name that JSON writes in lower case.
  if (object.contains("QueueName") && object.contains("Tags")) {
    auto tags = std::move(object["Tags"]);
    object.erase("Tags");
    object["tags"] = std::move(tags);
  }
  return object;
}

void write_members(Xml& xml, std::string_view operation, const json::object& object);

void write_value(Xml& xml, std::string_view operation, std::string_view name, const json::value& value) {
  if (value.is_object()) {
    xml.open(name);
    write_members(xml, operation, value.get_object());
    xml.close();
  } else if (value.is_string()) {
    xml.text(name, value.get_string());
  } else {
    xml.text(name, json::serialize(value));
  }
}

// The name that a list's elements have in XML, where the list itself has no element of its own.
std::optional<std::string> flat_element(std::string_view operation, std::string_view member) {
  if (member == "Successful") return fmt::format("{}ResultEntry", operation);
  if (member == "Failed") return "BatchResultErrorEntry";
  const auto* flat =
      std::ranges::find_if(flats, [&](const Flat& one) { return one.member == member && one.key.empty(); });
  if (flat == std::end(flats)) return std::nullopt;
  return std::string(flat->element);
}

void write_map(Xml& xml, std::string_view operation, const Flat& flat, const json::object& map) {
  for (const auto& entry : map) {
    xml.open(flat.element);
    xml.text(flat.key, entry.key());
    write_value(xml, operation, flat.value, entry.value());
    xml.close();
  }
}

void write_members(Xml& xml, std::string_view operation, const json::object& object) {
  for (const auto& member : object) {
    const std::string_view name = member.key();
    const auto* flat = std::ranges::find(flats, name, &Flat::member);
    if (const auto* map = member.value().if_object(); map && flat != std::end(flats) && !flat->key.empty()) {
      write_map(xml, operation, *flat, *map);
    } else if (const auto* list = member.value().if_array()) {
      const auto element = flat_element(operation, name);
      if (!element) xml.open(name);
      for (const auto& item : *list) write_value(xml, operation, element.value_or("member"), item);
      if (!element) xml.close();
    } else {
      write_value(xml, operation, name, member.value());
    }
  }
}

// Says which operation is meant and who asks, which is no part of an operation's input.
bool is_about_the_request(std::string_view name) {
  return name == "Action" || name == "Version" || name.starts_with("X-Amz-");
}

}  // namespace

Answer<Input> read_form(const Pairs& form) {
  if (form.size() > parameters_max) return refuse("MalformedQueryString", "The query string has too many parameters.");
  Node root;
  for (const auto& [name, value] : form) {
    if (is_about_the_request(name)) continue;
    if (!is_utf8(name) || !is_utf8(value)) return refuse("MalformedQueryString", "A parameter is not UTF-8.");
    Node* node = &root;
    std::size_t depth = 0;
    for (std::string_view rest = name; !rest.empty() || depth == 0;) {
      if (++depth > depth_max) return refuse("MalformedQueryString", "A parameter's name is nested too deep.");
      const auto dot = rest.find('.');
      node = &node->children[std::string(rest.substr(0, dot))];
      rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    node->text = value;
  }
  return to_object(root);
}

std::string write_answer(std::string_view operation, std::string_view xmlns, const Output& output,
                         std::string_view request_id) {
  Xml xml;
  xml.open(fmt::format("{}Response", operation), xmlns);
  if (output) {
    xml.open(fmt::format("{}Result", operation));
    write_members(xml, operation, *output);
    xml.close();
  }
  xml.open("ResponseMetadata");
  xml.text("RequestId", request_id);
  xml.close();
  xml.close();
  return xml.take();
}

std::string write_error(std::string_view xmlns, const Refusal& refusal, std::string_view request_id) {
  // What cannot be read has another name here than in JSON.
  const std::string code = refusal.code == "SerializationException" ? "MalformedInput" : refusal.code;
  Xml xml;
  xml.open("ErrorResponse", xmlns);
  xml.open("Error");
  xml.text("Type", refusal.status < 500 ? "Sender" : "Receiver");
  xml.text("Code", refusal.query_code.empty() ? code : refusal.query_code);
  xml.text("Message", refusal.message);
  xml.close();
  xml.text("RequestId", request_id);
  xml.close();
  return xml.take();
}

}  // namespace sandbox
