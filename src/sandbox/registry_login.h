// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "sandbox/refusal.h"
#include "sandbox/world.h"

namespace sandbox {

// What `ecr get-login-password` gives: the password of the user `AWS` for the registry, for twelve hours from now. It holds
// its end and a proof that the account made it, so that nothing need be remembered.
struct Login {
  std::string password;
  base::Time expires;
};
Login make_login(const World& world);
// A query's parameter by which an address brings the password along.
inline constexpr std::string_view login_parameter = "login";

// Lets a request with such a password in, or with none where signatures are not verified either.
// Refusals: UNAUTHORIZED, DENIED (expired), as ECR words them.
Answer<void> check_login(const http::Request& request, const World& world);

}  // namespace sandbox
