// SPDX-License-Identifier: Apache-2.0
#include "aws/container_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "aws/kept_credentials.h"
#include "base/json.h"

namespace aws {
namespace {

using namespace std::chrono_literals;

constexpr int tries_max = 3;
constexpr auto try_timeout = 2s;
constexpr std::size_t answer_max = 64 << 10;

constexpr std::string_view relative_variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr std::string_view full_variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

bool is_loopback(std::string_view host) {
  // Four numbers, so that `127.evil.example` is a name and not an address.
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" ||
         (numeric && host.starts_with("127.") && std::ranges::count(host, '.') == 3);
}

bool believed_without_tls(std::string_view host) {
  constexpr std::array known = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  return is_loopback(host) || std::ranges::find(known, host) != known.end();
}

base::Result<http::Url> read_url(const Environment& environment) {
  if (const auto relative = variable(environment, relative_variable); !relative.empty()) {
    if (!relative.starts_with('/')) return no_credentials(relative_variable, "must begin with `/`");
    return http::Url{{.tls = false, .host = "169.254.170.2", .port = 80}, std::string(relative)};
  }
  auto url = http::parse_url(variable(environment, full_variable));
  if (!url) return no_credentials(full_variable, "is no http or https URL");
  if (!url->origin.tls && !believed_without_tls(url->origin.host)) {
    return no_credentials(
        full_variable, "without TLS only this machine, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] are allowed");
  }
  return *url;
}

bool breaks_line(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

// Asks the endpoint.
class ContainerEndpoint {
 public:
  ContainerEndpoint(ContainerSettings settings, Machine machine, http::Client& client, base::Clock& clock)
      : settings_(std::move(settings)), machine_(std::move(machine)), client_(client), clock_(clock) {}

  base::Result<Credentials> ask(base::Instant deadline) const {
    http::Request request{
        .origin = settings_.url.origin, .method = "GET", .target = settings_.url.target, .headers = {}, .body = {}};
    request.headers.set("Accept", "application/json");
    const auto token = authorization();
    if (!token) return std::unexpected(token.error());
    if (!token->empty()) request.headers.set("Authorization", *token);
    const auto until = std::min(deadline, clock_.instant() + try_timeout);
    const auto response = client_.send(request, {.deadline = until, .body_max = answer_max, .stop = {}});
    if (!response)
      return base::fail(base::ErrorKind::Transient,
                        fmt::format("credentials: container endpoint: {}", response.error().message));
    return read(*response);
  }

 private:
  base::Result<std::string> authorization() const {
    std::string token = settings_.token;
    if (!settings_.token_file.empty()) {
      auto read = machine_.read_file(settings_.token_file);
      if (!read) return no_credentials("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", read.error().message);
      if (read->empty())
        return no_credentials("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", settings_.token_file + " is empty");
      token = std::move(*read);
    }
    if (breaks_line(token))
      return no_credentials("AWS_CONTAINER_AUTHORIZATION_TOKEN", "holds a line break, which no header may");
    return token;
  }

  static base::Result<Credentials> read(const http::Response& response) {
    // The body of an error is not repeated: nobody promises that it holds no secret.
    const bool refusal = response.status >= 400 && response.status < 500 && response.status != 429;
    if (response.status != 200) {
      return base::fail(refusal ? base::ErrorKind::Denied : base::ErrorKind::Transient,
                        fmt::format("credentials: container endpoint: HTTP {}", response.status));
    }
    const auto body = base::parse_json(response.body);
    auto read = body ? read_credentials(*body, "Token") : std::nullopt;
    if (!read)
      return base::fail(base::ErrorKind::Transient,
                        "credentials: container endpoint: an answer without usable credentials");
    return *std::move(read);
  }

  ContainerSettings settings_;
  Machine machine_;
  http::Client& client_;
  base::Clock& clock_;
};

}  // namespace

base::Result<std::optional<ContainerSettings>> read_container_settings(const Environment& environment) {
  if (variable(environment, relative_variable).empty() && variable(environment, full_variable).empty()) {
    return std::optional<ContainerSettings>();
  }
  auto url = read_url(environment);
  if (!url) return std::unexpected(url.error());
  if (breaks_line(url->target)) return no_credentials("AWS_CONTAINER_CREDENTIALS_*_URI", "holds a line break");
  ContainerSettings settings{.url = std::move(*url),
                             .token_file = std::string(variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")),
                             .token = std::string(variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN"))};
  return std::optional(std::move(settings));
}

std::unique_ptr<CredentialSource> make_container_source(ContainerSettings settings, Machine machine,
                                                        http::Client& client, base::Clock& clock) {
  const ContainerEndpoint endpoint(std::move(settings), std::move(machine), client, clock);
  const auto ask = [endpoint, &clock](bool urgent, base::Instant deadline) {
    return ask_repeatedly(urgent ? tries_max : 1, clock, deadline, [&] { return endpoint.ask(deadline); });
  };
  return keep_credentials(ask, clock);
}

}  // namespace aws
