// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_pattern_check.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace sandbox {
namespace {

namespace json = boost::json;

using Checked = std::optional<PatternTrouble>;

// Field names that would make a branch of `$or` look like a match expression.
constexpr std::string_view reserved_in_or[] = {
    "exactly", "prefix", "suffix", "anything-but", "exists", "equals-ignore-case", "numeric", "cidr", "wildcard"};
constexpr std::size_t combinations_max = 1'000;

// A place in the pattern, for the pointer of a trouble.
struct Place {
  const Place* parent = nullptr;
  std::string step;

  std::string pointer() const {
    if (!parent) return {};
    std::string text = parent->pointer() + "/";
    for (const char c : step) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
  }
};

PatternTrouble trouble(std::string reason, const Place& at) { return {std::move(reason), at.pointer()}; }

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;  // 4 or 16.
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
  } else {
    return std::nullopt;
  }
  return address;
}

std::optional<unsigned> parse_bits(std::string_view text) {
  unsigned bits = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return bits;
}

Checked check_cidr(const json::value& value, const Place& at) {
  if (!value.is_string()) return trouble("cidr match pattern must be a string", at);
  const std::string_view text = value.get_string();
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.find('/', slash + 1) != std::string_view::npos)
    return trouble("Malformed CIDR, one '/' required", at);
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return trouble(fmt::format("Malformed CIDR, not an IP address: {}", text.substr(0, slash)), at);
  const auto bits = parse_bits(text.substr(slash + 1));
  if (!bits) return trouble("Malformed CIDR, mask bits must be an integer", at);
  if (*bits > address->size * 8)
    return trouble(fmt::format("Malformed CIDR, mask bits must be at most {}", address->size * 8), at);
  return std::nullopt;
}

Checked check_wildcard(std::string_view text, const Place& at) {
  bool star_before = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (i + 1 == text.size() || (text[i + 1] != '*' && text[i + 1] != '\\'))
        return trouble(fmt::format("Invalid escape character at pos {}", i), at);
      ++i;
      star_before = false;
      continue;
    }
    if (text[i] == '*' && star_before)
      return trouble(fmt::format("Consecutive wildcard characters at pos {}", i - 1), at);
    star_before = text[i] == '*';
  }
  return std::nullopt;
}

Checked check_number(const json::value& value, std::string_view operation, const Place& at) {
  if (!value.is_number()) return trouble(fmt::format("Value of {} must be numeric", operation), at);
  const auto number = value.to_number<double>();
  if (number < -numeric_max || number > numeric_max)
    return trouble("Value must be between -5.0E9 and 5.0E9, inclusive", at);
  return std::nullopt;
}

// `["=", 1]`, `[">", 0]`, or a lower and an upper bound: `[">", 0, "<=", 5]`.
Checked check_numeric(const json::value& value, const Place& at) {
  const auto* terms = value.if_array();
  if (!terms) return trouble("Value of numeric must be an array.", at);
  if (terms->empty() || !terms->front().is_string())
    return trouble("Invalid member in numeric match: the first must be an operator", at);
  const std::string_view first = terms->front().get_string();
  const bool lower = first == ">" || first == ">=";
  if (!lower && first != "=" && first != "<" && first != "<=")
    return trouble(fmt::format("Unrecognized numeric range operator: {}", first), at);
  if (terms->size() < 2)
    return trouble(fmt::format("Value of {} must be numeric", first == "=" ? "equals" : first), at);
  if (auto bad = check_number(terms->at(1), first == "=" ? "equals" : first, at)) return bad;
  if (terms->size() == 2) return std::nullopt;
  if (!lower) return trouble("Too many elements in numeric expression", at);
  if (!terms->at(2).is_string()) return trouble("Bad value in numeric range: the third must be an operator", at);
  const std::string_view second = terms->at(2).get_string();
  if (second != "<" && second != "<=") return trouble(fmt::format("Bad numeric range operator: {}", second), at);
  if (terms->size() < 4) return trouble(fmt::format("Value of {} must be numeric", second), at);
  if (auto bad = check_number(terms->at(3), second, at)) return bad;
  if (terms->size() > 4) return trouble("Too many terms in numeric range expression", at);
  if (terms->at(1).to_number<double>() >= terms->at(3).to_number<double>())
    return trouble("Bottom must be less than top", at);
  return std::nullopt;
}

