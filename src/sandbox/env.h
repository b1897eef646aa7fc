// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "sandbox/account.h"

namespace sandbox {

// Shell commands after which AWS's clients and Caretaker's own commands speak to the sandbox on `port`, for
// `eval "$(caretaker-sandbox env)"` in bash, zsh or dash. What would lead them elsewhere (a profile, a session) is unset.
// The shell function is for AWS CLIs before 2.13, which do not read AWS_ENDPOINT_URL.
std::string shell_environment(std::uint16_t port, const Settings& account);

// The region of the sandbox whose `GET /_sandbox/health` answered this; nullopt: it is none.
std::optional<std::string> region_of_health(std::string_view body);

// What the function's process is told.
struct FunctionSettings {
  std::string address = "127.0.0.1";  // That the sandbox listens on; all of them means this machine's own.
  std::uint16_t port = 0;             // Where the account and the Runtime API are.
  std::string region;
  Credentials credentials;
  std::string task_root;  // The folder of the function's executable.
  std::string log_group;
  std::string log_stream;
  base::Duration retry_after{};
  base::Duration ahead{};  // How far the account's time was moved.
};

inline constexpr const char* function_name = "caretaker";

// The process's whole environment as `NAME=value`: what Lambda defines for the runtime provided.al2023, and what the stack
// sets for this function.
std::vector<std::string> function_environment(const FunctionSettings& settings);

}  // namespace sandbox
