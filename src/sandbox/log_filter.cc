// SPDX-License-Identifier: Apache-2.0
#include "sandbox/log_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include "base/json.h"

namespace sandbox {

namespace json = boost::json;

struct LogFilter::Condition {
  enum class Kind { Compare, And, Or };
  Kind kind = Kind::Compare;
  std::vector<Condition> parts;    // Of And and Or.
  std::vector<std::string> steps;  // Of Compare: names, indices, and `*` for every element.
  std::string operation;           // `=`, `!=`, `<`, `<=`, `>`, `>=`, `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`
  std::string text;
  std::optional<double> number;  // Where the text is an unquoted number.
};

namespace {

using Condition = LogFilter::Condition;

std::unexpected<Refusal> invalid(std::string message) {
  return refuse("InvalidParameterException", std::move(message));
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// `*` stands for any text.
bool matches_stars(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (auto next = pattern.find('*'); next != std::string_view::npos; next = pattern.find('*')) {
    const auto at = text.find(pattern.substr(0, next));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + next);
    pattern.remove_prefix(next + 1);
  }
  return text.ends_with(pattern);
}

// Reads `{ … }`; the first trouble stays and ends the reading.
class ConditionParser {
 public:
  explicit ConditionParser(std::string_view text) : text_(text) {}

  Answer<Condition> parse() {
    expect("{");
    auto condition = any_of(0);
    expect("}");
    if (!trouble_ && at_ != text_.size()) complain("nothing may follow the closing brace");
    if (trouble_) return invalid(fmt::format("Invalid filter pattern: {} (at character {})", *trouble_, at_ + 1));
    return condition;
  }

 private:
  static constexpr int depth_max = 20;

  Condition any_of(int depth) { return join(Condition::Kind::Or, "||", depth); }

  Condition join(Condition::Kind kind, std::string_view sign, int depth) {
    const auto part = [&] {
      return kind == Condition::Kind::Or ? join(Condition::Kind::And, "&&", depth) : one(depth);
    };
    Condition joined;
    joined.kind = kind;
    joined.parts.push_back(part());
    while (!trouble_ && take(sign)) joined.parts.push_back(part());
    return joined.parts.size() == 1 ? std::move(joined.parts.front()) : joined;
  }

  Condition one(int depth) {
    if (depth > depth_max) complain("it is nested too deep");
    if (trouble_ || !take("(")) return compare();
    auto inner = any_of(depth + 1);
    expect(")");
    return inner;
  }

  Condition compare() {
    Condition condition;
    condition.steps = selector();
    for (const std::string_view sign : {"!=", "<=", ">=", "=", "<", ">", "IS", "NOT"}) {
      if (trouble_ || !take(sign)) continue;
      condition.operation = sign;
      break;
    }
    if (condition.operation.empty()) {
      complain("a comparison (=, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE, NOT EXISTS) is missing");
    } else if (condition.operation == "IS" || condition.operation == "NOT") {
      keyword(condition);
    } else {
      value(condition);
    }
    return condition;
  }

  void keyword(Condition& condition) {
    const auto word = take_word();
    const bool known =
        condition.operation == "IS" ? word == "NULL" || word == "TRUE" || word == "FALSE" : word == "EXISTS";
    if (!known) complain("after IS comes NULL, TRUE or FALSE, and after NOT comes EXISTS");
    condition.operation += " " + std::string(word);
  }

