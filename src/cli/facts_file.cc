// SPDX-License-Identifier: Apache-2.0
#include "cli/facts_file.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/json.h"
#include "records/codec.h"

namespace cli {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using decide::Operation;
using decide::Running;

constexpr std::pair<Running::State, std::string_view> states[] = {
    {Running::State::Running, "running"}, {Running::State::Busy, "busy"},       {Running::State::Paused, "paused"},
    {Running::State::Failed, "failed"},   {Running::State::Deleted, "deleted"}, {Running::State::Other, "other"}};
constexpr std::pair<Operation::Kind, std::string_view> kinds[] = {{Operation::Kind::Create, "create"},
                                                                  {Operation::Kind::Update, "update"},
                                                                  {Operation::Kind::Deployment, "deployment"},
                                                                  {Operation::Kind::Other, "other"}};
constexpr std::pair<Operation::State, std::string_view> operation_states[] = {
    {Operation::State::Underway, "underway"},
    {Operation::State::RollingBack, "rolling-back"},
    {Operation::State::Succeeded, "succeeded"},
    {Operation::State::Failed, "failed"}};
constexpr std::pair<ErrorKind, std::string_view> error_kinds[] = {
    {ErrorKind::NotSent, "not-sent"},  {ErrorKind::Unknown, "unknown"},    {ErrorKind::Transient, "transient"},
    {ErrorKind::Conflict, "conflict"}, {ErrorKind::NotFound, "not-found"}, {ErrorKind::Denied, "denied"},
    {ErrorKind::Invalid, "invalid"}};

constexpr std::string_view writer = "`caretaker plan --save-facts FILE` writes one";

template <class T, std::size_t n>
std::string_view word_of(T value, const std::pair<T, std::string_view> (&words)[n]) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  return "other";
}

json::string text(std::string_view from) { return json::string(from); }

// Null where there is no time.
json::value time_or_null(const std::optional<base::Time>& time) {
  return time ? json::value(text(base::to_iso8601(*time))) : json::value();
}

json::object write(const Running& running) {
  json::array operations;
  for (const auto& operation : running.operations) {
    operations.push_back(json::object{{"id", text(operation.id)},
                                      {"kind", text(word_of(operation.kind, kinds))},
                                      {"state", text(word_of(operation.state, operation_states))},
                                      {"status", text(operation.status)},
                                      {"startedAt", time_or_null(operation.started_at)},
                                      {"endedAt", time_or_null(operation.ended_at)}});
  }
  return {{"state", text(word_of(running.state, states))},
          {"status", text(running.status)},
          {"image", running.image ? json::value(text(names::to_string(*running.image))) : json::value()},
          {"autoDeploys", running.auto_deploys},
          {"createdAt", time_or_null(running.created_at)},
          {"operations", std::move(operations)}};
}

json::object write(const ServiceFacts& service) {
  json::object object{{"service", text(service.rule->service.text)},
                      {"repository", json::object{{"account", text(service.repository.account)},
                                                  {"region", text(service.repository.region)},
                                                  {"name", text(service.repository.name)}}}};
  if (!service.not_covered.empty()) object["notCovered"] = text(service.not_covered);
  if (!service.seen) {
    const auto& error = service.seen.error();
    object["error"] = json::object{
        {"kind", text(word_of(error.kind, error_kinds))}, {"code", text(error.code)}, {"message", text(error.message)}};
    return object;
  }
  object["running"] = write(service.seen->running);
  const auto& stored = service.seen->stored;
  // The record's own form, so that a facts file and a record never differ in what they can say.
  const auto record = [&] {
    return stored.read_only ? stored.document : records::encode(stored, service.rule->service.text);
  };
  object["record"] = stored.exists ? base::parse_json(record()).value() : json::value();
  return object;
}

json::object write(const names::Repository& repository, const decide::Listing& listing) {
  json::array tags;
  for (const auto& candidate : listing.candidates()) {
    json::object tag{{"tag", text(candidate.tag)}, {"digest", text(candidate.digest)}};
    if (candidate.pushed_at) tag["pushedAt"] = text(base::to_iso8601(*candidate.pushed_at));
    if (!candidate.usable) tag["usable"] = false;
    tags.push_back(std::move(tag));
  }
  return {{"account", text(repository.account)},
          {"region", text(repository.region)},
          {"name", text(repository.name)},
          {"tags", std::move(tags)}};
}

