// SPDX-License-Identifier: Apache-2.0
#include "aws/shared_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "aws/config_file.h"
#include "aws/service_error.h"
#include "aws/text.h"

namespace aws {
namespace {

using Sections = std::map<std::string, Section, std::less<>>;

constexpr std::size_t name_shown_max = 100;

std::string path_of(const Environment& environment, std::string_view variable_name, std::string_view in_home) {
  const auto home = variable(environment, "HOME");
  const auto named = variable(environment, variable_name);
  if (named.starts_with("~/") && !home.empty()) return fmt::format("{}{}", home, named.substr(1));
  if (!named.empty()) return std::string(named);
  return home.empty() ? std::string() : fmt::format("{}/{}", home, in_home);
}

base::Result<std::vector<ConfigSection>> read_sections(const std::string& path, const Machine& machine) {
  if (path.empty()) return std::vector<ConfigSection>();
  const auto text = machine.read_file(path);
  if (!text && text.error().kind == base::ErrorKind::NotFound) return std::vector<ConfigSection>();
  if (!text) return std::unexpected(text.error());
  auto sections = parse_config_file(*text);
  if (!sections) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("{}:{}: {}", path, sections.error().line, sections.error().message));
  }
  return std::move(*sections);
}

Setting to_setting(const ConfigProperty& property, const std::string& path) {
  Setting setting{.value = property.value, .where = fmt::format("{}:{}", path, property.line), .nested = {}};
  for (const auto& [name, nested] : property.nested) setting.nested.emplace(name, to_setting(nested, path));
  return setting;
}

void add(const ConfigSection& section, const std::string& path, Sections& to) {
  auto& settings = to[section.name];
  for (const auto& [name, property] : section.properties) settings.insert_or_assign(name, to_setting(property, path));
}

void add_config(const std::vector<ConfigSection>& sections, SharedConfig& config) {
  const auto is_default = [](const ConfigSection& section) {
    return section.type == "profile" && section.name == "default";
  };
  const bool prefixed_default = std::ranges::any_of(sections, is_default);
  for (const ConfigSection& section : sections) {
    if (section.type == "profile" || (section.type.empty() && section.name == "default" && !prefixed_default)) {
      add(section, config.config_file, config.profiles);
    } else if (section.type == "sso-session") {
      add(section, config.config_file, config.sso_sessions);
    } else if (section.type == "services") {
      add(section, config.config_file, config.services);
    } else if (section.type.empty() && section.name != "default") {
      config.misspelt.emplace(section.name, fmt::format("`[{}]` in {}:{} must be `[profile {}]`", section.name,
                                                        config.config_file, section.line, section.name));
    }
  }
}

void add_credentials(const std::vector<ConfigSection>& sections, SharedConfig& config) {
  for (const ConfigSection& section : sections) {
    if (section.type.empty()) {
      add(section, config.credentials_file, config.profiles);
    } else if (section.type == "profile") {
      config.misspelt.emplace(section.name, fmt::format("`[profile {}]` in {}:{} must be `[{}]`", section.name,
                                                        config.credentials_file, section.line, section.name));
    }
  }
}

// How many letters must be put in, taken out or replaced.
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : one) {
    std::size_t corner = row[0]++;
    for (std::size_t i = 0; i < other.size(); ++i) {
      const auto replaced = corner + (letter == other[i] ? 0 : 1);
      corner = row[i + 1];
      row[i + 1] = std::min({replaced, row[i] + 1, row[i + 1] + 1});
    }
  }
  return row.back();
}

std::string files(const SharedConfig& config) {
  if (config.config_file.empty() && config.credentials_file.empty())
    return "any file, since HOME is not set and neither AWS_CONFIG_FILE nor AWS_SHARED_CREDENTIALS_FILE names one";
  if (config.config_file.empty() || config.credentials_file.empty())
    return config.config_file + config.credentials_file;
  return fmt::format("{} or {}", config.config_file, config.credentials_file);
}

}  // namespace

const Setting* find_setting(const Section& section, std::string_view name) {
  const auto found = section.find(name);
  if (found == section.end() || found->second.value.empty()) return nullptr;
  return &found->second;
}

std::string_view setting_value(const Section& section, std::string_view name) {
  const auto* found = find_setting(section, name);
  return found ? std::string_view(found->value) : std::string_view();
}

base::Result<SharedConfig> read_shared_config(const Environment& environment, const Machine& machine) {
  SharedConfig config;
  config.config_file = path_of(environment, "AWS_CONFIG_FILE", ".aws/config");
  config.credentials_file = path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  const auto of_config = read_sections(config.config_file, machine);
  if (!of_config) return std::unexpected(of_config.error());
  add_config(*of_config, config);
  const auto of_credentials = read_sections(config.credentials_file, machine);
  if (!of_credentials) return std::unexpected(of_credentials.error());
  add_credentials(*of_credentials, config);
  if (const auto chosen = variable(environment, "AWS_PROFILE"); !chosen.empty()) {
    config.profile = chosen;
    config.chosen = true;
    if (!config.profiles.contains(chosen))
      return base::fail(base::ErrorKind::Invalid, "AWS_PROFILE: " + no_profile(config, chosen));
  }
  return config;
}

const Section& own_profile(const SharedConfig& config) {
  static const Section none;
  const auto found = config.profiles.find(config.profile);
  return found == config.profiles.end() ? none : found->second;
}

std::string no_profile(const SharedConfig& config, std::string_view name) {
  std::string said = fmt::format("there is no profile `{}` in {}", one_line(name, name_shown_max), files(config));
  if (const auto misspelt = config.misspelt.find(name); misspelt != config.misspelt.end())
    return fmt::format("{}: {}", said, misspelt->second);
  const std::string* nearest = nullptr;
  std::size_t least = std::max<std::size_t>(name.size() / 2, 1) + 1;
  for (const auto& [there, section] : config.profiles) {
    if (name.size() > name_shown_max) break;
    const auto far = lower_case(there) == lower_case(name) ? 0 : distance(name, there);
    if (far >= least) continue;
    nearest = &there;
    least = far;
  }
  if (nearest) said += fmt::format("; did you mean `{}`?", *nearest);
  return said;
}

std::optional<Setting> first_setting(const Environment& environment, std::string_view variable_name,
                                     const SharedConfig& config, std::string_view name) {
  if (const auto value = variable(environment, variable_name); !value.empty())
    return Setting{.value = std::string(value), .where = std::string(variable_name), .nested = {}};
  const auto* found = find_setting(own_profile(config), name);
  if (!found) return std::nullopt;
  return Setting{.value = found->value, .where = fmt::format("{} ({})", name, found->where), .nested = {}};
}

base::Result<bool> switched_on(const Environment& environment, std::string_view variable_name,
                               const SharedConfig& config, std::string_view name) {
  const auto setting = first_setting(environment, variable_name, config, name);
  if (!setting) return false;
  const auto value = lower_case(setting->value);
  if (value == "true" || value == "false") return value == "true";
  return base::fail(base::ErrorKind::Invalid, setting->where + ": must be `true` or `false`");
}

}  // namespace aws
