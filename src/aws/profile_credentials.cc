// SPDX-License-Identifier: Apache-2.0
#include "aws/profile_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "aws/container_credentials.h"
#include "aws/imds.h"
#include "aws/kept_credentials.h"
#include "aws/process_credentials.h"
#include "aws/sso_credentials.h"
#include "aws/web_identity.h"

namespace aws {
namespace {

using Source = std::unique_ptr<CredentialSource>;

// AWS's own limits of a session's duration.
constexpr std::int64_t duration_min_s = 900;
constexpr std::int64_t duration_max_s = 43200;

// Each is a source that asks the next while it is asked. Nobody writes a chain as long.
constexpr std::size_t profiles_max = 32;

constexpr std::string_view elsewhere =
    "; or let the AWS CLI do it: `eval \"$(aws configure export-credentials --format env)\"`";

class Profiles {
 public:
  explicit Profiles(const SourceParts& parts) : parts_(parts) {}

  Source source_of(const std::string& name) {
    const auto found = parts_.config.profiles.find(name);
    if (found == parts_.config.profiles.end()) return nullptr;
    const Section& section = found->second;
    const bool is_source = !path_.empty();
    path_.push_back(name);
    if (is_source && has_keys(section)) return keys(section);
    if (has_role(section)) return role(section);
    if (has_keys(section)) return keys(section);
    if (find_setting(section, "web_identity_token_file")) return web_identity(section);
    if (const auto* process = find_setting(section, "credential_process"))
      return make_process_source(*process, parts_.machine, parts_.clock);
    if (section.lower_bound("sso_") != section.end() && section.lower_bound("sso_")->first.starts_with("sso_"))
      return make_sso_source(parts_, name, section);
    if (const auto* login = find_setting(section, "login_session")) {
      return refused(
          fmt::format("login_session ({}), which `aws login` renews, is not read here{}", login->where, elsewhere));
    }
    if (const auto* named = find_setting(section, "credential_source"); named && is_source) return named_source(*named);
    return nullptr;
  }

 private:
  const std::string& name() const { return path_.back(); }
  std::string where() const { return fmt::format("profile `{}`", name()); }
  Source refused(std::string_view why) const { return make_fixed_source(no_credentials(where(), why)); }

  static bool has_keys(const Section& section) {
    return find_setting(section, "aws_access_key_id") || find_setting(section, "aws_secret_access_key");
  }
  static bool has_role(const Section& section) {
    return find_setting(section, "role_arn") &&
           !(find_setting(section, "web_identity_token_file") && !find_setting(section, "source_profile") &&
             !find_setting(section, "credential_source"));
  }

