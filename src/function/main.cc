// SPDX-License-Identifier: Apache-2.0
// The Lambda function alone, as its archive holds it under the name `bootstrap`. The command line, which `caretaker` has as well,
// would be a third more to load.
#include <cstdio>
#include <string_view>

#include "aws/environment.h"
#include "function/start.h"
#include "http/name_service.h"
#include "process/process.h"

int main() {
  http::use_plain_name_service();
  const auto environment = process::read_environment();
  if (const auto address = aws::variable(environment, "AWS_LAMBDA_RUNTIME_API"); !address.empty()) {
    return function::start(environment, address);
  }
  std::fputs(
      "bootstrap: AWS_LAMBDA_RUNTIME_API is not set: AWS Lambda starts this executable. The command line is "
      "`caretaker`.\n",
      stderr);
  return 2;
}
