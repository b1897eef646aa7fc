// SPDX-License-Identifier: Apache-2.0
#include "http/client.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <thread>
#include <vector>

#include "http/amazon_roots.h"
#include "http/connection.h"

namespace http {
namespace {

// AWS's front ends close quiet connections after 20 seconds or more, and a function that was frozen in between never sees
// them do so. An older one is not worth the risk of a request whose fate nobody knows.
constexpr std::chrono::seconds idle_max{15};

class NetworkClient final : public Client {
 public:
  NetworkClient(ProxyRules proxies, std::string ca_file, base::Clock& clock)
      : proxies_(std::move(proxies)), ca_file_(std::move(ca_file)), clock_(clock) {}

  base::Result<Response> send(const Request& request, const Limits& limits) override;
  void connect(std::span<const Origin> origins, base::Instant deadline) override;

 private:
  struct Kept {
    std::unique_ptr<Connection> connection;
    base::Instant since;
    base::Time since_wall;  // A machine's monotonic clock stands still while it is frozen.
  };

  Until until(base::Instant deadline, std::stop_token stop = {});
  base::Result<Route> route_to(const Origin& origin);
  void keep(const Origin& origin, std::unique_ptr<Connection> connection);
  // A kept connection that is still good; null if there is none.
  std::unique_ptr<Connection> take(const Origin& origin);
  base::Result<Response> exchange(const Request& request, const Limits& limits);

  ProxyRules proxies_;
  std::string ca_file_;
  base::Clock& clock_;
  TlsContext tls_;
  TlsContext amazon_tls_;
  std::map<Origin, Kept> kept_;  // One an origin is enough for a client that sends one request at a time.
};

// The clock may be a test's, while the waiting is done in the machine's own time.
Until NetworkClient::until(base::Instant deadline, std::stop_token stop) {
  constexpr base::Instant::duration longest = std::chrono::hours(24 * 365);
  const auto now = clock_.instant();
  const auto left = deadline <= now            ? base::Instant::duration::zero()
                    : deadline - now < longest ? deadline - now
                                               : longest;
  return {std::chrono::steady_clock::now() + left, std::move(stop)};
}

base::Result<Route> NetworkClient::route_to(const Origin& origin) {
  Route route{origin, proxies_.for_origin(origin), nullptr};
  if (!origin.tls) return route;
  const bool amazon = ca_file_.empty() && is_amazon_host(origin.host);
  auto& context = amazon ? amazon_tls_ : tls_;
  if (!context) {
    auto made = amazon ? make_amazon_tls_context() : make_tls_context(ca_file_);
    if (!made) return base::fail(made, "TLS");
    context = std::move(*made);
  }
  route.tls = context;
  return route;
}

std::unique_ptr<Connection> NetworkClient::take(const Origin& origin) {
  auto found = kept_.extract(origin);
  if (found.empty()) return nullptr;
  auto& kept = found.mapped();
  const auto idle = clock_.now() - kept.since_wall;
  if (clock_.instant() - kept.since > idle_max || idle > idle_max || idle < base::Duration::zero()) return nullptr;
  return kept.connection->usable() ? std::move(kept.connection) : nullptr;
}

void NetworkClient::keep(const Origin& origin, std::unique_ptr<Connection> connection) {
  kept_.insert_or_assign(origin, Kept{std::move(connection), clock_.instant(), clock_.now()});
}

base::Result<Response> NetworkClient::exchange(const Request& request, const Limits& limits) {
  const auto end = until(limits.deadline, limits.stop);
  auto connection = take(request.origin);
  if (!connection) {
    const auto route = route_to(request.origin);
    if (!route) return std::unexpected(route.error());
    auto opened = Connection::open(*route, end);
    if (!opened) return std::unexpected(opened.error());
    connection = std::move(*opened);
  }
  auto response = connection->exchange(request, limits.body_max, end);
  if (response && connection->usable()) keep(request.origin, std::move(connection));
  return response;
}

base::Result<Response> NetworkClient::send(const Request& request, const Limits& limits) {
  auto response = exchange(request, limits);
  // Only the origin: paths and queries may hold secrets.
  if (!response)
    return base::fail(response, (request.origin.tls ? "https://" : "http://") + request.origin.authority());
  return response;
}

void NetworkClient::connect(std::span<const Origin> origins, base::Instant deadline) {
  struct Opening {
    Route route;
    std::unique_ptr<Connection> connection;
  };
  std::vector<Opening> openings;
  for (const auto& origin : origins) {
    const bool asked = std::ranges::any_of(openings, [&](const Opening& o) { return o.route.origin == origin; });
    if (asked || kept_.contains(origin)) continue;
    if (auto route = route_to(origin)) openings.push_back({std::move(*route), nullptr});
  }
  const auto end = until(deadline);
  const auto open = [&](Opening& opening) {
    if (auto opened = Connection::open(opening.route, end)) opening.connection = std::move(*opened);
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < openings.size(); ++i) {
      try {
        threads.emplace_back(open, std::ref(openings[i]));
      } catch (const std::system_error&) {
        break;  // No more threads to be had: those origins connect when they are needed.
      }
    }
    if (!openings.empty()) open(openings.front());
  }
  for (auto& [route, connection] : openings) {
    if (connection) keep(route.origin, std::move(connection));
  }
}

}  // namespace

base::Result<std::unique_ptr<Client>> make_client(const ClientSettings& settings, base::Clock& clock) {
  auto proxies = ProxyRules::make(settings.http_proxy, settings.https_proxy, settings.no_proxy);
  if (!proxies) return std::unexpected(std::move(proxies.error()));
  if (!settings.ca_file.empty()) {
    if (auto checked = check_ca_file(settings.ca_file); !checked) return std::unexpected(std::move(checked.error()));
  }
  return std::make_unique<NetworkClient>(std::move(*proxies), settings.ca_file, clock);
}

}  // namespace http
