// SPDX-License-Identifier: Apache-2.0
#include "aws/sso_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "aws/kept_credentials.h"
#include "aws/service_error.h"
#include "aws/timestamp.h"
#include "base/hash.h"
#include "base/json.h"

namespace aws {
namespace {

using namespace std::chrono_literals;

constexpr int tries_max = 3;
constexpr auto try_timeout = 10s;
constexpr std::size_t answer_max = 64 << 10;

struct SsoSettings {
  std::string start_url;
  std::string region;
  std::string account;
  std::string role;
  std::string cached_as;  // What the token's file is named after.
};

// What the profile or its session says under `name`. Errors: they say different things.
base::Result<std::string> agreed(const Section& section, const Section* session, std::string_view name) {
  const auto* own = find_setting(section, name);
  const auto* shared = session ? find_setting(*session, name) : nullptr;
  if (own && shared && own->value != shared->value) {
    return base::fail(base::ErrorKind::Denied, fmt::format("{} differs from that of its sso-session ({} and {})", name,
                                                           own->where, shared->where));
  }
  return own ? own->value : shared ? shared->value : std::string();
}

base::Result<SsoSettings> read_settings(const SharedConfig& config, const Section& section) {
  SsoSettings settings;
  const Section* session = nullptr;
  if (const auto* named = find_setting(section, "sso_session")) {
    const auto found = config.sso_sessions.find(named->value);
    if (found == config.sso_sessions.end()) {
      return base::fail(base::ErrorKind::Denied,
                        fmt::format("sso_session ({}) names `{}`, but {} has no section `[sso-session {}]`",
                                    named->where, named->value, config.config_file, named->value));
    }
    session = &found->second;
    settings.cached_as = named->value;
  }
  std::string missing;
  for (const auto& [name, member] :
       {std::pair("sso_start_url", &SsoSettings::start_url), std::pair("sso_region", &SsoSettings::region),
        std::pair("sso_account_id", &SsoSettings::account), std::pair("sso_role_name", &SsoSettings::role)}) {
    auto value = agreed(section, session, name);
    if (!value) return std::unexpected(value.error());
    if (value->empty()) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
    settings.*member = std::move(*value);
  }
  if (!missing.empty()) return base::fail(base::ErrorKind::Denied, "IAM Identity Center also needs " + missing);
  if (!session) settings.cached_as = settings.start_url;
  return settings;
}

class SsoRole {
 public:
  SsoRole(const SourceParts& parts, const std::string& profile, SsoSettings settings)
      : settings_(std::move(settings)),
        machine_(parts.machine),
        client_(parts.client),
        clock_(parts.clock),
        endpoints_(parts.endpoints),
        home_(variable(parts.environment, "HOME")),
        where_(fmt::format("credentials: profile `{}`", profile)),
        log_in_(fmt::format("log in with `aws sso login --profile {}`", profile)) {}

  base::Result<Credentials> ask(base::Instant deadline) const {
    const auto token = read_token();
    if (!token) return std::unexpected(token.error());
    const auto at = endpoint(Service::Sso, settings_.region, endpoints_);
    if (!at) return std::unexpected(source_error(at.error(), where_ + ": sso_region"));
    const http::Request request{
        .origin = at->origin,
        .method = "GET",
        .target = fmt::format("{}/federation/credentials?account_id={}&role_name={}", at->path_prefix,
                              http::percent_encode(settings_.account), http::percent_encode(settings_.role)),
        .headers = {{"x-amz-sso_bearer_token", *token}, {"Accept", "application/json"}},
        .body = {}};
    const auto until = std::min(deadline, clock_.instant() + try_timeout);
    const auto response = client_.send(request, {.deadline = until, .body_max = answer_max, .stop = {}});
    if (!response) return std::unexpected(source_error(response.error(), where_ + ": sso GetRoleCredentials"));
    return read(*response);
  }

 private:
  std::unexpected<base::Error> refused(std::string_view why) const {
    return base::fail(base::ErrorKind::Denied, fmt::format("{}: {}", where_, why));
  }

  base::Result<std::string> read_token() const {
    if (home_.empty()) return refused("HOME is not set, and `aws sso login` keeps its token there");
    const auto path = fmt::format("{}/.aws/sso/cache/{}.json", home_, base::to_hex(base::sha1(settings_.cached_as)));
    const auto text = machine_.read_file(path);
    if (!text && text.error().kind == base::ErrorKind::NotFound) return refused("nobody is logged in; " + log_in_);
    if (!text) return refused(text.error().message);
    const auto body = base::parse_json(*text);
    const auto token = body ? base::string_member(*body, "accessToken") : std::nullopt;
    auto ends = std::string(body ? base::string_member(*body, "expiresAt").value_or("") : "");
    // So wrote older versions of the AWS CLI.
    if (ends.ends_with("UTC")) ends.replace(ends.size() - 3, 3, "Z");
    const auto expiration = base::parse_iso8601(ends);
    if (!token || !is_key(*token) || !expiration)
      return refused(fmt::format("{} is no token of `aws sso login`; {}", path, log_in_));
    if (*expiration <= clock_.now())
      return refused(fmt::format("the login has expired at {}; {}", base::to_iso8601(*expiration), log_in_));
    return std::string(*token);
  }

  base::Result<Credentials> read(const http::Response& response) const {
    const Operation operation{Service::Sso, "GetRoleCredentials", true, ""};
    if (response.status == 401) return refused("the login is no longer good; " + log_in_);
    if (response.status == 403 || response.status == 404) {
      return refused(fmt::format("this login has no role `{}` in account {}: {}", one_line(settings_.role, 100),
                                 one_line(settings_.account, 100),
                                 describe(operation, response, read_service_error(Service::Sso, response))));
    }
    if (response.status != 200) {
      const bool passing = response.status >= 500 || response.status == 429;
      return base::fail(
          passing ? base::ErrorKind::Transient : base::ErrorKind::Denied,
          fmt::format("{}: {}", where_, describe(operation, response, read_service_error(Service::Sso, response))));
    }
    const auto body = base::parse_json(response.body);
    const auto* role = body ? base::member(*body, "roleCredentials") : nullptr;
    const auto text = [&](std::string_view name) {
      return std::string(role ? base::string_member(*role, name).value_or("") : "");
    };
    Credentials read{text("accessKeyId"), text("secretAccessKey"), text("sessionToken"),
                     role ? milliseconds_member(*role, "expiration") : std::nullopt};
    if (!is_key(read.access_key_id) || !is_key(read.secret_access_key) || !is_key(read.session_token) ||
        !read.expiration)
      return base::fail(base::ErrorKind::Transient,
                        where_ + ": sso GetRoleCredentials: an answer without usable credentials");
    return read;
  }

  SsoSettings settings_;
  Machine machine_;
  http::Client& client_;
  base::Clock& clock_;
  const EndpointSettings& endpoints_;
  std::string home_;
  std::string where_;
  std::string log_in_;
};

}  // namespace

std::unique_ptr<CredentialSource> make_sso_source(const SourceParts& parts, const std::string& profile,
                                                  const Section& section) {
  auto settings = read_settings(parts.config, section);
  if (!settings)
    return make_fixed_source(no_credentials(fmt::format("profile `{}`", profile), settings.error().message));
  const auto ask = [role = SsoRole(parts, profile, std::move(*settings)), &clock = parts.clock](
                       bool urgent, base::Instant deadline) {
    return ask_repeatedly(urgent ? tries_max : 1, clock, deadline, [&] { return role.ask(deadline); });
  };
  return keep_credentials(ask, parts.clock);
}

}  // namespace aws
