// SPDX-License-Identifier: Apache-2.0
#include "cli/rules_push.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <istream>
#include <ostream>

#include "cli/check.h"
#include "cli/difference.h"
#include "cli/failure.h"
#include "cli/file.h"
#include "cli/plan.h"
#include "cli/rules_object.h"
#include "cli/text.h"

namespace cli {
namespace {

using Object = std::optional<aws::s3::Object>;

// Writers that come between again and again, with --force.
constexpr int tries_max = 3;

// Rules that are to be written, and all that is asked on the way.
class Pushing {
 public:
  Pushing(std::string_view command, const RulesPushQuestion& question, const RulesObject& object,
          const Outside& outside)
      : command_(command), question_(question), object_(object), outside_(outside) {}

  int push(const std::string& name, const std::string& text) {
    const auto checked = check_text(name, text);
    print(checked, outside_);
    if (checked.count(rules::Problem::Severity::Error) > 0) return 1;
    const auto before = object_.read();
    if (!before) return refuse(before.error());
    const auto live = *before ? (*before)->body : std::string();
    if (*before && live == text) {
      outside_.out << fmt::format("nothing to do: {} has exactly these rules since {}\n", object_.name(),
                                  when(**before));
      return 0;
    }
    const auto changes = rule_changes(live, text);
    show_difference(*before, text, changes);
    const auto planned = show_plan(*before, name, text, changes);
    if (!planned) return refuse(planned.error());
    if (!*planned && !question_.force) {
      outside_.err << fmt::format(
          "caretaker {}: a service could not be looked at, so nothing was written; --force writes all the same\n",
          command_);
      return 1;
    }
    if (question_.dry_run) {
      outside_.out << "dry run: nothing was written\n";
      return 1;
    }
    const auto agreed = ask();
    if (!agreed) return refuse(agreed.error());
    if (!*agreed) {
      outside_.out << "nothing was written\n";
      return 1;
    }
    return write(*before, text);
  }

 private:
  int refuse(const base::Error& error) const { return cli::refuse(outside_.err, command_, error); }

  void show_difference(const Object& before, const std::string& text, const std::vector<RuleChange>& changes) const {
    const auto& terminal = outside_.terminal;
    outside_.out << (before ? fmt::format("{} of {}: {}\n", object_.name(), when(*before), summary(changes))
                            : fmt::format("{} is not there yet: {}\n", object_.name(), summary(changes)));
    for (const auto& change : changes) {
      const auto [mark, colour] = change.kind == RuleChange::Kind::Added     ? std::pair("+", Colour::Green)
                                  : change.kind == RuleChange::Kind::Removed ? std::pair("-", Colour::Red)
                                                                             : std::pair("~", Colour::Yellow);
      const auto what = change.kind == RuleChange::Kind::Added ? std::string("its first rule")
                        : change.kind == RuleChange::Kind::Removed
                            ? std::string("no rule names it any more: it stays as it is")
                            : fmt::format("{}", fmt::join(change.what, "; "));
      outside_.out << paragraph(terminal, fmt::format("{} {}: ", paint(terminal, colour, mark), change.name),
                                printable(what));
    }
    outside_.out << '\n';
    const auto difference = unified_difference(before ? before->body : "", text);
    for (std::size_t begin = 0; begin < difference.size();) {
      const auto end = std::min(difference.find('\n', begin), difference.size());
      const auto line = printable(std::string_view(difference).substr(begin, end - begin));
      const auto colour = line.starts_with('+')    ? Colour::Green
                          : line.starts_with('-')  ? Colour::Red
                          : line.starts_with("@@") ? Colour::Cyan
                                                   : Colour::Plain;
      outside_.out << paint(terminal, colour, line) << '\n';
      begin = end + 1;
    }
    outside_.out << '\n';
  }

  // What `caretaker plan` says of the services whose rules differ, by the rules in force and by the new ones. False: one could
  // not be looked at.
  base::Result<bool> show_plan(const Object& before, const std::string& name, const std::string& text,
                               const std::vector<RuleChange>& changes) const {
    std::vector<std::string> changed;
    std::vector<std::string> named;
    for (const auto& change : changes) {
      if (change.service.empty() || change.kind == RuleChange::Kind::Removed) continue;
      named.push_back(change.service);
      if (change.kind == RuleChange::Kind::Changed) changed.push_back(change.service);
    }
    if (named.empty()) return true;
    auto live = before && !changed.empty() ? rules::parse_rules(before->body).rules : std::nullopt;
    if (live) {
      const auto old = outlooks({.name = object_.name(), .text = before->body, .rules = std::move(*live)}, changed);
      if (!old) return std::unexpected(old.error());
      outside_.out << "by the rules in force:\n";
      draw(*old, outside_);
    }
    const auto now =
        outlooks({.name = name, .text = text, .rules = rules::parse_rules(text).rules.value_or(rules::Rules())}, named);
    if (!now) return std::unexpected(now.error());
    outside_.out << (live ? "\nby the new ones:\n" : "by these rules:\n");
    draw(*now, outside_);
    outside_.out << '\n';
    return std::ranges::all_of(*now, &Outlook::was_seen);
  }

