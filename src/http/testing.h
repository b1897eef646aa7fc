// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "http/message.h"

// Reads requests and responses that are written down in files. For tests only.
namespace http::testing {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// `name: value` lines up to the empty one; the rest is the body. A line that begins with a blank is one more value of the
// header before it.
inline Headers read_headers(std::istringstream& text) {
  Headers headers;
  std::string name;
  for (std::string line; std::getline(text, line) && !line.empty();) {
    const bool folded = line.front() == ' ';
    const auto colon = folded ? std::string::npos : line.find(':');
    if (!folded) name = line.substr(0, colon);
    const std::string value = folded ? line : line.substr(colon + 1);
    headers.add(name, value.substr(std::min(value.find_first_not_of(' '), value.size())));
  }
  return headers;
}

inline std::string rest_of(std::istringstream& text) {
  const auto at = text.eof() ? std::streampos(-1) : text.tellg();
  return at == std::streampos(-1) ? std::string() : text.str().substr(static_cast<std::size_t>(at));
}

// `POST / HTTP/1.1` and what follows.
inline Request read_request(const std::string& raw) {
  std::istringstream text(raw);
  std::string line;
  std::getline(text, line);
  Request request;
  request.method = line.substr(0, line.find(' '));
  const auto target = line.find(' ') + 1;
  request.target = line.substr(target, line.rfind(' ') - target);
  request.headers = read_headers(text);
  request.body = rest_of(text);
  return request;
}

inline Response read_response(const std::string& raw) {
  std::istringstream text(raw);
  std::string line;
  std::getline(text, line);
  Response response;
  response.status = std::stoi(line.substr(line.find(' ')));
  response.headers = read_headers(text);
  response.body = rest_of(text);
  return response;
}

// One file of test/exchanges, which its README.md explains.
struct Exchange {
  Request request;
  Response answer;
};

// `source` is the folder of the sources, src/.
inline std::filesystem::path exchanges_folder(const std::filesystem::path& source) {
  return source.parent_path() / "test" / "exchanges";
}

inline Exchange read_exchange(const std::filesystem::path& folder, std::string_view name) {
  std::string text = read_file(folder / (std::string(name) + ".http"));
  while (text.starts_with('#')) text.erase(0, text.find('\n') + 1);
  if (text.ends_with('\n')) text.pop_back();
  const auto middle = text.find("\n===\n");
  return {read_request(text.substr(0, middle)), read_response(text.substr(middle + 5))};
}

// The names of all exchanges.
inline std::set<std::string, std::less<>> exchange_names(const std::filesystem::path& folder) {
  std::set<std::string, std::less<>> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".http") names.insert(entry.path().stem());
  }
  return names;
}

}  // namespace http::testing
