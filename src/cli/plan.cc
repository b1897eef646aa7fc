// SPDX-License-Identifier: Apache-2.0
#include "cli/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "base/json.h"
#include "cli/failure.h"
#include "cli/text.h"

namespace cli {
namespace {

constexpr std::size_t columns = 5;
constexpr std::array<std::string_view, columns> titles = {"service", "running", "wanted", "latest", "state"};
// A reason beside the table wants this much room; else it stands below its row.
constexpr int why_min = 40;

using Row = std::array<std::string, columns>;

Row row_of(const Outlook& outlook) {
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  auto state = outlook.decision;
  if (outlook.changes && !to_string(outlook.step).empty()) state += fmt::format(" ({})", to_string(outlook.step));
  return {outlook.name, or_dash(outlook.running), or_dash(outlook.wanted), or_dash(outlook.latest), state};
}

std::string why_of(const Outlook& outlook) {
  if (!outlook.needs_trigger) return printable(outlook.why);
  return printable(outlook.why) + "; it was there at first sight, so a push or `caretaker reconcile` has to ask for it";
}

// As npm has it: red for what is to be taken, yellow for what the range keeps away.
Colour colour_of(const Outlook& outlook) {
  if (outlook.decision == "error") return Colour::Red;
  switch (outlook.step) {
    case Step::Major: return Colour::Red;
    case Step::Minor: return Colour::Yellow;
    case Step::Patch:
    case Step::Prerelease: return Colour::Green;
    case Step::None: break;
  }
  return outlook.changes ? Colour::Green : Colour::Plain;
}

class Drawing {
 public:
  Drawing(const std::vector<Outlook>& outlooks, const Outside& outside) : outlooks_(outlooks), outside_(outside) {
    for (std::size_t i = 0; i < columns; ++i) widths_[i] = titles[i].size();
    for (const auto& outlook : outlooks) {
      const auto row = row_of(outlook);
      for (std::size_t i = 0; i < columns; ++i) widths_[i] = std::max(widths_[i], width_of(row[i]));
    }
    for (const auto width : widths_) table_width_ += static_cast<int>(width) + 2;
  }

  void draw() const {
    const auto& terminal = outside_.terminal;
    if (terminal.columns != 0 && terminal.columns < table_width_ - 2) return stacked();
    const bool beside = terminal.columns == 0 || terminal.columns - table_width_ >= why_min;
    Row head;
    std::ranges::copy(titles, head.begin());
    outside_.out << paint(terminal, Colour::Dim, line(head, nullptr, beside ? "why" : "")) << '\n';
    for (const auto& outlook : outlooks_) {
      const auto row = line(row_of(outlook), &outlook, "");
      if (!beside) {
        outside_.out << row << '\n' << paragraph(terminal, "  ", why_of(outlook));
        continue;
      }
      const auto width = terminal.columns == 0 ? 0 : static_cast<std::size_t>(terminal.columns - table_width_);
      const auto lines = wrapped(why_of(outlook), width);
      for (const auto& part : lines) {
        outside_.out << (&part == &lines.front() ? row + "  "
                                                 : std::string(static_cast<std::size_t>(table_width_), ' '))
                     << part << '\n';
      }
    }
  }

 private:
  std::string line(const Row& row, const Outlook* outlook, std::string_view last) const {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) {
      const bool end = i + 1 == columns && last.empty() && !outlook_has_more(outlook);
      const auto text = end ? row[i] : padded(row[i], widths_[i]);
      const bool coloured = outlook && (i == 2 || i == 4);
      line += (i == 0 ? "" : "  ") + (coloured ? paint(outside_.terminal, colour_of(*outlook), text) : text);
    }
    return last.empty() ? line : line + "  " + std::string(last);
  }
  bool outlook_has_more(const Outlook* outlook) const {
    const auto& terminal = outside_.terminal;
    return outlook && (terminal.columns == 0 || terminal.columns - table_width_ >= why_min);
  }

  // Where the table does not fit.
  void stacked() const {
    for (const auto& outlook : outlooks_) {
      const auto row = row_of(outlook);
      outside_.out << paint(outside_.terminal, Colour::Bold, row[0]) << '\n';
      for (std::size_t i = 1; i < columns; ++i) {
        const bool coloured = i == 2 || i == 4;
        outside_.out << "  " << padded(titles[i], 9)
                     << (coloured ? paint(outside_.terminal, colour_of(outlook), row[i]) : row[i]) << '\n';
      }
      outside_.out << paragraph(outside_.terminal, "  ", why_of(outlook));
    }
  }

  const std::vector<Outlook>& outlooks_;
  const Outside& outside_;
  std::array<std::size_t, columns> widths_{};
  int table_width_ = 0;  // With the gap behind it.
};

boost::json::value to_json(const Outlook& outlook) {
  const auto text = [](std::string_view value) { return boost::json::string(value); };
  const auto or_null = [&](std::string_view value) {
    return value.empty() ? boost::json::value() : boost::json::value(text(value));
  };
  return boost::json::object{{"service", text(outlook.arn)},
                             {"name", text(outlook.name)},
                             {"ruleName", or_null(outlook.rule_name)},
                             {"repository", text(outlook.repository)},
                             {"semVersion", text(outlook.range)},
                             {"running", or_null(outlook.running)},
                             {"wanted", or_null(outlook.wanted)},
                             {"latest", or_null(outlook.latest)},
                             {"step", or_null(to_string(outlook.step))},
                             {"decision", text(outlook.decision)},
                             {"reason", text(outlook.reason)},
                             {"to", or_null(outlook.to)},
                             {"why", text(outlook.why)},
                             {"until", or_null(outlook.until)},
                             {"changes", outlook.changes},
                             {"needsTrigger", outlook.needs_trigger}};
}

void print_json(const std::vector<Outlook>& outlooks, const Snapshot& snapshot, std::ostream& out) {
  boost::json::array services;
  for (const auto& outlook : outlooks) services.push_back(to_json(outlook));
  out << boost::json::serialize(
             boost::json::object{{"schema", "caretaker-plan/1"},
                                 {"takenAt", boost::json::string(base::to_iso8601(snapshot.taken_at))},
                                 {"services", std::move(services)}})
      << '\n';
}

}  // namespace

void draw(const std::vector<Outlook>& outlooks, const Outside& outside) { Drawing(outlooks, outside).draw(); }

int plan(const PlanQuestion& question, const Outside& outside) {
  const auto snapshot = take_snapshot(question.about, outside);
  if (!snapshot) return refuse(outside.err, "plan", snapshot.error());
  std::vector<Outlook> outlooks;
  for (const auto& service : snapshot->services) outlooks.push_back(outlook(service, *snapshot));
  if (question.json) {
    print_json(outlooks, *snapshot, outside.out);
  } else if (outlooks.empty()) {
    outside.out << snapshot->rules.name << " has no rules, so there is nothing to do\n";
  } else {
    draw(outlooks, outside);
  }
  if (std::ranges::any_of(outlooks, [](const Outlook& outlook) { return outlook.decision == "error"; }))
    return not_asked;
  return std::ranges::any_of(outlooks, &Outlook::changes) ? 1 : 0;
}

}  // namespace cli
