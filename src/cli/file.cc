// SPDX-License-Identifier: Apache-2.0
#include "cli/file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <vector>

#include "rules/suggest.h"

namespace cli {
namespace {

constexpr std::size_t size_max = std::size_t{64} << 20;
// Of a folder with more no name is suggested that comes later.
constexpr std::size_t entries_max = 1000;

// A bounded read, since `in` may never end.
base::Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string text;
  std::string part(std::size_t{64} << 10, '\0');
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    text.append(part, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > size_max) return base::fail(base::ErrorKind::Invalid, name + ": larger than 64 MiB");
  }
  if (in.bad()) return base::fail(base::ErrorKind::NotFound, name + ": can't be read");
  return text;
}

// `; did you mean `rules.json`?` where the file's folder has one of nearly that name.
std::string similar_to(const std::filesystem::path& path) {
  const auto folder = path.parent_path();
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (names.size() < entries_max) names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto near = rules::suggest(path.filename().string(), known);
  return near ? "; did you mean `" + (folder / *near).string() + "`?" : "";
}

}  // namespace

base::Result<std::string> read_file(const std::string& path, std::istream& in) {
  if (path == "-") return read_all(in, "standard input");
  if (path.empty()) return base::fail(base::ErrorKind::NotFound, "expected the name of a file, and this is empty");
  std::error_code folder;
  if (std::filesystem::is_directory(path, folder)) {
    return base::fail(base::ErrorKind::NotFound, path + ": " + std::strerror(EISDIR) + "; name a file in it");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int why = errno;
    return base::fail(base::ErrorKind::NotFound, path + ": " + (why != 0 ? std::strerror(why) : "could not be opened") +
                                                     (why == ENOENT ? similar_to(path) : ""));
  }
  return read_all(file, path);
}

bool is_plain_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

base::Result<void> write_file(const std::string& path, const std::string& text) {
  const auto denied = [&](int why) {
    return base::fail(base::ErrorKind::Denied,
                      path + ": can't be written" + (why != 0 ? std::string(": ") + std::strerror(why) : ""));
  };
  // A device or a pipe can't be replaced.
  std::error_code error;
  const bool special = std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error);
  const auto draft = special ? path : path + "." + std::to_string(::getpid()) + ".new";
  errno = 0;
  std::ofstream file(draft, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    const int why = errno;
    if (!special) std::filesystem::remove(draft, error);
    return denied(why);
  }
  if (special) return {};
  std::filesystem::rename(draft, path, error);
  if (error) return denied(error.value());
  return {};
}

}  // namespace cli
