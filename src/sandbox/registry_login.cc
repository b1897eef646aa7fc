// SPDX-License-Identifier: Apache-2.0
#include "sandbox/registry_login.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <boost/json.hpp>

#include "base/hash.h"
#include "base/json.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours lifetime{12};

std::string proof_of(std::int64_t expiration, const World& world) {
  return base::to_hex(
      base::hmac_sha256(world.settings().credentials.secret_access_key, fmt::format("registry {}", expiration)));
}

std::int64_t seconds_of(base::Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// The user's password of a Basic authorization, if the user is AWS, or of an address that make_login() was put into.
std::optional<std::string> password_of(const http::Request& request) {
  if (const auto query = parse_pairs(split_target(request.target).query, false); find_pair(query, login_parameter))
    return *find_pair(query, login_parameter);
  const auto header = request.headers.get("Authorization").value_or("");
  if (header.size() < 6 || header.substr(0, 6) != "Basic ") return std::nullopt;
  const auto pair = base::from_base64(header.substr(6));
  if (!pair || !pair->starts_with("AWS:")) return std::nullopt;
  return pair->substr(4);
}

// When the password ends, if the account made it.
std::optional<std::int64_t> expiration_of(std::string_view password, const World& world) {
  const auto text = base::from_base64(password);
  const auto value = text ? base::parse_json(*text) : base::fail(base::ErrorKind::Invalid, "no base64");
  const auto expiration = value ? base::int_member(*value, "expiration") : std::nullopt;
  const auto payload = value ? base::string_member(*value, "payload") : std::nullopt;
  if (!expiration || !payload) return std::nullopt;
  const auto wanted = proof_of(*expiration, world);
  const bool ours =
      payload->size() == wanted.size() && CRYPTO_memcmp(payload->data(), wanted.data(), wanted.size()) == 0;
  return ours ? expiration : std::nullopt;
}

Refusal unauthorized(const http::Request& request, std::string message) {
  const auto host = request.headers.get("Host").value_or("localhost");
  return {"UNAUTHORIZED",
          std::move(message),
          401,
          {},
          {{"WWW-Authenticate", fmt::format(R"(Basic realm="http://{}/",service="ecr.amazonaws.com")", host)}}};
}

}  // namespace

Login make_login(const World& world) {
  const auto expires = world.now() + lifetime;
  const json::object token{{"payload", proof_of(seconds_of(expires), world)},
                           {"version", "2"},
                           {"type", "DATA_KEY"},
                           {"expiration", seconds_of(expires)}};
  return {base::to_base64(json::serialize(token)), expires};
}

Answer<void> check_login(const http::Request& request, const World& world) {
  const auto password = password_of(request);
  if (!password && !request.headers.get("Authorization")) {
    if (!world.settings().verify_signatures) return {};
    return std::unexpected(unauthorized(request, "Not Authorized"));
  }
  const auto expiration = password ? expiration_of(*password, world) : std::nullopt;
  if (!expiration) {
    return std::unexpected(unauthorized(
        request, "Not Authorized: log in as AWS with the password of `aws ecr get-login-password` from this sandbox"));
  }
  if (*expiration < seconds_of(world.now()))
    return refuse("DENIED", "Your authorization token has expired. Reauthenticate and try again.", 403);
  return {};
}

}  // namespace sandbox
