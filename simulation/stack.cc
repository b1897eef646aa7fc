// SPDX-License-Identifier: Apache-2.0
#include "simulation/stack.h"

#include <boost/context/protected_fixedsize_stack.hpp>

#if defined(CARETAKER_SANITIZE_ADDRESS)
#include <sanitizer/common_interface_defs.h>
#elif defined(CARETAKER_SANITIZE_THREAD)
#include <sanitizer/tsan_interface.h>
#endif

// ThreadSanitizer notes with the stack that it takes for the present one where each function begins and ends, so that no function may
// begin before a change of that and end behind it.
#if defined(CARETAKER_SANITIZE_THREAD)
#define UNINSTRUMENTED [[clang::disable_sanitizer_instrumentation]]
#else
#define UNINSTRUMENTED
#endif

#if defined(CARETAKER_SANITIZE_ADDRESS)
// With its fake stacks Boost.Context's last frame on a stack would be gone before it returns.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }
#endif

namespace simulation {
namespace {

// Sanitizers and unoptimized code want more of it.
#if defined(CARETAKER_SANITIZE_ADDRESS) || defined(CARETAKER_SANITIZE_THREAD) || !defined(__OPTIMIZE__)
constexpr std::size_t stack_size = std::size_t{1024} * 1024;
#else
constexpr std::size_t stack_size = std::size_t{256} * 1024;
#endif

}  // namespace

Stack::Stack() : context_(boost::context::protected_fixedsize_stack(stack_size).allocate()) {
#if defined(CARETAKER_SANITIZE_ADDRESS)
  size_ = context_.size;
  bottom_ = static_cast<const char*>(context_.sp) - context_.size;
#elif defined(CARETAKER_SANITIZE_THREAD)
  fiber_ = __tsan_create_fiber(0);
#endif
}

Stack::Stack(Callers /*callers*/) : ours_(false) {
#if defined(CARETAKER_SANITIZE_THREAD)
  fiber_ = __tsan_get_current_fiber();
#endif
}

Stack::~Stack() {
  if (!ours_) return;
#if defined(CARETAKER_SANITIZE_THREAD)
  __tsan_destroy_fiber(fiber_);
#endif
  boost::context::protected_fixedsize_stack(stack_size).deallocate(context_);
}

UNINSTRUMENTED void Stack::leaving([[maybe_unused]] const Stack& next) {
#if defined(CARETAKER_SANITIZE_ADDRESS)
  __sanitizer_start_switch_fiber(&fake_stack_, next.bottom_, next.size_);
#elif defined(CARETAKER_SANITIZE_THREAD)
  __tsan_switch_to_fiber(next.fiber_, 0);
#endif
}

void Stack::leaving_for_good([[maybe_unused]] const Stack& next) {
#if defined(CARETAKER_SANITIZE_ADDRESS)
  __sanitizer_start_switch_fiber(nullptr, next.bottom_, next.size_);
#endif
}

UNINSTRUMENTED void Stack::entered([[maybe_unused]] Stack& previous) {
#if defined(CARETAKER_SANITIZE_ADDRESS)
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(fake_stack_, &bottom, &size);
  // This is how we learn where the caller's own stack lies.
  if (!previous.ours_) {
    previous.bottom_ = bottom;
    previous.size_ = size;
  }
#elif defined(CARETAKER_SANITIZE_THREAD)
  // Of an actor's end only who comes after it can tell, as its functions end behind leaving_for_good().
  if (__tsan_get_current_fiber() != fiber_) __tsan_switch_to_fiber(fiber_, 0);
#endif
}

}  // namespace simulation
