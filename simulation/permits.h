// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "stack/permissions.h"

namespace simulation {

// What the function is permitted, and what of it was made use of. What a request needs is read off the wire here, by the Service Authorization
// Reference, and not by the code that made the statements.
class Permits {
 public:
  // Permits this as well, with the names of the simulated stack in the place of placeholders.
  void grant(const std::vector<stack::Statement>& statements);

  // What the request needs and nothing permits, as `s3:GetObject on arn:…`; empty: it may be made.
  std::string refused(const http::Request& request, const http::Response& answer);

  // `Deploy apprunner:UpdateService`: of the statement and action by which requests were permitted.
  const std::set<std::string>& used() const { return used_; }

 private:
  struct Need {
    std::string action;
    std::string resource;
    std::string context;  // What the conditions on it speak of: the prefix, the source.
  };
  static std::vector<Need> needs(const http::Request& request, const http::Response& answer);
  bool permitted(const Need& need);

  struct Grant {
    std::string use;
    std::vector<std::string> contexts;  // Each may end in `*`, and one has to match; none: no condition.
  };
  std::map<std::string, std::map<std::string, Grant>> grants_;  // By action and resource, which may end in `*`.
  std::set<std::string> used_;
};

// What the stack permits for these rules in the simulated account; nothing for a text that is no valid rules file.
std::vector<stack::Statement> statements_of(const std::string& rules_text);

// All that it permits the function's own code, in the words of used(): what worlds must make use of.
std::vector<std::string> all_uses();

}  // namespace simulation
