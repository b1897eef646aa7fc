// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/json_service.h"

namespace sandbox {

using NamedServices = std::vector<std::pair<std::string_view, const JsonService*>>;

// What the sandbox emulates, an operation a line, as JSON: `GET /_sandbox/operations`. The same tables check the requests;
// test/conformance compares them with AWS's models, and docs/sandbox.md is written from them.
//   {"service":"ecr","operation":"PutImage","difference":"…","members":[{"path":"imageTag","type":"String","min":1,…}]}
//   {"service":"s3","operation":"GetObject","query":["versionId",…]}
std::string show_catalogue(const NamedServices& services);

}  // namespace sandbox
