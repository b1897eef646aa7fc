// SPDX-License-Identifier: Apache-2.0
// Lists that come in pages, and what an answer looks like where there is nothing to list.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "aws/app_runner.h"
#include "aws/cloud_watch.h"
#include "aws/ecr.h"
#include "aws/events.h"
#include "aws/lambda.h"
#include "aws/s3.h"
#include "aws/sqs.h"
#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view region = "us-east-1";
const s3::Bucket bucket{"caretaker", "us-east-1"};

class Lists : public ::testing::Test, protected testing::Bench {};

std::string version(std::string_view element, std::string_view key, std::string_view id, bool latest = false) {
  return fmt::format(
      "<{}><Key>{}</Key><VersionId>{}</VersionId><IsLatest>{}</IsLatest><LastModified>2026-01-02T03:04:05.000Z</"
      "LastModified><Size>7</Size></{}>",
      element, key, id, latest, element);
}

TEST_F(Lists, TakeTheVersionsOfOneObjectOnly) {
  client.answer(200, "<ListVersionsResult xmlns=\"x\"><Prefix>rules.json</Prefix><IsTruncated>true</IsTruncated>" +
                         version("Version", "rules.json", "v3", true) + version("DeleteMarker", "rules.json", "v2") +
                         "<NextKeyMarker>rules.json</NextKeyMarker><NextVersionIdMarker>v2</NextVersionIdMarker>"
                         "</ListVersionsResult>");
  client.answer(200, "<ListVersionsResult xmlns=\"x\">" + version("Version", "rules.json", "v&amp;1") +
                         version("Version", "rules.json.bak", "other") +
                         "<IsTruncated>true</IsTruncated><NextKeyMarker>rules.json.bak</NextKeyMarker>"
                         "<NextVersionIdMarker>other</NextVersionIdMarker></ListVersionsResult>");
  const auto versions = s3::list_object_versions(caller, bucket, "rules.json", within());
  ASSERT_TRUE(versions) << versions.error().message;
  ASSERT_EQ(versions->size(), 3U);
  EXPECT_EQ((*versions)[0].id, "v3");
  EXPECT_TRUE((*versions)[0].is_latest);
  EXPECT_EQ((*versions)[0].size, 7U);
  EXPECT_EQ((*versions)[0].last_modified, base::parse_iso8601("2026-01-02T03:04:05Z"));
  EXPECT_TRUE((*versions)[1].is_delete_marker);
  EXPECT_EQ((*versions)[2].id, "v&1");
  EXPECT_THAT(client.sent[0].target, HasSubstr("prefix=rules.json&versions="));
  EXPECT_THAT(client.sent[1].target, HasSubstr("key-marker=rules.json"));
  EXPECT_THAT(client.sent[1].target, HasSubstr("version-id-marker=v2"));
  EXPECT_TRUE(client.done());
}

TEST_F(Lists, DoNotGoRoundForEver) {
  struct Case {
    std::string_view name;
    std::string page;  // `TOKEN`: what names the next one.
    std::function<bool()> list;
  };
  const auto versions = [&] { return s3::list_object_versions(caller, bucket, "k", within()).has_value(); };
  const auto objects = [&] { return s3::list_objects(caller, bucket, "k", within()).has_value(); };
  const auto services = [&] { return app_runner::list_services(caller, region, within()).has_value(); };
  const auto rules = [&] { return events::list_rule_names_by_target(caller, region, "arn", within()).has_value(); };
  const auto mappings = [&] { return lambda::list_event_source_mappings(caller, region, "arn", within()).has_value(); };
  const auto images = [&] { return ecr::describe_images(caller, {"1", "us-east-1", "shop"}, within()).has_value(); };
  const Case cases[] = {
      {"versions",
       "<ListVersionsResult>" + version("Version", "k", "v1") +
           "<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
           "<NextVersionIdMarker>TOKEN</NextVersionIdMarker></ListVersionsResult>",
       versions},
      {"objects",
       "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>TOKEN</NextContinuationToken>"
       "<Contents><Key>k</Key></Contents></ListBucketResult>",
       objects},
      {"services", R"({"ServiceSummaryList":[],"NextToken":"TOKEN"})", services},
      {"rules", R"({"RuleNames":["r"],"NextToken":"TOKEN"})", rules},
      {"mappings", R"({"EventSourceMappings":[],"NextMarker":"TOKEN"})", mappings},
      {"images", R"({"imageDetails":[],"nextToken":"TOKEN"})", images},
  };
  for (const auto& c : cases) {
    for (const std::string_view tokens : {"aa", "aba", "abcb"}) {
      SCOPED_TRACE(fmt::format("{} by {}", c.name, tokens));
      for (const char token : tokens) {
        auto page = c.page;
        client.answer(200, page.replace(page.find("TOKEN"), 5, 1, token));
      }
      EXPECT_FALSE(c.list());
      EXPECT_TRUE(client.done());
    }
  }
}

