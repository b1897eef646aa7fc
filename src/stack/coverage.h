// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "rules/rules.h"

namespace stack {

// Which services and repositories a deployed stack covers: its event rules hear of them, and its policy permits to touch them. The
// function has the stack's JSON beside its executable.
class Coverage {
 public:
  // Reads what stack_for() made. Errors: Invalid, naming the member.
  static base::Result<Coverage> parse(std::string_view text);

  // As it was read.
  const std::string& text() const { return text_; }

  bool covers(const names::ServiceArn& service, const names::Repository& repository) const;
  // Why it does not, as a sentence; empty if it does.
  std::string why_not(const names::ServiceArn& service, const names::Repository& repository) const;

 private:
  std::string text_;
  std::set<std::string, std::less<>> services_;      // ARNs.
  std::set<std::string, std::less<>> repositories_;  // `123456789012/us-east-1/shop`
};

}  // namespace stack
