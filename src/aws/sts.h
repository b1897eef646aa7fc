// SPDX-License-Identifier: Apache-2.0
#pragma once

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

// Whom the credentials belong to. Errors: as Caller's.
base::Result<Identity> get_caller_identity(Caller& caller, std::string_view region, const Deadline& deadline);

}  // namespace aws::sts
