// SPDX-License-Identifier: Apache-2.0
// Requests to one account of the sandbox, unsigned: each has a first line of method and target, then header fields, an empty
// line and the body; a line `===` parts it from the next. Whatever is asked gets an answer, and none is the sandbox's own failure.
#include "sandbox/account.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fuzz/fuzz.h"

namespace {

constexpr std::string_view separator = "\n===\n";
// More only take longer.
constexpr std::size_t requests_max = 8;

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

// From then on answers may be late, wrong or none.
bool asks_for_faults(const http::Request& request) {
  return request.target.starts_with("/_sandbox/faults") || request.target.starts_with("/_sandbox/state");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<int, requests_max> statuses{};
  bool faulty = false;
  sandbox::Settings settings;
  settings.verify_signatures = false;
  sandbox::Account account(settings, {});
  base::Time now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2);
  auto rest = fuzz::text_of(data, size);
  for (auto& status : statuses) {
    const auto end = std::min(rest.find(separator), rest.size());
    auto request = request_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + separator.size(), rest.size()));
    faulty = faulty || asks_for_faults(request);
    account.handle(std::move(request), now,
                   http::Reply([&status](const http::Response& response) { status = response.status; }));
    // A receive may wait its twenty seconds.
    now += std::chrono::seconds(20);
    account.advance(now);
    fuzz::check(faulty || (status >= 200 && status < 600), "a request is answered");
    fuzz::check(faulty || status != 500, "an answer is not a failure of the sandbox's own");
    if (rest.empty()) break;
  }
  // By then all that was begun has ended.
  account.advance(now + std::chrono::days(1));
  return 0;
}
