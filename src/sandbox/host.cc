// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "base/json.h"
#include "sandbox/control.h"
#include "sandbox/env.h"

namespace sandbox {
namespace {

// As Lambda names them: `2026/01/02/[$LATEST]<32 hex digits>`, one for each process.
std::string log_stream_name(base::Time now) {
  const auto date = base::to_iso8601(now);
  return fmt::format("{}/{}/{}/[$LATEST]{:032x}", date.substr(0, 4), date.substr(5, 2), date.substr(8, 2),
                     now.time_since_epoch().count());
}

}  // namespace

Host::Host(HostSettings settings, base::Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      timeline_(clock.now(), settings_.colour, settings_.write),
      log_group_(fmt::format("/aws/lambda/{}", function_name)),
      log_stream_(log_stream_name(clock.now())),
      runtime_(*this, fmt::format("arn:aws:lambda:{}:{}:function:{}", settings_.account.region,
                                  settings_.account.account, function_name)),
      account_(
          settings_.account,
          [this](Invocation invocation, Runtime::Done done) { invoke(std::move(invocation), std::move(done)); },
          [this](const Happening& happening) {
            if (settings_.timeline) timeline_.happened(happening);
          }) {}

Host::~Host() = default;

base::Result<void> Host::listen() {
  auto server = http::listen({.address = settings_.address, .port = settings_.port}, *this);
  if (!server) return base::fail(server, "caretaker-sandbox");
  server_ = std::move(*server);
  // From here on, so that whoever has been told that it is ready can also end it cleanly.
  server_->on_signal([this] { server_->stop(); });
  return {};
}

void Host::run() {
  settle();
  server_->run();
}

void Host::handle(http::Request request, http::Reply reply) {
  if (Runtime::serves(request)) return handle_runtime(std::move(request), std::move(reply));
  if (request.method == "POST" && request.target == "/_sandbox/clock") return move_clock(request, std::move(reply));
  const auto lives = account_.lives();
  if (move_ && is_state(request) && request.method == "PUT")
    return reply(control_trouble(409, "the clock is being moved; wait until that is answered"));
  account_.handle(std::move(request), now(), std::move(reply));
  if (lives != account_.lives()) begin_anew();
  settle();
}

// With the account that has taken the other's place, at its time. What the function was at belongs to the one before.
void Host::begin_anew() {
  ahead_ += account_.time() - now();
  account_.set_ahead(ahead_);
  runtime_.forget();
}

base::Result<void> Host::restore(std::istream& state) {
  const auto received = account_.receive_state();
  std::string piece(std::size_t{1} << 16, '\0');
  while (state.read(piece.data(), static_cast<std::streamsize>(piece.size())) || state.gcount() > 0)
    received->take(std::string_view(piece).substr(0, static_cast<std::size_t>(state.gcount())));
  if (auto restored = account_.restore(*received); !restored) return restored;
  begin_anew();
  return {};
}

std::shared_ptr<http::BodySink> Host::receive(const http::Request& head) {
  return Runtime::serves(head) ? nullptr : account_.receive(head, now());
}

// After what the function has said so far, so that its log lines come before the end of their invocation.
void Host::handle_runtime(http::Request request, http::Reply reply) {
  if (process_) process_->flush();
  server_->post([this, request = std::move(request), reply = std::move(reply)]() mutable {
    const auto time = now();
    account_.advance(time);
    runtime_.handle(std::move(request), time, std::move(reply));
    settle();
  });
}

void Host::settle() {
  const auto time = now();
  account_.advance(time);  // Before the function's answers, which count from then.
  runtime_.advance(time);
  account_.advance(time);
  move_on();
  auto due = account_.next_due();
  if (const auto other = runtime_.next_due(); other && (!due || *other < *due)) due = other;
  if (due) server_->set_timer(clock_.instant() + (*due - now()), [this] { settle(); });
}

void Host::move_clock(const http::Request& request, http::Reply reply) {
  const auto body = base::parse_json(request.body);
  const auto by = body ? base::string_member(*body, "advance") : std::nullopt;
  const auto advance = by ? read_duration(*by) : std::nullopt;
  if (!advance)
    return reply(control_trouble(400, R"(send {"advance": "10m"}: a time in ms, s, m, h or d; time never goes back)"));
  if (move_) return reply(control_trouble(409, "the clock is being moved; wait until that is answered"));
  move_.emplace(now() + *advance, std::move(reply));
  settle();
}

// From one thing that is due to the next. What it gives the function to do happens in the function's own time, and is
// waited for before the clock moves on: nothing is late only because the clock was moved.
void Host::move_on() {
  while (move_ && invoking_ == 0 && !runtime_.busy()) {
    const auto due = account_.next_due();
    jump_to(due && *due < move_->until ? *due : move_->until);
    account_.advance(now());
    if (now() < move_->until || invoking_ > 0) continue;
    const auto time = now();
    account_.tell(time, "caretaker", fmt::format("the clock was moved to {}", base::to_iso8601(time)));
    std::exchange(move_, std::nullopt)
        ->reply(control_answer({{"time", base::to_iso8601(time)}, {"ahead", base::to_text(ahead_)}}));
  }
}

void Host::jump_to(base::Time time) {
  if (time <= now()) return;
  ahead_ += time - now();
  account_.set_ahead(ahead_);
  // A process goes by the clock that it was started with.
  runtime_.recycle();
}

// Later, not now: the account is in the middle of something, and the answer may come at once.
void Host::invoke(Invocation invocation, Runtime::Done done) {
  ++invoking_;
  server_->post([this, lives = account_.lives(), invocation = std::move(invocation), done = std::move(done)]() mutable {
    --invoking_;
    if (lives != account_.lives()) return settle();
    runtime_.invoke(std::move(invocation), now(), std::move(done));
    settle();
  });
}

base::Result<void> Host::start() {
  log_stream_ = log_stream_name(now());
  const FunctionSettings function{.address = settings_.address,
                                  .port = server_->port(),
                                  .region = settings_.account.region,
                                  .credentials = settings_.account.credentials,
                                  .task_root = std::filesystem::absolute(settings_.function).parent_path(),
                                  .log_group = log_group_,
                                  .log_stream = log_stream_,
                                  .retry_after = settings_.retry_after,
                                  .ahead = ahead_};
  const Command command{.path = settings_.function, .arguments = {}, .environment = function_environment(function)};
  auto process =
      Process::start(command, {.line =
                                   [this, lives = account_.lives(), stream = log_stream_](std::string line) {
                                     server_->post([this, lives, stream, line = std::move(line)] {
                                       if (lives == account_.lives()) take_line(stream, line);
                                     });
                                   },
                               .ended = [this](Exit exit) { server_->post([this, exit] { process_ended(exit); }); }});
  if (!process) return base::fail(process, "function");
  process_ = std::move(*process);
  return {};
}

void Host::kill() {
  if (process_) process_->kill();
}

void Host::platform_line(base::Time now, const std::string& line) {
  account_.write_log(now, log_group_, log_stream_, line);
}

void Host::take_line(const std::string& stream, std::string line) {
  const auto time = now();
  account_.write_log(time, log_group_, stream, line);
  account_.tell(time, "caretaker", std::move(line));
}

void Host::process_ended(Exit exit) {
  process_.reset();
  const auto how = to_string(exit);
  account_.tell(now(), "caretaker", fmt::format("the function's process ended: {}", how));
  runtime_.process_ended(how, now());
  settle();
}

}  // namespace sandbox
