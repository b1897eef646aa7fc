// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/caller.h"
#include "base/fake_clock.h"

// What this folder's tests share: a clock that moves only when somebody sleeps, a client that answers from a script, and
// the reader of testdata/exchanges. For tests only.
namespace aws::testing {

// A FakeClock that also keeps how long was slept.
class RecordingClock final : public base::Clock {
 public:
  base::Time now() override { return fake_.now(); }
  base::Instant instant() override { return fake_.instant(); }
  bool sleep_until(base::Instant until, std::stop_token stop) override {
    const auto before = fake_.instant();
    if (!fake_.sleep_until(until, std::move(stop))) return false;
    slept.push_back(std::chrono::duration_cast<base::Duration>(fake_.instant() - before));
    return true;
  }
  void advance(base::Duration by) { fake_.advance(by); }

  std::vector<base::Duration> slept;

 private:
  base::FakeClock fake_{base::parse_iso8601("2026-01-02T03:04:05Z").value()};
};

// Answers each request with the next step of its script, and keeps what was sent.
class ScriptedClient final : public http::Client {
 public:
  using Step = std::function<base::Result<http::Response>(const http::Request&, const http::Limits&)>;

  base::Result<http::Response> send(const http::Request& request, const http::Limits& given) override {
    sent.push_back(request);
    limits.push_back(given);
    if (steps_.empty()) {
      ADD_FAILURE() << "one request more than expected: " << request.method << " " << request.target << " "
                    << request.body;
      return base::fail(base::ErrorKind::NotSent, "the script is at its end");
    }
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    return step(request, given);
  }
  void connect(std::span<const http::Origin> origins, base::Instant) override {
    connected.assign(origins.begin(), origins.end());
  }

  void then(Step step) { steps_.push_back(std::move(step)); }
  void answer(http::Response response) {
    then([response = std::move(response)](const auto&, const auto&) { return response; });
  }
  void answer(int status, std::string body, http::Headers headers = {}) {
    answer({status, std::move(headers), std::move(body)});
  }
  void fail(base::ErrorKind kind) {
    then([kind](const auto&, const auto&) { return base::fail(kind, "the wire was cut"); });
  }
  bool done() const { return steps_.empty(); }

  std::vector<http::Request> sent;
  std::vector<http::Limits> limits;
  std::vector<http::Origin> connected;

 private:
  std::deque<Step> steps_;
};

// Keys that change when somebody calls them expired, if there are more.
class ScriptedCredentials final : public CredentialSource {
 public:
  base::Result<Credentials> get(base::Instant) override { return keys.front(); }
  void expired() override {
    ++expirations;
    if (keys.size() > 1) keys.pop_front();
  }

  std::deque<base::Result<Credentials>> keys{
      Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", {}}};
  int expirations = 0;
};

// A Caller between doubles. Its jitter is one half.
struct Bench {
  RecordingClock clock;
  ScriptedClient client;
  ScriptedCredentials credentials;
  EndpointSettings endpoints;
  Caller caller{{.client = client,
                 .clock = clock,
                 .credentials = credentials,
                 .endpoints = endpoints,
                 .random = [] { return 0.5; },
                 .retry = {}}};

  Deadline within(std::chrono::seconds seconds = std::chrono::seconds(60)) { return {clock.instant() + seconds, {}}; }
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// `name: value` lines up to the empty one; the rest is the body. A line that begins with a blank is one more value of the
// header before it.
inline http::Headers read_headers(std::istringstream& text) {
  http::Headers headers;
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
inline http::Request read_request(const std::string& raw) {
  std::istringstream text(raw);
  std::string line;
  std::getline(text, line);
  http::Request request;
  request.method = line.substr(0, line.find(' '));
  const auto target = line.find(' ') + 1;
  request.target = line.substr(target, line.rfind(' ') - target);
  request.headers = read_headers(text);
  request.body = rest_of(text);
  return request;
}

inline http::Response read_response(const std::string& raw) {
  std::istringstream text(raw);
  std::string line;
  std::getline(text, line);
  http::Response response;
  response.status = std::stoi(line.substr(line.find(' ')));
  response.headers = read_headers(text);
  response.body = rest_of(text);
  return response;
}

// See testdata/README.md.
struct Exchange {
  http::Request request;
  http::Response answer;
};

inline Exchange read_exchange(std::string_view name) {
  std::string text = read_file(std::filesystem::path(TESTDATA) / "exchanges" / (std::string(name) + ".http"));
  while (text.starts_with('#')) text.erase(0, text.find('\n') + 1);
  if (text.ends_with('\n')) text.pop_back();
  const auto middle = text.find("\n===\n");
  return {read_request(text.substr(0, middle)), read_response(text.substr(middle + 5))};
}

}  // namespace aws::testing
