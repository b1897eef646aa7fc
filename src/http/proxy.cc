// SPDX-License-Identifier: Apache-2.0
#include "http/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>

#include "base/hash.h"

namespace http {
namespace {

// An address as 16 bytes; IPv4 stands in ::ffff:0:0/96, so that one comparison serves both.
using Address = std::array<std::uint8_t, 16>;

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address{};
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

struct Network {
  Address address;
  unsigned prefix = 128;

  bool contains(const Address& other) const {
    for (unsigned bit = 0; bit < prefix; ++bit) {
      const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
      if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
    }
    return true;
  }
};

// `address` or `address/bits`.
std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*address};
  const unsigned width = text.contains(':') ? 128 : 32;
  unsigned bits = 0;
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
  if (error != std::errc() || stop != text.data() + text.size() || bits > width) return std::nullopt;
  return Network{*address, 128 - width + bits};
}

// Takes a port off the end of an entry of no_proxy, and the brackets off an IPv6 address.
std::optional<std::uint16_t> take_port(std::string_view& entry) {
  const bool bracketed = entry.starts_with('[');
  const auto colon = entry.rfind(':');
  const auto bracket = entry.rfind(']');
  std::optional<std::uint16_t> port;
  const bool bare_ipv6 = !bracketed && colon != entry.find(':');
  if (colon != std::string_view::npos && !bare_ipv6 &&
      (!bracketed || (bracket != std::string_view::npos && colon > bracket))) {
    std::uint16_t number = 0;
    const auto [stop, error] = std::from_chars(entry.data() + colon + 1, entry.data() + entry.size(), number);
    if (error == std::errc() && stop == entry.data() + entry.size()) port = number;
    entry = entry.substr(0, colon);
  }
  if (bracketed && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  return port;
}

bool matches(std::string_view entry, const Origin& origin) {
  if (entry == "*") return true;
  const auto port = take_port(entry);
  if (port && *port != origin.port) return false;
  const auto address = parse_address(origin.host);
  const auto network = parse_network(entry);
  if (address || network) return address && network && network->contains(*address);
  // `example.com`, `.example.com` and `*.example.com` all mean the domain and what lies under it, as with curl.
  if (entry.starts_with('*')) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  std::string_view host = origin.host;
  for (auto* name : {&entry, &host}) {
    if (name->ends_with('.')) name->remove_suffix(1);
  }
  if (entry.empty() || !host.ends_with(entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

base::Result<std::optional<Proxy>> parse_proxy(std::string_view text) {
  const auto wrong = [](std::string_view why) {
    return base::fail(base::ErrorKind::Invalid, "proxy: " + std::string(why));
  };
  if (text.empty()) return std::nullopt;
  auto rest = text;
  // `user:pa://ss@proxy` begins with a user, not with a scheme.
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos && scheme == text.find(':')) {
    const std::string name(text.substr(0, scheme));
    if (name != "http" && name != "HTTP") return wrong("only http:// proxies are supported, not " + name + "://");
    rest.remove_prefix(scheme + 3);
  }
  Proxy proxy;
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  // No path is of use to a proxy, so that these belong to a password, of which a part would be taken for the port.
  if (rest.substr(end).contains('@')) return wrong("`/`, `?` and `#` before the `@` must be percent-encoded");
  rest = rest.substr(0, end);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto colon = std::min(rest.find(':'), at);
    const auto user = percent_decode(rest.substr(0, colon));
    const auto password = colon < at ? percent_decode(rest.substr(colon + 1, at - colon - 1)) : std::string();
    proxy.authorization = "Basic " + base::to_base64(user + ":" + password);
    rest.remove_prefix(at + 1);
  }
  const auto url = parse_url("http://" + std::string(rest));
  if (!url) return base::fail(url, "proxy");
  proxy.origin = url->origin;
  return proxy;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> entries;
  while (!list.empty()) {
    const auto end = std::min(list.find_first_of(", \t"), list.size());
    std::string entry(list.substr(0, end));
    std::ranges::transform(entry, entry.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (!entry.empty()) entries.push_back(std::move(entry));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return entries;
}

}  // namespace

base::Result<ProxyRules> ProxyRules::make(std::string_view http_proxy, std::string_view https_proxy,
                                          std::string_view no_proxy) {
  auto http = parse_proxy(http_proxy);
  if (!http) return base::fail(http, "HTTP_PROXY");
  auto https = parse_proxy(https_proxy);
  if (!https) return base::fail(https, "HTTPS_PROXY");
  ProxyRules rules;
  rules.http_ = std::move(*http);
  rules.https_ = std::move(*https);
  rules.exceptions_ = split(no_proxy);
  return rules;
}

const Proxy* ProxyRules::for_origin(const Origin& origin) const {
  const auto& proxy = origin.tls ? https_ : http_;
  return proxy && !bypasses(origin) ? &*proxy : nullptr;
}

bool ProxyRules::bypasses(const Origin& origin) const {
  return is_local(origin.host) ||
         std::ranges::any_of(exceptions_, [&](const std::string& entry) { return matches(entry, origin); });
}

bool is_local(const std::string& host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  const auto address = parse_address(host);
  if (!address) return false;
  static constexpr std::string_view networks[] = {"127.0.0.0/8", "169.254.0.0/16", "::1",
                                                  "fe80::/10",   "fd00:ec2::23",   "fd00:ec2::254"};
  return std::ranges::any_of(networks, [&](std::string_view text) { return parse_network(text)->contains(*address); });
}

}  // namespace http
