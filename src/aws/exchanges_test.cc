// SPDX-License-Identifier: Apache-2.0
// Replays test/exchanges: each operation must send exactly the request and understand the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "aws/app_runner.h"
#include "aws/classify.h"
#include "aws/ecr.h"
#include "aws/events.h"
#include "aws/logs.h"
#include "aws/s3.h"
#include "aws/service_error.h"
#include "aws/sqs.h"
#include "aws/sts.h"
#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

const auto folder = http::testing::exchanges_folder(std::filesystem::path(TESTDATA).parent_path().parent_path());
constexpr std::string_view region = "us-east-1";
const std::string arn =
    "arn:aws:apprunner:us-east-1:123456789012:service/hello-world-service/8fe1e10304f84fd2b0df550fe98a71fa";
const std::string image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-world-apprunner-repo";
const std::string queue = "https://sqs.us-east-1.amazonaws.com/123456789012/caretaker";
const std::string group = "/aws/apprunner/hello-world-service/8fe1e10304f84fd2b0df550fe98a71fa/service";
const ecr::Repository repository{"123456789012", "us-east-1", "hello-world-apprunner-repo"};
const s3::Bucket bucket{"caretaker", "us-east-1"};

std::set<std::string, std::less<>>& replayed() {
  static std::set<std::string, std::less<>> names;
  return names;
}

class Exchanges : public ::testing::Test, protected testing::Bench {
 protected:
  // Answers the next request from this exchange, and compares it.
  void play(std::string_view name) {
    replayed().emplace(name);
    client.then(
        [name, exchange = http::testing::read_exchange(folder, name)](const http::Request& sent, const http::Limits&) {
          SCOPED_TRACE(name);
          const http::Request& want = exchange.request;
          EXPECT_EQ(sent.method + " " + sent.target, want.method + " " + want.target);
          for (const auto& [header, value] : want.headers) EXPECT_EQ(sent.headers.get(header), value) << header;
          EXPECT_EQ(sent.body, want.body);
          return exchange.answer;
        });
  }

  app_runner::ServiceDescription described(std::string_view name = "apprunner.DescribeService.image") {
    play(name);
    return app_runner::describe_service(caller, region, arn, within()).value();
  }
  base::Result<void> put_line() {
    return logs::put_log_event(caller, region, group, "events", base::Time(1709215200123ms),
                               "[CI/CD] Deploying latest version 1.2.4", within());
  }
};

TEST_F(Exchanges, DescribeService) {
  const auto service = described();
  EXPECT_EQ(service.arn, arn);
  EXPECT_EQ(service.name, "hello-world-service");
  EXPECT_EQ(service.status, "RUNNING");
  EXPECT_EQ(service.created_at, base::parse_iso8601("2024-02-29T14:00:00Z"));
  EXPECT_EQ(service.updated_at, base::parse_iso8601("2024-02-29T14:00:10Z"));
  EXPECT_EQ(service.image_identifier, image + ":1.2.3");
  EXPECT_EQ(service.image_repository_type, "ECR");
  EXPECT_FALSE(service.auto_deployments);
}

TEST_F(Exchanges, KeepsWhatItDoesNotKnow) {
  const auto service = described("apprunner.DescribeService.spellings");
  EXPECT_EQ(service.created_at, base::parse_iso8601("2024-02-29T13:00:00.123Z"));
  EXPECT_EQ(service.updated_at, base::parse_iso8601("2024-02-29T14:00:00Z"));
  play("apprunner.UpdateService.spellings");
  EXPECT_EQ(app_runner::update_service(caller, region, service, image + ":1.2.4", within()).value(),
            "17fe9f55-7e91-4097-b243-fcabbb69a4cf");
}

TEST_F(Exchanges, DescribeServiceFromCode) {
  play("apprunner.DescribeService.code");
  const auto service = app_runner::describe_service(caller, region, arn, within());
  ASSERT_TRUE(service);
  EXPECT_FALSE(service->image_identifier);
  EXPECT_EQ(service->image_repository_type, "");
  EXPECT_TRUE(service->auto_deployments);
  const auto updated = app_runner::update_service(caller, region, *service, image + ":1", within());
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, ErrorKind::Invalid);
}

