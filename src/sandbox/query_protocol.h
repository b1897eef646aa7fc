// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "sandbox/json_service.h"
#include "sandbox/refusal.h"
#include "sandbox/uri.h"

namespace sandbox {

// The query protocol, of STS, IAM and the older clients of SQS: a form in, XML out. The services' operations take and give
// the same objects as in JSON; the names that differ are those of SQS.

// A form's parameters as an operation's input: `Attribute.1.Name=x&Attribute.1.Value=y` is {"Attributes": {"x": "y"}}.
// Errors: MalformedQueryString (nested too deep, too many parameters).
Answer<Input> read_form(const Pairs& form);

// `<OperationResponse><OperationResult>…</OperationResult><ResponseMetadata>…`
std::string write_answer(std::string_view operation, std::string_view xmlns, const Output& output,
                         std::string_view request_id);

// `<ErrorResponse><Error>…`
std::string write_error(std::string_view xmlns, const Refusal& refusal, std::string_view request_id);

}  // namespace sandbox