  void value(Condition& condition) {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '%') return complain("the sandbox does not emulate regular expressions");
    const bool ordered = condition.operation != "=" && condition.operation != "!=";
    if (at_ < text_.size() && text_[at_] == '"') {
      condition.text = quoted();
      if (ordered) complain("< and > compare numbers");
      return;
    }
    const auto begin = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || std::string_view("*.-+:/@").contains(text_[at_]))) ++at_;
    condition.text = text_.substr(begin, at_ - begin);
    if (condition.text.empty()) return complain("a value is missing");
    double number = 0;
    const auto* end = condition.text.data() + condition.text.size();
    const auto parsed = std::from_chars(condition.text.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) condition.number = number;
    if (ordered && !condition.number) complain("< and > compare numbers");
  }

  // `$.a.b[0].c`, `$["a b"]`
  std::vector<std::string> selector() {
    std::vector<std::string> steps;
    if (!take("$")) {
      complain("a selector such as $.name is missing");
      return steps;
    }
    while (!trouble_ && at_ < text_.size() && (text_[at_] == '.' || text_[at_] == '[')) {
      if (text_[at_++] == '[') {
        steps.push_back(index());
        continue;
      }
      const auto begin = at_;
      while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '-' || text_[at_] == '*')) ++at_;
      if (begin == at_) complain("a name is missing after the dot");
      steps.emplace_back(text_.substr(begin, at_ - begin));
    }
    if (steps.empty()) complain("a selector such as $.name is missing");
    return steps;
  }

  // What stands between `[` and `]`.
  std::string index() {
    std::string step;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      step = quoted();
    } else {
      const auto begin = at_;
      while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '*')) ++at_;
      step = text_.substr(begin, at_ - begin);
    }
    if (step.empty()) complain("an index is missing");
    expect("]");
    return step;
  }

  std::string quoted() {
    const char quote = text_[at_++];
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (at_ == text_.size()) complain("a quote is not closed");
    ++at_;
    return out;
  }

  std::string_view take_word() {
    skip_blanks();
    const auto begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(std::min(at_, text_.size())).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  void expect(std::string_view sign) {
    if (!trouble_ && !take(sign)) complain(fmt::format("{} is missing", sign));
  }

  void complain(std::string trouble) {
    at_ = std::min(at_, text_.size());
    if (!trouble_) trouble_ = std::move(trouble);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::string> trouble_;
};

// Whether any value that the steps lead to passes.
template <class Test>
bool any_value(const json::value& value, std::span<const std::string> steps, const Test& test) {
  if (steps.empty()) return test(value);
  const auto& step = steps.front();
  const auto rest = steps.subspan(1);
  if (const auto* object = value.if_object()) {
    if (step == "*")
      return std::ranges::any_of(*object, [&](const auto& member) { return any_value(member.value(), rest, test); });
    const auto* member = object->if_contains(step);
    return member && any_value(*member, rest, test);
  }
  const auto* list = value.if_array();
  if (!list) return false;
  if (step == "*")
    return std::ranges::any_of(*list, [&](const json::value& one) { return any_value(one, rest, test); });
  std::size_t index = 0;
  const auto parsed = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == step.data() + step.size();
  return whole && index < list->size() && any_value((*list)[index], rest, test);
}

bool equals(const Condition& condition, const json::value& value) {
  if (value.is_number()) return condition.number && value.to_number<double>() == *condition.number;
  if (const auto* flag = value.if_bool()) return condition.text == (*flag ? "true" : "false");
  return value.is_string() && matches_stars(condition.text, value.get_string());
}

bool holds(const Condition& condition, const json::value& value) {
  const auto& operation = condition.operation;
  if (operation == "IS NULL") return value.is_null();
  if (operation == "IS TRUE") return value.is_bool() && value.get_bool();
  if (operation == "IS FALSE") return value.is_bool() && !value.get_bool();
  if (operation == "=") return equals(condition, value);
  if (operation == "!=") return !equals(condition, value);
  if (!value.is_number()) return false;
  const auto number = value.to_number<double>();
  if (operation == "<") return number < *condition.number;
  if (operation == "<=") return number <= *condition.number;
  return operation == ">" ? number > *condition.number : number >= *condition.number;
}

bool event_passes(const Condition& condition, const json::value& event) {
  const auto part = [&](const Condition& one) { return event_passes(one, event); };
  if (condition.kind == Condition::Kind::And) return std::ranges::all_of(condition.parts, part);
  if (condition.kind == Condition::Kind::Or) return std::ranges::any_of(condition.parts, part);
  if (condition.operation == "NOT EXISTS")
    return !any_value(event, condition.steps, [](const json::value&) { return true; });
  return any_value(event, condition.steps, [&](const json::value& value) { return holds(condition, value); });
}

struct Term {
  char sign = 0;  // `?`, `-`, or none.
  std::string text;
};

// Words and quoted phrases, each with its sign.
Answer<std::vector<Term>> split_terms(std::string_view pattern) {
  std::vector<Term> terms;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == ' ') {
      ++at;
      continue;
    }
    Term term;
    if (pattern[at] == '?' || pattern[at] == '-') term.sign = pattern[at++];
    if (at < pattern.size() && pattern[at] == '"') {
      for (++at; at < pattern.size() && pattern[at] != '"'; ++at) {
        if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
        term.text += pattern[at];
      }
      if (at++ >= pattern.size()) return invalid("Invalid filter pattern: a quote is not closed");
    } else {
      const auto end = std::min(pattern.find(' ', at), pattern.size());
      term.text = pattern.substr(at, end - at);
      if (at == end || !std::ranges::all_of(term.text, is_word))
        return invalid(fmt::format("Invalid character(s) in term '{}'", term.text));
      at = end;
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

}  // namespace

Answer<LogFilter> LogFilter::parse(std::string_view pattern) {
  LogFilter filter;
  const auto first = pattern.find_first_not_of(' ');
  if (first == std::string_view::npos) return filter;
  pattern = pattern.substr(first, pattern.find_last_not_of(' ') + 1 - first);
  if (pattern[0] == '[' || pattern[0] == '%') {
    return invalid(fmt::format("The sandbox does not emulate {} as filter patterns.",
                               pattern[0] == '[' ? "space-delimited fields" : "regular expressions"));
  }
  if (pattern[0] == '{') {
    auto condition = ConditionParser(pattern).parse();
    if (!condition) return std::unexpected(std::move(condition.error()));
    filter.condition_ = std::make_shared<const Condition>(std::move(*condition));
    return filter;
  }
  const auto terms = split_terms(pattern);
  if (!terms) return std::unexpected(terms.error());
  for (const auto& [sign, text] : *terms) {
    auto& into = sign == '?' ? filter.terms_.optional : sign == '-' ? filter.terms_.unwanted : filter.terms_.wanted;
    into.push_back(text);
  }
  return filter;
}

bool LogFilter::passes(std::string_view message) const {
  if (condition_) {
    const auto event = base::parse_json(message);
    return event && event->is_object() && event_passes(*condition_, *event);
  }
  const auto is_there = [&](const std::string& term) { return message.contains(term); };
  if (!std::ranges::all_of(terms_.wanted, is_there) || std::ranges::any_of(terms_.unwanted, is_there)) return false;
  // Beside other terms, optional ones are ignored.
  if (!terms_.wanted.empty() || !terms_.unwanted.empty() || terms_.optional.empty()) return true;
  return std::ranges::any_of(terms_.optional, is_there);
}

}  // namespace sandbox