TEST_F(Exchanges, DescribeServiceNotFound) {
  play("apprunner.DescribeService.not-found");
  const auto service = app_runner::describe_service(caller, region, arn, within());
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(service.error().message,
            "apprunner DescribeService: ResourceNotFoundException (Service cannot be found for arn: " + arn +
                ") request 7f6b2a0e-5a53-4d3c-9d0c-2f1f0c9f0a11");
}

TEST_F(Exchanges, UpdateService) {
  const auto service = described();
  play("apprunner.UpdateService.accepted");
  EXPECT_EQ(app_runner::update_service(caller, region, service, image + ":1.2.4", within()).value(),
            "17fe9f55-7e91-4097-b243-fcabbb69a4cf");
}

TEST_F(Exchanges, UpdateServiceBusy) {
  const auto service = described();
  play("apprunner.UpdateService.busy");
  const auto updated = app_runner::update_service(caller, region, service, image + ":1.2.4", within());
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(updated.error().code, "InvalidStateException");
}

TEST_F(Exchanges, StartDeployment) {
  play("apprunner.StartDeployment.accepted");
  EXPECT_EQ(app_runner::start_deployment(caller, region, arn, within()).value(),
            "0b1f8d0e-92d1-4c1b-8e4f-5f2a4a0f6c77");
}

TEST_F(Exchanges, ListOperations) {
  play("apprunner.ListOperations.rolled-back");
  const auto operations = app_runner::list_operations(caller, region, arn, within()).value();
  ASSERT_EQ(operations.size(), 2U);
  EXPECT_EQ(operations[0].id, "17fe9f55-7e91-4097-b243-fcabbb69a4cf");
  EXPECT_EQ(operations[0].type, "UPDATE_SERVICE");
  EXPECT_EQ(operations[0].status, "ROLLBACK_SUCCEEDED");
  EXPECT_EQ(operations[0].started_at, base::parse_iso8601("2024-02-29T14:00:10Z"));
  EXPECT_EQ(operations[0].ended_at, base::parse_iso8601("2024-02-29T14:00:30Z"));
  EXPECT_EQ(operations[1].type, "CREATE_SERVICE");
}

TEST_F(Exchanges, ListOperationsWithoutId) {
  play("apprunner.ListOperations.without-id");
  const auto operations = app_runner::list_operations(caller, region, arn, within()).value();
  ASSERT_EQ(operations.size(), 3U);
  EXPECT_EQ(operations[0].id, "");
  EXPECT_EQ(operations[0].status, "PENDING");
  EXPECT_FALSE(operations[0].started_at);
  EXPECT_EQ(operations[1].ended_at, base::parse_iso8601("2024-02-29T14:15:00.500Z"));
  EXPECT_EQ(operations[2].started_at, base::parse_iso8601("2024-02-29T13:00:00Z"));
  EXPECT_FALSE(operations[2].ended_at);
}

TEST_F(Exchanges, DescribeImages) {
  play("ecr.DescribeImages.two-images");
  const auto images = ecr::describe_images(caller, repository, within()).value();
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[0].digest, "sha256:" + std::string(64, '1'));
  EXPECT_THAT(images[0].tags, ElementsAre("1.2.3", "latest"));
  EXPECT_EQ(images[0].pushed_at, base::parse_iso8601("2024-02-29T14:00:00Z"));
  EXPECT_EQ(images[0].artifact_media_type, "application/vnd.oci.image.config.v1+json");
  EXPECT_THAT(images[1].tags, ElementsAre("1.2.4"));
  EXPECT_EQ(images[1].manifest_media_type, "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(images[1].artifact_media_type, "");
}

TEST_F(Exchanges, DescribeImagesInPages) {
  play("ecr.DescribeImages.page-1");
  play("ecr.DescribeImages.page-2");
  const auto images = ecr::describe_images(caller, repository, within()).value();
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[0].digest, "sha256:" + std::string(64, '1'));
  EXPECT_THAT(images[0].tags, ElementsAre("1.2.3", "latest"));
  EXPECT_EQ(images[0].pushed_at, base::parse_iso8601("2024-02-29T14:00:00Z"));
  EXPECT_EQ(images[0].artifact_media_type, "application/vnd.oci.image.config.v1+json");
  EXPECT_THAT(images[1].tags, ElementsAre("1.2.4"));
  EXPECT_EQ(images[1].manifest_media_type, "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(images[1].pushed_at, base::parse_iso8601("2024-02-29T14:03:20Z"));
}

