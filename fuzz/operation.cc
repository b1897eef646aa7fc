// SPDX-License-Identifier: Apache-2.0
// One request to the sandbox's account, unsigned: the first line is method and target, then header fields, an empty line and
// the body. Whatever is asked gets an answer, and none is the sandbox's own failure.
#include "sandbox/account.h"

#include "fuzz/fuzz.h"

namespace {

std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

http::Request request_of(std::string_view text) {
  http::Request request;
  const auto first = take_line(text);
  const auto blank = first.find(' ');
  request.method = first.substr(0, blank);
  request.target = "/" + (blank == std::string_view::npos ? std::string() : std::string(first.substr(blank + 1)));
  request.headers.add("Host", "localhost:4566");
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
      request.headers.add(line.substr(0, colon), std::string(line.substr(colon + 1)));
  }
  request.body = text;
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sandbox::Settings settings;
  settings.verify_signatures = false;
  sandbox::Account account(settings, {});
  base::Time now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2);
  int status = 0;
  account.handle(request_of(fuzz::text_of(data, size)), now,
                 http::Reply([&status](const http::Response& response) { status = response.status; }));
  // A receive may wait its twenty seconds; a day later all that was begun has ended.
  account.advance(now + std::chrono::seconds(20));
  fuzz::check(status >= 200 && status < 600, "a request is answered");
  fuzz::check(status != 500, "an answer is not a failure of the sandbox's own");
  account.advance(now + std::chrono::days(1));
  return 0;
}
