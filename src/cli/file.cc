// SPDX-License-Identifier: Apache-2.0
#include "cli/file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>

namespace cli {
namespace {

constexpr std::size_t size_max = std::size_t{64} << 20;

// A bounded read, since `in` may never end.
base::Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string text;
  std::string part(std::size_t{64} << 10, '\0');
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    text.append(part, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > size_max) return base::fail(base::ErrorKind::Invalid, name + ": larger than 64 MiB");
  }
  if (in.bad()) return base::fail(base::ErrorKind::NotFound, name + ": could not be read");
  return text;
}

}  // namespace

base::Result<std::string> read_file(const std::string& path, std::istream& in) {
  if (path == "-") return read_all(in, "standard input");
  std::error_code folder;
  if (std::filesystem::is_directory(path, folder)) {
    return base::fail(base::ErrorKind::NotFound, path + ": " + std::strerror(EISDIR));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return base::fail(base::ErrorKind::NotFound,
                      path + ": " + (errno != 0 ? std::strerror(errno) : "could not be opened"));
  }
  return read_all(file, path);
}

base::Result<void> write_file(const std::string& path, const std::string& text) {
  const auto denied = [&](int why) {
    return base::fail(base::ErrorKind::Denied, path + ": " + (why != 0 ? std::strerror(why) : "could not be written"));
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
