// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "sandbox/json_service.h"
#include "sandbox/json_text.h"
#include "sandbox/recognise.h"
#include "sandbox/refusal.h"

namespace sandbox {

// What must be known of a request to answer it in its client's shape.
struct AnswerShape {
  Recognised what;
  std::string request_id;
  bool query_mode = false;  // SQS: the client wants the old protocol's error code as well.
  std::string resource;     // S3: the path, for errors.
};

// Answers of the JSON and query protocols. `writer` writes the times of App Runner.
http::Response write_output(const AnswerShape& shape, const Output& output, JsonWriter& writer);
// A refusal in any protocol.
http::Response write_refusal(const AnswerShape& shape, const Refusal& refusal);

}  // namespace sandbox
