// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aws/caller.h"
#include "aws/credentials.h"
#include "base/fake_clock.h"

// What this folder's tests share. For tests only.
namespace delivery::testing {

// Answers each operation of SQS as the test says: a body, or the code of an error. Any URL is a queue's but the one that
// is gone.
class Sqs final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    const auto target = request.headers.get("X-Amz-Target").value_or("");
    const auto operation = std::string(target.substr(target.find('.') + 1));
    ++requests[operation];
    if (on_request) on_request();
    last[operation] = request.body;
    // The dead-letter queue's URL is asked for by its owner as well.
    const auto asked =
        request.body.find("QueueOwnerAWSAccountId") == std::string::npos ? operation : "GetDeadLetterQueueUrl";
    const bool to_nobody = !gone.empty() && request.body.contains(R"("QueueUrl":")" + gone + '"');
    const auto answer = to_nobody ? "QueueDoesNotExist" : answers.at(asked);
    if (answer.starts_with("{")) return http::Response{.status = 200, .headers = {{"ETag", "\"e\""}}, .body = answer};
    return http::Response{.status = 400, .headers = {}, .body = R"({"__type":"com.amazonaws.sqs#)" + answer + "\"}"};
  }

  std::map<std::string, std::string> answers{
      {"GetQueueUrl", R"({"QueueUrl":"http://127.0.0.1:1/123456789012/caretaker"})"},
      {"GetDeadLetterQueueUrl", R"({"QueueUrl":"http://127.0.0.1:1/123456789012/dead"})"},
      {"GetQueueAttributes",
       R"({"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":3}"}})"},
      {"SendMessage", R"({"MessageId":"m"})"},
      {"ChangeMessageVisibilityBatch", R"({"Successful":[{"Id":"0"}],"Failed":[]})"}};
  std::function<void()> on_request;
  std::string gone;                         // A URL.
  std::map<std::string, int> requests;      // By operation.
  std::map<std::string, std::string> last;  // The last request's body, by operation.
};

// A Caller above that client, and all that it borrows.
struct Wire {
  explicit Wire(http::Client& client, aws::RetrySettings retry = {}) : client_(client), retry_(retry) {}

  aws::Deadline soon() { return {clock.instant() + std::chrono::seconds(20), {}}; }

  base::FakeClock clock;

 private:
  http::Client& client_;
  aws::RetrySettings retry_;
  std::unique_ptr<aws::CredentialSource> credentials_ =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, client_, clock);
  aws::EndpointSettings endpoints_{.urls = {{"", "http://127.0.0.1:1"}}};

 public:
  aws::Caller caller{{client_, clock, *credentials_, endpoints_, [] { return 0.0; }, retry_}};
};

}  // namespace delivery::testing
