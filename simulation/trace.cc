// SPDX-License-Identifier: Apache-2.0
#include "simulation/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "simulation/world.h"

namespace simulation {

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
  std::vector<std::string> shown;
  for (auto line = lines_.rbegin(); line != lines_.rend() && shown.size() < most; ++line) {
    const bool concerned = line->about.empty() || violation.service.empty() || line->about == violation.service ||
                           line->about == service_name || line->about == repository;
    if (line->at > violation.at || !concerned) continue;
    shown.push_back(fmt::format("{}  {:<10} {}", world_time(line->at), line->who, line->text));
  }
  std::ranges::reverse(shown);
  return shown;
}

}  // namespace simulation