TEST_F(Exchanges, DescribeImagesNotFound) {
  play("ecr.DescribeImages.not-found");
  EXPECT_EQ(ecr::describe_images(caller, repository, within()).error().kind, ErrorKind::NotFound);
}

TEST_F(Exchanges, GetObject) {
  play("s3.GetObject.found");
  const auto found = s3::get_object(caller, bucket, "rules.json", "", within()).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->body, "[]");
  EXPECT_EQ(found->etag, "\"d751713988987e9331980363e24189ce\"");
  play("s3.GetObject.not-modified");
  const auto again = s3::get_object(caller, bucket, "rules.json", found->etag, within());
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_F(Exchanges, GetObjectNotFound) {
  play("s3.GetObject.no-such-key");
  const auto missing = s3::get_object(caller, bucket, "records/a b+c/ü.json", "", within());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(missing.error().code, "NoSuchKey");
  EXPECT_EQ(missing.error().message,
            "s3 GetObject: NoSuchKey (The specified key does not exist.) request 5X0RV7Q2N9S6M3T1");
}

TEST_F(Exchanges, PutObject) {
  play("s3.PutObject.first");
  EXPECT_EQ(s3::put_object(caller, bucket, "records/x.json", R"({"schema":1})", "", within()).value(),
            "\"62bcaa3d74adc8575ed50f3aad17f099\"");
  play("s3.PutObject.replaced");
  EXPECT_EQ(s3::put_object(caller, bucket, "records/x.json", R"({"schema":1,"n":2})",
                           "\"62bcaa3d74adc8575ed50f3aad17f099\"", within())
                .value(),
            "\"a71cb2b409c9419bae996e10b8ba7874\"");
}

TEST_F(Exchanges, PutObjectConflicts) {
  for (const std::string_view name : {"s3.PutObject.changed-since", "s3.PutObject.deleted-since"}) {
    play(name);
    const auto put = s3::put_object(caller, bucket, "records/x.json", R"({"schema":1,"n":2})",
                                    "\"62bcaa3d74adc8575ed50f3aad17f099\"", within());
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, ErrorKind::Conflict) << name;
  }
  play("s3.PutObject.two-at-once");
  EXPECT_EQ(s3::put_object(caller, bucket, "records/x.json", R"({"schema":1})", "", within()).error().kind,
            ErrorKind::Conflict);
}

TEST_F(Exchanges, Queues) {
  play("sqs.GetQueueUrl.found");
  EXPECT_EQ(sqs::get_queue_url(caller, region, "caretaker", "", within()).value(), queue);
  play("sqs.GetQueueUrl.missing");
  const auto missing = sqs::get_queue_url(caller, region, "caretaker", "123456789012", within());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(missing.error().code, "QueueDoesNotExist");
  play("sqs.GetQueueAttributes.redrive");
  EXPECT_EQ(sqs::get_dead_letter_arn(caller, region, queue, within()).value(),
            "arn:aws:sqs:us-east-1:123456789012:caretaker-dead-letters");
  play("sqs.GetQueueAttributes.no-redrive");
  EXPECT_EQ(sqs::get_dead_letter_arn(caller, region, queue, within()).value(), std::nullopt);
}

TEST_F(Exchanges, Messages) {
  play("sqs.ChangeMessageVisibilityBatch.one-refused");
  const sqs::Visibility messages[] = {{"AQEB/receipt+handle==", 1500ms}, {"another", 60s}};
  EXPECT_EQ(sqs::change_message_visibility(caller, region, queue, messages, within()).value(),
            (std::vector<std::string>{
                "", "ReceiptHandleIsInvalid: The input receipt handle \"another\" is not a valid receipt handle."}));
  play("sqs.SendMessage.sent");
  EXPECT_EQ(sqs::send_message(caller, region, queue + "-dead-letters", R"({"detail":"ü"})",
                              {{"reason", "waited too long"}, {"rule", ""}}, 0ms, within())
                .value(),
            "059f36b4-87a3-44ab-83d2-661975830a7d");
  play("sqs.SendMessage.delayed");
  EXPECT_TRUE(sqs::send_message(caller, region, queue + "-dead-letters", R"({"detail":"ü"})", {}, 1500ms, within()));
}

