// SPDX-License-Identifier: Apache-2.0
#include "aws/imds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "aws/kept_credentials.h"
#include "aws/partition.h"
#include "aws/text.h"
#include "base/json.h"

namespace aws {
namespace {

using namespace std::chrono_literals;

constexpr auto try_timeout = 1s;
constexpr int tries_max = 3;
constexpr std::size_t answer_max = 64 << 10;
constexpr std::string_view subject = "EC2 metadata service";
constexpr std::string_view roles = "/latest/meta-data/iam/security-credentials/";

class Imds {
 public:
  Imds(http::Url endpoint, http::Client& client, base::Clock& clock)
      : endpoint_(std::move(endpoint)), client_(client), clock_(clock) {
    while (endpoint_.target.ends_with('/')) endpoint_.target.pop_back();
  }

  // Before any get(): begins a session. Denied if nothing answers and nothing ever did.
  base::Result<void> open(base::Instant deadline) {
    auto token = send("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}}, deadline);
    if (!token) {
      if (!answered_) token.error().kind = base::ErrorKind::Denied;
      return std::unexpected(token.error());
    }
    answered_ = true;
    if (!is_key(*token)) return base::fail(base::ErrorKind::Transient, fmt::format("{}: an unusable token", subject));
    token_ = std::move(*token);
    return {};
  }

  base::Result<std::string> get(std::string_view path, base::Instant deadline) const {
    return send("GET", path, {{"X-aws-ec2-metadata-token", token_}}, deadline);
  }

  base::Result<Credentials> ask(base::Instant deadline) {
    if (const auto opened = open(deadline); !opened) return std::unexpected(opened.error());
    const auto listed = get(roles, deadline);
    if (!listed && listed.error().code == "404")
      return base::fail(base::ErrorKind::Denied, fmt::format("{}: the instance has no role", subject));
    if (!listed) return std::unexpected(listed.error());
    const auto role = std::string_view(*listed).substr(0, listed->find_first_of("\r\n"));
    if (role.empty()) return base::fail(base::ErrorKind::Denied, fmt::format("{}: the instance has no role", subject));
    const auto answer = get(std::string(roles) + http::percent_encode(role), deadline);
    if (!answer) return std::unexpected(answer.error());
    const auto body = base::parse_json(*answer);
    auto read = body ? read_credentials(*body, "Token") : std::nullopt;
    if (!read)
      return base::fail(base::ErrorKind::Transient, fmt::format("{}: an answer without usable credentials", subject));
    return *std::move(read);
  }

  bool answered() const { return answered_; }

 private:
  // The answer's body. Errors: Denied with the status as code, Transient.
  base::Result<std::string> send(std::string_view method, std::string_view path, http::Headers headers,
                                 base::Instant deadline) const {
    const http::Request request{.origin = endpoint_.origin,
                                .method = std::string(method),
                                .target = endpoint_.target + std::string(path),
                                .headers = std::move(headers),
                                .body = {}};
    const auto until = std::min(deadline, clock_.instant() + try_timeout);
    auto response = client_.send(request, {.deadline = until, .body_max = answer_max, .stop = {}});
    if (!response)
      return base::fail(base::ErrorKind::Transient, fmt::format("{}: {}", subject, response.error().message));
    if (response->status == 200) return std::move(response->body);
    const bool refused = response->status >= 400 && response->status < 500 && response->status != 429;
    return base::fail(refused ? base::ErrorKind::Denied : base::ErrorKind::Transient, std::to_string(response->status),
                      fmt::format("{}: {} {}: HTTP {}", subject, method, path, response->status));
  }

  http::Url endpoint_;
  http::Client& client_;
  base::Clock& clock_;
  std::string token_;
  bool answered_ = false;
};

}  // namespace

base::Result<std::optional<http::Url>> read_imds_endpoint(const Environment& environment, const SharedConfig& config) {
  // Any other value than `true` leaves it on, as with the SDKs.
  if (lower_case(variable(environment, "AWS_EC2_METADATA_DISABLED")) == "true") return std::optional<http::Url>();
  const auto named =
      first_setting(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT", config, "ec2_metadata_service_endpoint");
  if (named) {
    auto url = http::parse_url(named->value);
    if (!url) return base::fail(url, named->where);
    if (url->target.contains('?'))
      return base::fail(base::ErrorKind::Invalid, named->where + ": an endpoint's URL has no query");
    return std::optional(std::move(*url));
  }
  const auto mode = first_setting(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", config,
                                  "ec2_metadata_service_endpoint_mode");
  const auto word = mode ? lower_case(mode->value) : "ipv4";
  if (word != "ipv4" && word != "ipv6")
    return base::fail(base::ErrorKind::Invalid, mode->where + ": must be `IPv4` or `IPv6`");
  return std::optional(
      http::Url{{.tls = false, .host = word == "ipv6" ? "fd00:ec2::254" : "169.254.169.254", .port = 80}, "/"});
}

std::unique_ptr<CredentialSource> make_imds_source(http::Url endpoint, http::Client& client, base::Clock& clock) {
  const auto ask = [imds = Imds(std::move(endpoint), client, clock), &clock](bool urgent,
                                                                             base::Instant deadline) mutable {
    return ask_repeatedly(urgent ? tries_max : 1, clock, deadline, [&] { return imds.ask(deadline); });
  };
  return keep_credentials(ask, clock);
}

base::Result<std::string> ask_imds_region(const http::Url& endpoint, http::Client& client, base::Clock& clock,
                                          base::Instant deadline) {
  Imds imds(endpoint, client, clock);
  if (const auto opened = imds.open(deadline); !opened) return std::unexpected(opened.error());
  auto region = imds.get("/latest/meta-data/placement/region", deadline);
  if (region && !is_host_label(*region))
    return base::fail(base::ErrorKind::Transient, fmt::format("{}: no region in the answer", subject));
  return region;
}

}  // namespace aws
