// SPDX-License-Identifier: Apache-2.0
#include "simulation/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "simulation/world.h"

namespace simulation {
namespace {

// What led to the violation at once is shown as it is.
constexpr std::size_t lines_in_full = 40;

// The invariant for which it matters how a message travels.
constexpr int about_messages = 5;

// How a message travels, and a decision like the one before it; notes that one in `decided`.
bool is_routine(std::string_view text, std::string& decided) {
  if (text.starts_with("decision ")) return std::exchange(decided, text) == text;
  return text.starts_with("message") || text.starts_with("invocation") || text.starts_with("begins with ") ||
         text.starts_with("fault: ");
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
  const auto in_full_from = lines.size() - std::min(lines.size(), lines_in_full);
  std::vector<std::string> shown;
  std::map<std::string, std::string, std::less<>> decided;  // The last decision about each service.
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = *lines[i];
    const bool may_be_left_out = i < in_full_from && violation.invariant != about_messages;
    if (may_be_left_out && is_routine(line.text, decided[line.about])) {
      ++left_out;
      continue;
    }
    if (left_out > 0)
      shown.push_back(fmt::format("… {} lines of messages, and of looks that came to the same", left_out));
    left_out = 0;
    shown.push_back(fmt::format("{}  {:<10} {}", world_time(line.at), line.who, line.text));
  }
  if (shown.size() > most) shown.erase(shown.begin(), shown.end() - static_cast<std::ptrdiff_t>(most));
  return shown;
}

std::string changes(const boost::json::object& before, const boost::json::object& after) {
  std::string told;
  const auto tell = [&told](std::string_view key, const boost::json::value* value) {
    auto text = value ? boost::json::serialize(*value) : "gone";
    if (text.size() > 200) text = text.substr(0, 200) + "…";
    told += fmt::format("{}{}: {}", told.empty() ? "" : ", ", key, text);
  };
  for (const auto& [key, value] : after) {
    const auto* old = before.if_contains(key);
    if (!old || *old != value) tell(key, &value);
  }
  for (const auto& [key, value] : before) {
    if (!after.contains(key)) tell(key, nullptr);
  }
  return told;
}

}  // namespace simulation
