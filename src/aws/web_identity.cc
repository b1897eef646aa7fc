// SPDX-License-Identifier: Apache-2.0
#include "aws/web_identity.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "aws/caller.h"
#include "aws/kept_credentials.h"

namespace aws {
namespace {

using Question = std::function<base::Result<Credentials>(Caller& caller, base::Instant deadline)>;

// A Caller for STS alone, which signs by `base`.
class RoleSource final : public CredentialSource {
 public:
  RoleSource(const SourceParts& parts, std::string where, std::unique_ptr<CredentialSource> base, Question question)
      : base_(std::move(base)),
        caller_({.client = parts.client,
                 .clock = parts.clock,
                 .credentials = *base_,
                 .endpoints = parts.endpoints,
                 .random = parts.random,
                 .retry = {}}),
        kept_(keep_credentials(
            [this, where = std::move(where), question = std::move(question)](
                bool, base::Instant deadline) -> base::Result<Credentials> {
              auto got = question(caller_, deadline);
              if (!got) return std::unexpected(source_error(got.error(), "credentials: " + where));
              return got;
            },
            parts.clock)) {}

  base::Result<Credentials> get(base::Instant deadline) override { return kept_->get(deadline); }
  void expired() override { kept_->expired(); }

 private:
  std::unique_ptr<CredentialSource> base_;
  Caller caller_;
  std::unique_ptr<CredentialSource> kept_;
};

// The name that was given, or a new one each time.
sts::Role named(sts::Role role, base::Clock& clock) {
  if (role.session_name.empty()) role.session_name = new_session_name(clock);
  return role;
}

}  // namespace

std::string sts_region(const SourceParts& parts, const Section& profile) {
  const auto own = setting_value(profile, "region");
  if (!own.empty()) return std::string(own);
  return parts.region.empty() ? "us-east-1" : parts.region;
}

std::string new_session_name(base::Clock& clock) {
  return fmt::format("caretaker-{}", clock.now().time_since_epoch().count() / 1000);
}

std::unique_ptr<CredentialSource> make_role_source(const SourceParts& parts, std::string where, std::string region,
                                                   sts::Role role, std::unique_ptr<CredentialSource> base) {
  auto question = [&clock = parts.clock, region = std::move(region), role = std::move(role)](Caller& caller,
                                                                                             base::Instant deadline) {
    return sts::assume_role(caller, region, named(role, clock), {deadline, {}});
  };
  return std::make_unique<RoleSource>(parts, std::move(where), std::move(base), std::move(question));
}

std::unique_ptr<CredentialSource> make_web_identity_source(const SourceParts& parts, std::string where,
                                                           std::string region, sts::Role role, std::string token_file) {
  auto question = [&clock = parts.clock, region = std::move(region), role = std::move(role),
                   token_file = std::move(token_file),
                   machine = parts.machine](Caller& caller, base::Instant deadline) -> base::Result<Credentials> {
    auto token = machine.read_file(token_file);
    if (!token) return std::unexpected(token.error().in("the token's file"));
    // Editors and `echo` leave a line break, which no token has.
    while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
    if (!is_key(*token))
      return base::fail(base::ErrorKind::Denied, fmt::format("the token's file: {}: holds no token", token_file));
    return sts::assume_role_with_web_identity(caller, region, named(role, clock), *token, {deadline, {}});
  };
  return std::make_unique<RoleSource>(parts, std::move(where), make_fixed_source(Credentials{}), std::move(question));
}

}  // namespace aws
