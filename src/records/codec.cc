// SPDX-License-Identifier: Apache-2.0
#include "records/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <type_traits>

#include "base/json.h"

namespace records {
namespace {

namespace json = boost::json;
using decide::Record;

// The members of each object, once for reading and writing: `visit("name", value)`.
template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Baseline>
{
  visit("version", value.version);
  visit("at", value.at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Runs>
{
  visit("tag", value.tag);
  visit("digest", value.digest);
  visit("asOf", value.as_of);
  visit("byUs", value.by_us);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Intention>
{
  visit("id", value.id);
  visit("action", value.action);
  visit("image", value.image);
  visit("tag", value.tag);
  visit("digest", value.digest);
  visit("imageBefore", value.image_before);
  visit("operationBefore", value.operation_before);
  visit("at", value.at);
  visit("leaseUntil", value.lease_until);
  visit("line", value.line);
  visit("overdueAt", value.overdue_at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Set>
{
  visit("intention", value.intention);
  visit("action", value.action);
  visit("image", value.image);
  visit("tag", value.tag);
  visit("digest", value.digest);
  visit("operation", value.operation);
  visit("outcome", value.outcome);
  visit("overdueAt", value.overdue_at);
  visit("at", value.at);
  visit("before", value.before);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Rejected>
{
  visit("digest", value.digest);
  visit("tag", value.tag);
  visit("operation", value.operation);
  visit("attempts", value.attempts);
  visit("at", value.at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Hold>
{
  visit("versions", value.versions);
  visit("operation", value.operation);
  visit("by", value.by);
  visit("at", value.at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Foreign>
{
  visit("operation", value.operation);
  visit("version", value.version);
  visit("at", value.at);
  visit("image", value.image);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Stamped>
{
  visit("tag", value.tag);
  visit("digest", value.digest);
  visit("at", value.at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Stop>
{
  visit("at", value.at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Record::Pin> ||
           std::same_as<std::remove_cvref_t<decltype(value)>, Record::Skip>
{
  visit("version", value.version);
  visit("by", value.by);
  visit("at", value.at);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Change>
{
  visit("at", value.at);
  visit("action", value.action);
  visit("from", value.from);
  visit("to", value.to);
  visit("digest", value.digest);
  visit("operation", value.operation);
  visit("outcome", value.outcome);
  visit("by", value.by);
  visit("why", value.why);
  visit("verdicts", value.verdicts);
  visit("candidates", value.candidates);
  visit("eligible", value.eligible);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Untold>
{
  visit("kind", value.notice.kind);
  visit("rule", value.notice.rule);
  visit("tag", value.notice.tag);
  visit("from", value.notice.from);
  visit("digest", value.notice.digest);
  visit("operation", value.notice.operation);
  visit("outcome", value.notice.outcome);
  visit("by", value.notice.by);
  visit("why", value.notice.why);
  visit("line", value.line);
  visit("leaseUntil", value.lease_until);
}

template <class Visit>
void members(Visit&& visit, auto& value)
  requires std::same_as<std::remove_cvref_t<decltype(value)>, Stored>
{
  visit("serviceCreatedAt", value.record.service_created_at);
  visit("range", value.record.range);
  visit("baseline", value.record.baseline);
  visit("runs", value.record.runs);
  visit("intention", value.record.intention);
  visit("set", value.record.set);
  visit("deployed", value.record.deployed);
  visit("failures", value.record.failures);
  visit("rejected", value.record.rejected);
  visit("holds", value.record.holds);
  visit("foreign", value.record.foreign);
  visit("unexplainedAt", value.record.unexplained_at);
  visit("stop", value.record.stop);
  visit("pin", value.record.pin);
  visit("skips", value.record.skips);
  visit("seen", value.record.seen);
  visit("told", value.record.told);
  visit("until", value.record.until);
  visit("untold", value.untold);
  visit("changes", value.changes);
  visit("nonce", value.nonce);
  visit("noncesBefore", value.nonces_before);
}

// --- Reading. Each returns the pointer of the member that is wrong, empty if none is.

using Wrong = std::string;

// Far above what is counted, and far below where one more would be too many.
constexpr std::int64_t count_max = 1'000'000'000;

Wrong read(const json::value& from, std::string& to) {
  if (!from.is_string()) return "/";
  to = std::string(from.get_string());
  return {};
}

Wrong read(const json::value& from, base::Time& to) {
  const auto time = from.is_string() ? base::parse_iso8601(std::string_view(from.get_string())) : std::nullopt;
  if (!time) return "/";
  to = *time;
  return {};
}

Wrong read(const json::value& from, bool& to) {
  if (!from.is_bool()) return "/";
  to = from.get_bool();
  return {};
}

template <std::integral T>
Wrong read(const json::value& from, T& to) {
  const auto* number = from.if_int64();
  if (!number || *number < 0 || *number > count_max) return "/";
  to = static_cast<T>(*number);
  return {};
}

Wrong read(const json::value& from, Record::Action& to) {
  std::string word;
  if (auto wrong = read(from, word); !wrong.empty()) return wrong;
  if (word != "update" && word != "redeploy") return "/";
  to = word == "update" ? Record::Action::Update : Record::Action::Redeploy;
  return {};
}

Wrong read(const json::value& from, report::Notice::Kind& to) {
  std::string word;
  if (auto wrong = read(from, word); !wrong.empty()) return wrong;
  const auto kind = report::parse_notice_kind(word);
  if (!kind) return "/";
  to = *kind;
  return {};
}

template <class T>
Wrong read(const json::value& from, std::optional<T>& to);
template <class T>
Wrong read(const json::value& from, std::vector<T>& to);

// Members that are absent or null keep their default: an older record has fewer.
template <class T>
  requires requires(T& object) { members([](std::string_view, auto&) {}, object); }
Wrong read(const json::value& from, T& to) {
  if (!from.is_object()) return "/";
  Wrong wrong;
  members(
      [&](std::string_view name, auto& value) {
        const auto* member = base::member(from, name);
        if (!wrong.empty() || !member) return;
        if (auto inner = read(*member, value); !inner.empty())
          wrong = fmt::format("/{}{}", name, inner == "/" ? "" : inner);
      },
      to);
  return wrong;
}

template <class T>
Wrong read(const json::value& from, std::optional<T>& to) {
  return read(from, to.emplace(T{}));
}

template <class T>
Wrong read(const json::value& from, std::vector<T>& to) {
  const auto* array = from.if_array();
  if (!array) return "/";
  for (const auto& element : *array) {
    const auto index = to.size();
    if (auto wrong = read(element, to.emplace_back()); !wrong.empty()) {
      return fmt::format("/{}{}", index, wrong == "/" ? "" : wrong);
    }
  }
  return {};
}

// --- Writing. `before` is what stood there: a value that did not change keeps its JSON, and one that is the same thing with other
// members keeps those that are unknown.

template <class T>
bool is_same_thing(const T&, const T&) {
  return false;
}
bool is_same_thing(const Record::Intention& a, const Record::Intention& b) { return a.id == b.id; }
bool is_same_thing(const Record::Set& a, const Record::Set& b) { return a.intention == b.intention; }
bool is_same_thing(const Record::Rejected& a, const Record::Rejected& b) { return a.digest == b.digest; }
bool is_same_thing(const Record::Hold& a, const Record::Hold& b) { return a.operation == b.operation && a.by == b.by; }
bool is_same_thing(const Change& a, const Change& b) { return a.at == b.at && a.operation == b.operation; }

json::value write(const std::string& value, const json::value*) { return json::string(value); }
json::value write(const base::Time& value, const json::value*) { return json::string(base::to_iso8601(value)); }
json::value write(const bool& value, const json::value*) { return value; }
template <std::integral T>
json::value write(const T& value, const json::value*) {
  return static_cast<std::int64_t>(value);
}
json::value write(const Record::Action& value, const json::value*) {
  return value == Record::Action::Update ? "update" : "redeploy";
}
json::value write(const report::Notice::Kind& value, const json::value*) {
  return json::string(report::to_string(value));
}

// What `before` says, if it says such a value.
template <class T>
std::optional<T> read_before(const json::value* before) {
  T was;
  if (!before || !read(*before, was).empty()) return std::nullopt;
  return was;
}

template <class T>
json::value write(const std::vector<T>& values, const json::value* before);
void put(json::object& object, std::string_view name, const auto& value);
template <class T>
void put(json::object& object, std::string_view name, const std::optional<T>& value);

template <class T>
  requires requires(T& object) { members([](std::string_view, auto&) {}, object); }
json::value write(const T& value, const json::value* before) {
  const auto was = read_before<T>(before);
  if (was == value) return *before;
  json::object object;
  if (was && is_same_thing(*was, value)) object = before->as_object();
  members([&](std::string_view name, const auto& member) { put(object, name, member); }, value);
  return object;
}

template <class T>
json::value write(const std::vector<T>& values, const json::value* before) {
  json::array array;
  const auto* old = before ? before->if_array() : nullptr;
  for (const auto& value : values) {
    const json::value* same = nullptr;
    for (std::size_t i = 0; old && i < old->size(); ++i) {
      const auto was = read_before<T>(&(*old)[i]);
      if (was == value || (!same && was && is_same_thing(*was, value))) same = &(*old)[i];
      if (was == value) break;
    }
    array.push_back(write(value, same));
  }
  return array;
}

void put(json::object& object, std::string_view name, const auto& value) {
  object[name] = write(value, object.if_contains(name));
}

template <class T>
void put(json::object& object, std::string_view name, const std::optional<T>& value) {
  if (!value) {
    object.erase(name);
    return;
  }
  put(object, name, *value);
}

}  // namespace

base::Result<Stored> decode(std::string_view text) {
  if (text.size() > readable_max) return base::fail(base::ErrorKind::Invalid, "too large to be a record");
  const auto tree = base::parse_json(text, json::make_shared_resource<json::monotonic_resource>(2 * text.size()));
  if (!tree) return base::fail(tree, "not a record");
  const auto version = base::int_member(*tree, "schema");
  if (!version) return base::fail(base::ErrorKind::Invalid, "not a record: no schema");
  Stored stored;
  stored.exists = true;
  stored.read_only = *version > schema;
  stored.document = std::string(text);
  auto wrong = read(*tree, stored);
  if (const auto* service = base::member(*tree, "service"); service && wrong.empty())
    wrong = read(*service, stored.service).empty() ? "" : "/service";
  // Nobody wrote as many by our rules, and each is looked at whenever one is written.
  if (stored.changes.size() > changes_max) stored.changes.resize(changes_max);
  if (stored.untold.size() > untold_max) stored.untold.resize(untold_max);
  if (!wrong.empty()) {
    if (stored.read_only) {
      return base::fail(
          base::ErrorKind::Denied,
          fmt::format("a record of schema {}, of a newer Caretaker, whose {} this one does not understand; "
                      "update this one",
                      *version, wrong));
    }
    return base::fail(base::ErrorKind::Invalid, fmt::format("not a record: {} is not what it should be", wrong));
  }
  return stored;
}

std::size_t least_needed(const std::vector<Change>& changes) {
  const auto first = [&](auto is_it) {
    return static_cast<std::size_t>(std::ranges::find_if(changes, is_it) - changes.begin());
  };
  const auto succeeded = first([](const Change& change) {
    return change.action == "update" &&
           (change.outcome == "SUCCEEDED" || change.outcome == decide::Record::lost_outcome);
  });
  const auto pinned = first([](const Change& change) { return change.action == "pin" || change.action == "rollback"; });
  auto index = changes.size() - 1;
  while (index > 0 && (index == succeeded || index == pinned)) --index;
  // Where there is room for two only, the older one goes.
  return index == 0 ? changes.size() - 1 : index;
}

std::string encode(const Stored& stored, std::string_view service_arn) {
  json::object object;
  if (!stored.document.empty()) {
    if (auto before = base::parse_json(stored.document); before && before->is_object()) object = before->as_object();
  }
  object["schema"] = schema;
  object["service"] = json::string(service_arn);
  members([&](std::string_view name, const auto& value) { put(object, name, value); }, stored);
  auto text = json::serialize(object);
  // All else has its limit.
  auto kept = stored.changes;
  while (!kept.empty() && text.size() > size_max) {
    const auto index = static_cast<std::ptrdiff_t>(least_needed(kept));
    kept.erase(kept.begin() + index);
    auto& changes = object["changes"].as_array();
    changes.erase(changes.begin() + index);
    text = json::serialize(object);
  }
  return text;
}

}  // namespace records
