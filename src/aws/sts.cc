// SPDX-License-Identifier: Apache-2.0
#include "aws/sts.h"

#include <fmt/format.h>

#include <utility>

#include "aws/kept_credentials.h"
#include "aws/service_error.h"

namespace aws::sts {
namespace {

constexpr std::string_view version = "2011-06-15";

// The form's fields that both operations have.
std::string form_of(const Operation& operation, const Role& role) {
  std::string form = fmt::format("Action={}&Version={}&RoleArn={}&RoleSessionName={}", operation.name, version,
                                 http::percent_encode(role.arn), http::percent_encode(role.session_name));
  if (role.duration_s != 0) form += fmt::format("&DurationSeconds={}", role.duration_s);
  return form;
}

base::Result<Credentials> read_credentials(const Operation& operation, std::string_view answer) {
  const auto text = [&](std::string_view element) { return xml_text(answer, element).value_or(""); };
  Credentials read{text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"),
                   base::parse_iso8601(text("Expiration"))};
  if (!is_key(read.access_key_id) || !is_key(read.secret_access_key) || !is_key(read.session_token) || !read.expiration)
    return malformed(operation, "no usable credentials in the answer");
  return read;
}

}  // namespace

base::Result<Credentials> assume_role(Caller& caller, std::string_view region, const Role& role,
                                      const Deadline& deadline) {
  std::string form = form_of(assume_role_operation, role);
  if (!role.external_id.empty()) form += "&ExternalId=" + http::percent_encode(role.external_id);
  const auto answer = caller.query(assume_role_operation, region, std::move(form), deadline);
  if (!answer) return std::unexpected(answer.error());
  return read_credentials(assume_role_operation, *answer);
}

base::Result<Credentials> assume_role_with_web_identity(Caller& caller, std::string_view region, const Role& role,
                                                        std::string_view token, const Deadline& deadline) {
  std::string form = form_of(assume_role_with_web_identity_operation, role);
  form += "&WebIdentityToken=" + http::percent_encode(token);
  const auto answer = caller.query(assume_role_with_web_identity_operation, region, std::move(form), deadline);
  if (!answer) return std::unexpected(answer.error());
  return read_credentials(assume_role_with_web_identity_operation, *answer);
}

base::Result<Identity> get_caller_identity(Caller& caller, std::string_view region, const Deadline& deadline) {
  const auto answer = caller.query(get_caller_identity_operation, region,
                                   fmt::format("Action=GetCallerIdentity&Version={}", version), deadline);
  if (!answer) return std::unexpected(answer.error());
  auto account = xml_text(*answer, "Account");
  if (!account || account->empty()) return malformed(get_caller_identity_operation, "no Account in the answer");
  return Identity{std::move(*account), xml_text(*answer, "Arn").value_or("")};
}

}  // namespace aws::sts
