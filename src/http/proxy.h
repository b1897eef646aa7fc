// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace http {

struct Proxy {
  Origin origin;
  std::string authorization;  // The value of Proxy-Authorization; empty if the proxy's URL has no user.
};

// Which origins are reached through which proxy, after the settings that curl, Go and the AWS SDKs share.
class ProxyRules {
 public:
  // The settings as in ClientSettings. Errors: Invalid for a proxy other than `[http://][user[:password]@]host[:port]`;
  // the message never holds its password.
  static base::Result<ProxyRules> make(std::string_view http_proxy, std::string_view https_proxy,
                                       std::string_view no_proxy);

  // Null: straight there.
  const Proxy* for_origin(const Origin& origin) const;

 private:
  bool bypasses(const Origin& origin) const;

  std::optional<Proxy> http_;
  std::optional<Proxy> https_;
  std::vector<std::string> exceptions_;  // In lower case.
};

// True for what only this machine or its link can mean, so that no proxy could reach it: localhost, loopback and link-local
// addresses, and the addresses at which ECS, EKS and EC2 hand out credentials.
bool is_local(const std::string& host);

}  // namespace http