bool all_strings(const json::array& list) {
  return std::ranges::all_of(list, [](const json::value& one) { return one.is_string(); });
}

// What anything-but excludes: a string, a number, a list of either, or one operation on texts with one or several of them.
Checked check_anything_but(const json::value& value, const Place& at) {
  if (value.is_string()) return std::nullopt;
  if (value.is_number()) return check_number(value, "anything-but", at);
  if (const auto* list = value.if_array()) {
    const bool numbers = std::ranges::all_of(*list, [](const json::value& one) { return one.is_number(); });
    if (list->empty() || (!numbers && !all_strings(*list)))
      return trouble("Inside anything but list, either all values are number or string, mixed type is not supported",
                     at);
    for (const auto& one : *list) {
      if (auto bad = numbers ? check_number(one, "anything-but", at) : std::nullopt) return bad;
    }
    return std::nullopt;
  }
  const auto* operation = value.if_object();
  if (!operation) return trouble("Value of anything-but must be an array or single string/number value.", at);
  if (operation->empty()) return trouble("Anything-But expression name not found", at);
  if (operation->size() > 1) return trouble("Only one key allowed in match expression", at);
  const std::string_view name = operation->begin()->key();
  const auto& texts = operation->begin()->value();
  if (name != "prefix" && name != "suffix" && name != "equals-ignore-case" && name != "wildcard")
    return trouble(fmt::format("Unsupported anything-but pattern: {}", name), at);
  const json::array one{texts};
  const auto& list = texts.is_array() ? texts.get_array() : one;
  if (list.empty() || !all_strings(list))
    return trouble(fmt::format("Inside anything-but {}, only a string or a list of strings is supported.", name), at);
  for (const auto& text : list) {
    if (text.get_string().empty() && (name == "prefix" || name == "suffix"))
      return trouble("Null prefix/suffix not allowed", at);
    if (auto bad = name == "wildcard" ? check_wildcard(text.get_string(), at) : std::nullopt) return bad;
  }
  return std::nullopt;
}

// A string, or one that ignores case: `{"prefix": {"equals-ignore-case": "x"}}`.
Checked check_affix(std::string_view name, const json::value& value, const Place& at) {
  if (value.is_string()) return std::nullopt;
  const auto* inner = value.if_object();
  if (!inner) return trouble(fmt::format("{} match pattern must be a string", name), at);
  if (inner->size() != 1 || inner->begin()->key() != "equals-ignore-case")
    return trouble(fmt::format("Unsupported {} pattern: only equals-ignore-case is allowed in it", name), at);
  if (!inner->begin()->value().is_string()) return trouble("equals-ignore-case match pattern must be a string", at);
  return std::nullopt;
}

Checked check_operation(std::string_view name, const json::value& value, const Place& at) {
  if (name == "prefix" || name == "suffix") return check_affix(name, value, at);
  if (name == "anything-but") return check_anything_but(value, at);
  if (name == "numeric") return check_numeric(value, at);
  if (name == "cidr") return check_cidr(value, at);
  if (name == "exists")
    return value.is_bool() ? std::nullopt : Checked(trouble("exists match pattern must be either true or false.", at));
  if (name != "equals-ignore-case" && name != "wildcard")
    return trouble(fmt::format("Unrecognized match type {}", name), at);
  if (!value.is_string()) return trouble(fmt::format("{} match pattern must be a string", name), at);
  return name == "wildcard" ? check_wildcard(value.get_string(), at) : std::nullopt;
}

