// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "base/clock.h"

namespace sandbox {

// What the account has yet to do, by time; what is due at the same time happens in the order it was added.
class Agenda {
 public:
  using Task = std::move_only_function<void()>;
  // An entry's place; stays valid as a name after the entry is gone.
  struct Key {
    base::Time at;
    std::uint64_t number = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Due {
    base::Time at;
    Task task;
  };

  Key add(base::Time at, Task task);
  // An entry at the place it had in an account whose state is taken over; there must be none.
  void put(const Key& key, Task task);
  // How many were added so far.
  std::uint64_t added() const { return added_; }
  void set_added(std::uint64_t added) { added_ = added; }
  // Nothing happens if it was done or cancelled before.
  void cancel(const Key& key);
  std::optional<base::Time> next() const;
  // Removes the first entry due by `now`, for the caller to do.
  std::optional<Due> take(base::Time now);

 private:
  std::map<Key, Task> tasks_;
  std::uint64_t added_ = 0;
};

}  // namespace sandbox