  Source keys(const Section& section) const {
    for (const auto& [one, other] : {std::pair("aws_access_key_id", "aws_secret_access_key"),
                                     std::pair("aws_secret_access_key", "aws_access_key_id")}) {
      const auto* set = find_setting(section, one);
      if (set && !find_setting(section, other))
        return refused(fmt::format("{} is set ({}), but {} is not", one, set->where, other));
    }
    for (const std::string_view key : {"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}) {
      const auto* set = find_setting(section, key);
      if (set && !is_key(set->value))
        return refused(
            fmt::format("{} ({}) holds a blank, a line break or another character no key has", key, set->where));
    }
    return make_fixed_source(Credentials{std::string(setting_value(section, "aws_access_key_id")),
                                         std::string(setting_value(section, "aws_secret_access_key")),
                                         std::string(setting_value(section, "aws_session_token")), std::nullopt});
  }

  base::Result<sts::Role> read_role(const Section& section) const {
    sts::Role role{.arn = std::string(setting_value(section, "role_arn")),
                   .session_name = std::string(setting_value(section, "role_session_name")),
                   .external_id = std::string(setting_value(section, "external_id"))};
    if (const auto* text = find_setting(section, "duration_seconds")) {
      const char* end = text->value.data() + text->value.size();
      const auto read = std::from_chars(text->value.data(), end, role.duration_s);
      if (read.ec != std::errc() || read.ptr != end || role.duration_s < duration_min_s ||
          role.duration_s > duration_max_s) {
        return base::fail(base::ErrorKind::Denied, fmt::format("duration_seconds ({}) must be a number from {} to {}",
                                                               text->where, duration_min_s, duration_max_s));
      }
    }
    return role;
  }

  Source role(const Section& section) {
    const auto* arn = find_setting(section, "role_arn");
    const auto* profile = find_setting(section, "source_profile");
    const auto* named = find_setting(section, "credential_source");
    const auto* token = find_setting(section, "web_identity_token_file");
    if ((profile != nullptr) + (named != nullptr) + (token != nullptr) != 1) {
      return refused(
          fmt::format("role_arn ({}) must have one of source_profile, credential_source and "
                      "web_identity_token_file beside it{}",
                      arn->where, profile || named ? ", and not two" : ""));
    }
    if (const auto* mfa = find_setting(section, "mfa_serial")) {
      return refused(fmt::format("mfa_serial ({}) asks for a second factor, for which nobody can be asked here{}",
                                 mfa->where, elsewhere));
    }
    auto read = read_role(section);
    if (!read) return refused(read.error().message);
    const std::string here = where();
    auto base = named ? named_source(*named) : source_profile(*profile);
    // The reason once, and not with the name of each of them before it.
    if (too_long_) return base;
    return make_role_source(parts_, here, sts_region(parts_, section), std::move(*read), std::move(base));
  }

  Source source_profile(const Setting& setting) {
    const std::string here = where();
    const auto broken = [&](std::string_view why) {
      return make_fixed_source(no_credentials(here, fmt::format("source_profile ({}): {}", setting.where, why)));
    };
    const auto found = parts_.config.profiles.find(setting.value);
    if (found == parts_.config.profiles.end()) return broken(no_profile(parts_.config, setting.value));
    // A profile may be its own source for its keys, and for nothing else.
    if (std::ranges::find(path_, setting.value) != path_.end() && !has_keys(found->second))
      return broken(fmt::format("goes in a circle: {}, {}", fmt::join(path_, ", "), setting.value));
    if (path_.size() == profiles_max) {
      too_long_ = true;
      return broken(fmt::format("goes on behind {} profiles, and no more are followed", profiles_max));
    }
    auto source = source_of(setting.value);
    return source ? std::move(source) : broken(fmt::format("profile `{}` has no credentials", setting.value));
  }

  Source named_source(const Setting& setting) const {
    const auto broken = [&](std::string_view why) {
      return refused(fmt::format("credential_source ({}): {}", setting.where, why));
    };
    if (setting.value == "Environment") {
      auto keys = read_environment_keys(parts_.environment);
      return keys ? make_fixed_source(std::move(*keys)) : broken("AWS_ACCESS_KEY_ID is not set");
    }
    if (setting.value == "EcsContainer") {
      auto settings = read_container_settings(parts_.environment);
      if (!settings) return make_fixed_source(std::unexpected(settings.error()));
      if (!*settings)
        return broken("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
      return make_container_source(std::move(**settings), parts_.machine, parts_.client, parts_.clock);
    }
    if (setting.value == "Ec2InstanceMetadata") {
      auto at = read_imds_endpoint(parts_.environment, parts_.config);
      if (!at) return broken(at.error().message);
      return *at ? make_imds_source(std::move(**at), parts_.client, parts_.clock)
                 : broken("AWS_EC2_METADATA_DISABLED is set");
    }
    return broken("must be Environment, EcsContainer or Ec2InstanceMetadata");
  }

  Source web_identity(const Section& section) const {
    const auto* file = find_setting(section, "web_identity_token_file");
    if (!find_setting(section, "role_arn"))
      return refused(fmt::format("web_identity_token_file ({}) needs role_arn beside it", file->where));
    auto read = read_role(section);
    if (!read) return refused(read.error().message);
    return make_web_identity_source(parts_, where(), sts_region(parts_, section), std::move(*read), file->value);
  }

  const SourceParts& parts_;
  std::vector<std::string> path_;  // From the profile in use to the one that is read.
  bool too_long_ = false;
};

}  // namespace

std::unique_ptr<CredentialSource> make_profile_source(const SourceParts& parts) {
  return Profiles(parts).source_of(parts.config.profile);
}

}  // namespace aws