  base::Result<std::vector<Outlook>> outlooks(RulesText rules, const std::vector<std::string>& services) const {
    const auto snapshot = gather_snapshot(std::move(rules), services, object_.account(), outside_);
    if (!snapshot) return std::unexpected(snapshot.error());
    std::vector<Outlook> outlooks;
    for (const auto& service : snapshot->services) outlooks.push_back(outlook(service, *snapshot));
    return outlooks;
  }

  base::Result<bool> ask() const {
    if (question_.yes) return true;
    if (!outside_.terminal.input || question_.file == "-") {
      return base::fail(base::ErrorKind::Invalid,
                        "nothing was written: nobody can be asked here; --yes writes without asking");
    }
    outside_.out << std::flush;
    outside_.err << fmt::format("write {}? [y/N] ", object_.name()) << std::flush;
    std::string answer;
    std::getline(outside_.in, answer);
    return answer == "y" || answer == "yes" || answer == "Y";
  }

  int write(Object before, const std::string& text) const {
    for (int tries = 1;; ++tries) {
      const auto written = object_.write(text, before);
      if (!written) return refuse(written.error());
      if (*written) break;
      auto now = object_.read();
      if (!now) return refuse(now.error());
      if (!question_.force || tries == tries_max) {
        outside_.err << fmt::format(
            "caretaker {}: nothing was written: somebody else {} meanwhile; `caretaker rules pull` shows what is "
            "there; then push again\n",
            command_, *now ? fmt::format("wrote {}, at {}", object_.name(), when(**now)) : "deleted " + object_.name());
        return 1;
      }
      before = std::move(*now);
    }
    outside_.out << fmt::format("{} is written: Caretaker goes by it from its next event or sweep on\n",
                                object_.name());
    if (before && !before->version.empty() && before->version != "null")
      outside_.out << fmt::format("to take it back: caretaker rules restore {}\n", before->version);
    return 0;
  }

  std::string_view command_;
  const RulesPushQuestion& question_;
  const RulesObject& object_;
  const Outside& outside_;
};

// The version whose id is or begins with `text`.
base::Result<std::string> find_version(const RulesObject& object, const std::string& text) {
  const auto versions = object.versions();
  if (!versions) return std::unexpected(versions.error());
  std::vector<std::string> found;
  for (const auto& version : *versions) {
    if (!version.id.starts_with(text) || text.empty()) continue;
    if (version.is_delete_marker) {
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("version {} says that the object was deleted, and has no rules", version.id));
    }
    if (version.id == text) return version.id;
    found.push_back(version.id);
  }
  if (found.size() == 1) return found.front();
  return base::fail(base::ErrorKind::NotFound,
                    fmt::format("{} {} begins with `{}`; `caretaker rules versions` lists them",
                                found.empty() ? "no version of" : "more than one version of", object.name(), text));
}

}  // namespace

int push_rules(const RulesPushQuestion& question, const Outside& outside) {
  constexpr std::string_view command = "rules push";
  const auto text = read_file(question.file, outside.in);
  if (!text) return refuse(outside.err, command, text.error());
  const auto object = RulesObject::open(outside);
  if (!object) return refuse(outside.err, command, object.error());
  return Pushing(command, question, *object, outside)
      .push(question.file == "-" ? "standard input" : question.file, *text);
}

int restore_rules(const RulesPushQuestion& question, const Outside& outside) {
  constexpr std::string_view command = "rules restore";
  const auto object = RulesObject::open(outside);
  if (!object) return refuse(outside.err, command, object.error());
  const auto version = find_version(*object, question.file);
  if (!version) return refuse(outside.err, command, version.error());
  const auto old = object->read_version(*version);
  if (!old) return refuse(outside.err, command, old.error());
  return Pushing(command, question, *object, outside).push(fmt::format("version {}", *version), old->body);
}

}  // namespace cli
