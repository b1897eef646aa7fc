// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "sandbox/message.h"
#include "sandbox/refusal.h"

namespace sandbox {

// Reads `{"NAME": {"DataType": …, "StringValue": …}}`, an object that may be null. Errors: InvalidParameterValue.
Answer<MessageAttributes> read_message_attributes(const boost::json::object* given);

// The attributes that SQS itself keeps of a message, as texts; those named, or all if `All` is among the names.
boost::json::object show_system_attributes(const Message& message, const std::vector<std::string>& names);

// The attributes that the sender gave, of those named: `All` and `.*` mean all, `x.*` those that start with `x.`.
MessageAttributes select_attributes(const MessageAttributes& attributes, const std::vector<std::string>& names);
boost::json::object show_message_attributes(const MessageAttributes& attributes);

}  // namespace sandbox