Checked check_leaf(const json::array& alternatives, const Place& at) {
  if (alternatives.empty()) return trouble("Empty arrays are not allowed", at);
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    const Place element{&at, std::to_string(i)};
    if (alternatives[i].is_array()) return trouble("Match value must be String, number, true, false, or null", element);
    const auto* operation = alternatives[i].if_object();
    if (!operation) continue;
    if (operation->empty()) return trouble("Match expression name not found", element);
    if (operation->size() > 1) return trouble("Only one key allowed in match expression", element);
    const Place inner{&element, operation->begin()->key()};
    if (auto bad = check_operation(operation->begin()->key(), operation->begin()->value(), inner)) return bad;
  }
  return std::nullopt;
}

Checked check_object(const json::object& pattern, const Place& at, bool in_or);

Checked check_or(const json::value& value, const Place& at) {
  const auto* branches = value.if_array();
  if (!branches) return trouble("It must be an Array followed with $or.", at);
  for (std::size_t i = 0; i < branches->size(); ++i) {
    const Place branch{&at, std::to_string(i)};
    if (!branches->at(i).is_object())
      return trouble("Only JSON object is allowed in array of $or relationship.", branch);
    if (auto bad = check_object(branches->at(i).get_object(), branch, true)) return bad;
  }
  if (branches->size() < 2) return trouble("There must have at least 2 Objects in $or relationship.", at);
  return std::nullopt;
}

Checked check_object(const json::object& pattern, const Place& at, bool in_or) {
  if (pattern.empty()) return trouble("Empty objects are not allowed", at);
  for (const auto& member : pattern) {
    const std::string_view name = member.key();
    const Place here{&at, std::string(name)};
    Checked bad;
    if (name == "$or") {
      bad = check_or(member.value(), here);
    } else if (in_or && std::ranges::find(reserved_in_or, name) != std::end(reserved_in_or)) {
      bad = trouble(fmt::format("{} is Ruler reserved fieldName which cannot be used inside $or.", name), here);
    } else if (const auto* inner = member.value().if_object()) {
      bad = check_object(*inner, here, in_or);
    } else if (const auto* leaf = member.value().if_array()) {
      bad = check_leaf(*leaf, here);
    } else {
      bad = trouble(fmt::format("\"{}\" must be an object or an array", name), here);
    }
    if (bad) return bad;
  }
  return std::nullopt;
}

// How many rules without `$or` say the same; at most a little above the limit, which is all that matters.
std::size_t combinations(const json::object& pattern) {
  std::size_t product = 1;
  for (const auto& member : pattern) {
    std::size_t sum = 0;
    if (member.key() == "$or") {
      for (const auto& branch : member.value().get_array()) sum += combinations(branch.get_object());
    } else {
      sum = member.value().is_object() ? combinations(member.value().get_object()) : 1;
    }
    product = std::min(product * sum, combinations_max + 1);
  }
  return product;
}

}  // namespace

std::optional<PatternTrouble> check_event_pattern(const json::object& pattern) {
  if (auto bad = check_object(pattern, Place(), false)) return bad;
  if (combinations(pattern) > combinations_max) {
    return PatternTrouble{fmt::format("More than {} rule combinations due to $or", combinations_max), {}};
  }
  return std::nullopt;
}

bool in_cidr(std::string_view block, std::string_view text) {
  const auto slash = block.find('/');
  const auto network = parse_address(block.substr(0, slash));
  const auto address = parse_address(text);
  if (!network || !address || network->size != address->size) return false;
  unsigned bits = parse_bits(block.substr(slash + 1)).value_or(0);
  for (std::size_t at = 0; at < network->size && bits > 0; ++at) {
    const unsigned here = std::min(bits, 8U);
    const auto mask = static_cast<std::uint8_t>(0xffU << (8U - here));
    if (((network->bytes[at] ^ address->bytes[at]) & mask) != 0) return false;
    bits -= here;
  }
  return true;
}

}  // namespace sandbox
