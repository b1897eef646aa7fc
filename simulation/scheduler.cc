// SPDX-License-Identifier: Apache-2.0
#include "simulation/scheduler.h"

#include <algorithm>
#include <utility>

namespace simulation {

Scheduler::~Scheduler() { kill_all(); }

Scheduler::ActorId Scheduler::spawn(std::function<void()> body) {
  const auto id = free_actor();
  auto& actor = *actors_[id];
  auto run = [this, &actor, work = std::move(body)](boost::context::fiber&& outside) mutable {
    outside_ = std::move(outside);
    actor.stack.entered(outside_stack_);
    try {
      // What the work holds goes with it, and not when the id is given again.
      const auto once = std::exchange(work, {});
      if (!actor.killed) once();
    } catch (const Death&) {
      // Killed: everything on its stack is gone now.
    }
    actor.ended = true;
    actor.stack.leaving_for_good(outside_stack_);
    return std::move(outside_);
  };
  actor.fiber = boost::context::fiber(std::allocator_arg, actor.stack.preallocated(), Stack::Kept(), std::move(run));
  return id;
}

// A stack costs more than all that most actors do on it.
Scheduler::ActorId Scheduler::free_actor() {
  for (ActorId id = 0; id < actors_.size(); ++id) {
    auto& actor = *actors_[id];
    if (!actor.ended) continue;
    actor.ready = true;
    actor.killed = actor.ended = false;
    actor.wake_at.reset();
    return id;
  }
  actors_.push_back(std::make_unique<Actor>());
  return actors_.size() - 1;
}

void Scheduler::wake(ActorId actor) { actors_[actor]->ready = true; }

void Scheduler::kill(ActorId id) {
  if (actors_[id]->ended) return;
  actors_[id]->killed = true;
  resume(id);
}

void Scheduler::switch_out() {
  actors_[current_]->ready = true;
  leave();
}

void Scheduler::wait(base::Time until) {
  auto& actor = *actors_[current_];
  actor.ready = false;
  actor.wake_at = until;
  leave();
  actor.wake_at.reset();
}

void Scheduler::sleep_until(base::Time until) {
  while (now_ < until) wait(until);
}

void Scheduler::die() { throw Death(); }

void Scheduler::leave() {
  auto& actor = *actors_[current_];
  actor.stack.leaving(outside_stack_);
  outside_ = std::move(outside_).resume();
  actor.stack.entered(outside_stack_);
  if (actor.killed) throw Death();
}

void Scheduler::kill_all() {
  for (ActorId id = 0; id < actors_.size(); ++id) kill(id);
}

bool Scheduler::step() {
  ready_.clear();
  for (ActorId id = 0; id < actors_.size(); ++id) {
    if (!actors_[id]->ended && actors_[id]->ready) ready_.push_back(id);
  }
  if (ready_.empty()) return false;
  if (choose_ && ready_.size() > 1) {
    last_ = ready_[choose_(ready_)];
  } else {
    const auto next = std::ranges::upper_bound(ready_, last_);
    last_ = next == ready_.end() ? ready_.front() : *next;
  }
  resume(last_);
  return true;
}

void Scheduler::resume(ActorId id) {
  const auto before = std::exchange(current_, id);
  auto& actor = *actors_[id];
  outside_stack_.leaving(actor.stack);
  actor.fiber = std::move(actor.fiber).resume();
  outside_stack_.entered(actor.stack);
  current_ = before;
}

std::optional<base::Time> Scheduler::next_wake() const {
  std::optional<base::Time> next;
  for (const auto& actor : actors_) {
    if (actor->ended || actor->ready || !actor->wake_at) continue;
    next = next ? std::min(*next, *actor->wake_at) : *actor->wake_at;
  }
  return next;
}

void Scheduler::advance(base::Time to) {
  now_ = std::max(now_, to);
  for (const auto& actor : actors_) {
    if (actor->wake_at && *actor->wake_at <= now_) actor->ready = true;
  }
}

}  // namespace simulation
