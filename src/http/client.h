// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"

// HTTP/1.1, as much of it as AWS's services and their emulation need. This is the folder's front door; the files, in reading
// order:
//
//   message.h       requests, answers, header fields, URLs
//   client.h        sends a request and reads its answer, once; faults.h: the same over a network at its worst
//   connection.h    one connection for one exchange after the other (Beast and Asio, in connection.cc only)
//   resolve.h proxy.h tls.h wire.h    what it needs: addresses, the way there, whom to trust, bytes
//   server.h        the other side (Beast and Asio, in server.cc only)
//   feed.h          gives Beast's parsers what either side has read, within bounds
//   name_service.h  what a static program must do first of all
namespace http {

struct Limits {
  base::Instant deadline;                       // For the whole exchange, connecting included.
  std::size_t body_max = std::size_t{8} << 20;  // Of the answer, in bytes; a larger one is an error, never cut short.
  std::stop_token stop;                         // Ends the exchange early, as a passed deadline would.
};

// One attempt: no retry, no redirect, no interpretation of the status. This is one of the two seams to the world's
// timing (the other is base::Clock): everything above it also runs against the sandbox in process and under faults.
class Client {
 public:
  virtual ~Client() = default;

  // Sends and reads one exchange. Errors: NotSent (no byte of the request left: no connection, no trusted certificate),
  // Unknown (cut or timed out after sending began), Invalid (the answer is no HTTP, or larger than `body_max`, code
  // AnswerTooLarge: it may have taken effect, so is Unknown if it may not be repeated; or the request is no HTTP).
  virtual base::Result<Response> send(const Request& request, const Limits& limits) = 0;

  // Opens connections ahead of need, in parallel and best effort: a failure shows at the next `send`.
  virtual void connect(std::span<const Origin> origins, base::Instant deadline) {
    (void)origins;
    (void)deadline;
  }
};

// How the network is reached, read once by `main` from the environment.
struct ClientSettings {
  std::string ca_file;      // PEM; empty: the system's bundle (see tls.h).
  std::string http_proxy;   // For http:// origins: `http://[user:password@]host:port`; empty: none.
  std::string https_proxy;  // The same for https:// origins, by CONNECT.
  // Comma-separated hosts, which stand for what lies under them as well, addresses and networks (`10.0.0.0/8`), each with
  // a port if it is only that one; `*` for all. Localhost, loopback, link-local addresses and those at which AWS hands out
  // credentials never go through a proxy.
  std::string no_proxy;
};

// The real client: HTTP/1.1 over TCP or TLS, keeping one connection alive per origin. A kept connection that turns out to be
// closed before anything was sent is replaced quietly; after that it is Unknown. Interim answers (1xx) are skipped. Not
// thread-safe: one client a thread. Borrows `clock`.
// Errors: Invalid for a proxy URL it can't honour (a SOCKS proxy, say) or an unreadable CA file.
base::Result<std::unique_ptr<Client>> make_client(const ClientSettings& settings, base::Clock& clock);

}  // namespace http
