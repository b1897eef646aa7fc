// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "sandbox/refusal.h"

namespace sandbox {

// A pattern of an event rule: exact values, prefix, suffix, equals-ignore-case, exists, anything-but (also of prefixes and
// suffixes) and wildcard. The others (cidr, numeric, $or) are refused by name.
class EventPattern {
 public:
  // Errors: InvalidEventPatternException.
  static Answer<EventPattern> parse(std::string_view text);

  bool matches(const boost::json::object& event) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  boost::json::object tree_;
};

}  // namespace sandbox
