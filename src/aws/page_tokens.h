// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

#include "aws/caller.h"

namespace aws {

// What has named the pages of a list so far: the answers' members of this name.
class PageTokens {
 public:
  PageTokens(const Operation& operation, std::string_view name) : operation_(operation), name_(name) {}

  // Errors: malformed. A token that comes again would go round for ever, and what lies behind would stay unseen.
  [[nodiscard]] base::Result<void> add(const std::string& token) {
    if (tokens_.insert(token).second) return {};
    return malformed(operation_, fmt::format("the same {} a second time", name_));
  }

 private:
  const Operation& operation_;
  std::string_view name_;
  std::set<std::string> tokens_;
};

}  // namespace aws
