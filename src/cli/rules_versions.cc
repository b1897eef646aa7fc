// SPDX-License-Identifier: Apache-2.0
#include "cli/rules_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/json.h"
#include "cli/difference.h"
#include "cli/failure.h"
#include "cli/file.h"
#include "cli/progress.h"
#include "cli/rules_object.h"
#include "cli/text.h"

namespace cli {
namespace {

// Each is a request of its own.
constexpr std::size_t shown_max = 20;

struct Row {
  aws::s3::ObjectVersion version;
  std::string what;  // What it changed.
};

class Listing {
 public:
  Listing(const RulesObject& object, const RulesVersionsQuestion& question, const Outside& outside)
      : object_(object), question_(question), outside_(outside) {}

  int list() {
    const auto versioning = aws::s3::get_bucket_versioning(object_.account().installation().caller(), object_.bucket(),
                                                           object_.account().deadline());
    // Whoever may list versions need not be allowed to ask that.
    if (versioning) versioning_ = versioning->status.empty() ? "Disabled" : versioning->status;
    const auto versions = object_.versions();
    if (!versions) return refuse(outside_.err, "rules versions", versions.error());
    const auto rows = read(*versions);
    if (!rows) return refuse(outside_.err, "rules versions", rows.error());
    if (question_.json) {
      print_json(*rows, versions->size());
    } else {
      print(*rows, versions->size());
    }
    return 0;
  }

 private:
  base::Result<std::vector<Row>> read(const std::vector<aws::s3::ObjectVersion>& versions) const {
    const auto shown = question_.all ? versions.size() : std::min(versions.size(), shown_max);
    std::vector<Row> rows;
    std::string newer;
    Progress progress(outside_);
    // One more than is shown, for what the last of them changed.
    for (std::size_t i = 0; i < std::min(shown + 1, versions.size()); ++i) {
      progress.show(fmt::format("reading version {} of {}", i + 1, shown));
      std::string text;
      if (!versions[i].is_delete_marker) {
        auto object = object_.read_version(versions[i].id);
        if (!object) return std::unexpected(object.error());
        text = std::move(object->body);
      }
      if (i > 0) rows.back().what = changed(versions[i - 1], text, newer);
      if (i < shown) rows.push_back({versions[i], {}});
      newer = std::move(text);
    }
    if (!rows.empty() && shown == versions.size()) rows.back().what = changed(rows.back().version, "", newer);
    return rows;
  }

  static std::string changed(const aws::s3::ObjectVersion& version, const std::string& before,
                             const std::string& after) {
    if (version.is_delete_marker) return "deleted";
    if (before == after) return "the same again";
    const auto valid = rules::parse_rules(after).rules.has_value();
    const auto changes = rule_changes(before, after);
    auto what = valid ? summary(changes) : std::string("it has errors, so it was not in force");
    if (!valid || changes.empty() || changes.size() > 3) return what;
    for (const auto& change : changes) what += (&change == &changes.front() ? ": " : ", ") + change.name;
    return what;
  }

  void print(const std::vector<Row>& rows, std::size_t count) const {
    const auto& terminal = outside_.terminal;
    std::size_t id_width = 0;
    for (const auto& row : rows) id_width = std::max(id_width, row.version.id.size());
    for (const auto& row : rows) {
      const auto time = row.version.last_modified ? base::to_iso8601(*row.version.last_modified) : "-";
      const auto head = fmt::format("{}  {}  {:>7}  {:7}  ", padded(time, 20), padded(row.version.id, id_width),
                                    row.version.is_delete_marker ? "-" : fmt::format("{} B", row.version.size),
                                    row.version.is_latest ? "current" : "");
      outside_.out << paint(terminal, row.version.is_latest ? Colour::Bold : Colour::Plain, head) << printable(row.what)
                   << '\n';
    }
    if (rows.empty()) outside_.out << object_.name() << " is not there, and never was\n";
    if (rows.size() < count) outside_.out << fmt::format("{} older ones; --all shows each\n", count - rows.size());
    if (versioning_ == "Disabled" || versioning_ == "Suspended") {
      outside_.out << fmt::format(
          "{} {}: what is written replaces what was there. To keep versions from now on: aws s3api "
          "put-bucket-versioning "
          "--bucket {} --versioning-configuration Status=Enabled\n",
          object_.bucket().name, versioning_ == "Disabled" ? "keeps no versions" : "no longer keeps versions",
          object_.bucket().name);
    }
  }

  void print_json(const std::vector<Row>& rows, std::size_t count) const {
    boost::json::array list;
    for (const auto& row : rows) {
      list.push_back(boost::json::object{
          {"version", row.version.id},
          {"time", row.version.last_modified ? boost::json::value(base::to_iso8601(*row.version.last_modified))
                                             : boost::json::value()},
          {"size", row.version.size},
          {"current", row.version.is_latest},
          {"deleted", row.version.is_delete_marker},
          {"changed", row.what}});
    }
    outside_.out << boost::json::serialize(boost::json::object{
                        {"schema", "caretaker-rules-versions/1"},
                        {"object", object_.name()},
                        {"versioning", versioning_.empty() ? boost::json::value() : boost::json::value(versioning_)},
                        {"more", rows.size() < count},
                        {"versions", std::move(list)}})
                 << '\n';
  }

  const RulesObject& object_;
  const RulesVersionsQuestion& question_;
  const Outside& outside_;
  std::string versioning_;  // Empty: not known.
};

}  // namespace

int pull_rules(const RulesPullQuestion& question, const Outside& outside) {
  constexpr std::string_view command = "rules pull";
  const auto object = RulesObject::open(outside);
  if (!object) return refuse(outside.err, command, object.error());
  const auto live = object->read();
  if (!live) return refuse(outside.err, command, live.error());
  if (!*live) {
    return refuse(outside.err, command,
                  base::fail(base::ErrorKind::NotFound,
                             fmt::format("{} is not there; `caretaker rules push FILE` makes it", object->name()))
                      .error());
  }
  if (question.file == "-") {
    outside.out << (*live)->body;
    return 0;
  }
  if (is_plain_file(question.file) && !question.force) {
    const auto there = read_file(question.file, outside.in);
    if (!there) return refuse(outside.err, command, there.error());
    if (*there == (*live)->body) {
      outside.out << fmt::format("nothing to do: {} is the same as {}\n", question.file, object->name());
      return 0;
    }
    outside.err << fmt::format(
        "caretaker rules pull: {} says something else than {}; --force writes over it, `caretaker rules push {} "
        "--dry-run` shows what differs\n",
        question.file, object->name(), question.file);
    return 1;
  }
  if (const auto written = write_file(question.file, (*live)->body); !written)
    return refuse(outside.err, command, written.error());
  outside.out << fmt::format("{}: {} of {}\n", question.file, object->name(), when(**live));
  return 0;
}

int list_rules_versions(const RulesVersionsQuestion& question, const Outside& outside) {
  const auto object = RulesObject::open(outside);
  if (!object) return refuse(outside.err, "rules versions", object.error());
  return Listing(*object, question, outside).list();
}

}  // namespace cli
