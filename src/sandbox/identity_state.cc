// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sandbox/identity.h"

namespace sandbox {
namespace {

template <class Members, class Role>
void describe_role(Members& m, Role& role) {
  m("id", role.id);
  m.bytes("trust", role.trust);
  m("created", role.created);
  m("path", role.path);
  m("description", role.description);
  m("sessionMax", role.session_max_s);
  m("tags", role.tags);
  m("policies", role.policies);
  m("documents", role.documents);
}

}  // namespace

void Iam::save(StateWriter& out) const {
  for (const auto& [name, role] : roles_) {
    out.line("iam.role", [&](MembersOut& m) {
      m("name", name);
      describe_role(m, role);
    });
  }
}

bool Iam::restore(std::string_view kind, MembersIn& m) {
  if (kind != "iam.role") return false;
  std::string name;
  Role role;
  m("name", name);
  describe_role(m, role);
  m.demand(roles_.emplace(std::move(name), std::move(role)).second, "there are two of that name");
  return true;
}

}  // namespace sandbox
