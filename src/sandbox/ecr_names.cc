// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ecr_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace sandbox {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// One part between slashes: runs of letters and digits with a separator between two.
bool is_part(std::string_view part) {
  while (true) {
    const auto run = std::ranges::find_if_not(part, is_lower_or_digit) - part.begin();
    if (run == 0) return false;
    part.remove_prefix(static_cast<std::size_t>(run));
    if (part.empty()) return true;
    if (part.starts_with("__")) {
      part.remove_prefix(2);
    } else if (part.starts_with('.') || part.starts_with('_')) {
      part.remove_prefix(1);
    } else {
      const auto dashes = std::min(part.find_first_not_of('-'), part.size());
      if (dashes == 0) return false;
      part.remove_prefix(dashes);
    }
  }
}

}  // namespace

bool is_repository_name(std::string_view name) {
  if (name.size() < 2 || name.size() > 256) return false;
  while (true) {
    const auto slash = name.find('/');
    if (!is_part(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool is_image_tag(std::string_view tag) {
  const auto word = [](char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !tag.empty() && tag.size() <= 128 && word(tag.front()) &&
         std::ranges::all_of(tag, [&](char c) { return word(c) || c == '.' || c == '-'; });
}

bool is_image_digest(std::string_view digest) {
  constexpr std::string_view algorithm = "sha256:";
  if (!digest.starts_with(algorithm) || digest.size() != algorithm.size() + 64) return false;
  return std::ranges::all_of(digest.substr(algorithm.size()),
                             [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Refusal invalid_parameter(std::string_view name, std::string_view constraint) {
  return {"InvalidParameterException",
          fmt::format("Invalid parameter at '{}' failed to satisfy constraint: '{}'", name, constraint),
          400,
          {},
          {}};
}

}  // namespace sandbox
