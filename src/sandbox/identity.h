// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/json_service.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

namespace sandbox {

// AWS STS: who am I.
class Sts final : public JsonService {
 public:
  explicit Sts(World& world) : world_(world) {}
  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

 private:
  static const std::vector<Operation<Sts>>& operations();
  Outcome get_caller_identity(const Input& input);

  World& world_;
};

// AWS IAM, as far as a person makes a role for App Runner. Roles are remembered, and permissions are not enforced.
class Iam final : public JsonService {
 public:
  explicit Iam(World& world) : world_(world) {}
  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

  // In identity_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  struct Role {
    std::string id;
    std::string trust;  // The policy document, as JSON.
    base::Time created;
    std::string path = "/";
    std::string description;
    std::int64_t session_max_s = 3'600;
    boost::json::array tags;
    std::set<std::string> policies;                // ARNs.
    std::map<std::string, std::string> documents;  // Policies of its own, by name.
  };
  static const std::vector<Operation<Iam>>& operations();
  Outcome create_role(const Input& input);
  Outcome get_role(const Input& input);
  Outcome delete_role(const Input& input);
  Outcome list_roles(const Input& input);
  Outcome attach_role_policy(const Input& input);
  Outcome detach_role_policy(const Input& input);
  Outcome list_attached_role_policies(const Input& input);
  Outcome put_role_policy(const Input& input);
  Outcome get_role_policy(const Input& input);
  Outcome delete_role_policy(const Input& input);
  Outcome list_role_policies(const Input& input);
  Answer<Role*> role_of(const Input& input);
  boost::json::object show(const std::string& name, const Role& role) const;

  World& world_;
  std::map<std::string, Role> roles_;
};

}  // namespace sandbox
