// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace http {
namespace {

std::string_view reason(int status) {
  struct Reason {
    int status;
    std::string_view phrase;
  };
  // Those that servers of ours send; clients are to ignore the phrase (RFC 9112 section 4).
  static constexpr Reason reasons[] = {{200, "OK"},
                                       {201, "Created"},
                                       {202, "Accepted"},
                                       {204, "No Content"},
                                       {206, "Partial Content"},
                                       {301, "Moved Permanently"},
                                       {304, "Not Modified"},
                                       {307, "Temporary Redirect"},
                                       {400, "Bad Request"},
                                       {401, "Unauthorized"},
                                       {403, "Forbidden"},
                                       {404, "Not Found"},
                                       {405, "Method Not Allowed"},
                                       {408, "Request Timeout"},
                                       {409, "Conflict"},
                                       {411, "Length Required"},
                                       {412, "Precondition Failed"},
                                       {413, "Content Too Large"},
                                       {416, "Range Not Satisfiable"},
                                       {429, "Too Many Requests"},
                                       {431, "Request Header Fields Too Large"},
                                       {500, "Internal Server Error"},
                                       {501, "Not Implemented"},
                                       {503, "Service Unavailable"},
                                       {504, "Gateway Timeout"}};
  const auto* found = std::ranges::find(reasons, status, &Reason::status);
  return found == std::end(reasons) ? "Status" : found->phrase;
}

bool usually_has_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

bool is_target(std::string_view target) {
  return (target.starts_with('/') || target == "*") &&
         std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_number(std::string_view text, std::size_t number) {
  std::size_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() && value == number;
}

base::Result<void> check(const Request& request) {
  const auto wrong = [](std::string_view what) {
    return base::fail(base::ErrorKind::Invalid, fmt::format("the request's {} can't be sent", what));
  };
  if (!valid_field(request.method, "")) return wrong("method");
  if (!is_target(request.target)) return wrong("target");
  for (const auto& [name, value] : request.headers) {
    if (!valid_field(name, value))
      return wrong("header field " + (valid_field(name, "") ? name : "with a strange name"));
  }
  const auto length = request.headers.get("Content-Length");
  if (length && !is_number(*length, request.body.size())) return wrong("Content-Length, which is not its body's,");
  // A body here is always whole, so nothing would make the chunks that this field announces.
  if (request.headers.get("Transfer-Encoding")) return wrong("header field Transfer-Encoding");
  return {};
}

}  // namespace

base::Result<std::string> to_wire(const Request& request, bool absolute) {
  if (const auto checked = check(request); !checked) return std::unexpected(checked.error());
  std::string wire;
  auto out = std::back_inserter(wire);
  const auto prefix = absolute ? "http://" + request.origin.authority() : std::string();
  fmt::format_to(out, "{} {}{} HTTP/1.1\r\n", request.method, prefix, request.target);
  if (!request.headers.get("Host")) fmt::format_to(out, "Host: {}\r\n", request.origin.authority());
  for (const auto& [name, value] : request.headers) fmt::format_to(out, "{}: {}\r\n", name, value);
  const bool has_length = !request.body.empty() || usually_has_body(request.method);
  if (has_length && !request.headers.get("Content-Length")) {
    fmt::format_to(out, "Content-Length: {}\r\n", request.body.size());
  }
  wire += "\r\n";
  wire += request.body;
  return wire;
}

std::string to_wire_head(const Response& response, Answered to) {
  const bool valid =
      response.status >= 200 && response.status <= 599 &&
      std::ranges::all_of(response.headers, [](const auto& f) { return valid_field(f.first, f.second); });
  const int status = valid ? response.status : 500;
  std::string wire;
  auto out = std::back_inserter(wire);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\n", status, reason(status));
  const std::uint64_t length = response.source ? response.source->size() : response.body.size();
  bool has_length = false;
  if (valid) {
    for (const auto& [name, value] : response.headers) fmt::format_to(out, "{}: {}\r\n", name, value);
    // In the answer to a HEAD the length is that of the body a GET would have had; nowhere else does it differ.
    has_length = to.head && response.headers.get("Content-Length").has_value();
  }
  if (!has_length && may_have_body(status)) fmt::format_to(out, "Content-Length: {}\r\n", length);
  if (!to.keep_alive) wire += "Connection: close\r\n";
  wire += "\r\n";
  return wire;
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace http
