// SPDX-License-Identifier: Apache-2.0
#include "cli/policies.h"

#include <algorithm>
#include <set>

#include "base/json.h"

namespace cli {
namespace {

namespace json = boost::json;

// A member that may be one text or a list of them.
std::vector<std::string> texts(const json::value* value) {
  std::vector<std::string> all;
  if (!value) return all;
  if (value->is_string()) all.emplace_back(std::string_view(value->get_string()));
  if (!value->is_array()) return all;
  for (const auto& one : value->get_array()) {
    if (one.is_string()) all.emplace_back(std::string_view(one.get_string()));
  }
  return all;
}

std::vector<json::value> statements(const json::value& policy) {
  const auto* list = base::member(policy, "Statement");
  if (!list) return {};
  if (list->is_object()) return {*list};
  return list->is_array() ? std::vector<json::value>(list->get_array().begin(), list->get_array().end())
                          : std::vector<json::value>();
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// `*` any characters, `?` any one, as in policies and in ECR's tag patterns.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == text[t] || pattern[p] == '?') && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool allows_sending(const json::value& statement) {
  if (base::string_member(statement, "Effect") != "Allow") return false;
  const auto actions = texts(base::member(statement, "Action"));
  if (std::ranges::none_of(actions, [](const auto& action) { return matches(lower(action), "sqs:sendmessage"); }))
    return false;
  const auto* principal = base::member(statement, "Principal");
  if (!principal) return false;
  if (principal->is_string()) return principal->get_string() == "*";
  const auto services = texts(base::member(*principal, "Service"));
  const auto accounts = texts(base::member(*principal, "AWS"));
  return std::ranges::find(services, "events.amazonaws.com") != services.end() ||
         std::ranges::find(accounts, "*") != accounts.end();
}

// Says whose rules may: their ARN, account or organization.
bool names_source(const json::value& statement) {
  const auto* conditions = base::member(statement, "Condition");
  if (!conditions || !conditions->is_object()) return false;
  return std::ranges::any_of(conditions->get_object(), [](const auto& condition) {
    if (!condition.value().is_object()) return false;
    return std::ranges::any_of(condition.value().get_object(), [](const auto& key) {
      const auto name = lower(std::string(key.key()));
      return name == "aws:sourcearn" || name == "aws:sourceaccount" || name == "aws:sourceorgid";
    });
  });
}

bool says_false(const json::value& value) {
  if (value.is_bool()) return !value.get_bool();
  const auto all = texts(&value);
  return !all.empty() && std::ranges::all_of(all, [](const auto& text) { return lower(text) == "false"; });
}

// One rule of a lifecycle policy.
class Expiry {
 public:
  explicit Expiry(const json::value& rule) : rule_(rule) {
    if (const auto* selection = base::member(rule, "selection")) selection_ = *selection;
  }
  std::int64_t priority() const { return base::int_member(rule_, "rulePriority").value_or(0); }

  bool selects(const aws::ecr::ImageDetail& image) const {
    const auto status = base::string_member(selection_, "tagStatus").value_or("");
    if (status == "any") return true;
    // Only tagged images are looked at.
    if (status != "tagged") return false;
    const auto all_of = [&](std::string_view member, const auto& fits) {
      const auto wanted = texts(base::member(selection_, member));
      return !wanted.empty() && std::ranges::all_of(wanted, [&](const auto& one) {
        return std::ranges::any_of(image.tags, [&](const auto& tag) { return fits(tag, one); });
      });
    };
    return all_of("tagPrefixList", [](const auto& tag, const auto& prefix) { return tag.starts_with(prefix); }) ||
           all_of("tagPatternList", [](const auto& tag, const auto& pattern) { return matches(pattern, tag); });
  }

  // Of the selected images, newest first, those that it expires.
  std::vector<const aws::ecr::ImageDetail*> expired(const std::vector<const aws::ecr::ImageDetail*>& selected,
                                                    base::Time now) const {
    const auto type = base::string_member(selection_, "countType").value_or("");
    const auto number = base::int_member(selection_, "countNumber").value_or(0);
    std::vector<const aws::ecr::ImageDetail*> out;
    for (std::size_t i = 0; i < selected.size(); ++i) {
      const auto& pushed = selected[i]->pushed_at;
      const bool old = pushed && now - *pushed > std::chrono::days(number);
      if (type == "imageCountMoreThan" ? static_cast<std::int64_t>(i) >= number : type == "sinceImagePushed" && old)
        out.push_back(selected[i]);
    }
    return out;
  }

 private:
  json::value rule_;
  json::value selection_;
};

}  // namespace

Senders event_senders(std::string_view queue_policy) {
  const auto policy = base::parse_json(queue_policy);
  auto found = Senders::None;
  if (!policy) return found;
  for (const auto& statement : statements(*policy)) {
    if (!allows_sending(statement)) continue;
    if (!names_source(statement)) return Senders::Any;
    found = Senders::Bound;
  }
  return found;
}

bool demands_tls(std::string_view bucket_policy) {
  const auto policy = base::parse_json(bucket_policy);
  if (!policy) return false;
  return std::ranges::any_of(statements(*policy), [](const json::value& statement) {
    if (base::string_member(statement, "Effect") != "Deny") return false;
    const auto actions = texts(base::member(statement, "Action"));
    const auto any =
        std::ranges::any_of(actions, [](const auto& action) { return action == "*" || lower(action) == "s3:*"; });
    const auto* conditions = base::member(statement, "Condition");
    const auto* condition = conditions ? base::member(*conditions, "Bool") : nullptr;
    const auto* transport = condition ? base::member(*condition, "aws:SecureTransport") : nullptr;
    return any && transport && says_false(*transport);
  });
}

std::optional<std::int64_t> expires(std::string_view lifecycle_policy, const std::vector<aws::ecr::ImageDetail>& images,
                                    std::string_view tag, base::Time now) {
  const auto policy = base::parse_json(lifecycle_policy);
  const auto* list = policy ? base::member(*policy, "rules") : nullptr;
  if (!list || !list->is_array()) return std::nullopt;
  std::vector<Expiry> rules;
  for (const auto& rule : list->get_array()) rules.emplace_back(rule);
  std::ranges::stable_sort(rules, {}, &Expiry::priority);
  std::vector<const aws::ecr::ImageDetail*> left;
  for (const auto& image : images) left.push_back(&image);
  std::ranges::stable_sort(left, std::ranges::greater(), [](const auto* image) { return image->pushed_at; });
  for (const auto& rule : rules) {
    std::vector<const aws::ecr::ImageDetail*> selected;
    std::ranges::copy_if(left, std::back_inserter(selected), [&](const auto* image) { return rule.selects(*image); });
    for (const auto* image : rule.expired(selected, now)) {
      if (std::ranges::find(image->tags, tag) != image->tags.end()) return rule.priority();
    }
    // What one rule has selected no later one expires.
    std::erase_if(left, [&](const auto* image) { return rule.selects(*image); });
  }
  return std::nullopt;
}

}  // namespace cli
