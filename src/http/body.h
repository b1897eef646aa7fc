// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace http {

// Takes a request's body while it arrives, so that its size is bounded by nothing but what the sink does with it. Nothing
// more is read from the network before take() returns. Destroyed early, the request was cut: no handler hears of it.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void take(std::string_view bytes) = 0;
};

// Gives an answer's body while it is sent; asked for more only when what it gave has been taken.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Of the whole body, in bytes, whatever has been read.
  virtual std::uint64_t size() const = 0;
  // The next bytes, at most `max`. None before the end: the rest cannot be had, and the connection is cut.
  virtual std::string read(std::size_t max) = 0;
};

}  // namespace http