TEST_F(Exchanges, PutEvents) {
  const auto put = [&](std::string_view detail) {
    return events::put_event(caller, region,
                             {.bus = "default",
                              .source = "caretaker",
                              .detail_type = "Deployment",
                              .detail = detail,
                              .resource = arn,
                              .time = base::Time(1709215200123ms)},
                             within());
  };
  play("events.PutEvents.sent");
  EXPECT_TRUE(put(R"({"version":"1.2.4"})"));
  play("events.PutEvents.refused");
  EXPECT_EQ(put("no JSON").error().kind, ErrorKind::Invalid);
}

TEST_F(Exchanges, PutLogEvents) {
  play("logs.PutLogEvents.written");
  EXPECT_TRUE(put_line());
  play("logs.PutLogEvents.too-old");
  EXPECT_EQ(put_line().error().kind, ErrorKind::Invalid);
  play("logs.PutLogEvents.no-stream");
  EXPECT_EQ(put_line().error().kind, ErrorKind::NotFound);
}

TEST_F(Exchanges, GetCallerIdentity) {
  play("sts.GetCallerIdentity.user");
  EXPECT_EQ(sts::get_caller_identity(caller, region, within()).value().account, "123456789012");
  play("sts.GetCallerIdentity.unknown-key");
  const auto refused = sts::get_caller_identity(caller, region, within());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Denied);
  EXPECT_EQ(refused.error().message,
            "sts GetCallerIdentity: InvalidClientTokenId (The security token included in the request is invalid.) "
            "request 7f6b2a0e-5a53-4d3c-9d0c-2f1f0c9f0a11");
}

// Each kind of refusal, by how it looks.
TEST_F(Exchanges, Refusals) {
  constexpr Operation read{Service::AppRunner, "DescribeService", true, ""};
  constexpr Operation list{Service::Ecr, "DescribeImages", true, ""};
  constexpr Operation object{Service::S3, "GetObject", true, ""};
  constexpr Operation find{Service::Sqs, "GetQueueUrl", true, ""};
  constexpr Operation who{Service::Sts, "GetCallerIdentity", true, ""};
  struct Case {
    std::string_view name;
    const Operation& operation;
    std::string_view code;
    Verdict want;
  };
  const Case cases[] = {
      {"apprunner.DescribeService.throttled", read, "ThrottlingException", {ErrorKind::Transient, Cure::BackOff}},
      {"apprunner.DescribeService.failed",
       read,
       "InternalServiceErrorException",
       {ErrorKind::Transient, Cure::BackOff}},
      {"apprunner.DescribeService.expired", read, "ExpiredTokenException", {ErrorKind::Transient, Cure::RenewCredentials}},
      {"apprunner.DescribeService.denied", read, "AccessDeniedException", {ErrorKind::Denied}},
      {"apprunner.DescribeService.load-balancer", read, "", {ErrorKind::Transient, Cure::BackOff}},
      {"ecr.DescribeImages.failed", list, "ServerException", {ErrorKind::Transient, Cure::BackOff}},
      {"s3.GetObject.slow-down", object, "SlowDown", {ErrorKind::Transient, Cure::BackOff}},
      {"s3.GetObject.failed", object, "InternalError", {ErrorKind::Transient, Cure::BackOff}},
      {"s3.GetObject.denied", object, "AccessDenied", {ErrorKind::Denied}},
      {"s3.GetObject.no-such-bucket", object, "NoSuchBucket", {ErrorKind::NotFound}},
      {"sqs.GetQueueUrl.throttled", find, "ThrottlingException", {ErrorKind::Transient, Cure::BackOff}},
      {"sts.GetCallerIdentity.throttled", who, "Throttling", {ErrorKind::Transient, Cure::BackOff}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    replayed().emplace(c.name);
    const auto answer = http::testing::read_exchange(folder, c.name).answer;
    const auto error = read_service_error(c.operation.service, answer);
    EXPECT_EQ(error.code, c.code);
    EXPECT_EQ(classify(c.operation, answer.status, error.code), c.want);
  }
}

// After all tests, in whatever order they ran: an exchange that no test replays would only look like a promise.
class LeaveNoneOut final : public ::testing::Environment {
  void TearDown() override {
    if (GTEST_FLAG_GET(filter) != "*") return;
    EXPECT_EQ(replayed(), http::testing::exchange_names(folder));
  }
};
const auto* const leave_none_out = ::testing::AddGlobalTestEnvironment(new LeaveNoneOut);

}  // namespace
}  // namespace aws
