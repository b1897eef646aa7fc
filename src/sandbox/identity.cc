// SPDX-License-Identifier: Apache-2.0
#include "sandbox/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "sandbox/page.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t roles_max = 1'000;

constexpr std::string_view name_pattern = R"([\w+=,.@-]+)";
constexpr std::string_view document_pattern = R"([\u0009\u000A\u000D\u0020-\u00FF]+)";
constexpr std::int64_t document_max = 131'072;

const Field role_name{"RoleName", Type::String, Need::Required, 1, 64, name_pattern};
const Field policy_arn{"PolicyArn", Type::String, Need::Required, 20, 2'048};
const Field policy_name{"PolicyName", Type::String, Need::Required, 1, 128, name_pattern};
const Field path_prefix{"PathPrefix", Type::String, Need::Optional, 1, 512, R"(\u002F[\u0021-\u007F]*)"};
const Field policy_path_prefix{"PathPrefix", Type::String, Need::Optional, 1, 512, R"(((/[A-Za-z0-9\.,\+@=_-]+)*)/)"};
const Field marker{"Marker", Type::String, Need::Optional, 1, 320, R"([\u0020-\u00FF]+)"};
const Field max_items{"MaxItems", Type::Integer, Need::Optional, 1, 1'000};

std::unexpected<Refusal> no_such_policy(std::string_view role, std::string_view name) {
  return refuse("NoSuchEntity", fmt::format("The role policy with name {} and role {} cannot be found.", name, role),
                404);
}

Answer<void> check_document(const std::string& text) {
  const auto document = base::parse_json(text);
  if (!document || !document->is_object())
    return refuse("MalformedPolicyDocument", "This policy contains invalid Json");
  return {};
}

// One page of what is sorted by `key`, as `member`, with IsTruncated and Marker.
template <class Items, class Key, class Show>
Outcome list_page(const Input& input, std::string_view member, const Items& items, Key key, Show show) {
  std::optional<std::string> after;
  if (const auto token = optional_text(input, "Marker")) {
    after = page_item(*token);
    if (!after) return refuse("ValidationError", "Invalid Marker.");
  }
  const auto page = take_page(items, after, static_cast<std::size_t>(integer_of(input, "MaxItems", 100)), key);
  json::array shown;
  for (const auto& item : page.items) shown.emplace_back(show(item));
  json::object output{{member, std::move(shown)}, {"IsTruncated", page.next_token.has_value()}};
  if (page.next_token) output["Marker"] = *page.next_token;
  return output;
}

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
       {role_name,
        {"AssumeRolePolicyDocument", Type::String, Need::Required, 1, document_max, document_pattern},
        {"Path", Type::String, Need::Optional, 1, 512, R"((\u002F)|(\u002F[\u0021-\u007F]+\u002F))"},
        {"Description", Type::String, Need::Optional, 0, 1'000, R"([\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*)"},
        {"MaxSessionDuration", Type::Integer, Need::Optional, 3'600, 43'200},
        {"PermissionsBoundary", Type::String, Need::Optional, 20, 2'048},
        {"Tags", Type::List, Need::Optional, 0, 50},
        {"Tags[]", Type::Object},
        {"Tags[].Key", Type::String, Need::Required, 1, 128, R"([\p{L}\p{Z}\p{N}_.:/=+\-@]+)"},
        {"Tags[].Value", Type::String, Need::Required, 0, 256, R"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"}},
       &Iam::create_role},
      {"GetRole", {role_name}, &Iam::get_role},
      {"DeleteRole", {role_name}, &Iam::delete_role},
      {"ListRoles", {path_prefix, marker, max_items}, &Iam::list_roles},
      {"AttachRolePolicy", {role_name, policy_arn}, &Iam::attach_role_policy},
      {"DetachRolePolicy", {role_name, policy_arn}, &Iam::detach_role_policy},
      {"ListAttachedRolePolicies",
       {role_name, policy_path_prefix, marker, max_items},
       &Iam::list_attached_role_policies},
      {"PutRolePolicy",
       {role_name, policy_name, {"PolicyDocument", Type::String, Need::Required, 1, document_max, document_pattern}},
       &Iam::put_role_policy},
      {"GetRolePolicy", {role_name, policy_name}, &Iam::get_role_policy},
      {"DeleteRolePolicy", {role_name, policy_name}, &Iam::delete_role_policy},
      {"ListRolePolicies", {role_name, marker, max_items}, &Iam::list_role_policies},
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
  json::object shown{{"Path", role.path},
                     {"RoleName", name},
                     {"RoleId", role.id},
                     {"Arn", fmt::format("arn:aws:iam::{}:role{}{}", world_.settings().account, role.path, name)},
                     {"CreateDate", base::to_iso8601(role.created)},
                     {"AssumeRolePolicyDocument", uri_encode(role.trust)},
                     {"MaxSessionDuration", role.session_max_s}};
  if (!role.description.empty()) shown["Description"] = role.description;
  if (!role.tags.empty()) shown["Tags"] = role.tags;
  return shown;
}

Outcome Iam::create_role(const Input& input) {
  const auto name = text_of(input, "RoleName");
  const auto path = optional_text(input, "Path").value_or("/");
  if (roles_.contains(name))
    return refuse("EntityAlreadyExists", fmt::format("Role with name {} already exists.", name), 409);
  if (auto checked = check_document(text_of(input, "AssumeRolePolicyDocument")); !checked)
    return std::unexpected(std::move(checked.error()));
  if (roles_.size() >= roles_max)
    return refuse("LimitExceeded", fmt::format("Cannot exceed quota for RolesPerAccount: {}", roles_max), 409);
  Role role;
  role.id = "AROA" + world_.ids().s3_request_id() + "X";
  role.trust = text_of(input, "AssumeRolePolicyDocument");
  role.created = world_.now();
  role.path = path;
  role.description = text_of(input, "Description");
  role.session_max_s = integer_of(input, "MaxSessionDuration", role.session_max_s);
  role.tags = list_of(input, "Tags");
  roles_[name] = role;
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
  if (!(*role)->documents.empty())
    return refuse("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
  roles_.erase(text_of(input, "RoleName"));
  return std::nullopt;
}

Outcome Iam::attach_role_policy(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  if (const auto arn = text_of(input, "PolicyArn"); !arn.starts_with("arn:") || !arn.contains(":policy/"))
    return refuse("InvalidInput", fmt::format("ARN {} is not valid.", arn));
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

Outcome Iam::list_roles(const Input& input) {
  const auto prefix = optional_text(input, "PathPrefix").value_or("/");
  std::map<std::string, Role> found;
  for (const auto& [name, role] : roles_) {
    if (role.path.starts_with(prefix)) found.emplace(name, role);
  }
  return list_page(
      input, "Roles", found, [](const auto& entry) { return entry.first; },
      [this](const auto& entry) {
        auto shown = show(entry.first, entry.second);
        // ListRoles leaves a role's tags out.
        shown.erase("Tags");
        return shown;
      });
}

Outcome Iam::list_attached_role_policies(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  return list_page(
      input, "AttachedPolicies", (*role)->policies, [](const std::string& arn) { return arn; },
      [](const std::string& arn) {
        return json::object{{"PolicyName", arn.substr(arn.rfind('/') + 1)}, {"PolicyArn", arn}};
      });
}

Outcome Iam::put_role_policy(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  const auto name = text_of(input, "PolicyName");
  if (auto checked = check_document(text_of(input, "PolicyDocument")); !checked)
    return std::unexpected(std::move(checked.error()));
  // IAM's quota counts the characters of all documents of a role.
  std::size_t size = text_of(input, "PolicyDocument").size();
  for (const auto& [other, document] : (*role)->documents) size += other == name ? 0 : document.size();
  if (size > 10'240) {
    return refuse("LimitExceeded",
                  fmt::format("Maximum policy size of 10240 bytes exceeded for role {}", text_of(input, "RoleName")),
                  409);
  }
  (*role)->documents[name] = text_of(input, "PolicyDocument");
  return std::nullopt;
}

Outcome Iam::get_role_policy(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  const auto found = (*role)->documents.find(text_of(input, "PolicyName"));
  if (found == (*role)->documents.end())
    return no_such_policy(text_of(input, "RoleName"), text_of(input, "PolicyName"));
  return json::object{{"RoleName", text_of(input, "RoleName")},
                      {"PolicyName", found->first},
                      {"PolicyDocument", uri_encode(found->second)}};
}

Outcome Iam::delete_role_policy(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  if ((*role)->documents.erase(text_of(input, "PolicyName")) == 0)
    return no_such_policy(text_of(input, "RoleName"), text_of(input, "PolicyName"));
  return std::nullopt;
}

Outcome Iam::list_role_policies(const Input& input) {
  const auto role = role_of(input);
  if (!role) return std::unexpected(role.error());
  return list_page(
      input, "PolicyNames", (*role)->documents, [](const auto& entry) { return entry.first; },
      [](const auto& entry) { return json::value(entry.first); });
}

}  // namespace sandbox
