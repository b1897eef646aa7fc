// SPDX-License-Identifier: Apache-2.0
#include "sandbox/runtime.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

namespace sandbox {
namespace {

constexpr std::string_view prefix = "/2018-06-01/runtime/";
constexpr std::size_t response_max = std::size_t{6} << 20;
constexpr std::string_view invocation_id_header = "Lambda-Runtime-Invocation-Id";

std::string error_json(std::string_view type, std::string_view message) {
  return boost::json::serialize(boost::json::object{{"errorMessage", message}, {"errorType", type}});
}

http::Response json_response(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response refusal(int status, std::string_view type, std::string_view message) {
  return json_response(status, error_json(type, message));
}

http::Response accepted() { return json_response(202, R"({"status":"OK"})"); }

std::string hex_digits(std::string_view uuid) {
  std::string digits(uuid);
  std::erase(digits, '-');
  digits.resize(32, '0');
  return digits;
}

// `Root=1-<time>-<24 digits>;Parent=<16 digits>;Sampled=0`, X-Ray's header, from the request's id.
std::string trace_id(std::string_view request_id) {
  const auto digits = hex_digits(request_id);
  return fmt::format("Root=1-{}-{};Parent={};Sampled=0", digits.substr(0, 8), digits.substr(8), digits.substr(16));
}

// Opaque to the function. It differs between the attempts at one event, of which there is only one here.
std::string invocation_id(std::string_view request_id) { return fmt::format("{}/1", request_id); }

std::string in_request(std::string_view request_id, std::string_view message) {
  return fmt::format("RequestId: {} Error: {}", request_id, message);
}

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

bool Runtime::serves(const http::Request& request) { return request.target.starts_with(prefix); }

void Runtime::handle(http::Request request, base::Time now, http::Reply reply) {
  std::string_view path = std::string_view(request.target).substr(prefix.size());
  path = path.substr(0, path.find('?'));
  const std::string_view wanted = path == "invocation/next" ? "GET" : "POST";
  if (request.method != wanted) return reply(refusal(405, "MethodNotAllowed", fmt::format("use {}", wanted)));
  if (path == "invocation/next") return next(now, std::move(reply));
  if (path == "init/error") return take_init_error(std::move(request), std::move(reply));
  if (path.starts_with("invocation/")) {
    const auto rest = std::string(path.substr(std::string_view("invocation/").size()));
    return answer(rest, std::move(request), now, std::move(reply));
  }
  reply(refusal(404, "NotFound", fmt::format("the Runtime API has no {}", path)));
}

void Runtime::next(base::Time now, http::Reply reply) {
  if (running_ || !started_) {
    return reply(refusal(403, "InvalidStateTransition", "State transition to Ready is not allowed"));
  }
  ready_ = true;
  poll_ = std::move(reply);
  hand_over(now);
}

void Runtime::answer(std::string_view rest, http::Request request, base::Time now, http::Reply reply) {
  const auto slash = rest.find('/');
  const auto id = rest.substr(0, slash);
  const auto what = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  if (what != "response" && what != "error") {
    return reply(refusal(404, "NotFound", fmt::format("the Runtime API has no invocation/{}", rest)));
  }
  if (!running_ || running_->invocation.request_id != id) {
    return reply(refusal(400, "InvalidRequestID", "Invalid request ID"));
  }
  const auto echoed = request.headers.get(invocation_id_header);
  if (echoed && *echoed != invocation_id(id)) {
    return reply(refusal(400, "InvalidInvocationId", "Invalid invocation ID"));
  }
  if (request.body.size() > response_max) {
    return reply(refusal(413, "RequestEntityTooLarge",
                         fmt::format("Exceeded maximum allowed payload size ({} bytes).", response_max)));
  }
  reply(accepted());
  finish(now, {.ok = what == "response", .payload = std::move(request.body)});
}

void Runtime::take_init_error(http::Request request, http::Reply reply) {
  if (ready_ || !started_) {
    return reply(refusal(403, "InvalidStateTransition", "State transition to InitError is not allowed"));
  }
  init_error_ = std::move(request.body);
  reply(accepted());
}

http::Response Runtime::to_response(const Invocation& invocation) const {
  const auto deadline = invocation.deadline.time_since_epoch().count();
  return {200,
          {{"Content-Type", "application/json"},
           {"Lambda-Runtime-Aws-Request-Id", invocation.request_id},
           {"Lambda-Runtime-Deadline-Ms", fmt::format("{}", deadline)},
           {"Lambda-Runtime-Invoked-Function-Arn", function_arn_},
           {"Lambda-Runtime-Trace-Id", trace_id(invocation.request_id)},
           {std::string(invocation_id_header), invocation_id(invocation.request_id)}},
          invocation.event};
}

void Runtime::invoke(Invocation invocation, base::Time now, Done done) {
  waiting_.push_back({std::move(invocation), std::move(done), now});
  hand_over(now);
}

void Runtime::hand_over(base::Time now) {
  while (!waiting_.empty() && !running_ && !ending_) {
    if (poll_) {
      auto poll = std::exchange(poll_, std::nullopt);
      if (!poll->alive()) return;  // Its end is about to be told.
      running_ = std::move(waiting_.front());
      waiting_.pop_front();
      running_->began = now;
      host_.platform_line(now, fmt::format("START RequestId: {} Version: $LATEST", running_->invocation.request_id));
      return (*poll)(to_response(running_->invocation));
    }
    if (started_) return;
    init_error_.clear();
    if (const auto begun = host_.start(); !begun) {
      fail_first_waiting("Runtime.InvalidEntrypoint", begun.error().message);
    } else {
      started_ = true;
      ready_ = false;
    }
  }
}

void Runtime::finish(base::Time now, InvocationResult result) {
  auto ended = *std::exchange(running_, std::nullopt);
  const auto& id = ended.invocation.request_id;
  host_.platform_line(now, fmt::format("END RequestId: {}", id));
  host_.platform_line(
      now, fmt::format("REPORT RequestId: {} Duration: {} ms Memory Size: 256 MB", id, (now - ended.began).count()));
  ended.done(std::move(result));
}

void Runtime::fail_first_waiting(std::string_view type, std::string_view message) {
  auto failed = std::move(waiting_.front());
  waiting_.pop_front();
  failed.done({.ok = false, .payload = error_json(type, in_request(failed.invocation.request_id, message))});
}

void Runtime::process_ended(std::string_view how, base::Time now) {
  const bool killed = std::exchange(ending_, false);
  const bool initialised = ready_;
  started_ = ready_ = false;
  poll_.reset();
  const auto message = how == "exit status 0" ? std::string("Runtime exited without providing a reason")
                                              : fmt::format("Runtime exited with error: {}", how);
  if (running_) {
    host_.platform_line(now, in_request(running_->invocation.request_id, message));
    finish(now, {.ok = false,
                 .payload = error_json("Runtime.ExitError", in_request(running_->invocation.request_id, message))});
  } else if (!initialised && !killed && !waiting_.empty()) {
    // It would only fail again for the others at once: each of them gets its own try.
    if (init_error_.empty()) {
      fail_first_waiting("Runtime.ExitError", message);
    } else {
      auto failed = std::move(waiting_.front());
      waiting_.pop_front();
      failed.done({.ok = false, .payload = std::move(init_error_)});
    }
  }
  hand_over(now);
}

void Runtime::recycle() {
  if (!started_ || running_ || ending_) return;
  ending_ = true;
  poll_.reset();
  host_.kill();
}

void Runtime::forget() {
  waiting_.clear();
  running_.reset();
  poll_.reset();
  if (!started_ || ending_) return;
  ending_ = true;
  host_.kill();
}

void Runtime::advance(base::Time now) {
  const auto timed_out = [now](const Pending& pending) { return pending.invocation.deadline <= now; };
  const auto message = [now](const Pending& pending) {
    return fmt::format("Task timed out after {:.2f} seconds", seconds(now - pending.began));
  };
  const bool late = running_ && timed_out(*running_);
  const bool stuck = started_ && !ready_ && !waiting_.empty() && timed_out(waiting_.front());
  if ((late || stuck) && !ending_) {
    ending_ = true;
    host_.kill();
  }
  if (late) {
    const auto& id = running_->invocation.request_id;
    host_.platform_line(now, fmt::format("{} {} {}", base::to_iso8601(now), id, message(*running_)));
    finish(now, {.ok = false, .payload = error_json("Sandbox.Timedout", in_request(id, message(*running_)))});
  }
  while (!waiting_.empty() && timed_out(waiting_.front())) {
    fail_first_waiting("Sandbox.Timedout", message(waiting_.front()));
  }
}

std::optional<base::Time> Runtime::next_due() const {
  std::optional<base::Time> due;
  if (running_) due = running_->invocation.deadline;
  if (!waiting_.empty() && (!due || waiting_.front().invocation.deadline < *due)) {
    due = waiting_.front().invocation.deadline;
  }
  return due;
}

}  // namespace sandbox
