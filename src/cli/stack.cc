// SPDX-License-Identifier: Apache-2.0
#include "cli/stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "aws/app_runner.h"
#include "cli/account.h"
#include "cli/failure.h"
#include "cli/progress.h"
#include "cli/snapshot.h"
#include "cli/text.h"
#include "names/arn.h"
#include "stack/event_rules.h"
#include "stack/permissions.h"
#include "stack/stack.h"

namespace cli {
namespace {

using base::ErrorKind;

// Where the services are is where the stack is to be, as long as they are in one place.
base::Result<stack::Where> place_of_services(const rules::Rules& rules, const Outside& outside) {
  std::set<std::pair<std::string, std::string>> places;
  for (const auto& rule : rules.rules) places.emplace(rule.service.account, rule.service.region);
  stack::Where where{.account = std::string(aws::variable(outside.environment, "AWS_ACCOUNT_ID")),
                     .region = std::string(aws::variable(outside.environment, "AWS_REGION"))};
  if ((where.account.empty() || where.region.empty()) && places.size() != 1) {
    return base::fail(ErrorKind::Invalid,
                      "the rules do not tell which account and region the stack is for, since their services are in "
                      "several or in none: set AWS_ACCOUNT_ID and AWS_REGION");
  }
  if (where.account.empty()) where.account = places.begin()->first;
  if (where.region.empty()) where.region = places.begin()->second;
  return where;
}

// A service that is not there needs no role.
base::Result<std::vector<std::string>> roles_of_services(const rules::Rules& rules, Account& account,
                                                         const Outside& outside) {
  std::set<std::string> roles;
  Progress progress(outside);
  for (const auto& rule : rules.rules) {
    progress.show(fmt::format("asking for the role of {} ({} of {})", rule.service.name, &rule - rules.rules.data() + 1,
                              rules.rules.size()));
    const auto described = aws::app_runner::describe_service(account.installation().caller(), rule.service.region,
                                                             rule.service.text, account.deadline());
    if (described && !described->access_role.empty()) roles.insert(described->access_role);
    if (!described && described.error().kind != ErrorKind::NotFound) {
      return base::fail(described,
                        "asking for the role of " + rule.service.name + " (--role names it, --offline asks nobody)");
    }
  }
  return std::vector<std::string>(roles.begin(), roles.end());
}

struct Found {
  RulesText rules;
  stack::Where where;
  std::vector<std::string> roles;
};

base::Result<Found> find(const StackQuestion& question, const Outside& outside) {
  for (const auto& role : question.roles) {
    const auto arn = names::parse_arn(role);
    if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) {
      return base::fail(ErrorKind::Invalid,
                        fmt::format("--role: `{}` is no ARN of a role, as `arn:aws:iam::123456789012:role/NAME` is",
                                    printable(role)));
    }
  }
  Found found{.rules = {}, .where = {}, .roles = question.roles};
  if (question.offline && question.rules_file.empty()) {
    return base::fail(ErrorKind::Invalid, "--offline wants a rules FILE, since the live rules are in S3");
  }
  std::unique_ptr<Account> account;
  if (!question.offline) {
    auto opened = Account::open(outside, {});
    if (!opened) return std::unexpected(opened.error());
    account = std::move(*opened);
  }
  auto rules = read_rules(question.rules_file, outside, account.get());
  if (!rules) return std::unexpected(rules.error());
  found.rules = std::move(*rules);
  if (!account) {
    auto where = place_of_services(found.rules.rules, outside);
    if (!where) return std::unexpected(where.error());
    found.where = std::move(*where);
    return found;
  }
  auto id = account->id();
  if (!id) return std::unexpected(id.error());
  found.where = {.account = std::move(*id), .region = account->region()};
  if (!found.roles.empty()) return found;
  auto roles = roles_of_services(found.rules.rules, *account, outside);
  if (!roles) return std::unexpected(roles.error());
  found.roles = std::move(*roles);
  return found;
}

void print(const Found& found, const Outside& outside) {
  const auto& terminal = outside.terminal;
  outside.out << fmt::format("For {} in account {}, {}:\n", counted(found.rules.rules.rules.size(), "rule"),
                             found.where.account, found.where.region);
  outside.out << '\n' << paint(terminal, Colour::Bold, "Event rules") << '\n';
  for (const auto& rule : stack::event_rules_for(found.rules.rules, found.where)) {
    outside.out << paragraph(terminal, fmt::format("  {}  ", padded(rule.id, 16)), rule.description);
  }
  outside.out << '\n' << paint(terminal, Colour::Bold, "The function may") << '\n';
  for (const auto& statement : stack::statements_for(found.rules.rules, found.where, found.roles)) {
    std::string line;
    for (const auto& action : statement.actions) line += (line.empty() ? "" : ", ") + action;
    line += " on " + (statement.resources.size() == 1 ? statement.resources.front()
                                                      : counted(statement.resources.size(), "resource"));
    outside.out << paragraph(terminal, "  ", line);
  }
  outside.out << "\nAll of it, with settings and alarms, as data: caretaker stack --json\n";
}

}  // namespace

int stack(const StackQuestion& question, const Outside& outside) {
  const auto found = find(question, outside);
  if (!found) return refuse(outside.err, "stack", found.error());
  for (const auto& note : stack::notes_on(found->rules.rules, found->where, found->roles)) {
    outside.err << "caretaker stack: " << note << '\n';
  }
  if (question.json) {
    outside.out << stack::to_text(stack::stack_for(found->rules.rules, found->rules.text, found->where, found->roles));
  } else {
    print(*found, outside);
  }
  return 0;
}

}  // namespace cli
