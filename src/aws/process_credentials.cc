// SPDX-License-Identifier: Apache-2.0
#include "aws/process_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/kept_credentials.h"
#include "base/json.h"

namespace aws {
namespace {

constexpr auto time_to_run = std::chrono::minutes(1);

base::Result<Credentials> read_output(const std::string& output, const std::string& where, base::Time now) {
  const auto refused = [&](std::string_view why) { return no_credentials(where, why); };
  const auto body = base::parse_json(output);
  if (!body) return refused("the program's output is no JSON");
  if (base::int_member(*body, "Version") != 1) return refused("the program's output must have `\"Version\": 1`");
  auto read = read_credentials(*body, "SessionToken");
  if (!read)
    return refused("the program's output lacks AccessKeyId or SecretAccessKey, or has a value that can't be right");
  if (read->expiration && *read->expiration <= now)
    return refused("the program's credentials have expired at " + base::to_iso8601(*read->expiration));
  return *std::move(read);
}

}  // namespace

std::expected<std::vector<std::string>, std::string> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  const auto put = [&](char c) { (word ? *word : word.emplace()) += c; };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool escapes = c == '\\' && quote != '\'';
    if (escapes) {
      if (at + 1 == text.size()) return std::unexpected("ends with a backslash");
      const char next = text[++at];
      // Between double quotes it is itself, unless it stands before one of these two.
      if (quote == '"' && next != '"' && next != '\\') put(c);
      put(next);
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        put(c);
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      if (!word) word.emplace();
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
    } else {
      put(c);
    }
  }
  if (quote != 0) return std::unexpected(fmt::format("lacks a closing {}", quote));
  if (word) words.push_back(std::move(*word));
  if (words.empty() || words.front().empty()) return std::unexpected("names no program");
  return words;
}

std::unique_ptr<CredentialSource> make_process_source(const Setting& setting, Machine machine, base::Clock& clock) {
  const std::string where = fmt::format("credential_process ({})", setting.where);
  auto command = split_command(setting.value);
  if (!command) return make_fixed_source(no_credentials(where, command.error()));
  const auto ask = [where, command = std::move(*command), machine = std::move(machine), &clock](
                       bool, base::Instant deadline) -> base::Result<Credentials> {
    const auto output = machine.run(command, std::min(deadline, clock.instant() + base::Duration(time_to_run)));
    if (!output) return std::unexpected(source_error(output.error(), "credentials: " + where));
    return read_output(*output, where, clock.now());
  };
  return keep_credentials(ask, clock);
}

}  // namespace aws