// --- Reading.

// An object of the document. Whatever is asked of it has an answer; the first member that was not what it should be is kept.
class Reader {
 public:
  Reader(const json::value& value, std::string pointer, std::string& wrong)
      : value_(value), pointer_(std::move(pointer)), wrong_(wrong) {}

  std::string string(std::string_view name) const {
    const auto found = base::string_member(value_, name);
    return found ? std::string(*found) : refuse<std::string>(name);
  }
  std::optional<base::Time> time(std::string_view name) const {
    if (!has(name)) return std::nullopt;
    const auto time = base::parse_iso8601(string(name));
    return time ? time : refuse<std::optional<base::Time>>(name);
  }
  bool boolean(std::string_view name, bool otherwise) const {
    if (!has(name)) return otherwise;
    const auto found = base::bool_member(value_, name);
    return found ? *found : refuse<bool>(name);
  }
  template <class T, std::size_t n>
  T word(std::string_view name, const std::pair<T, std::string_view> (&words)[n]) const {
    const auto found = string(name);
    for (const auto& [known, word] : words) {
      if (word == found) return known;
    }
    return refuse<T>(name);
  }
  bool has(std::string_view name) const { return base::member(value_, name) != nullptr; }
  Reader object(std::string_view name) const {
    const auto& found = value(name);
    if (!found.is_object()) refuse<bool>(name);
    return {found, at(name), wrong_};
  }
  const json::value& value(std::string_view name) const {
    static const json::value none;
    const auto* found = base::member(value_, name);
    if (!found) refuse<bool>(name);
    return found ? *found : none;
  }
  template <class Take>
  void each(std::string_view name, const Take& take) const {
    const auto* array = value(name).if_array();
    if (!array) refuse<bool>(name);
    for (std::size_t i = 0; array && i < array->size(); ++i) {
      take(Reader((*array)[i], fmt::format("{}/{}", at(name), i), wrong_));
    }
  }

  template <class T>
  T refuse(std::string_view name) const {
    if (wrong_.empty()) wrong_ = at(name);
    return T{};
  }

 private:
  std::string at(std::string_view name) const { return fmt::format("{}/{}", pointer_, name); }

  const json::value& value_;
  std::string pointer_;
  std::string& wrong_;
};

Running read_running(const Reader& from) {
  Running running{.state = from.word("state", states),
                  .status = from.string("status"),
                  .auto_deploys = from.boolean("autoDeploys", false),
                  .created_at = from.time("createdAt")};
  if (from.has("image")) {
    auto image = names::parse_image_reference(from.string("image"));
    running.image = image ? std::optional(std::move(*image)) : from.refuse<decltype(running.image)>("image");
  }
  from.each("operations", [&](const Reader& operation) {
    running.operations.push_back({.id = operation.string("id"),
                                  .kind = operation.word("kind", kinds),
                                  .state = operation.word("state", operation_states),
                                  .status = operation.string("status"),
                                  .started_at = operation.time("startedAt"),
                                  .ended_at = operation.time("endedAt")});
  });
  return running;
}

names::Repository read_repository(const Reader& from) {
  return {from.string("account"), from.string("region"), from.string("name")};
}

FactsFile::Service read_service(const Reader& from) {
  auto repository = read_repository(from.object("repository"));
  auto not_covered = from.has("notCovered") ? from.string("notCovered") : std::string();
  if (from.has("error")) {
    const auto error = from.object("error");
    return {std::move(repository),
            base::fail(error.word("kind", error_kinds), error.string("code"), error.string("message")),
            std::move(not_covered)};
  }
  Seen seen{.running = read_running(from.object("running")), .stored = {}};
  if (from.has("record")) {
    auto stored = records::decode(json::serialize(from.value("record")));
    seen.stored = stored ? std::move(*stored) : from.refuse<records::Stored>("record");
  }
  return {std::move(repository), std::move(seen), std::move(not_covered)};
}

