// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "base/error.h"
#include "http/message.h"
#include "http/proxy.h"
#include "http/tls.h"
#include "http/until.h"

namespace http {

// How an origin is reached.
struct Route {
  Origin origin;
  const Proxy* proxy = nullptr;  // Null: straight there. Through one, TLS origins are reached by CONNECT.
  TlsContext tls;                // Only for TLS origins.
};

// One connection to an origin, for one exchange after the other. Each has an event loop of its own, which runs only inside
// these calls; so connections can be opened on different threads.
class Connection {
 public:
  virtual ~Connection() = default;

  // Looks up the name, connects, and for TLS makes the tunnel and the handshake. Errors: NotSent.
  static base::Result<std::unique_ptr<Connection>> open(const Route& route, const Until& until);

  // False once the other side has closed it, as far as is known here, or sent what nobody asked for. Never waits.
  virtual bool usable() = 0;

  // Sends the request and reads its answer. Errors: as Client::send().
  virtual base::Result<Response> exchange(const Request& request, std::size_t body_max, const Until& until) = 0;
};

}  // namespace http
