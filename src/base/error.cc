// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

namespace base {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotSent: return "not-sent";
    case ErrorKind::Unknown: return "unknown";
    case ErrorKind::Transient: return "transient";
    case ErrorKind::Conflict: return "conflict";
    case ErrorKind::NotFound: return "not-found";
    case ErrorKind::Denied: return "denied";
    case ErrorKind::Invalid: return "invalid";
  }
  return "?";
}

Error Error::in(std::string_view context) const& { return Error(*this).in(context); }

Error Error::in(std::string_view context) && {
  message = std::string(context) + ": " + message;
  return std::move(*this);
}

std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, {}, std::move(message)});
}

std::unexpected<Error> fail(ErrorKind kind, std::string code, std::string message) {
  return std::unexpected(Error{kind, std::move(code), std::move(message)});
}

}  // namespace base
