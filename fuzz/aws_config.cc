// SPDX-License-Identifier: Apache-2.0
// A shared config file, whatever it holds: it is refused at one of its lines, or its sections are as the syntax says, and the same with
// lines as Windows ends them, a comment before them and blank lines behind. Its profiles can be used: every one gives credentials or a reason.
#include "aws/config_file.h"
#include "aws/credential_chain.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "fuzz/fuzz.h"

namespace {

// Nobody there, as on a machine without a network.
class Silent final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request&, const http::Limits&) override {
    return base::fail(base::ErrorKind::NotSent, "no network");
  }
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

void use_profiles(const std::string& text) {
  const aws::Environment home{{"HOME", "/home/ann"}};
  const aws::Machine machine{.read_file = [&](const std::string& path) -> base::Result<std::string> {
                               if (path.ends_with("/config")) return text;
                               return base::fail(base::ErrorKind::NotFound, path);
                             },
                             .run = [](const auto&, auto) -> base::Result<std::string> {
                               return base::fail(base::ErrorKind::Denied, "no programs here");
                             }};
  auto config = aws::read_shared_config(home, machine);
  if (!config) return;
  Silent client;
  StandingClock clock;
  const aws::EndpointSettings endpoints;
  for (const auto& [name, section] : config->profiles) {
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
    fuzz::check(got ? !got->access_key_id.empty() : !got.error().message.empty(), "keys or a reason");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
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
  use_profiles(text);
  return 0;
}
