// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "http/client.h"

// For tests only.
namespace cli::testing {

// An AWS account with one App Runner service, one repository and one bucket, as far as the commands look at them, in a fake
// clock's time; and what goes wrong there.
class AccountDouble final : public http::Client {
 public:
  static constexpr std::string_view arn =
      "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa";

  // What is said of an operation from this time on after it was begun.
  struct Step {
    std::chrono::seconds after;
    std::string status;
  };

  explicit AccountDouble(base::Clock& clock) : clock_(&clock) {}

  std::vector<std::string> tags{"1.2.3", "1.2.4"};
  std::map<std::string, std::string> same_image;  // A tag, and the one whose image it is.
  std::string runs = "1.2.3";
  std::string service_status = "RUNNING";  // But for while an operation runs.
  bool auto_deploys = false;
  // The course of whatever is begun. With a status of success the new image runs at its end.
  std::vector<Step> course{{std::chrono::seconds(0), "IN_PROGRESS"}, {std::chrono::seconds(20), "SUCCEEDED"}};
  std::chrono::seconds described_after{0};     // So long after its end the service is described with the image.
  std::optional<base::Time> begun;             // Somebody else's operation, if a test sets it.
  std::map<std::string, std::string> objects;  // Of the bucket, by key.
  // Goes before all else: an answer for an operation (`apprunner UpdateService`), or nullopt.
  std::function<std::optional<base::Result<http::Response>>(std::string_view operation)> trouble;
  std::vector<std::string> sent;  // Operations, as they came.
  std::string date;               // AWS's, in the headers of STS's and S3's answers; empty: they have none.

  base::Result<http::Response> send(const http::Request& request, const http::Limits& limits) override {
    const auto operation = operation_of(request);
    sent.push_back(operation);
    if (limits.stop.stop_requested()) return base::fail(base::ErrorKind::NotSent, "stopped");
    if (trouble) {
      if (auto answer = trouble(operation)) return std::move(*answer);
    }
    if (operation == "s3 GET") return get(request);
    if (operation == "s3 PUT") return put(request);
    if (operation == "sts GetCallerIdentity") {
      return http::Response{200, dated({}),
                            "<GetCallerIdentityResponse><Arn>arn:aws:iam::123456789012:user/ann</"
                            "Arn><Account>123456789012</Account></GetCallerIdentityResponse>"};
    }
    if (operation == "ecr DescribeImages") return http::Response{200, {}, images()};
    if (operation == "apprunner DescribeService") return http::Response{200, {}, service()};
    if (operation == "apprunner ListOperations") return http::Response{200, {}, operations()};
    if (operation == "apprunner UpdateService" || operation == "apprunner StartDeployment") return begin(request);
    return http::Response{200, {}, "{}"};  // The event log.
  }

  // AWS's own refusals, in the form of each service.
  static http::Response refusal(std::string_view operation, int status, std::string_view code,
                                std::string_view message) {
    if (operation.starts_with("s3 ") || operation.starts_with("sts ")) {
      return {status, {}, fmt::format("<Error><Code>{}</Code><Message>{}</Message></Error>", code, message)};
    }
    return {status, {}, fmt::format(R"({{"__type":"{}","message":"{}"}})", code, message)};
  }

 private:
  static std::string operation_of(const http::Request& request) {
    const auto target = request.headers.get("X-Amz-Target");
    if (!target) return request.body.starts_with("Action=") ? "sts GetCallerIdentity" : "s3 " + request.method;
    const auto name = std::string(target->substr(target->rfind('.') + 1));
    if (target->starts_with("AppRunner")) return "apprunner " + name;
    return (target->starts_with("AmazonEC2ContainerRegistry") ? "ecr " : "logs ") + name;
  }

  http::Headers dated(http::Headers headers) const {
    if (!date.empty()) headers.set("Date", date);
    return headers;
  }

  static std::string etag(const std::string& text) { return fmt::format("\"{:x}\"", std::hash<std::string>()(text)); }

