// SPDX-License-Identifier: Apache-2.0
#include "rules/lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "rules/suggest.h"

namespace rules {
namespace {

// More would not be read.
constexpr std::size_t listed_max = 5;

using Words = std::array<std::string, 5>;

std::string full_name(const names::ServiceArn& service) { return service.name + '/' + service.id; }

// What a rule is called.
Words words(const Rule& rule) {
  const auto& service = rule.service;
  return {service.text, rule.name, service.name, full_name(service), service.id};
}

// Whether one of its words is `name`, which is not empty.
bool is_called(const Rule& rule, std::string_view name) {
  const auto& service = rule.service;
  return name == service.name || name == rule.name || name == service.id || name == service.text ||
         (name.contains('/') && name == full_name(service));
}

template <class Fits>
std::vector<const Rule*> select(std::span<const Rule> rules, const Fits& fits) {
  std::vector<const Rule*> selected;
  for (const auto& rule : rules) {
    const auto names = words(rule);
    if (std::ranges::any_of(names, [&](const std::string& name) { return !name.empty() && fits(name); })) {
      selected.push_back(&rule);
    }
  }
  return selected;
}

std::string listed(std::span<const std::string> texts) {
  const auto shown = texts.first(std::min(texts.size(), listed_max));
  const auto more = texts.size() - shown.size();
  return fmt::format("{}{}", fmt::join(shown, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

base::Result<const Rule*> ambiguous(std::span<const Rule> rules, std::string_view text,
                                    const std::vector<const Rule*>& found) {
  std::vector<std::string> labels;
  labels.reserve(found.size());
  for (const auto* rule : found) labels.push_back(label(*rule, rules));
  return base::fail(base::ErrorKind::Invalid,
                    fmt::format("`{}` could be {} services: {}; say which", text, found.size(), listed(labels)));
}

base::Result<const Rule*> unknown(std::span<const Rule> rules, std::string_view text) {
  if (rules.empty()) return base::fail(base::ErrorKind::NotFound, "the rules name no service at all");
  // A service that was deleted and made again has another id.
  if (const auto arn = names::parse_service_arn(text)) {
    for (const auto& rule : rules) {
      if (rule.service.name != arn->name) continue;
      return base::fail(base::ErrorKind::NotFound, fmt::format("no rule is about `{}`; the one for {} is about `{}`",
                                                               text, arn->name, rule.service.text));
    }
  }
  std::vector<std::string> known;
  for (const auto& rule : rules) {
    if (!rule.name.empty()) known.push_back(rule.name);
    known.push_back(rule.service.name);
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  if (const auto meant = suggest(text, views)) {
    return base::fail(base::ErrorKind::NotFound,
                      fmt::format("no rule is about `{}`; did you mean `{}`?", text, *meant));
  }
  std::vector<std::string> names;
  for (const auto& rule : rules) {
    if (std::ranges::find(names, rule.service.name) == names.end()) names.push_back(rule.service.name);
  }
  return base::fail(base::ErrorKind::NotFound,
                    fmt::format("no rule is about `{}`; there are rules for {}", text, listed(names)));
}

}  // namespace

std::string label(const Rule& rule, std::span<const Rule> rules) {
  for (const auto& name : {rule.service.name, full_name(rule.service)}) {
    if (std::ranges::count_if(rules, [&](const Rule& other) { return is_called(other, name); }) == 1) return name;
  }
  return rule.service.text;
}

base::Result<const Rule*> find_rule(std::span<const Rule> rules, std::string_view text) {
  if (text.empty()) {
    return base::fail(base::ErrorKind::Invalid, "expected a service's name or ARN, and this is empty");
  }
  auto found = select(rules, [&](const std::string& name) { return name == text; });
  if (found.empty()) found = select(rules, [&](const std::string& name) { return name.starts_with(text); });
  if (found.size() == 1) return found.front();
  return found.empty() ? unknown(rules, text) : ambiguous(rules, text, found);
}

base::Result<std::vector<const Rule*>> find_rules(std::span<const Rule> rules, std::span<const std::string> texts) {
  std::vector<const Rule*> asked;
  for (const auto& text : texts) {
    const auto found = find_rule(rules, text);
    if (!found) return std::unexpected(found.error());
    asked.push_back(*found);
  }
  std::vector<const Rule*> found;
  for (const auto& rule : rules) {
    if (texts.empty() || std::ranges::find(asked, &rule) != asked.end()) found.push_back(&rule);
  }
  return found;
}

}  // namespace rules
