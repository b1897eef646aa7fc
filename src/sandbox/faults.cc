// SPDX-License-Identifier: Apache-2.0
#include "sandbox/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/json.h"

namespace sandbox {
namespace {

namespace json = boost::json;

enum class Group { Request, Clock, Event, Message };

struct Kind {
  FaultKind kind;
  std::string_view name;
  Group group;
};
constexpr std::array kinds = {
    Kind{FaultKind::Throttle, "throttle", Group::Request},
    Kind{FaultKind::ServerError, "server-error", Group::Request},
    Kind{FaultKind::Html, "html", Group::Request},
    Kind{FaultKind::Error, "error", Group::Request},
    Kind{FaultKind::CutBefore, "cut-before", Group::Request},
    Kind{FaultKind::CutAfter, "cut-after", Group::Request},
    Kind{FaultKind::Stall, "stall", Group::Request},
    Kind{FaultKind::WrongBody, "wrong-body", Group::Request},
    Kind{FaultKind::TruncatedBody, "truncated-body", Group::Request},
    Kind{FaultKind::ExpiredCredentials, "expired-credentials", Group::Request},
    Kind{FaultKind::ClockSkew, "clock-skew", Group::Clock},
    Kind{FaultKind::LoseEvent, "lose-event", Group::Event},
    Kind{FaultKind::RepeatEvent, "repeat-event", Group::Event},
    Kind{FaultKind::DelayEvent, "delay-event", Group::Event},
    Kind{FaultKind::ReorderEvents, "reorder-events", Group::Event},
    Kind{FaultKind::RepeatMessage, "repeat-message", Group::Message},
};

const Kind& row_of(FaultKind kind) { return *std::ranges::find(kinds, kind, &Kind::kind); }

std::string all_kinds() {
  std::string text;
  for (const auto& kind : kinds) text += (text.empty() ? "" : ", ") + std::string(kind.name);
  return text;
}

auto wrong(std::string_view text) { return base::fail(base::ErrorKind::Invalid, std::string(text)); }

// Whole numbers from 0 (or 1) to a million.
base::Result<unsigned> read_count(const json::value& given, std::string_view name, std::int64_t min,
                                  unsigned fallback) {
  if (!base::member(given, name)) return fallback;
  const auto count = base::int_member(given, name);
  if (!count || *count < min || *count > 1'000'000)
    return wrong(fmt::format("{} must be a whole number from {} to 1000000", name, min));
  return static_cast<unsigned>(*count);
}

base::Result<void> check_names(const json::value& given) {
  static constexpr std::string_view names[] = {"kind",  "service", "operation", "queue",  "times",
                                               "every", "code",    "message",   "status", "delay"};
  for (const auto& member : given.get_object()) {
    if (std::ranges::find(names, std::string_view(member.key())) == std::end(names)) {
      return wrong(
          fmt::format("a fault has no member {}; it may have kind, service, operation, queue, times, every, "
                      "delay, and for the kind error also code, message and status",
                      base::json_quote(member.key())));
    }
  }
  for (const auto name : {"service", "operation", "queue", "code", "message", "delay"}) {
    if (base::member(given, name) && !base::string_member(given, name))
      return wrong(fmt::format("{} must be a text", name));
  }
  return {};
}

std::string text_in(const json::value& given, std::string_view name) {
  return std::string(base::string_member(given, name).value_or(""));
}

base::Result<void> check_fits(const json::value& given, const Kind& kind) {
  const bool about_requests = kind.group == Group::Request || kind.group == Group::Clock;
  for (const auto name : {"service", "operation"}) {
    if (!about_requests && base::member(given, name))
      return wrong(fmt::format("{} befalls what goes to a queue; name it by queue, not {}", kind.name, name));
  }
  if (about_requests && base::member(given, "queue"))
    return wrong(fmt::format("{} befalls requests; name them by service and operation, not queue", kind.name));
  for (const auto name : {"code", "message", "status"}) {
    if (kind.kind != FaultKind::Error && base::member(given, name))
      return wrong(fmt::format("{} is only for the kind error", name));
  }
  if (kind.kind == FaultKind::Error && text_in(given, "code").empty())
    return wrong(R"(the kind error needs a code, such as "AccessDeniedException")");
  return {};
}

}  // namespace

std::string_view to_string(FaultKind kind) { return row_of(kind).name; }

std::optional<FaultKind> fault_kind(std::string_view name) {
  const auto* found = std::ranges::find(kinds, name, &Kind::name);
  return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::optional<base::Duration> read_duration(std::string_view text) {
  static constexpr std::pair<std::string_view, std::int64_t> units[] = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  static constexpr std::int64_t longest = std::int64_t{100} * 366 * 86'400'000;
  std::int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || count < 0) return std::nullopt;
  const auto* unit = std::ranges::find(units, text.substr(static_cast<std::size_t>(parsed.ptr - text.data())),
                                       &std::pair<std::string_view, std::int64_t>::first);
  if (unit == std::end(units) || count > longest / unit->second) return std::nullopt;
  return base::Duration(count * unit->second);
}

std::uint64_t Faults::add(Fault fault) {
  fault.number = ++added_;
  faults_.push_back(std::move(fault));
  return added_;
}

bool Faults::remove(std::uint64_t number) {
  return std::erase_if(faults_, [number](const Fault& fault) { return fault.number == number; }) > 0;
}

template <class Fits>
std::optional<Fault> Faults::strike(Fits fits) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (!fits(*fault) || ++fault->met % fault->every != 0) continue;
    ++fault->struck;
    const Fault struck = *fault;
    if (fault->times != 0 && fault->struck == fault->times) faults_.erase(fault);
    return struck;
  }
  return std::nullopt;
}

