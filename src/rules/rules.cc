// SPDX-License-Identifier: Apache-2.0
#include "rules/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "rules/members.h"
#include "rules/problems.h"
#include "rules/rule_reader.h"
#include "rules/syntax_hint.h"

namespace rules {
namespace {

constexpr std::array<std::string_view, 5> file_keys = {"$schema", "retry", "defaults", "silence", "rules"};
constexpr std::array<std::string_view, 2> retry_keys = {"after", "times"};
constexpr int times_max = 10;
constexpr DurationBounds after_bounds{std::chrono::seconds(1), std::chrono::hours(12),
                                      "a message can wait from 1s to 12h"};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// What keeps a text from being read as JSON at all.
bool is_readable(const Source& source, Problems& problems) {
  const auto text = source.text();
  if (text.size() > file_size_max) {
    problems.error(id::unreadable, 0, "",
                   fmt::format("the file has {} bytes, and rules may have {}", text.size(), file_size_max));
  } else if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    problems.error(id::unreadable, 0, "", "the file is empty; a file without rules is `[]`");
  } else if (text.starts_with(byte_order_mark)) {
    problems.error(id::unreadable, 0, "",
                   "the file begins with a byte-order mark, which JSON has not; save it as UTF-8 without one");
  } else if (const auto at = first_invalid_utf8(text); at != std::string_view::npos) {
    const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    problems.error(id::unreadable, at, "",
                   fmt::format("byte 0x{:02X} is not UTF-8{}; save the file as UTF-8",
                               static_cast<unsigned char>(text[at]), utf16 ? ", and the file seems to be UTF-16" : ""));
  }
  return !problems.has_error();
}

std::size_t offset_of(const Source& source, base::Position position) {
  std::size_t begin = 0;
  for (std::size_t line = 1; line < position.line; ++line) begin = source.text().find('\n', begin) + 1;
  return begin + position.column - 1;
}

class FileReader {
 public:
  FileReader(Problems& problems, const Retry& retry) : problems_(problems), patterns_(problems) {
    rules_.retry = retry;
  }

  Rules read(const Node& root) {
    if (root.type() == Node::Type::Array) {
      read_rules(root);
    } else if (root.type() == Node::Type::Object) {
      read_file(root);
    } else {
      report_type(root, "an array of rules, or an object with `rules`", problems_);
    }
    problems_.unsilence_file();
    return std::move(rules_);
  }

 private:
  void read_file(const Node& root) {
    const auto children = root.children();
    const auto has = [&](std::string_view key) {
      return std::ranges::any_of(children, [&](const Node& node) { return node.key() == key; });
    };
    if (has("serviceArn") && !has("rules")) {
      problems_.error(id::wrong_type, root, "this is one rule by itself; put it into an array: [ {…} ]");
      return;
    }
    const auto members = read_members(root, "a file of rules", file_keys, problems_);
    if (const auto* schema = members.find("$schema"); schema && schema->type() != Node::Type::String) {
      report_type(*schema, "a string", problems_);
    }
    if (const auto* silence = read_silence(members, problems_)) problems_.silence_file(*silence);
    if (const auto* retry = members.find("retry")) read_retry(*retry);
    if (const auto* defaults = members.find("defaults")) defaults_ = read_defaults(*defaults, patterns_, problems_);
    const auto* rules = members.find("rules");
    if (rules && rules->type() == Node::Type::Array) return read_rules(*rules);
    if (rules) return report_type(*rules, "an array of rules", problems_);
    if (!members.has("rules")) problems_.error(id::missing_key, root, "the file has no `rules`");
  }

  void read_retry(const Node& node) {
    if (node.type() != Node::Type::Object) return report_type(node, "an object with `after` and `times`", problems_);
    const auto members = read_members(node, "`retry`", retry_keys, problems_);
    if (const auto* after = members.find("after")) read_after(*after);
    if (const auto* times = members.find("times")) read_times(*times);
  }

  void read_after(const Node& node) {
    rules_.retry.after = read_duration(node, after_bounds, problems_).value_or(rules_.retry.after);
  }

  void read_times(const Node& node) {
    const bool text = node.type() == Node::Type::String;
    const auto times = read_times_of(text ? node.string() : std::string(node.text()));
    if (times && !text) {
      rules_.retry.times = *times;
    } else {
      report_type(node, fmt::format("a whole number from 0 to {}", times_max), problems_,
                  times ? fmt::format("write {} without quotes", *times) : std::string());
    }
  }

  // nullopt: the text is no whole number from 0 to times_max, as JSON writes them.
  static std::optional<int> read_times_of(const std::string& text) {
    boost::json::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error || !value.is_number()) return std::nullopt;
    const auto number = value.to_number<double>(error);
    if (error || number < 0 || number > times_max || std::trunc(number) != number) return std::nullopt;
    return static_cast<int>(number);
  }

  void read_rules(const Node& array) {
    for (const auto& node : array.children()) {
      if (problems_.is_full()) return;
      if (auto rule = read_rule(node, defaults_, patterns_, problems_)) add(std::move(*rule), node);
    }
  }

  void add(Rule rule, const Node& node) {
    const auto members = node.children();
    const auto arn = *std::ranges::find_if(members, [](const Node& member) { return member.key() == "serviceArn"; });
    const auto [first, is_new] = places_.try_emplace(rule.service.text, arn);
    if (!is_new) {
      const auto place = problems_.source().position(first->second.offset());
      problems_.error(id::duplicate_service, arn,
                      fmt::format("the service {} has a rule already: {} on line {}", rule.service.name,
                                  first->second.pointer(), place.line));
    }
    rules_.rules.push_back(std::move(rule));
  }

  Problems& problems_;
  PatternReader patterns_;
  Rules rules_;
  Options defaults_;
  std::map<std::string, Node, std::less<>> places_;  // Of each service's first ARN.
};

}  // namespace

names::Repository repository_of(const Rule& rule, std::string_view account, std::string_view region) {
  if (!rule.repository.account.empty()) return rule.repository;
  return {.account = std::string(account), .region = std::string(region), .name = rule.repository.name};
}

std::optional<semver::Version> version_of(std::string_view tag, const Rule& rule) {
  if (rule.tag_pattern) return rule.tag_pattern->version(tag);
  const auto version = semver::parse_version(tag);
  return version ? std::optional(*version) : std::nullopt;
}

Checked parse_rules(std::string text, const Retry& defaults) {
  const std::string kept = std::move(text);
  const Source source(kept);
  Problems problems(source);
  std::optional<Rules> rules;
  if (is_readable(source, problems)) {
    const auto document = base::JsonDocument::parse(kept);
    if (document) {
      rules = FileReader(problems, defaults).read(Node(*document));
    } else {
      const auto at = offset_of(source, document.error().position);
      const auto& message = document.error().message;
      // What follows a whole value is no mistake of syntax by itself.
      const auto hint = message.starts_with("extra") ? hint_on_more(source.text(), at) : syntax_hint(source.text(), at);
      problems.error(id::syntax, at, "", message + std::string(hint));
    }
  }
  if (problems.has_error()) rules.reset();
  return {std::move(rules), std::move(problems).take()};
}

}  // namespace rules
