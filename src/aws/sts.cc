// SPDX-License-Identifier: Apache-2.0
#include "aws/sts.h"

#include "aws/service_error.h"

namespace aws::sts {

base::Result<Identity> get_caller_identity(Caller& caller, std::string_view region, const Deadline& deadline) {
  const auto answer =
      caller.query(get_caller_identity_operation, region, "Action=GetCallerIdentity&Version=2011-06-15", deadline);
  if (!answer) return std::unexpected(answer.error());
  auto account = xml_text(*answer, "Account");
  if (!account || account->empty()) return malformed(get_caller_identity_operation, "no Account in the answer");
  return Identity{std::move(*account), xml_text(*answer, "Arn").value_or("")};
}

}  // namespace aws::sts
