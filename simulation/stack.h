// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>

namespace simulation {

// An actor's stack with a guard page below it, and what the sanitizers must be told when another stack is switched to.
// Without sanitizers that costs nothing.
class Stack {
 public:
  struct Callers {};
  Stack();
  // The stack of whoever runs the scheduler: not ours.
  explicit Stack(Callers callers);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  boost::context::preallocated preallocated() const { return {context_.sp, context_.size, context_}; }
  // For Boost.Context, which else would free the stack when its actor ends.
  struct Kept {
    void deallocate(boost::context::stack_context& /*context*/) const {}
  };

  // To be called on this stack, before switching to `next` and after coming from `previous`.
  void leaving(const Stack& next);
  void leaving_for_good(const Stack& next);
  void entered(Stack& previous);

 private:
  boost::context::stack_context context_;
  bool ours_ = true;
#if defined(CARETAKER_SANITIZE_ADDRESS)
  const void* bottom_ = nullptr;
  std::size_t size_ = 0;
  void* fake_stack_ = nullptr;
#elif defined(CARETAKER_SANITIZE_THREAD)
  void* fiber_ = nullptr;
#endif
};

}  // namespace simulation
