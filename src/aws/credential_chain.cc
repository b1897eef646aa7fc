// SPDX-License-Identifier: Apache-2.0
#include "aws/credential_chain.h"

#include <fmt/format.h>

#include <utility>

#include "aws/container_credentials.h"
#include "aws/imds.h"
#include "aws/kept_credentials.h"
#include "aws/profile_credentials.h"
#include "aws/web_identity.h"

namespace aws {
namespace {

std::string tried(const SharedConfig& config) {
  const auto files = config.config_file.empty() && config.credentials_file.empty()
                         ? std::string("its files, since HOME is not set")
                         : fmt::format("{} or {}", config.config_file, config.credentials_file);
  return fmt::format(
      "credentials: none found: AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE and "
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI are not set, profile `{}` has none in {}",
      config.profile, files);
}

// The metadata service as the last resort: where it is not, nothing is.
class LastSource final : public CredentialSource {
 public:
  LastSource(std::unique_ptr<CredentialSource> imds, std::string before)
      : imds_(std::move(imds)), before_(std::move(before)) {}

  base::Result<Credentials> get(base::Instant deadline) override {
    auto got = imds_->get(deadline);
    if (got || got.error().kind != base::ErrorKind::Denied) return got;
    return base::fail(base::ErrorKind::Denied, "NoCredentials",
                      fmt::format("{}; the EC2 metadata service gives none ({})", before_, got.error().message));
  }
  void expired() override { imds_->expired(); }

 private:
  std::unique_ptr<CredentialSource> imds_;
  std::string before_;  // What had been tried.
};

std::unique_ptr<CredentialSource> web_identity(const SourceParts& parts, std::string_view file) {
  const auto arn = variable(parts.environment, "AWS_ROLE_ARN");
  if (arn.empty())
    return make_fixed_source(no_credentials("AWS_WEB_IDENTITY_TOKEN_FILE is set", "AWS_ROLE_ARN must be as well"));
  return make_web_identity_source(parts, "AWS_WEB_IDENTITY_TOKEN_FILE", sts_region(parts, {}),
                                  {.arn = std::string(arn),
                                   .session_name = std::string(variable(parts.environment, "AWS_ROLE_SESSION_NAME")),
                                   .external_id = {}},
                                  std::string(file));
}

}  // namespace

std::unique_ptr<CredentialSource> make_credential_chain(const SourceParts& parts) {
  if (auto keys = read_environment_keys(parts.environment)) return make_fixed_source(std::move(*keys));
  if (const auto file = variable(parts.environment, "AWS_WEB_IDENTITY_TOKEN_FILE"); !file.empty())
    return web_identity(parts, file);
  if (auto source = make_profile_source(parts)) return source;
  auto container = read_container_settings(parts.environment);
  if (!container) return make_fixed_source(std::unexpected(container.error()));
  if (*container) return make_container_source(std::move(**container), parts.machine, parts.client, parts.clock);
  auto imds = read_imds_endpoint(parts.environment, parts.config);
  if (!imds) return make_fixed_source(std::unexpected(source_error(imds.error(), "credentials")));
  if (!*imds) {
    return make_fixed_source(base::fail(base::ErrorKind::Denied, "NoCredentials",
                                        tried(parts.config) + "; AWS_EC2_METADATA_DISABLED is set"));
  }
  return std::make_unique<LastSource>(make_imds_source(std::move(**imds), parts.client, parts.clock),
                                      tried(parts.config));
}

}  // namespace aws
