// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/caller.h"

// AWS Security Token Service, API version 2011-06-15: https://docs.aws.amazon.com/STS/latest/APIReference/
namespace aws::sts {

// Needs no permission.
inline constexpr Operation get_caller_identity_operation{Service::Sts, "GetCallerIdentity", true, ""};

struct Identity {
  std::string account;  // Twelve digits.
  std::string arn;      // Of the user or the role's session.
};

inline constexpr Operation assume_role_operation{Service::Sts, "AssumeRole", true, "sts:AssumeRole"};
// Not signed: the token stands for the caller.
inline constexpr Operation assume_role_with_web_identity_operation{Service::Sts, "AssumeRoleWithWebIdentity", true, ""};

// A role to be taken on. What is empty or zero is not sent.
struct Role {
  std::string arn;
  std::string session_name;  // Never empty.
  std::string external_id;
  std::int64_t duration_s = 0;
};

// The role's credentials, for whom `caller` signs as. Errors: as Caller's.
base::Result<Credentials> assume_role(Caller& caller, std::string_view region, const Role& role,
                                      const Deadline& deadline);

// The same for the bearer of `token`, an OpenID Connect token. `caller` has no credentials (Credentials{}).
base::Result<Credentials> assume_role_with_web_identity(Caller& caller, std::string_view region, const Role& role,
                                                        std::string_view token, const Deadline& deadline);

// Whom the credentials belong to. Errors: as Caller's.
base::Result<Identity> get_caller_identity(Caller& caller, std::string_view region, const Deadline& deadline);

}  // namespace aws::sts
