// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "sandbox/refusal.h"

namespace sandbox {

// A pattern of an event rule, in the whole language that EventBridge documents ("Comparison operators for use in event
// patterns"); what that leaves open is as aws/event-ruler does it. Letter case is ignored in ASCII only.
class EventPattern {
 public:
  // Errors: InvalidEventPatternException with the reason and the place; LimitExceededException above `size_max`.
  static Answer<EventPattern> parse(std::string_view text);
  // EventBridge's default quota, in characters.
  static constexpr std::size_t size_max = 2'048;

  bool matches(const boost::json::object& event) const;
  const std::string& text() const { return text_; }
  // EventBridge counts the rules of a bus that have any.
  bool has_wildcard() const;

 private:
  std::string text_;
  boost::json::object tree_;
};

}  // namespace sandbox
