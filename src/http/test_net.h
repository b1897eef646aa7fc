// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "http/client.h"
#include "http/server.h"

// What this folder's tests talk with: a server in a thread, and raw sockets for what no decent client or server would say.
// Everything is on loopback, on ports that the system chooses.
namespace http::test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A socket, closed at the end. Reading gives up after ten seconds. What is written is sent at once.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {
    const int on = 1;
    if (fd_ >= 0) ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  ~Socket() { close(); }

  static Socket connect(std::uint16_t port) {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    if (::connect(socket.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.close();
    return socket;
  }

  // Bound to a free port, not listening.
  static Socket bind(std::uint16_t& port) {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(socket.fd_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
        ::getsockname(socket.fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      port = ntohs(address.sin_port);
    }
    return socket;
  }

  bool open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  // In pieces of `size` bytes, each of which the other side has time to read by itself.
  void write_slowly(std::string_view bytes, std::size_t size = 1) const {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
      write(bytes.substr(0, size));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  // What has come so far, at least one byte; empty at the end, after a reset, or after ten seconds.
  std::string read_some() const {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) <= 0) return {};
    std::array<char, 16384> bytes;
    const auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
  }

  // Everything until the other side closes.
  std::string read_all() const {
    std::string all;
    for (auto some = read_some(); !some.empty(); some = read_some()) all += some;
    return all;
  }

  // Until `end` has come, or the other side has closed.
  std::string read_until(std::string_view end) const {
    std::string all;
    while (!all.contains(end)) {
      const auto some = read_some();
      if (some.empty()) break;
      all += some;
    }
    return all;
  }

  void shut_writing() const { ::shutdown(fd_, SHUT_WR); }

  // Closes with a reset instead of an orderly end.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// A port on which nobody listens.
inline std::uint16_t closed_port() {
  std::uint16_t port = 0;
  const auto socket = Socket::bind(port);
  return port;
}

// Plays the other side of a client's connections: `serve` is called for each, one after the other.
class RawServer {
 public:
  using Serve = std::function<void(Socket)>;

  explicit RawServer(Serve serve) : listener_(Socket::bind(port_)), serve_(std::move(serve)) {
    ::listen(listener_.fd(), 16);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~RawServer() {
    thread_.request_stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  Origin origin() const { return {false, "127.0.0.1", port_}; }
  int connections() const { return connections_; }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_.fd(), POLLIN, 0};
      if (::poll(&waiting, 1, 10) <= 0) continue;
      Socket socket(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
      ++connections_;
      serve_(std::move(socket));
    }
  }

  std::uint16_t port_ = 0;
  Socket listener_;
  Serve serve_;
  std::atomic<int> connections_ = 0;
  std::jthread thread_;
};

// Answers every request of every connection with the same bytes.
inline RawServer::Serve always(std::string bytes) {
  return [bytes = std::move(bytes)](const Socket& socket) {
    socket.read_until("\r\n\r\n");
    socket.write(bytes);
  };
}

// A handler from a function.
class HandlerOf final : public Handler {
 public:
  using Handle = std::function<void(Request, Reply)>;
  explicit HandlerOf(Handle handle) : handle_(std::move(handle)) {}
  void handle(Request request, Reply reply) override { handle_(std::move(request), std::move(reply)); }

 private:
  Handle handle_;
};

// The real server, running in a thread.
class RunningServer {
 public:
  explicit RunningServer(HandlerOf::Handle handle, const ServerSettings& settings = {}) : handler_(std::move(handle)) {
    auto listening = listen(settings, handler_);
    EXPECT_TRUE(listening) << listening.error().message;
    server_ = std::move(*listening);
    thread_ = std::jthread([this] { server_->run(); });
  }
  ~RunningServer() {
    server_->stop();
    thread_.join();
  }

  std::uint16_t port() const { return server_->port(); }
  Origin origin() const { return {false, "127.0.0.1", port()}; }
  Server& server() { return *server_; }

 private:
  HandlerOf handler_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

// The real client, with a clock for it.
class TestClient {
 public:
  explicit TestClient(const ClientSettings& settings = {}) {
    auto made = make_client(settings, clock_);
    EXPECT_TRUE(made) << made.error().message;
    client_ = std::move(*made);
  }

  Limits within(base::Duration time) { return {.deadline = clock_.instant() + time}; }
  base::Result<Response> send(const Request& request, base::Duration time = std::chrono::seconds(10)) {
    return client_->send(request, within(time));
  }
  base::Result<Response> get(const Origin& origin, std::string target = "/") {
    return send({.origin = origin, .target = std::move(target)});
  }
  Client& operator*() { return *client_; }
  Client* operator->() { return client_.get(); }
  base::Clock& clock() { return clock_; }

 private:
  base::SystemClock clock_;
  std::unique_ptr<Client> client_;
};

}  // namespace http::test
