// SPDX-License-Identifier: Apache-2.0
#include "simulation/request.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "base/json.h"

namespace simulation {
namespace {

std::string text_at(const boost::json::object& record, std::string_view of, std::string_view member) {
  const auto* part = record.if_contains(of);
  return part ? std::string(base::string_member(*part, member).value_or("")) : std::string();
}

std::optional<base::Time> time_at(const boost::json::object& record, std::string_view of, std::string_view member) {
  return base::parse_iso8601(text_at(record, of, member));
}

// `/caretaker/records/123456789012/us-east-1/apprunner/NAME/ID.json`
std::string arn_of_key(std::string_view key) {
  constexpr std::string_view begin = "records/123456789012/us-east-1/apprunner/";
  if (!key.starts_with(begin) || !key.ends_with(".json")) return {};
  key.remove_prefix(begin.size());
  key.remove_suffix(5);
  return fmt::format("arn:aws:apprunner:us-east-1:123456789012:service/{}", key);
}

// std::string_view::find looks at each byte that is like the first, which takes long in the answers about images.
std::size_t find_in(std::string_view text, std::string_view part, std::size_t from) {
  const auto* found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : std::string_view::npos;
}

}  // namespace

std::string_view text_in(std::string_view json, std::string_view member) {
  // `"member":"`
  for (auto at = find_in(json, member, 0); at != std::string_view::npos; at = find_in(json, member, at + 1)) {
    const auto after = at + member.size();
    if (at == 0 || json[at - 1] != '"' || json.substr(after, 3) != "\":\"") continue;
    const auto begin = after + 3;
    return json.substr(begin, json.find('"', begin) - begin);
  }
  return {};
}

Asked read_request(const http::Request& request) {
  Asked asked;
  if (const auto target = request.headers.get("X-Amz-Target")) {
    const auto dot = target->rfind('.');
    asked.service = target->substr(0, dot);
    asked.operation = target->substr(dot + 1);
    asked.arn = text_in(request.body, "ServiceArn");
    asked.repository = text_in(request.body, "repositoryName");
    return asked;
  }
  asked.operation = request.method;
  if (request.target.starts_with("/v2/credentials")) {
    asked.service = "Container";
    return asked;
  }
  constexpr std::string_view bucket = "/caretaker/";
  if (!request.target.starts_with(bucket)) return asked;
  asked.service = "S3";
  const std::string_view target = request.target;
  asked.key = target.substr(bucket.size(), target.find('?') - bucket.size());
  asked.arn = arn_of_key(asked.key);
  return asked;
}

RecordView RecordView::settled_by(const std::string& operation) const {
  auto settled = *this;
  settled.set_intention = intention;
  settled.set_action = intention_action;
  settled.set_tag = intention_tag;
  settled.set_operation = operation;
  settled.set_at = intention_at;
  return settled;
}

RecordView read_record(const boost::json::object& record) {
  const auto has = [&](std::string_view member) {
    const auto* value = record.if_contains(member);
    return value && !value->is_null() && !(value->is_array() && value->get_array().empty());
  };
  std::string hold_operation;
  if (has("holds")) {
    for (const auto& hold : record.at("holds").as_array()) {
      if (const auto operation = base::string_member(hold, "operation").value_or(""); !operation.empty())
        hold_operation = operation;
    }
  }
  std::vector<UntoldView> untold;
  if (has("untold")) {
    for (const auto& one : record.at("untold").as_array()) {
      const auto text = [&](std::string_view member) {
        return std::string(base::string_member(one, member).value_or(""));
      };
      untold.push_back({.kind = text("kind"),
                        .operation = text("operation"),
                        .tag = text("tag"),
                        .why = text("why"),
                        .line = text("line"),
                        .lease_until = base::parse_iso8601(text("leaseUntil"))});
    }
  }
  const auto* range = record.if_contains("range");
  return {.range = range && range->is_string() ? std::string(range->get_string()) : std::string(),
          .intention = text_at(record, "intention", "id"),
          .intention_action = text_at(record, "intention", "action"),
          .intention_tag = text_at(record, "intention", "tag"),
          .intention_digest = text_at(record, "intention", "digest"),
          .intention_at = time_at(record, "intention", "at"),
          .lease_until = time_at(record, "intention", "leaseUntil"),
          .set_intention = text_at(record, "set", "intention"),
          .set_action = text_at(record, "set", "action"),
          .set_tag = text_at(record, "set", "tag"),
          .set_operation = text_at(record, "set", "operation"),
          .set_outcome = text_at(record, "set", "outcome"),
          .set_at = time_at(record, "set", "at"),
          .runs_tag = text_at(record, "runs", "tag"),
          .baseline = has("baseline") ? std::optional(text_at(record, "baseline", "version")) : std::nullopt,
          .hold = has("holds"),
          .hold_operation = std::move(hold_operation),
          .stop = has("stop"),
          .rejected = has("rejected"),
          .intention_overdue = time_at(record, "intention", "overdueAt").has_value(),
          .overdue = time_at(record, "set", "overdueAt").has_value(),
          .untold = std::move(untold)};
}

bool holds(const boost::json::object& record, const PlainVersion& version) {
  const auto* all = record.if_contains("holds");
  if (!all || !all->is_array()) return false;
  return std::ranges::any_of(all->get_array(), [&](const auto& hold) {
    return std::ranges::any_of(hold.at("versions").as_array(), [&](const auto& text) {
      return is_within(std::string_view(text.as_string()), version);
    });
  });
}

}  // namespace simulation