TEST_F(Lists, GoOnWithTheNextPage) {
  client.answer(
      200,
      R"({"ServiceSummaryList":[{"ServiceName":"a","ServiceArn":"arn:a","Status":"RUNNING"}],"NextToken":"t\"1"})");
  client.answer(200, R"({"ServiceSummaryList":[{"ServiceName":"b","ServiceArn":"arn:b","Status":"PAUSED"}]})");
  const auto services = app_runner::list_services(caller, region, within()).value();
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[1].name, "b");
  EXPECT_EQ(client.sent[1].body, R"({"MaxResults":20,"NextToken":"t\"1"})");
  client.answer(200,
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken>"
                "<Contents><Key>records/a</Key></Contents></ListBucketResult>");
  client.answer(200, "<ListBucketResult><Contents><Key>records/b</Key></Contents></ListBucketResult>");
  EXPECT_THAT(s3::list_objects(caller, bucket, "records/", within()).value(), ElementsAre("records/a", "records/b"));
  EXPECT_THAT(client.sent[3].target, HasSubstr("continuation-token=t%2B%2F%3D"));
}

TEST_F(Lists, AreEmptyWhereThereIsNothing) {
  client.answer(200, "{}");
  EXPECT_TRUE(cloud_watch::describe_alarms_for_metric(caller, region, {"AWS/SQS", "n", {{"QueueName", "q"}}}, within())
                  .value()
                  .empty());
  EXPECT_EQ(client.sent.back().headers.get("X-Amz-Target"), "GraniteServiceVersion20100801.DescribeAlarmsForMetric");
  client.answer(200, "{}");
  EXPECT_TRUE(sqs::receive_messages(caller, region, "https://q", std::chrono::seconds(30), within()).value().empty());
  client.answer(400, R"({"__type":"LifecyclePolicyNotFoundException","message":"no"})");
  EXPECT_EQ(ecr::get_lifecycle_policy(caller, {"1", "us-east-1", "shop"}, within()).value(), std::nullopt);
  client.answer(404, "<Error><Code>NoSuchBucketPolicy</Code></Error>");
  EXPECT_EQ(s3::get_bucket_policy(caller, bucket, within()).value(), std::nullopt);
  client.answer(404, "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error>");
  EXPECT_FALSE(s3::blocks_public_access(caller, bucket, within()).value());
}

TEST_F(Lists, ReadWhenAMessageWasSent) {
  struct Case {
    std::string_view name;
    std::string_view attributes;
    std::optional<base::Time> want;
  };
  const Case cases[] = {
      {"a time", R"({"SentTimestamp":"1767323045678"})", base::parse_iso8601("2026-01-02T03:04:05.678Z")},
      {"more behind it", R"({"SentTimestamp":"12x"})", std::nullopt},
      {"the least number", R"({"SentTimestamp":"-9223372036854775808"})", std::nullopt},
      {"the year 10000", R"({"SentTimestamp":"253402300800000"})", std::nullopt},
      {"a number", R"({"SentTimestamp":1767323045678})", std::nullopt},
      {"none", "{}", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    client.answer(200, fmt::format(R"({{"Messages":[{{"ReceiptHandle":"r","Attributes":{}}}]}})", c.attributes));
    const auto messages =
        sqs::receive_messages(caller, region, "https://q", std::chrono::seconds(30), within()).value();
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].sent_at, c.want);
  }
}

TEST_F(Lists, ReadWhetherABucketTellsEventBridge) {
  struct Case {
    std::string_view name;
    std::string_view answer;
    bool want;
  };
  const Case cases[] = {
      {"nobody", R"(<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>)", false},
      {"by one tag", "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>", true},
      {"by two tags",
       "<NotificationConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>",
       true},
      {"a queue",
       "<NotificationConfiguration><QueueConfiguration><Id>EventBridgeConfiguration</Id></QueueConfiguration>"
       "</NotificationConfiguration>",
       false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    client.answer(200, std::string(c.answer));
    EXPECT_EQ(s3::tells_event_bridge(caller, bucket, within()).value(), c.want);
    EXPECT_THAT(client.sent.back().target, HasSubstr("?notification"));
  }
  client.answer(200, "<html>a proxy's page</html>");
  EXPECT_FALSE(s3::tells_event_bridge(caller, bucket, within()));
}

TEST_F(Lists, ReadWhatLambdaSays) {
  client.answer(200, R"({"Timeout":60,"State":"Active","LastUpdateStatus":"Failed","LastUpdateStatusReason":"no role",)"
                     R"("Environment":{"Variables":{"QUEUE_NAME":"caretaker"}}})");
  const auto function = lambda::get_function_configuration(caller, region, "care taker", within()).value();
  EXPECT_EQ(function.timeout, std::chrono::seconds(60));
  EXPECT_EQ(function.last_update_status, "Failed");
  EXPECT_EQ(function.why, "no role");
  EXPECT_EQ(function.environment.find("QUEUE_NAME")->second, "caretaker");
  EXPECT_EQ(client.sent.back().method + " " + client.sent.back().target,
            "GET /2015-03-31/functions/care%20taker/configuration");
  client.answer(404, R"({"Type":"User","Message":"Function not found"})",
                {{"x-amzn-ErrorType", "ResourceNotFoundException"}});
  const auto missing = lambda::get_function_configuration(caller, region, "x", within());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(missing.error().code, "ResourceNotFoundException");
}

}  // namespace
}  // namespace aws
