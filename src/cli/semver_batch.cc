// SPDX-License-Identifier: Apache-2.0
#include "cli/semver_batch.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <istream>
#include <ostream>
#include <stdexcept>
#include <string>

#include "cli/npm_call.h"

namespace cli {
namespace {

bool is_surrogate(std::string_view text, std::size_t at, char lowest, char highest) {
  return text.substr(at, 2) == "\\u" && at + 4 <= text.size() && (text[at + 2] | 0x20) == 'd' &&
         (text[at + 3] | 0x20) >= lowest && (text[at + 3] | 0x20) <= highest;
}

// JavaScript's strings may have half of a surrogate pair, written \ud83d, which is no character. Neither is it one that
// any version has; another such, of the same length to JavaScript, stands in for it.
std::string without_lone_surrogates(std::string line) {
  for (std::size_t at = line.find('\\'); at < line.size(); at = line.find('\\', at)) {
    const bool high = is_surrogate(line, at, '8', 'b');
    if (high && is_surrogate(line, at + 6, 'c', 'f')) {
      at += 12;
    } else if (high || is_surrogate(line, at, 'c', 'f')) {
      line.replace(at, 6, "\\ufffd");
      at += 6;
    } else {
      at += 2;
    }
  }
  return line;
}

boost::json::value parse(const std::string& line, const boost::json::storage_ptr& storage) {
  boost::json::error_code error;
  auto call = boost::json::parse(line, error, storage);
  if (error) call = boost::json::parse(without_lone_surrogates(line), error, storage);
  if (error) throw NpmError("not JSON: " + error.message());
  return call;
}

boost::json::value answer(const std::string& line, const boost::json::storage_ptr& storage) {
  const auto parsed = parse(line, storage);
  const auto* const call = parsed.if_object();
  const auto* const function = call ? call->if_contains("fn") : nullptr;
  const auto* const arguments = call ? call->if_contains("args") : nullptr;
  if (!function || !function->is_string() || !arguments || !arguments->is_array()) {
    throw NpmError(R"(not a call: expected {"fn":"NAME","args":[...]})");
  }
  return call_npm(function->get_string(), arguments->get_array());
}

void append_answer(std::string& answers, const std::string& line) {
  std::array<unsigned char, 4096> buffer;
  boost::json::monotonic_resource resource(buffer.data(), buffer.size());
  try {
    const auto result = boost::json::serialize(answer(line, &resource));
    answers += "{\"result\":";
    answers += result;
  } catch (const std::exception& thrown) {
    answers += "{\"error\":";
    answers += boost::json::serialize(boost::json::string(thrown.what()));
  }
  answers += "}\n";
}

}  // namespace

int semver_batch(std::istream& in, std::ostream& out) {
  constexpr std::size_t answers_max = 1 << 16;
  std::string line;
  std::string answers;
  while (out && std::getline(in, line)) {
    append_answer(answers, line);
    if (answers.size() > answers_max || in.rdbuf()->in_avail() <= 0) {
      out << answers << std::flush;
      answers.clear();
    }
  }
  out << answers << std::flush;
  return out ? 0 : 2;
}

}  // namespace cli
