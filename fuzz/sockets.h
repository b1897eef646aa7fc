// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

// The other end of the program's own sockets, on loopback.
namespace fuzz {

// libFuzzer's timer interrupts what waits.
template <class Call>
ssize_t uninterrupted(Call call) {
  ssize_t result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// So that what is sent in pieces comes in pieces.
inline void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = uninterrupted([&] { return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (count <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Everything until the other side closes.
inline std::string receive_all(int fd) {
  std::string all;
  char buffer[4096];
  const auto receive = [&] { return uninterrupted([&] { return ::recv(fd, buffer, sizeof buffer, 0); }); };
  for (auto count = receive(); count > 0; count = receive()) all.append(buffer, static_cast<std::size_t>(count));
  return all;
}

}  // namespace fuzz
