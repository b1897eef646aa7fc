// SPDX-License-Identifier: Apache-2.0
#include "aws/credentials.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "aws/container_credentials.h"
#include "aws/kept_credentials.h"
#include "aws/machine.h"

namespace aws {
namespace {

base::Result<Credentials> read_keys(const Environment& environment) {
  const auto id = variable(environment, "AWS_ACCESS_KEY_ID");
  const auto secret = variable(environment, "AWS_SECRET_ACCESS_KEY");
  if (id.empty() || secret.empty()) {
    return base::fail(base::ErrorKind::Denied, fmt::format("credentials: {} is set, but {} is not",
                                                           id.empty() ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID",
                                                           id.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"));
  }
  for (const std::string_view name :
       {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}) {
    // A line break that was pasted along would else show as a signature that does not match, or as a broken header.
    if (const auto value = variable(environment, name); !value.empty() && !is_key(value)) {
      return base::fail(
          base::ErrorKind::Denied,
          fmt::format("credentials: {} holds a blank, a line break or another character no key has", name));
    }
  }
  auto token = variable(environment, "AWS_SESSION_TOKEN");
  // The older name, which some tools still set alone.
  if (token.empty()) token = variable(environment, "AWS_SECURITY_TOKEN");
  return Credentials{std::string(id), std::string(secret), std::string(token), std::nullopt};
}

}  // namespace

std::optional<base::Result<Credentials>> read_environment_keys(const Environment& environment) {
  if (variable(environment, "AWS_ACCESS_KEY_ID").empty() && variable(environment, "AWS_SECRET_ACCESS_KEY").empty())
    return std::nullopt;
  return read_keys(environment);
}

std::unique_ptr<CredentialSource> make_credential_source(const Environment& environment, http::Client& client,
                                                         base::Clock& clock) {
  if (auto keys = read_environment_keys(environment)) return make_fixed_source(std::move(*keys));
  const auto container = read_container_settings(environment);
  if (!container) return make_fixed_source(std::unexpected(container.error()));
  if (*container) return make_container_source(**container, this_machine(clock), client, clock);
  return make_fixed_source(base::fail(
      base::ErrorKind::Denied, "NoCredentials",
      "credentials: none found; tried AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, "
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI, none of which is set"));
}

}  // namespace aws
