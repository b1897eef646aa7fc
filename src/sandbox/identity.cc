// SPDX-License-Identifier: Apache-2.0
#include "sandbox/identity.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t roles_max = 1'000;

const Field role_name{"RoleName", Type::String, Need::Required, 1, 64};
const Field policy_arn{"PolicyArn", Type::String, Need::Required, 20, 2'048};

}  // namespace

const std::vector<Operation<Sts>>& Sts::operations() {
  static const std::vector<Operation<Sts>> table = {{"GetCallerIdentity", {}, &Sts::get_caller_identity}};
  return table;
}

void Sts::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("ValidationError");
  asker(run_operation(*this, "STS", operations(), operation, input, wording));
}

Outcome Sts::get_caller_identity(const Input&) {
  const auto& account = world_.settings().account;
  return json::object{{"UserId", "AIDASANDBOXSANDBOX1234"},
                      {"Account", account},
                      {"Arn", fmt::format("arn:aws:iam::{}:user/sandbox", account)}};
}

const std::vector<Operation<Iam>>& Iam::operations() {
  static const std::vector<Operation<Iam>> table = {
      {"CreateRole",
       {role_name, {"AssumeRolePolicyDocument", Type::String, Need::Required, 1, 131'072}},
       &Iam::create_role},
      {"GetRole", {role_name}, &Iam::get_role},
      {"DeleteRole", {role_name}, &Iam::delete_role},
      {"AttachRolePolicy", {role_name, policy_arn}, &Iam::attach_role_policy},
      {"DetachRolePolicy", {role_name, policy_arn}, &Iam::detach_role_policy},
      {"ListAttachedRolePolicies", {role_name}, &Iam::list_attached_role_policies},
  };
  return table;
}

void Iam::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("ValidationError");
  asker(run_operation(*this, "IAM", operations(), operation, input, wording));
}

Answer<Iam::Role*> Iam::role_of(const Input& input) {
  const auto found = roles_.find(text_of(input, "RoleName"));
  if (found != roles_.end()) return &found->second;
  return refuse("NoSuchEntity", fmt::format("The role with name {} cannot be found.", text_of(input, "RoleName")), 404);
}

json::object Iam::show(const std::string& name, const Role& role) const {
  return {{"Path", "/"},
          {"RoleName", name},
          {"RoleId", role.id},
          {"Arn", fmt::format("arn:aws:iam::{}:role/{}", world_.settings().account, name)},
          {"CreateDate", base::to_iso8601(role.created)},
          {"AssumeRolePolicyDocument", uri_encode(role.trust)}};
}

Outcome Iam::create_role(const Input& input) {
  const auto name = text_of(input, "RoleName");
  if (roles_.contains(name))
    return refuse("EntityAlreadyExists", fmt::format("Role with name {} already exists.", name), 409);
  const auto trust = base::parse_json(text_of(input, "AssumeRolePolicyDocument"));
  if (!trust || !trust->is_object()) return refuse("MalformedPolicyDocument", "This policy contains invalid Json");
  if (roles_.size() >= roles_max)
    return refuse("LimitExceeded", fmt::format("Cannot exceed quota for RolesPerAccount: {}", roles_max), 409);
  const auto& role = roles_[name] = {
      "AROA" + world_.ids().s3_request_id() + "X", text_of(input, "AssumeRolePolicyDocument"), world_.now(), {}};
  return json::object{{"Role", show(name, role)}};
}

Outcome Iam::get_role(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  return json::object{{"Role", show(text_of(input, "RoleName"), **role)}};
}

Outcome Iam::delete_role(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  if (!(*role)->policies.empty())
    return refuse("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
  roles_.erase(text_of(input, "RoleName"));
  return std::nullopt;
}

Outcome Iam::attach_role_policy(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  if ((*role)->policies.size() >= 20)
    return refuse("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 20", 409);
  (*role)->policies.insert(text_of(input, "PolicyArn"));
  return std::nullopt;
}

Outcome Iam::detach_role_policy(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  if ((*role)->policies.erase(text_of(input, "PolicyArn")) == 0) {
    return refuse("NoSuchEntity", fmt::format("Policy {} was not found.", text_of(input, "PolicyArn")), 404);
  }
  return std::nullopt;
}

Outcome Iam::list_attached_role_policies(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  json::array policies;
  for (const auto& arn : (*role)->policies) {
    policies.emplace_back(json::object{{"PolicyName", arn.substr(arn.rfind('/') + 1)}, {"PolicyArn", arn}});
  }
  return json::object{{"AttachedPolicies", std::move(policies)}, {"IsTruncated", false}};
}

}  // namespace sandbox
