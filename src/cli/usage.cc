// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/text.h"
#include "rules/suggest.h"

namespace cli {
namespace {

// A description beside its argument wants this much room; else it stands below.
constexpr std::size_t beside_min = 36;

std::string invocation(const Command& command) { return fmt::format("caretaker {} --help", command.name); }

// `-n, --dry-run`, `--rules FILE`, `[SERVICE...]`
std::string title(const Argument& argument) {
  auto text = fmt::format("{}", fmt::join(argument.names, ", "));
  if (!argument.takes.empty()) text += (text.empty() ? "" : " ") + argument.takes;
  return text;
}

struct Row {
  std::string title;
  std::string text;
};

std::string table(const std::vector<Row>& rows, const Terminal& terminal) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, width_of(row.title) + 4);
  const auto columns = static_cast<std::size_t>(std::max(terminal.columns, 0));
  const bool beside = columns == 0 || columns >= width + beside_min;
  std::string out;
  for (const auto& row : rows) {
    const auto name = paint(terminal, Colour::Bold, row.title);
    out += beside ? paragraph(terminal, padded("  " + name, width), row.text)
                  : "  " + name + '\n' + paragraph(terminal, "      ", row.text);
  }
  return out;
}

// Each line of the text by itself.
std::string lines(const Terminal& terminal, std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out += paragraph(terminal, "", text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::vector<Row> rows_of(const Command& command) {
  std::vector<Row> rows;
  // What has its place comes first.
  for (const bool placed : {true, false}) {
    for (const auto& argument : command.arguments) {
      if (argument.names.empty() == placed) rows.push_back({title(argument), argument.description});
    }
  }
  return rows;
}

}  // namespace

std::vector<Command> parts_of(std::string_view group, const std::vector<Command>& commands) {
  std::vector<Command> parts;
  for (const auto& command : commands) {
    const auto blank = command.name.find(' ');
    const bool of_group = blank == std::string::npos ? group.empty() : command.name.substr(0, blank) == group;
    if (of_group) parts.push_back(command);
  }
  return parts;
}

std::string help(const Command& command, const Terminal& terminal) {
  std::string synopsis = fmt::format("caretaker {} [OPTIONS]", command.name);
  for (const auto& argument : command.arguments) {
    if (argument.names.empty()) synopsis += ' ' + argument.takes;
  }
  return lines(terminal, synopsis) + '\n' + lines(terminal, command.description) + '\n' +
         table(rows_of(command), terminal) + (command.footer.empty() ? "" : '\n' + lines(terminal, command.footer));
}

std::string help(const Command& program, const std::vector<Command>& commands, const Terminal& terminal) {
  std::vector<Row> rows;
  rows.reserve(commands.size());
  for (const auto& command : commands) rows.push_back({command.name, command.description});
  return lines(terminal, program.description) + "\nCommands:\n" + table(rows, terminal) + "\nOptions:\n" +
         table(rows_of(program), terminal) + (program.footer.empty() ? "" : '\n' + lines(terminal, program.footer));
}

std::string unknown_command(std::string_view word, const std::vector<Command>& commands) {
  if (word.empty()) return "which command? `caretaker --help` lists them";
  if (word.ends_with(' ')) return fmt::format("{}what? `caretaker {}--help` lists what there is", word, word);
  if (word.starts_with('-')) return fmt::format("there is no option `{}`; `caretaker --help` lists them", word);
  std::vector<std::string_view> known;
  known.reserve(commands.size());
  for (const auto& command : commands) known.emplace_back(command.name);
  const auto near = rules::suggest(word, known);
  return fmt::format("there is no command `{}`; {}", word,
                     near ? fmt::format("did you mean `{}`?", *near) : "`caretaker --help` lists them");
}

std::string unexpected(std::string_view word, const Command& command) {
  if (!word.starts_with('-') || word == "-") {
    return fmt::format("`{}` is one argument too many; `{}` says what it takes", word, invocation(command));
  }
  std::vector<std::string_view> known;
  for (const auto& argument : command.arguments)
    known.insert(known.end(), argument.names.begin(), argument.names.end());
  const auto near = rules::suggest(word.substr(0, word.find('=')), known);
  return fmt::format(
      "there is no option `{}`; {}", word,
      near ? fmt::format("did you mean `{}`?", *near) : fmt::format("`{}` lists them", invocation(command)));
}

}  // namespace cli
