// SPDX-License-Identifier: Apache-2.0
// Makes the mutants' sources: mutate TABLE ROOT OUT. For each row of the table (mutations.txt says what they look like) the
// original text must stand exactly once in its file below ROOT; the changed copies go to OUT, and a list of all to
// OUT/mutations.cc.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Row {
  int line = 0;
  std::string name;
  std::string file;
  std::string does;
  std::string original;
  std::string replacement;
};

[[noreturn]] void fail(std::string_view where, int line, std::string_view why) {
  std::cerr << where << ':' << line << ": error: " << why << '\n';
  std::exit(1);
}

std::string read_file(const std::filesystem::path& path) {
  const std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) fail(path.string(), 1, "it can't be read");
  return std::move(text).str();
}

// Without the line break at its end.
std::string trimmed(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::vector<Row> read_table(const std::filesystem::path& path) {
  std::vector<Row> rows;
  std::istringstream in(read_file(path));
  std::string* text = nullptr;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line == "---" || line == "+++") {
      if (rows.empty()) fail(path.string(), number, "a text before the first `mutation`");
      text = line == "---" ? &rows.back().original : &rows.back().replacement;
    } else if (line == "===") {
      text = nullptr;
    } else if (text) {
      *text += line + '\n';
    } else if (line.starts_with("mutation ")) {
      rows.push_back({.line = number, .name = line.substr(9)});
    } else if (line.starts_with("file ") && !rows.empty()) {
      rows.back().file = line.substr(5);
    } else if (line.starts_with("does ") && !rows.empty()) {
      rows.back().does = line.substr(5);
    } else if (!line.empty() && !line.starts_with('#')) {
      fail(path.string(), number, "neither mutation, file, does, ---, +++, === nor a comment");
    }
  }
  return rows;
}

std::string with_switch(std::string text, const std::string& name) {
  constexpr std::string_view word = "MUTATED";
  const auto by = "simulation::mutated(\"" + name + "\")";
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
  return text;
}

// The places are found in the original, so that one row's replacement is never another's original.
std::string mutate(const std::string& source, const std::vector<const Row*>& rows, const std::string& table) {
  std::map<std::size_t, const Row*> places;
  for (const auto* row : rows) {
    const auto original = trimmed(row->original);
    const auto at = original.empty() ? std::string::npos : source.find(original);
    if (at == std::string::npos) fail(table, row->line, row->name + ": its original text is not in " + row->file);
    if (source.find(original, at + 1) != std::string::npos)
      fail(table, row->line, row->name + ": its original text stands more than once in " + row->file);
    if (!row->replacement.contains("MUTATED")) fail(table, row->line, row->name + ": its replacement has no MUTATED");
    places.emplace(at, row);
  }
  std::string out = "#include \"simulation/mutations.h\"\n";
  std::size_t done = 0;
  for (const auto& [at, row] : places) {
    if (at < done) fail(table, row->line, row->name + ": it overlaps with another mutation");
    out += source.substr(done, at - done) + with_switch(trimmed(row->replacement), row->name);
    done = at + trimmed(row->original).size();
  }
  return out + source.substr(done);
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) fail(path.string(), 1, "it can't be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "mutate TABLE ROOT OUT\n";
    return 2;
  }
  const std::string table = argv[1];
  const std::filesystem::path root = argv[2];
  const std::filesystem::path out = argv[3];
  const auto rows = read_table(table);
  std::map<std::string, std::vector<const Row*>> by_file;
  std::string list =
      "#include \"simulation/mutations.h\"\nnamespace simulation {\nstd::span<const Mutation> mutations() {\n"
      "  static constexpr Mutation all[] = {\n";
  for (const auto& row : rows) {
    by_file[row.file].push_back(&row);
    list += "    {\"" + row.name + "\", \"" + row.file + "\", R\"(" + row.does + ")\"},\n";
  }
  list += "  };\n  return all;\n}\n}  // namespace simulation\n";
  for (const auto& [file, those] : by_file) write_file(out / file, mutate(read_file(root / file), those, table));
  write_file(out / "mutations.cc", list);
}
