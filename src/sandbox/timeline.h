// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "sandbox/account.h"

namespace sandbox {

// What happens in the account and what the function says about it, one line each for a person who watches:
//   +12.034s  ecr          pushed hello-world-apprunner-repo:1.2.4
//   +12.120s  caretaker    update hello-world-service 1.2.3 → 1.2.4: …
class Timeline final {
 public:
  using Write = std::function<void(std::string_view line)>;
  // Times are shown relative to `start`.
  Timeline(base::Time start, bool colour, Write write) : start_(start), colour_(colour), write_(std::move(write)) {}

  void happened(const Happening& happening);

 private:
  void line(base::Time at, std::string_view kind, std::string_view text);

  base::Time start_;
  bool colour_;
  Write write_;
};

// The sentence for one line of the function's log, written at that time; the line itself where it is none of its JSON lines.
std::string describe_log_line(std::string_view line, base::Time at);

}  // namespace sandbox
