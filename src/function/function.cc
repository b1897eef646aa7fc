// SPDX-License-Identifier: Apache-2.0
#include "function/function.h"

#include <fmt/format.h>

#include <charconv>
#include <exception>

#include "base/json.h"

namespace function {
namespace {

constexpr std::string_view prefix = "/2018-06-01/runtime";
// An invocation may be hours away, and the process is frozen meanwhile.
constexpr auto wait_max = std::chrono::hours(24 * 365);
constexpr auto post_time_max = std::chrono::seconds(10);
// The largest event that Lambda hands over is 6 MB.
constexpr std::size_t event_max = std::size_t{16} << 20;

}  // namespace

base::Result<Runtime> Runtime::at(std::string_view address, http::Client& client, base::Clock& clock,
                                  report::Log& log) {
  const auto url = http::parse_url("http://" + std::string(address));
  if (!url) return base::fail(url, "AWS_LAMBDA_RUNTIME_API");
  return Runtime(url->origin, client, clock, log);
}

Runtime::Runtime(http::Origin origin, http::Client& client, base::Clock& clock, report::Log& log)
    : origin_(std::move(origin)), client_(&client), clock_(&clock), log_(&log) {}

base::Result<void> Runtime::post_init_error(std::string_view type, std::string_view message) {
  return post_error(std::string(prefix) + "/init/error", {}, type, message);
}

base::Error Runtime::run(const Handle& handle) {
  while (true) {
    http::Headers echoed;
    const auto invocation = next(echoed);
    if (!invocation) return invocation.error();
    base::Result<std::string> result;
    try {
      result = handle(*invocation);
    } catch (const std::exception& thrown) {
      result = base::fail(base::ErrorKind::Invalid, fmt::format("an exception escaped: {}", thrown.what()));
    }
    if (!result) log_->line(report::Level::Error, "invocation", {{"why", result.error().message}});
    if (const auto told = answer(*invocation, echoed, result); !told) return told.error();
  }
}

base::Result<Invocation> Runtime::next(http::Headers& echoed) {
  const http::Request request{.origin = origin_, .method = "GET", .target = std::string(prefix) + "/invocation/next"};
  const http::Limits limits{.deadline = clock_->instant() + wait_max, .body_max = event_max};
  auto response = client_->send(request, limits);
  if (!response) return base::fail(response, "Runtime API next");
  if (response->status != 200) {
    return base::fail(base::ErrorKind::Unknown, fmt::format("Runtime API next: status {}", response->status));
  }
  const auto header = [&](std::string_view name) { return std::string(response->headers.get(name).value_or("")); };
  const auto deadline = header("Lambda-Runtime-Deadline-Ms");
  std::int64_t millis = 0;
  std::from_chars(deadline.data(), deadline.data() + deadline.size(), millis);
  Invocation invocation{.request_id = header("Lambda-Runtime-Aws-Request-Id"),
                        .function_arn = header("Lambda-Runtime-Invoked-Function-Arn"),
                        .deadline = base::Time(std::chrono::milliseconds(millis)),
                        .event = std::move(response->body)};
  // Lambda wants this one back with the answer where it gives it.
  if (const auto id = header("Lambda-Runtime-Invocation-Id"); !id.empty())
    echoed.set("Lambda-Runtime-Invocation-Id", id);
  if (invocation.request_id.empty())
    return base::fail(base::ErrorKind::Invalid, "Runtime API next: an invocation without a request id");
  return invocation;
}

base::Result<void> Runtime::answer(const Invocation& invocation, const http::Headers& echoed,
                                   const base::Result<std::string>& result) {
  const auto path = fmt::format("{}/invocation/{}", prefix, http::percent_encode(invocation.request_id));
  if (!result) return post_error(path + "/error", echoed, base::to_string(result.error().kind), result.error().message);
  auto headers = echoed;
  headers.set("Content-Type", "application/json");
  return post(path + "/response", std::move(headers), *result);
}

base::Result<void> Runtime::post_error(std::string path, const http::Headers& echoed, std::string_view type,
                                       std::string_view message) {
  auto headers = echoed;
  headers.set("Content-Type", "application/json");
  headers.set("Lambda-Runtime-Function-Error-Type", "Caretaker." + std::string(type));
  return post(std::move(path), std::move(headers),
              fmt::format(R"({{"errorMessage":{},"errorType":{},"stackTrace":[]}})", base::json_quote(message),
                          base::json_quote(type)));
}

base::Result<void> Runtime::post(std::string path, http::Headers headers, std::string body) {
  const http::Request request{.origin = origin_,
                              .method = "POST",
                              .target = std::move(path),
                              .headers = std::move(headers),
                              .body = std::move(body)};
  const auto response = client_->send(request, {.deadline = clock_->instant() + post_time_max});
  if (!response) return base::fail(response, "Runtime API " + request.target);
  // 202 is a success; a 4xx concerns this one answer, which is lost: Lambda counts the invocation as failed.
  if (response->status >= 500)
    return base::fail(base::ErrorKind::Unknown,
                      fmt::format("Runtime API {}: status {}", request.target, response->status));
  if (response->status >= 400) {
    log_->line(report::Level::Error, "invocation",
               {{"why", fmt::format("the Runtime API did not take the answer: {}: status {}", request.target,
                                    response->status)}});
  }
  return {};
}

}  // namespace function
