// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace sandbox {

// What a service answers when it refuses. Not a base::Error: a kind tells our own code what to do, while this is the very
// answer that a client must find out about.
struct Refusal {
  std::string code;  // `ResourceNotFoundException`
  std::string message;
  int status = 400;
  std::string query_code;                                    // The code in SQS's old protocol, where it is another.
  std::vector<std::pair<std::string, std::string>> details;  // Further elements of an S3 error, such as Key.
};

template <class T>
using Answer = std::expected<T, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refuse(std::string code, std::string message, int status = 400) {
  return std::unexpected(Refusal{std::move(code), std::move(message), status, {}, {}});
}

// How a service's requests and answers are written.
enum class Protocol {
  Json,   // awsJson1_0 and awsJson1_1: X-Amz-Target and a JSON object.
  Query,  // A form in, XML out.
  Rest,   // S3: method and path in, XML out.
};

}  // namespace sandbox