FactsFile read(const Reader& from) {
  FactsFile facts{.taken_at = from.time("takenAt").value_or(base::Time()),
                  .account = from.string("account"),
                  .region = from.string("region"),
                  .rules = json::serialize(from.value("rules")),
                  .rules_are_in_force = from.boolean("rulesInForce", true),
                  .services = {},
                  .repositories = {}};
  if (!from.has("takenAt")) from.refuse<bool>("takenAt");
  from.each("services",
            [&](const Reader& service) { facts.services.emplace(service.string("service"), read_service(service)); });
  from.each("repositories", [&](const Reader& repository) {
    auto& tags = facts.repositories[names::to_string(read_repository(repository))];
    repository.each("tags", [&](const Reader& tag) {
      tags.push_back({.tag = tag.string("tag"),
                      .digest = tag.string("digest"),
                      .pushed_at = tag.time("pushedAt"),
                      .usable = tag.boolean("usable", true)});
    });
  });
  return facts;
}

}  // namespace

std::string to_facts_file(const Snapshot& snapshot) {
  json::array services;
  json::array repositories;
  std::set<std::string> written;
  for (const auto& service : snapshot.services) {
    services.push_back(write(service));
    if (service.seen && written.insert(names::to_string(service.repository)).second)
      repositories.push_back(write(service.repository, *service.seen->listing));
  }
  json::object document{{"schema", text(facts_schema)},
                        {"takenAt", text(base::to_iso8601(snapshot.taken_at))},
                        {"account", text(snapshot.account)},
                        {"region", text(snapshot.region)},
                        {"rules", base::parse_json(snapshot.rules.text).value()},
                        {"services", std::move(services)},
                        {"repositories", std::move(repositories)}};
  if (!snapshot.rules_are_in_force) document["rulesInForce"] = false;
  return json::serialize(document) + '\n';
}

base::Result<FactsFile> parse_facts_file(std::string_view text) {
  const auto tree = base::parse_json(text);
  if (!tree)
    return base::fail(ErrorKind::Invalid, fmt::format("not a facts file: {}; {}", tree.error().message, writer));
  const auto schema = base::string_member(*tree, "schema");
  if (schema != facts_schema) {
    return base::fail(
        ErrorKind::Invalid,
        fmt::format("not a facts file of this version: `schema` is {}, and `{}` is read here; {}",
                    schema ? fmt::format("`{}`", schema->substr(0, 40)) : "not there", facts_schema, writer));
  }
  std::string wrong;
  auto facts = read(Reader(*tree, "", wrong));
  if (!wrong.empty()) {
    return base::fail(ErrorKind::Invalid,
                      fmt::format("not a facts file: {} is missing or not what it should be; {}", wrong, writer));
  }
  return facts;
}

ServiceFacts FactsFile::take(const rules::Rule& rule, std::map<std::string, decide::Listing>& listings) const {
  ServiceFacts facts{&rule, rules::repository_of(rule, account, region),
                     base::fail(ErrorKind::NotFound, "the facts file has nothing about " + rule.service.name)};
  const auto found = services.find(rule.service.text);
  if (found == services.end()) return facts;
  // A file whose rules were all of full names had no need for its own account.
  if (facts.repository.account.empty()) facts.repository.account = found->second.repository.account;
  facts.seen = found->second.seen;
  // Of another repository nobody knows.
  if (facts.repository == found->second.repository) facts.not_covered = found->second.not_covered;
  if (!facts.seen) return facts;
  const auto name = names::to_string(facts.repository);
  const auto tags = repositories.find(name);
  if (tags == repositories.end()) {
    facts.seen = base::fail(ErrorKind::NotFound, "the facts file has nothing about the repository " + name);
    return facts;
  }
  const auto key = name + '\n' + (rule.tag_pattern ? rule.tag_pattern->text() : "");
  if (!listings.contains(key)) {
    decide::Listing listing;
    for (const auto& tag : tags->second) listing.add(tag.digest, {tag.tag}, tag.pushed_at, tag.usable);
    listings[key] = rule.tag_pattern ? listing.read_by(*rule.tag_pattern) : std::move(listing);
  }
  facts.seen->listing = &listings[key];
  return facts;
}

}  // namespace cli
