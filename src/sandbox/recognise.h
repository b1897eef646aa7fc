// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http/message.h"
#include "sandbox/refusal.h"

namespace sandbox {

// Which service and operation a request is for, and how both sides write.
struct Recognised {
  Protocol protocol = Protocol::Rest;
  std::string service;               // As signatures name it: `apprunner`; empty if the sandbox has no such service.
  std::string operation;             // Empty for S3 and Lambda, where path and method say it.
  bool rest_json = false;            // Lambda: JSON, but for path and method, and an error's code is in a header.
  std::string json_version = "1.1";  // Of awsJson.
  std::string wanted;                // What was asked for, for the refusal where there is no such service.
};

// By X-Amz-Target; by the Action of a form or query; by a path of Lambda's; else it is S3, unless the signature is for
// something else.
Recognised recognise(const http::Request& request);

}  // namespace sandbox
