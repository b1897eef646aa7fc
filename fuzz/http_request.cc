// SPDX-License-Identifier: Apache-2.0
// The server's own reading of requests, chunked bodies among them: the input is what one connection sends before it ends. What
// is taken could be sent on, and is the same where the input comes in two halves.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "fuzz/fuzz.h"
#include "fuzz/sockets.h"
#include "http/server.h"
#include "http/wire.h"

namespace {

constexpr std::size_t body_max = 4096;

class CountingSink final : public http::BodySink {
 public:
  void take(std::string_view bytes) override { count += bytes.size(); }
  std::size_t count = 0;
};

// Says how long the body was: what the server took must be what it may take. A PUT's goes to a sink.
class Echo final : public http::Handler {
 public:
  void handle(http::Request request, http::Reply reply) override {
    const auto* sink = static_cast<const CountingSink*>(request.sink.get());
    const auto size = sink ? sink->count : request.body.size();
    fuzz::check(sink ? request.body.empty() : size <= body_max, "a body is within its limit, or in the sink");
    if (const auto length = request.headers.get("Content-Length")) {
      // It may say the same twice: `3, 3`.
      fuzz::check(std::strtoull(std::string(*length).c_str(), nullptr, 10) == size, "a body is as long as it says");
    }
    for (const char* name : {"Content-Length", "Transfer-Encoding", "Host"}) request.headers.remove(name);
    fuzz::check(http::to_wire(request).has_value(), "what was taken can be sent");
    reply({200, {}, std::to_string(size)});
  }
  std::shared_ptr<http::BodySink> receive(const http::Request& head) override {
    return head.method == "PUT" ? std::make_shared<CountingSink>() : nullptr;
  }
};

class Listening {
 public:
  Listening() {
    auto server = http::listen({.head_max = 8192, .body_max = body_max}, echo_);
    fuzz::check(server.has_value(), "the server listens");
    server_ = std::move(*server);
    thread_ = std::jthread([this] { server_->run(); });
  }
  ~Listening() { server_->stop(); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  std::uint16_t port() const { return server_->port(); }

 private:
  Echo echo_;
  std::unique_ptr<http::Server> server_;
  std::jthread thread_;
};

// All that comes back for what is sent, one after the other.
std::string exchange(std::uint16_t port, std::string_view first, std::string_view second) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // Resets at the end instead of leaving a port in TIME_WAIT for every input.
  const linger abort{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  fuzz::send_at_once(fd);
  const auto address = fuzz::loopback(port);
  // Thousands a second use up all ports for a moment; an interrupted connect() goes on by itself, and says so the next time.
  int tries = 0;
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno != EISCONN) {
    const bool passes = errno == EADDRNOTAVAIL || errno == EINTR || errno == EALREADY;
    fuzz::check(passes && ++tries < 1'000, "the server is reached");
    ::usleep(10'000);
  }
  fuzz::send_all(fd, first);
  fuzz::send_all(fd, second);
  ::shutdown(fd, SHUT_WR);
  auto answer = fuzz::receive_all(fd);
  ::close(fd);
  return answer;
}

// Without the refusal that ends the connection: of a head that does not come at once, Beast looks at the lines only when it is
// whole. So what is wrong in it may be found before its end or never, and as something else.
std::string_view taken(std::string_view answer) { return answer.substr(0, answer.find("HTTP/1.1 4")); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Listening server;
  const auto text = fuzz::text_of(data, size);
  const auto answer = exchange(server.port(), text, {});
  fuzz::check(answer.empty() || answer.starts_with("HTTP/1.1 "), "an answer is HTTP");
  const auto again = exchange(server.port(), text.substr(0, size / 2), text.substr(size / 2));
  fuzz::check(taken(answer) == taken(again), "what comes in two halves is the same");
  return 0;
}
