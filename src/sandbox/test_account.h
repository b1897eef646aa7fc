// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sandbox/account.h"

// What this folder's tests talk with: an account whose time they move, and requests written by hand.
namespace sandbox::test {

// An answer that may not have come yet.
struct Waiting {
  std::optional<http::Response> response;
  bool asker_is_there = true;
};

// A value of a JSON tree by its pointer, serialised; `(none)` where there is none.
inline std::string at(const boost::json::value& tree, std::string_view pointer) {
  boost::json::error_code error;
  const auto* found = tree.find_pointer(pointer, error);
  if (!found) return "(none)";
  return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

class TestAccount {
 public:
  // Unsigned requests are let in unless the settings say otherwise.
  explicit TestAccount(Settings settings = unverified(), Invoke invoke = {})
      : account(std::move(settings), std::move(invoke),
                [this](const Happening& happening) { happenings.push_back(happening); }) {
    account.advance(now);
  }

  static Settings unverified() {
    Settings settings;
    settings.verify_signatures = false;
    settings.operation_time = std::chrono::seconds(10);
    return settings;
  }

  std::shared_ptr<Waiting> send(http::Request request) {
    auto waiting = std::make_shared<Waiting>();
    account.handle(std::move(request), now,
                   http::Reply([waiting](http::Response response) { waiting->response = std::move(response); },
                               [waiting] { return waiting->asker_is_there; }));
    return waiting;
  }

  http::Response answer(http::Request request) {
    const auto waiting = send(std::move(request));
    if (waiting->response) return *waiting->response;
    ADD_FAILURE() << "no answer yet";
    return {};
  }

  static http::Request json_request(std::string_view target, std::string body) {
    return {{},
            "POST",
            "/",
            {{"Host", "localhost:4566"},
             {"X-Amz-Target", full_target(target)},
             {"Content-Type", "application/x-amz-json-1.0"}},
            std::move(body)};
  }

  // The whole answer of `ecr.PutImage` and its like; {} where the body is empty.
  http::Response call_raw(std::string_view target, std::string body) {
    return answer(json_request(target, std::move(body)));
  }

  boost::json::value call(std::string_view target, std::string body) {
    const auto response = call_raw(target, std::move(body));
    EXPECT_EQ(response.status, 200) << target << " " << response.body;
    return parse(response.body);
  }

  // `400 RepositoryNotFoundException`; `200` where it succeeds.
  std::string status_of(std::string_view target, std::string body) {
    const auto response = call_raw(target, std::move(body));
    if (response.status == 200) return "200";
    const auto type = at(parse(response.body), "/__type");
    return fmt::format("{} {}", response.status, type.substr(type.rfind('#') + 1));
  }

  static boost::json::value parse(std::string_view body) {
    if (body.empty()) return boost::json::object();
    auto parsed = base::parse_json(body);
    EXPECT_TRUE(parsed) << body;
    return parsed ? *parsed : boost::json::value();
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    account.advance(now);
  }

  // The texts of the happenings of one kind, since the last call of this.
  std::vector<std::string> told(std::string_view kind) {
    std::vector<std::string> texts;
    for (const auto& happening : std::exchange(happenings, {})) {
      if (happening.kind == kind) texts.push_back(happening.text);
    }
    return texts;
  }

  std::string queue_url(std::string_view name) { return fmt::format("http://localhost:4566/123456789012/{}", name); }

  base::Time now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(12);
  std::vector<Happening> happenings;
  Account account;

 private:
  static std::string full_target(std::string_view target) {
    static constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
        {"ecr.", "AmazonEC2ContainerRegistry_V20150921."},
        {"sqs.", "AmazonSQS."},
        {"logs.", "Logs_20140328."},
        {"apprunner.", "AppRunner."},
        {"events.", "AWSEvents."}};
    for (const auto& [name, prefix] : prefixes) {
      if (target.starts_with(name)) return fmt::format("{}{}", prefix, target.substr(name.size()));
    }
    return std::string(target);
  }
};

}  // namespace sandbox::test
