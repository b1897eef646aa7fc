// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stop_token>

namespace http {

// How long something may take, in the machine's own time.
struct Until {
  std::chrono::steady_clock::time_point at;
  std::stop_token stop;

  bool over() const { return stop.stop_requested() || std::chrono::steady_clock::now() >= at; }
};

}  // namespace http
