// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace aws {

// The process's environment as a value, which `main` reads once.
using Environment = std::map<std::string, std::string, std::less<>>;

// The variable's value; empty where it is not set, since AWS's tools treat a variable set to nothing as not set.
inline std::string_view variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace aws
