// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/caller.h"
#include "aws/machine.h"
#include "base/fake_clock.h"
#include "http/testing.h"

// What this folder's tests share: a clock that moves only when somebody sleeps, and a client that answers from a script. For
// tests only.
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

// Has these files, by their paths, and answers each program with `output`, keeping what was run.
inline Machine machine_with(std::map<std::string, std::string> files, std::string output = {},
                            std::vector<std::vector<std::string>>* ran = nullptr) {
  return {.read_file = [files = std::move(files)](const std::string& path) -> base::Result<std::string> {
            const auto found = files.find(path);
            if (found == files.end()) return base::fail(base::ErrorKind::NotFound, path + ": not there");
            return found->second;
          },
          .run = [output = std::move(output), ran](const std::vector<std::string>& command,
                                                   base::Instant) -> base::Result<std::string> {
            if (ran) ran->push_back(command);
            return output;
          }};
}

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

using http::testing::read_file;
using http::testing::read_headers;
using http::testing::read_request;

}  // namespace aws::testing
