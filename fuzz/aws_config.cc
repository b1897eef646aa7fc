// SPDX-License-Identifier: Apache-2.0
// A shared config file, whatever it holds: it is refused at one of its lines, or its sections are as the syntax says, and the same with
// lines as Windows ends them, a comment before them and blank lines behind. Its profiles can be used: every one gives credentials or a
// reason. Behind a line `---` may stand what every program, service and other file says, and behind another the credentials file.
#include "aws/config_file.h"
#include "aws/credential_chain.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>

#include "aws/kept_credentials.h"
#include "base/clock.h"
#include "fuzz/fuzz.h"

namespace {

// What stands behind the config file; nullopt: nobody is there, as on a machine without a network.
struct Behind {
  std::optional<std::string> answer;
  std::optional<std::string> credentials;
};

// The text up to a line `---`, which it loses with that.
std::string_view take_part(std::string_view& text) {
  constexpr std::string_view line = "\n---\n";
  const auto end = text.find(line);
  const auto part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + line.size());
  return part;
}

std::optional<std::string> some(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

class Answering final : public http::Client {
 public:
  explicit Answering(const std::optional<std::string>& answer) : answer_(answer) {}
  base::Result<http::Response> send(const http::Request&, const http::Limits&) override {
    if (answer_) return http::Response{200, {}, *answer_};
    return base::fail(base::ErrorKind::NotSent, "no network");
  }

 private:
  const std::optional<std::string>& answer_;
};

class StandingClock final : public base::Clock {
 public:
  base::Time now() override { return base::Time(std::chrono::seconds(1767312000)); }
  base::Instant instant() override { return {}; }
  bool sleep_until(base::Instant, std::stop_token) override { return false; }
};

void check_sections(const std::vector<aws::ConfigSection>& sections, std::size_t lines) {
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& section : sections) {
    fuzz::check(!section.name.empty(), "a section has a name");
    fuzz::check(names.emplace(section.type, section.name).second, "sections of one name are one");
    fuzz::check(section.line >= 1 && section.line <= lines, "a section is in the text");
    for (const auto& [name, property] : section.properties) {
      fuzz::check(!name.empty(), "a property has a name");
      fuzz::check(property.line > section.line && property.line <= lines,
                  "a property is behind its section's beginning");
      fuzz::check(property.nested.empty() || property.value.empty(), "a value or nested properties");
    }
  }
}

void use_profiles(const std::string& text, const Behind& behind) {
  const aws::Environment home{{"HOME", "/home/ann"}};
  const auto said = [](const std::optional<std::string>& part, base::ErrorKind otherwise) -> base::Result<std::string> {
    if (part) return *part;
    return base::fail(otherwise, "nothing there");
  };
  const aws::Machine machine{.read_file = [&](const std::string& path) -> base::Result<std::string> {
                               if (path.ends_with("/config")) return text;
                               return said(path.ends_with("/credentials") ? behind.credentials : behind.answer,
                                           base::ErrorKind::NotFound);
                             },
                             .run = [&](const auto&, auto) { return said(behind.answer, base::ErrorKind::Denied); }};
  auto config = aws::read_shared_config(home, machine);
  if (!config) return;
  Answering client(behind.answer);
  StandingClock clock;
  const aws::EndpointSettings endpoints;
  // A chain of profiles asks many times for each of them.
  for (const auto& [name, section] : config->profiles | std::views::take(50)) {
    config->profile = name;
    const auto source = aws::make_credential_chain({.environment = home,
                                                    .config = *config,
                                                    .machine = machine,
                                                    .client = client,
                                                    .clock = clock,
                                                    .endpoints = endpoints,
                                                    .random = [] { return 0.5; },
                                                    .region = {}});
    const auto got = source->get(clock.instant() + std::chrono::seconds(1));
    fuzz::check(got || !got.error().message.empty(), "keys or a reason");
    if (!got) continue;
    fuzz::check(aws::is_key(got->access_key_id) && aws::is_key(got->secret_access_key), "keys can stand in a header");
    fuzz::check(got->session_token.empty() || aws::is_key(got->session_token), "and so can a token");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const std::string text(take_part(rest));
  const Behind behind{.answer = some(take_part(rest)), .credentials = some(rest)};
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  const auto sections = aws::parse_config_file(text);
  if (!sections) {
    fuzz::check(sections.error().line >= 1 && sections.error().line <= lines, "the error is in the text");
    return 0;
  }
  check_sections(*sections, lines);
  if (!text.contains('\r')) {
    std::string windows;
    for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    fuzz::check(aws::parse_config_file(windows) == *sections, "lines may end as Windows ends them");
  }
  fuzz::check(aws::parse_config_file(text + "\n# end\n  \n") == *sections, "comments and blank lines change nothing");
  use_profiles(text, behind);
  return 0;
}
