// SPDX-License-Identifier: Apache-2.0
// Signature Version 4 as the sandbox reads and checks it: the first line is the request's target, the next the Authorization
// field, the rest fields and body as they come.
#include "fuzz/fuzz.h"
#include "sandbox/signature.h"

namespace {

std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

http::Request request_of(std::string_view text) {
  http::Request request;
  request.method = "POST";
  request.target = "/" + std::string(take_line(text));
  request.headers.add("Host", "localhost:4566");
  request.headers.add("Authorization", std::string(take_line(text)));
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) break;
    request.headers.add(line.substr(0, colon), std::string(line.substr(colon + 1)));
  }
  request.body = text;
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = request_of(fuzz::text_of(data, size));
  const base::Time now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2);
  for (const auto protocol : {sandbox::Protocol::Json, sandbox::Protocol::Query, sandbox::Protocol::Rest}) {
    const auto read = sandbox::read_signature(request, protocol);
    if (read && *read) {
      const auto canonical = sandbox::canonical_request(request, **read, "UNSIGNED-PAYLOAD");
      fuzz::check(canonical.starts_with("POST\n"), "a canonical request starts with its method");
    }
    const auto checked = sandbox::check_signature(request, protocol, "sqs", {}, now);
    fuzz::check(!checked || !checked->signature.empty(), "what is let in is signed");
  }
  return 0;
}
