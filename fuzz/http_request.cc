// SPDX-License-Identifier: Apache-2.0
// The server's own reading of requests, chunked bodies among them: the input is what one connection sends before it ends.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include "fuzz/fuzz.h"
#include "http/server.h"

namespace {

constexpr std::size_t body_max = 4096;

// Says how long the body was: what the server took must be what it may take.
class Echo final : public http::Handler {
 public:
  void handle(http::Request request, http::Reply reply) override {
    fuzz::check(request.body.size() <= body_max, "a body is within its limit");
    fuzz::check(request.target.find_first_of("\r\n ") == std::string::npos, "a target is one word");
    for (const auto& [name, value] : request.headers) {
      fuzz::check(http::valid_field(name, value) || value.find_first_of("\r\n") == std::string::npos,
                  "a field is one line");
    }
    reply({200, {}, std::to_string(request.body.size())});
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

// libFuzzer's timer interrupts what waits.
template <class Call>
ssize_t uninterrupted(Call call) {
  ssize_t result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// All that comes back for what is sent.
std::string exchange(std::uint16_t port, std::string_view sent) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // Resets at the end instead of leaving a port in TIME_WAIT for every input.
  const linger abort{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Thousands a second use up all ports for a moment; an interrupted connect() goes on by itself, and says so the next time.
  int tries = 0;
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno != EISCONN) {
    const bool passes = errno == EADDRNOTAVAIL || errno == EINTR || errno == EALREADY;
    fuzz::check(passes && ++tries < 1'000, "the server is reached");
    ::usleep(10'000);
  }
  while (!sent.empty()) {
    const auto count = uninterrupted([&] { return ::send(fd, sent.data(), sent.size(), MSG_NOSIGNAL); });
    if (count <= 0) break;
    sent.remove_prefix(static_cast<std::size_t>(count));
  }
  ::shutdown(fd, SHUT_WR);
  std::string answer;
  char buffer[4096];
  const auto receive = [&] { return uninterrupted([&] { return ::recv(fd, buffer, sizeof buffer, 0); }); };
  for (auto count = receive(); count > 0; count = receive()) {
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(fd);
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Listening server;
  const auto answer = exchange(server.port(), fuzz::text_of(data, size));
  fuzz::check(answer.empty() || answer.starts_with("HTTP/1.1 "), "an answer is HTTP");
  return 0;
}
