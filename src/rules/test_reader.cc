// SPDX-License-Identifier: Apache-2.0
#include "rules/test_reader.h"

#include <fmt/format.h>

#include <array>

namespace rules {
namespace {

constexpr std::array<std::string_view, 5> test_keys = {"running", "tag", "expect", "listed", "busy"};
constexpr std::array<std::string_view, 3> required_keys = {"running", "tag", "expect"};
constexpr std::array<std::string_view, 4> expect_words = {"update", "redeploy", "wait", "keep"};

// Reports it if it is none.
bool check_tag(const Node& node, Problems& problems) {
  const auto text = node.string();
  if (names::is_tag(text)) return true;
  problems.error(id::bad_value, node,
                 fmt::format("`{}` can't be a tag: expected up to 128 letters, digits, `_`, `.` and `-`, and neither "
                             "`.` nor `-` first",
                             text));
  return false;
}

bool read_tag(const Members& members, std::string_view key, std::string& value, Problems& problems) {
  const auto* node = find_string(members, key, "a tag, as in \"1.2.3\"", problems);
  if (!node || !check_tag(*node, problems)) return false;
  value = node->string();
  return true;
}

bool read_listed(const Members& members, std::vector<std::string>& tags, Problems& problems) {
  const auto* node = find_strings(members, "listed", "tags, as \"1.2.3\"", problems);
  if (!node) return !members.find("listed");
  bool all = true;
  for (const auto& child : node->children()) {
    all = check_tag(child, problems) && all;
    tags.push_back(child.string());
  }
  return all;
}

std::optional<RuleTest> read_test(const Node& node, Problems& problems) {
  if (node.type() != Node::Type::Object) {
    report_type(node, "a test: an object with `running`, `tag` and `expect`", problems);
    return std::nullopt;
  }
  const auto members = read_members(node, "a test", test_keys, problems);
  for (const auto key : required_keys) {
    if (!members.has(key)) problems.error(id::missing_key, node, fmt::format("the test has no `{}`", key));
  }
  RuleTest test;
  bool good = read_tag(members, "running", test.running, problems);
  good = read_tag(members, "tag", test.tag, problems) && good;
  good = read_listed(members, test.listed, problems) && good;
  test.busy = read_bool(members, "busy", problems).value_or(false);
  const auto word = read_word(members, "expect", expect_words, problems);
  if (!good || !word) return std::nullopt;
  test.expect = static_cast<RuleTest::Expect>(*word);
  test.place = problems.place(*members.find("expect"));
  return test;
}

}  // namespace

std::vector<RuleTest> read_tests(const Members& rule, Problems& problems) {
  const auto* node = rule.find("tests");
  if (!node) return {};
  if (node->type() != Node::Type::Array) {
    report_type(*node, "an array of tests", problems);
    return {};
  }
  std::vector<RuleTest> tests;
  for (const auto& child : node->children()) {
    if (problems.is_full()) break;
    if (auto test = read_test(child, problems)) tests.push_back(std::move(*test));
  }
  return tests;
}

}  // namespace rules
