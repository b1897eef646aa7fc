// SPDX-License-Identifier: Apache-2.0
#include "aws/container_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace aws {
namespace {

using namespace std::chrono_literals;

constexpr int tries_max = 3;
constexpr auto try_timeout = 2s;
constexpr auto between_tries = 1s;
// Before the expiration: from the first on a renewal is wanted, from the second on it is needed.
constexpr auto advisory = 15min;
constexpr auto mandatory = 10min;
// After a failed renewal, while the old ones are good: a broken endpoint must not delay every call.
constexpr auto pause_after_failure = 1min;
constexpr std::size_t answer_max = 64 << 10;
constexpr std::size_t token_max = 64 << 10;

constexpr std::string_view relative_variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr std::string_view full_variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

std::unexpected<base::Error> refused(std::string_view variable, std::string_view why) {
  return base::fail(base::ErrorKind::Denied, fmt::format("credentials: {}: {}", variable, why));
}

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
    if (!relative.starts_with('/')) return refused(relative_variable, "must begin with `/`");
    return http::Url{{.tls = false, .host = "169.254.170.2", .port = 80}, std::string(relative)};
  }
  auto url = http::parse_url(variable(environment, full_variable));
  if (!url) return refused(full_variable, "is no http or https URL");
  if (!url->origin.tls && !believed_without_tls(url->origin.host)) {
    return refused(full_variable,
                   "without TLS only this machine, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] are allowed");
  }
  return *url;
}

bool breaks_line(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

// Asks the endpoint and keeps what it said.
class ContainerSource final : public CredentialSource {
 public:
  ContainerSource(ContainerSettings settings, http::Client& client, base::Clock& clock)
      : settings_(std::move(settings)), client_(client), clock_(clock) {}

  base::Result<Credentials> get(base::Instant deadline) override {
    if (kept_ && !renewal_due()) return *kept_;
    auto fresh = ask(kept_ && !needed() ? 1 : tries_max, deadline);
    if (fresh) {
      kept_ = *fresh;
      rejected_ = false;
      return fresh;
    }
    if (!kept_ || rejected_ || over()) return fresh;
    not_before_ = clock_.instant() + pause_after_failure;
    return *kept_;
  }

  void expired() override { rejected_ = true; }

 private:
  bool within(base::Duration distance) { return kept_->expiration && *kept_->expiration - clock_.now() < distance; }
  bool over() { return within(0ms); }
  bool needed() { return rejected_ || within(mandatory); }
  bool renewal_due() {
    if (rejected_ || over()) return true;
    return within(advisory) && clock_.instant() >= not_before_;
  }

  base::Result<Credentials> ask(int tries, base::Instant deadline) {
    auto last = ask_once(deadline);
    for (int done = 1; done < tries && !last && last.error().kind != base::ErrorKind::Denied; ++done) {
      const auto next = clock_.instant() + between_tries;
      if (next >= deadline || !clock_.sleep_until(next, {})) break;
      last = ask_once(deadline);
    }
    return last;
  }

  base::Result<Credentials> ask_once(base::Instant deadline) {
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

  base::Result<std::string> authorization() const {
    std::string token = settings_.token;
    if (!settings_.token_file.empty()) {
      std::ifstream file(settings_.token_file, std::ios::binary);
      token.resize(token_max);
      file.read(token.data(), static_cast<std::streamsize>(token.size()));
      token.resize(static_cast<std::size_t>(file.gcount()));
      if (token.empty()) return refused("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "cannot be read, or is empty");
    }
    if (breaks_line(token))
      return refused("AWS_CONTAINER_AUTHORIZATION_TOKEN", "holds a line break, which no header may");
    return token;
  }

  static base::Result<Credentials> read(const http::Response& response) {
    // The body of an error is not repeated: nobody promises that it holds no secret.
    if (response.status >= 400 && response.status < 500 && response.status != 429) {
      return base::fail(base::ErrorKind::Denied,
                        fmt::format("credentials: container endpoint: HTTP {}", response.status));
    }
    if (response.status != 200) {
      return base::fail(base::ErrorKind::Transient,
                        fmt::format("credentials: container endpoint: HTTP {}", response.status));
    }
    const auto unreadable = [] {
      return base::fail(base::ErrorKind::Transient,
                        "credentials: container endpoint: an answer without usable credentials");
    };
    const auto body = base::parse_json(response.body);
    if (!body) return unreadable();
    const auto id = base::string_member(*body, "AccessKeyId");
    const auto secret = base::string_member(*body, "SecretAccessKey");
    if (!id || !secret || id->empty() || secret->empty()) return unreadable();
    Credentials read{std::string(*id), std::string(*secret),
                     std::string(base::string_member(*body, "Token").value_or("")), std::nullopt};
    if (const auto expiration = base::string_member(*body, "Expiration")) {
      read.expiration = base::parse_iso8601(*expiration);
      if (!read.expiration) return unreadable();
    }
    return read;
  }

  ContainerSettings settings_;
  http::Client& client_;
  base::Clock& clock_;
  std::optional<Credentials> kept_;
  bool rejected_ = false;  // AWS called the kept ones expired.
  base::Instant not_before_;
};

}  // namespace

base::Result<std::optional<ContainerSettings>> read_container_settings(const Environment& environment) {
  if (variable(environment, relative_variable).empty() && variable(environment, full_variable).empty()) {
    return std::optional<ContainerSettings>();
  }
  auto url = read_url(environment);
  if (!url) return std::unexpected(url.error());
  if (breaks_line(url->target)) return refused("AWS_CONTAINER_CREDENTIALS_*_URI", "holds a line break");
  ContainerSettings settings{.url = std::move(*url),
                             .token_file = std::string(variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")),
                             .token = std::string(variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN"))};
  return std::optional(std::move(settings));
}

std::unique_ptr<CredentialSource> make_container_source(ContainerSettings settings, http::Client& client,
                                                        base::Clock& clock) {
  return std::make_unique<ContainerSource>(std::move(settings), client, clock);
}

}  // namespace aws
