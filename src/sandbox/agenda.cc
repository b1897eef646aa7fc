// SPDX-License-Identifier: Apache-2.0
#include "sandbox/agenda.h"

#include <utility>

namespace sandbox {

Agenda::Key Agenda::add(base::Time at, Task task) {
  const Key key{at, ++added_};
  tasks_.emplace(key, std::move(task));
  return key;
}

void Agenda::put(const Key& key, Task task) { tasks_.emplace(key, std::move(task)); }

void Agenda::cancel(const Key& key) { tasks_.erase(key); }

std::optional<base::Time> Agenda::next() const {
  if (tasks_.empty()) return std::nullopt;
  return tasks_.begin()->first.at;
}

std::optional<Agenda::Due> Agenda::take(base::Time now) {
  if (tasks_.empty() || tasks_.begin()->first.at > now) return std::nullopt;
  auto node = tasks_.extract(tasks_.begin());
  return Due{node.key().at, std::move(node.mapped())};
}

}  // namespace sandbox
