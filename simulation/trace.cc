// SPDX-License-Identifier: Apache-2.0
#include "simulation/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "simulation/town.h"
#include "simulation/world.h"

namespace simulation {
namespace {

// What led to the violation at once is shown as it is.
constexpr std::size_t lines_in_full = 40;

// The invariants for which it matters how a message travels.
bool is_about_messages(int invariant) { return invariant == 5 || invariant == 8; }

std::string counted(std::size_t lines) { return fmt::format("{} line{}", lines, lines == 1 ? "" : "s"); }

bool is_travel(std::string_view text) { return text.starts_with("message") || text.starts_with("invocation"); }

// How a message travels, and a decision like the one before it; notes that one in `decided`.
bool is_routine(std::string_view text, std::string& decided) {
  if (text.starts_with("decision ")) return std::exchange(decided, text) == text;
  return is_travel(text) || text.starts_with("begins with ") || text.starts_with("fault: ");
}

// Digests and images as people say them.
std::string shorter(std::string text) {
  constexpr std::string_view digest = "sha256:";
  constexpr std::size_t shown = 12;
  for (auto at = text.find(digest); at != std::string::npos; at = text.find(digest, at + 1)) {
    const auto end = text.find_first_not_of("0123456789abcdef", at + digest.size());
    const auto length = (end == std::string::npos ? text.size() : end) - at - digest.size();
    if (length > shown) text.erase(at + digest.size() + shown, length - shown);
  }
  const auto registry = std::string(town_registry) + '/';
  for (auto at = text.find(registry); at != std::string::npos; at = text.find(registry, at))
    text.erase(at, registry.size());
  return text;
}

// What tells nobody anything but the store.
bool is_bookkeeping(std::string_view member) { return member == "nonce" || member == "noncesBefore"; }

void tell(std::string& told, const std::string& path, const boost::json::value* value) {
  auto text = value ? shorter(boost::json::serialize(*value)) : "gone";
  constexpr std::size_t most = 300;
  if (text.size() > most) text = text.substr(0, most) + "…";
  told += fmt::format("{}{}: {}", told.empty() ? "" : ", ", path, text);
}

void tell_changes(std::string& told, const std::string& path, const boost::json::value& before,
                  const boost::json::value& after);

void tell_changes(std::string& told, const std::string& path, const boost::json::object& before,
                  const boost::json::object& after) {
  const auto below = [&](std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  };
  for (const auto& [key, value] : after) {
    if (is_bookkeeping(key)) continue;
    if (const auto* old = before.if_contains(key)) {
      tell_changes(told, below(key), *old, value);
    } else {
      tell(told, below(key), &value);
    }
  }
  for (const auto& [key, value] : before) {
    if (!after.contains(key)) tell(told, below(key), nullptr);
  }
}

// Of an array what has come, gone or changed in its place.
void tell_changes(std::string& told, const std::string& path, const boost::json::value& before,
                  const boost::json::value& after) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) return tell_changes(told, path, before.get_object(), after.get_object());
  if (!before.is_array() || !after.is_array()) return tell(told, path, &after);
  const auto& was = before.get_array();
  const auto& is = after.get_array();
  if (was.size() == is.size()) {
    for (std::size_t i = 0; i < is.size(); ++i) tell_changes(told, fmt::format("{}[{}]", path, i), was[i], is[i]);
    return;
  }
  for (const auto& value : is) {
    if (std::ranges::find(was, value) == was.end()) tell(told, path + " gets", &value);
  }
  for (const auto& value : was) {
    if (std::ranges::find(is, value) == is.end()) tell(told, path + " loses", &value);
  }
}

}  // namespace

std::string world_time(base::Time at) {
  using namespace std::chrono;
  auto since = at - world_begin;
  const auto day = duration_cast<days>(since);
  since -= day;
  const auto hour = duration_cast<hours>(since);
  const auto minute = duration_cast<minutes>(since - hour);
  const auto milli = since - hour - minute;
  return fmt::format("day {} {:02}:{:02}:{:06.3f}", day.count() + 1, hour.count(), minute.count(),
                     static_cast<double>(milli.count()) / 1000);
}

void Trace::note(base::Time at, std::string_view who, std::string text, std::string_view about) {
  if (wanted_) lines_.push_back({at, std::string(who), std::move(text), std::string(about)});
}

std::vector<std::string> Trace::shortened(const Violation& violation, std::string_view service_name,
                                          std::string_view repository, std::size_t most) const {
  std::vector<const Line*> lines;
  for (const auto& line : lines_) {
    const bool concerned = line.about.empty() || violation.service.empty() || line.about == violation.service ||
                           line.about == service_name || line.about == repository;
    if (line.at <= violation.at && concerned) lines.push_back(&line);
  }
  const bool travels = is_about_messages(violation.invariant);
  std::size_t in_full_from = lines.size();
  for (std::size_t left = lines_in_full; left > 0 && in_full_from > 0; --in_full_from) {
    if (travels || !is_travel(lines[in_full_from - 1]->text)) --left;
  }
  std::vector<std::string> shown;
  std::map<std::string, std::string, std::less<>> decided;  // The last decision about each service.
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = *lines[i];
    const bool is_left_out = i < in_full_from ? is_routine(line.text, decided[line.about]) : is_travel(line.text);
    if (!travels && is_left_out) {
      ++left_out;
      continue;
    }
    if (left_out > 0)
      shown.push_back(fmt::format("… {} of messages, and of looks that came to the same, left out", counted(left_out)));
    left_out = 0;
    shown.push_back(fmt::format("{}  {:<10} {}", world_time(line.at), line.who, shorter(line.text)));
  }
  if (shown.size() > most) {
    const auto earlier = shown.size() - most;
    shown.erase(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(earlier));
    shown.insert(shown.begin(), fmt::format("… {} before that", counted(earlier)));
  }
  return shown;
}

std::string changes(const boost::json::object& before, const boost::json::object& after) {
  std::string told;
  tell_changes(told, {}, before, after);
  return told;
}

}  // namespace simulation
