// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/environment.h"
#include "aws/machine.h"
#include "base/error.h"

// The shared config and credentials files, `~/.aws/config` and `~/.aws/credentials`, as one
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html).
namespace aws {

// A value and where it stands.
struct Setting {
  std::string value;
  std::string where;  // For errors: `/home/ann/.aws/config:12`.
  std::map<std::string, Setting, std::less<>> nested;
};
using Section = std::map<std::string, Setting, std::less<>>;

// The setting of that name that is not empty, as a view into the section; nullptr where there is none.
const Setting* find_setting(const Section& section, std::string_view name);
// Its value; empty where there is none.
std::string_view setting_value(const Section& section, std::string_view name);

// No files, and the profile `default` without settings, if made by default: what the function in Lambda has.
struct SharedConfig {
  std::string profile = "default";  // The one in use.
  bool chosen = false;              // AWS_PROFILE names it.
  // By name. Where both files have a profile, the credentials file's settings go before.
  std::map<std::string, Section, std::less<>> profiles;
  std::map<std::string, Section, std::less<>> sso_sessions;
  std::map<std::string, Section, std::less<>> services;
  // Where they were looked for; empty where HOME and the variable naming the file are not set.
  std::string config_file;
  std::string credentials_file;
  // What was left unread though it looks like a profile: `[prod]` in the config file. By name, with its place.
  std::map<std::string, std::string, std::less<>> misspelt;
};

// Reads the files of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else those of HOME (never the password database, which a
// static program can't ask), and AWS_PROFILE. A file that is not there has no settings, as with all SDKs. `[profile default]` goes
// before `[default]`; a section with the prefix counts in the config file only, one without in the credentials file only.
// Errors: Invalid, naming the file and line (unreadable, broken), or the profile (AWS_PROFILE names none that is there).
base::Result<SharedConfig> read_shared_config(const Environment& environment, const Machine& machine);

// The settings of the profile in use.
const Section& own_profile(const SharedConfig& config);

// Why there is no profile `name`, with what was probably meant: ``no profile `prdo` in A or B; did you mean `prod`?``
std::string no_profile(const SharedConfig& config, std::string_view name);

// The first that is set: the environment's variable, the profile's setting. `where` is the variable's name or the setting's
// with its place; nullopt where neither is set. An empty name is never set.
std::optional<Setting> first_setting(const Environment& environment, std::string_view variable_name,
                                     const SharedConfig& config, std::string_view name);

// The same for a switch, false where neither is set. Errors: Invalid (neither `true` nor `false`), naming its place.
base::Result<bool> switched_on(const Environment& environment, std::string_view variable_name,
                               const SharedConfig& config, std::string_view name);

}  // namespace aws