std::optional<Fault> Faults::strike_request(std::string_view service, std::string_view operation) {
  return strike([&](const Fault& fault) {
    return row_of(fault.kind).group == Group::Request && (fault.service.empty() || fault.service == service) &&
           (fault.operation.empty() || fault.operation == operation);
  });
}

std::optional<Fault> Faults::strike_event(std::string_view queue) {
  return strike([&](const Fault& fault) {
    return row_of(fault.kind).group == Group::Event && (fault.queue.empty() || fault.queue == queue);
  });
}

bool Faults::repeats_message(std::string_view queue) {
  return strike([&](const Fault& fault) {
           return fault.kind == FaultKind::RepeatMessage && (fault.queue.empty() || fault.queue == queue);
         })
      .has_value();
}

base::Duration Faults::skew(std::string_view service) const {
  base::Duration skew{0};
  for (const auto& fault : faults_) {
    if (fault.kind == FaultKind::ClockSkew && (fault.service.empty() || fault.service == service)) skew += fault.delay;
  }
  return skew;
}

base::Result<Fault> read_fault(const json::value& given) {
  if (!given.is_object()) return wrong(R"(send an object, such as {"kind": "throttle", "service": "apprunner"})");
  if (auto named = check_names(given); !named) return std::unexpected(std::move(named.error()));
  const auto kind = fault_kind(text_in(given, "kind"));
  if (!kind) return wrong(fmt::format("kind must be one of {}", all_kinds()));
  if (auto fits = check_fits(given, row_of(*kind)); !fits) return std::unexpected(std::move(fits.error()));
  // A state of the world lasts until it is taken back; anything else befalls the next one.
  const bool lasts = *kind == FaultKind::ExpiredCredentials || *kind == FaultKind::ClockSkew;
  const auto times = read_count(given, "times", 0, lasts ? 0 : 1);
  if (!times) return std::unexpected(times.error());
  const auto every = read_count(given, "every", 1, 1);
  if (!every) return std::unexpected(every.error());
  Fault fault;
  fault.kind = *kind;
  fault.service = text_in(given, "service");
  fault.operation = text_in(given, "operation");
  fault.queue = text_in(given, "queue");
  fault.times = *times;
  fault.every = *every;
  fault.code = text_in(given, "code");
  fault.message = text_in(given, "message");
  if (base::member(given, "status")) {
    const auto status = base::int_member(given, "status");
    if (!status || *status < 400 || *status > 599) return wrong("status must be a whole number from 400 to 599");
    fault.status = static_cast<int>(*status);
  }
  if (base::member(given, "delay")) {
    const auto delay = read_duration(text_in(given, "delay"));
    if (!delay) return wrong(R"(delay must be a time such as "250ms", "10s", "15m", "2h" or "1d")");
    fault.delay = *delay;
  }
  return fault;
}

json::object show_fault(const Fault& fault) {
  json::object shown{{"number", fault.number}, {"kind", to_string(fault.kind)}};
  if (!fault.service.empty()) shown["service"] = fault.service;
  if (!fault.operation.empty()) shown["operation"] = fault.operation;
  if (!fault.queue.empty()) shown["queue"] = fault.queue;
  shown["times"] = fault.times;
  shown["every"] = fault.every;
  if (fault.kind == FaultKind::Error) {
    shown["code"] = fault.code;
    shown["message"] = fault.message;
    shown["status"] = fault.status;
  }
  shown["delay"] = base::to_text(fault.delay);
  shown["met"] = fault.met;
  shown["struck"] = fault.struck;
  return shown;
}

}  // namespace sandbox