  http::Response get(const http::Request& request) const {
    const auto found = objects.find(key_of(request));
    if (found == objects.end()) return refusal("s3 GET", 404, "NoSuchKey", "The specified key does not exist.");
    return {200, dated({{"ETag", etag(found->second)}}), found->second};
  }
  http::Response put(const http::Request& request) {
    auto& object = objects[key_of(request)];
    const auto match = request.headers.get("If-Match");
    if (match ? *match != etag(object) : !object.empty())
      return refusal("s3 PUT", 412, "PreconditionFailed",
                     "At least one of the pre-conditions you specified did not hold");
    object = request.body;
    return {200, {{"ETag", etag(object)}}, ""};
  }
  // `/BUCKET/KEY`
  static std::string key_of(const http::Request& request) {
    return request.target.substr(std::min(request.target.find('/', 1), request.target.size() - 1) + 1);
  }

  std::string status_of_operation() const {
    std::string status;
    for (const auto& step : course) {
      if (clock_->now() - begun.value() >= step.after) status = step.status;
    }
    return status;
  }
  base::Time end_of_operation() const { return *begun + course.back().after; }
  bool is_busy() const {
    if (!begun) return false;
    const auto status = status_of_operation();
    return status == "PENDING" || status == "IN_PROGRESS" || status == "ROLLBACK_IN_PROGRESS";
  }

  std::string service() {
    const bool is_described = begun && clock_->now() >= end_of_operation() + described_after;
    if (is_described && status_of_operation() == "SUCCEEDED" && !wanted_.empty()) runs = wanted_;
    return fmt::format(
        R"({{"Service":{{"ServiceArn":"{}","ServiceName":"shop","Status":"{}","CreatedAt":1767300000,"SourceConfiguration":)"
        R"({{"AutoDeploymentsEnabled":{},"ImageRepository":{{"ImageIdentifier":)"
        R"("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:{}","ImageRepositoryType":"ECR"}}}}}}}})",
        arn, is_busy() ? "OPERATION_IN_PROGRESS" : service_status, auto_deploys, runs);
  }
  std::string operations() const {
    if (!begun) return R"({"OperationSummaryList":[]})";
    const auto seconds = [](base::Time time) {
      return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    };
    return fmt::format(
        R"({{"OperationSummaryList":[{{"Id":"operation-1","Type":"UPDATE_SERVICE","Status":"{}","StartedAt":{}{}}}]}})",
        status_of_operation(), seconds(*begun),
        is_busy() ? "" : fmt::format(R"(,"EndedAt":{})", seconds(end_of_operation())));
  }
  std::string images() const {
    std::string list;
    for (const auto& tag : tags) {
      const auto same = same_image.find(tag);
      list += fmt::format(R"({}{{"imageDigest":"sha256:{}","imageTags":["{}"],"imagePushedAt":1767300000}})",
                          list.empty() ? "" : ",", same == same_image.end() ? tag : same->second, tag);
    }
    return R"({"imageDetails":[)" + list + "]}";
  }
  http::Response begin(const http::Request& request) {
    if (is_busy())
      return refusal("apprunner", 400, "InvalidStateException", "Service cannot be updated in the current state");
    const auto body = base::parse_json(request.body).value();
    const auto* source = base::member(body, "SourceConfiguration");
    const auto* image = source ? base::member(*source, "ImageRepository") : nullptr;
    const auto identifier = image ? base::string_member(*image, "ImageIdentifier").value_or("") : "";
    wanted_ = identifier.substr(identifier.rfind(':') + 1);
    begun = clock_->now();
    return {200, {}, R"({"OperationId":"operation-1","Service":{}})"};
  }

  base::Clock* clock_;
  std::string wanted_;
};

// What a command makes is one of its own; a test keeps the account.
class Borrowed final : public http::Client {
 public:
  explicit Borrowed(http::Client& client) : client_(client) {}
  base::Result<http::Response> send(const http::Request& request, const http::Limits& limits) override {
    return client_.send(request, limits);
  }

 private:
  http::Client& client_;
};

}  // namespace cli::testing
