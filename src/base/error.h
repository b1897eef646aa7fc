// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// What the caller should do about a failure; that is all a kind says.
enum class ErrorKind {
  NotSent,  // No byte left this machine: any call may be repeated.
  Unknown,  // Cut or timed out after sending: it may have taken effect. Repeat only what is repeatable; else read and see.
  Transient,  // Throttled or a passing fault, certainly without effect: back off within the deadline, then hand back.
  Conflict,   // Changed under us: read again, decide again.
  NotFound,   // No such thing. Never repeat.
  Denied,     // 401, 403, missing permission. Never repeat.
  Invalid,    // Malformed input or a request that can't be right. Never repeat.
};

std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::Invalid;
  std::string code;     // The service's own error code, such as `InvalidStateException`; empty if there was none.
  std::string message;  // Subject first, one line, never a payload or a secret.

  // Puts `context` before the message: once per layer, the subject first.
  [[nodiscard]] Error in(std::string_view context) const&;
  [[nodiscard]] Error in(std::string_view context) &&;
};

template <class T>
using Result = std::expected<T, Error>;

// `return fail(ErrorKind::Invalid, "…")` in a function that returns a Result.
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, std::string message);
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, std::string code, std::string message);

// Hands a failed Result's error on, with context: `if (!page) return fail(page, "ecr DescribeImages shop");`
template <class T>
[[nodiscard]] std::unexpected<Error> fail(const std::expected<T, Error>& failed, std::string_view context) {
  return std::unexpected(failed.error().in(context));
}

}  // namespace base
