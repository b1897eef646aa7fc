// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "simulation/stack.h"

namespace simulation {

// Runs actors one at a time, each on a stack of its own, in virtual time. An actor is switched away from only where it calls
// switch_out(), wait() or sleep_until(): inside `send` and `sleep`, that is. So a run is decided by the order of resumption and
// by nothing else, and can be repeated.
class Scheduler {
 public:
  using ActorId = std::size_t;

  explicit Scheduler(base::Time start) : now_(start) {}
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  base::Time now() const { return now_; }

  // Which of the actors that can go on does so: an index into them, in the order of their ids. Without it each has its turn.
  using Choose = std::function<std::size_t(std::span<const ActorId> ready)>;
  void choose_by(Choose choose) { choose_ = std::move(choose); }

  // From anywhere. The actor runs at a later step(). The id of one that has ended is given again: who waits looks whether
  // what it waits for has come.
  ActorId spawn(std::function<void()> body);
  // From anywhere: the actor, if it waits, may go on.
  void wake(ActorId actor);
  // From outside all actors: none of them goes on; their stacks are unwound.
  void kill_all();

  // The calling actor's own.
  ActorId current() const { return current_; }
  void switch_out();                   // Lets others run first.
  void wait(base::Time until);         // Until wake() or that time.
  void sleep_until(base::Time until);  // Until that time, whatever wakes it.
  [[noreturn]] void die();             // Its stack is unwound from here.

  // From outside all actors. Lets one that can go on do so, up to its next switch; false if none can.
  bool step();
  // When the first sleeper wakes up.
  std::optional<base::Time> next_wake() const;
  void advance(base::Time to);

 private:
  struct Death {};
  struct Actor {
    Stack stack;
    boost::context::fiber fiber;
    bool ready = true;
    bool killed = false;
    bool ended = false;
    std::optional<base::Time> wake_at;
  };

  void kill(ActorId id);
  void resume(ActorId id);
  void leave();
  ActorId free_actor();

  base::Time now_;
  Choose choose_;
  Stack outside_stack_{Stack::Callers()};
  std::vector<std::unique_ptr<Actor>> actors_;
  std::vector<ActorId> ready_;
  boost::context::fiber outside_;
  ActorId current_ = 0;
  std::size_t last_ = 0;
};

}  // namespace simulation
