// SPDX-License-Identifier: Apache-2.0
// A shape as a tree, and the reading of inputs; what checks an input against it is in shape_check.cc.
#include "sandbox/shape.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <utility>

#include "sandbox/shape_tree.h"

namespace sandbox {
namespace {

namespace json = boost::json;

[[noreturn]] void wrong_table(std::string_view path, std::string_view why) {
  fmt::print(stderr, "a shape's table is wrong at '{}': {}\n", path, why);
  std::abort();
}

// The models write characters as \u002F, and RE2 as \x{002F}. RE2 counts to 1000 only: longer repetitions always stand
// beside a bound of the length, which is checked by itself.
std::string within_re2(std::string_view pattern) {
  std::string text(pattern);
  static const re2::RE2 escaped(R"(\\u([0-9A-Fa-f]{4}))");
  re2::RE2::GlobalReplace(&text, escaped, R"(\\x{\1})");
  static const re2::RE2 counted(R"(\{(\d+),(\d{4,})\})");
  re2::RE2::GlobalReplace(&text, counted, R"({\1,})");
  return text;
}

// Tables share their patterns: each is compiled once.
std::shared_ptr<const re2::RE2> compiled(const Field& field) {
  static std::map<std::string_view, std::shared_ptr<const re2::RE2>> known;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  auto& pattern = known[field.pattern];
  if (!pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(false);
    pattern = std::make_shared<const re2::RE2>(within_re2(field.pattern), options);
    if (!pattern->ok()) wrong_table(field.path, pattern->error());
  }
  return pattern;
}

using Node = Shape::Node;

Node& member_of(Node& node, std::string_view name) {
  const auto found = std::ranges::find(node.members, name, [](const auto& member) { return member->name; });
  if (found != node.members.end()) return **found;
  node.members.push_back(std::make_unique<Node>());
  node.members.back()->name = name;
  return *node.members.back();
}

// Takes one `[]`, `{}` or `{key}` off the front of a step's end.
Node& inside(Node& node, std::string_view& marks, std::string_view path) {
  for (const auto& [mark, type, child] : {std::tuple{"[]", Type::List, &Node::element},
                                          {"{}", Type::Map, &Node::value},
                                          {"{key}", Type::Map, &Node::key}}) {
    if (!marks.starts_with(mark)) continue;
    marks.remove_prefix(std::string_view(mark).size());
    if (!node.field) node.type = type;
    auto& there = node.*child;
    if (!there) there = std::make_unique<Node>();
    return *there;
  }
  wrong_table(path, "unknown mark");
}

void place(Node& root, const Field& field) {
  Node* node = &root;
  for (auto rest = field.path; !rest.empty();) {
    const auto dot = rest.find('.');
    const auto step = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    auto marks = step.substr(std::min(step.find_first_of("[{"), step.size()));
    node = &member_of(*node, step.substr(0, step.size() - marks.size()));
    while (!marks.empty()) node = &inside(*node, marks, field.path);
  }
  if (node->field) wrong_table(field.path, "named twice");
  node->field = &field;
  node->type = field.type;
  if (!field.pattern.empty()) node->pattern = compiled(field);
}

}  // namespace

Shape::Shape(std::vector<Field> fields) : fields_(std::make_shared<const std::vector<Field>>(std::move(fields))) {
  auto root = std::make_shared<Node>();
  for (const auto& field : *fields_) place(*root, field);
  root_ = std::move(root);
}

const std::vector<Field>& Shape::fields() const { return *fields_; }

const Node* Shape::Node::member(std::string_view wanted) const {
  for (const auto& member : members) {
    if (member->name == wanted) return member.get();
  }
  return nullptr;
}

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (const auto* whole = value.if_int64()) return *whole;
  // Beyond int64 every bound is passed as well.
  if (value.is_uint64()) return INT64_MAX;
  if (const auto* real = value.if_double(); real && std::trunc(*real) == *real && std::abs(*real) < 9e15) {
    return static_cast<std::int64_t>(*real);
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
