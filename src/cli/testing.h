// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/fake_clock.h"
#include "cli/cli.h"

// What this folder's tests share: a command line between doubles. For tests only.
namespace cli::testing {

struct Answer {
  int code = 0;
  std::string out;
  std::string err;
};

// The network of a test that asks nobody.
class Silent final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request&, const http::Limits&) override {
    return base::fail(base::ErrorKind::NotSent, "this test asks nobody");
  }
};

struct Setting {
  std::string input;
  std::stop_token stop;
  base::Clock* clock = nullptr;  // None: one of its own.
  Terminal terminal{};
  aws::Environment environment;
  std::function<base::Result<std::unique_ptr<http::Client>>(const std::string&)> make_client = [](const std::string&) {
    return std::make_unique<Silent>();
  };
};

// That leads a command to an AccountDouble (account_double.h), or to anything else that stands for an account.
inline aws::Environment account_environment() {
  return {{"AWS_REGION", "us-east-1"},
          {"AWS_ACCESS_KEY_ID", "a"},
          {"AWS_SECRET_ACCESS_KEY", "b"},
          {"AWS_ENDPOINT_URL", "http://127.0.0.1:4566"},
          {"CONFIG_BUCKET", "caretaker"}};
}

// The same with the rules in the bucket, as `rules.json`.
inline aws::Environment bucket_environment() {
  auto environment = account_environment();
  environment.insert_or_assign("CONFIG_FILE", "rules.json");
  return environment;
}

inline Answer ask(std::vector<std::string> arguments, const Setting& setting = {}) {
  // A store knows its own writes by them: no two commands may have the same.
  static int ids = 0;
  std::istringstream in(setting.input);
  std::ostringstream out;
  std::ostringstream err;
  base::FakeClock own;
  base::Clock& clock = setting.clock ? *setting.clock : own;
  const int code = run(std::move(arguments), {.in = in,
                                              .out = out,
                                              .err = err,
                                              .terminal = setting.terminal,
                                              .environment = setting.environment,
                                              .clock = clock,
                                              // None there: HOME is not set in these tests.
                                              .machine = {},
                                              .make_client = setting.make_client,
                                              .new_id = [] { return "id-" + std::to_string(++ids); },
                                              .random = [] { return 0.5; },
                                              .take_interrupts = [&] { return setting.stop; }});
  return {code, out.str(), err.str()};
}

// A file of testdata/, by its path.
inline std::string file(std::string_view name) { return (std::filesystem::path(TESTDATA) / name).string(); }

inline std::string text_of(std::string_view name) {
  std::ifstream in(file(name), std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

// Compares with a file of testdata/; with UPDATE_GOLDEN set the file is written instead.
inline void expect_golden(std::string_view name, const std::string& text) {
  if (std::getenv("UPDATE_GOLDEN")) {
    std::ofstream(file(name), std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, text_of(name)) << name;
}

}  // namespace cli::testing
