// SPDX-License-Identifier: Apache-2.0
#include "http/resolve.h"

#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "http/name_service.h"

namespace http {
namespace {

namespace ip = boost::asio::ip;
using Addresses = base::Result<std::vector<ip::address>>;

std::optional<ip::address> to_address(const sockaddr& from) {
  if (from.sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, &from, sizeof in);
    return ip::address_v4(ntohl(in.sin_addr.s_addr));
  }
  if (from.sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, &from, sizeof in);
    ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return ip::address_v6(bytes, in.sin6_scope_id);
  }
  return std::nullopt;
}

Addresses look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    const char* why = error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error);
    return base::fail(base::ErrorKind::NotSent, std::string("looking up the name: ") + why);
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  std::vector<ip::address> addresses;
  for (const auto* entry = found; entry; entry = entry->ai_next) {
    if (const auto address = to_address(*entry->ai_addr)) addresses.push_back(*address);
  }
  if (addresses.empty()) return base::fail(base::ErrorKind::NotSent, "looking up the name: it has no address");
  return addresses;
}

// What the asking and the looking thread share; whoever is done last frees it.
struct LookUp {
  std::mutex mutex;
  std::condition_variable_any done;
  std::optional<Addresses> result;
};

bool is_local_name(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

}  // namespace

void use_plain_name_service() { ::__nss_configure_lookup("hosts", "files dns"); }

Addresses resolve(const std::string& host, const Until& until) {
  boost::system::error_code not_a_literal;
  const auto literal = ip::make_address(host, not_a_literal);
  if (!not_a_literal) return std::vector{literal};
  // IPv4 first: what is started on a laptop most often listens there only.
  if (is_local_name(host)) return std::vector<ip::address>{ip::address_v4::loopback(), ip::address_v6::loopback()};

  const auto look = std::make_shared<LookUp>();
  try {
    std::thread([look, host] {
      auto result = look_up(host);
      const std::scoped_lock lock(look->mutex);
      look->result = std::move(result);
      look->done.notify_all();
    }).detach();
  } catch (const std::system_error& error) {
    return base::fail(base::ErrorKind::NotSent, std::string("looking up the name: ") + error.what());
  }
  std::unique_lock lock(look->mutex);
  if (look->done.wait_until(lock, until.stop, until.at, [&] { return look->result.has_value(); })) return *look->result;
  return base::fail(base::ErrorKind::NotSent, "looking up the name took too long");
}

}  // namespace http
