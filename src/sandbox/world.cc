// SPDX-License-Identifier: Apache-2.0
#include "sandbox/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sandbox {

World::World(Settings settings, Watch watch)
    : settings_(std::move(settings)), watch_(std::move(watch)), ids_(settings_.seed) {}

void World::advance(base::Time now) {
  while (auto due = agenda_.take(now)) {
    now_ = std::max(now_, due->at);
    due->task();
  }
  now_ = std::max(now_, now);
}

void World::tell(std::string kind, std::string text) {
  if (text.size() > told_size_max) text.resize(told_size_max);
  const Happening happening{now_, std::move(kind), std::move(text)};
  told_.push_back({++told_count_, happening});
  if (told_.size() > told_max) told_.pop_front();
  if (watch_) watch_(happening);
}

std::string World::arn(std::string_view service, std::string_view resource) const {
  return fmt::format("arn:aws:{}:{}:{}:{}", service, settings_.region, settings_.account, resource);
}

std::string clock_text(base::Time time) { return base::to_iso8601(time).substr(11, 8); }

std::string short_digest(std::string_view digest) { return std::string(digest.substr(0, 7 + 12)); }

double epoch_seconds(base::Time time) { return static_cast<double>(time.time_since_epoch().count()) / 1000.0; }

}  // namespace sandbox
