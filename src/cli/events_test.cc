// SPDX-License-Identifier: Apache-2.0
#include "cli/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "delivery/push.h"

namespace cli {
namespace {

const std::string event =
    R"({"version":"0","id":"13cde686","detail-type":"ECR Image Action","source":"aws.ecr","account":"123456789012",)"
    R"("time":"2026-01-02T13:00:00Z","region":"us-east-1","resources":[],"detail":{"result":"SUCCESS",)"
    R"("repository-name":"shop","image-digest":"sha256:4","action-type":"PUSH","image-tag":"1.2.4"}})";

// After the CloudTrail user guide's example of a PutImage.
const std::string trail =
    R"({"eventVersion":"1.04","eventTime":"2026-01-02T13:00:00Z","eventSource":"ecr.amazonaws.com","eventName":"PutImage",)"
    R"("awsRegion":"us-east-1","requestParameters":{"repositoryName":"shop","imageTag":"1.2.4","registryId":"123456789012",)"
    R"("imageManifest":"{}"},"responseElements":{"image":{"repositoryName":"shop","imageManifest":"{}",)"
    R"("registryId":"123456789012","imageId":{"imageDigest":"sha256:4","imageTag":"1.2.4"}}},"eventID":"2b7d4b14",)"
    R"("eventType":"AwsApiCall","recipientAccountId":"123456789012"})";

std::string quoted(const std::string& text) { return base::json_quote(text); }

TEST(Events, AreFoundInEveryForm) {
  struct Case {
    std::string_view name;
    std::string file;
    std::vector<std::string> places;
  };
  const Case cases[] = {
      {"one event", event, {"event 1"}},
      {"an array", "[" + event + "," + event + "]", {"event 1", "event 2"}},
      {"JSON lines", event + "\n\n" + event + "\n", {"event 1", "event 2"}},
      {"a batch", R"({"Records":[{"messageId":"m-1","body":)" + quoted(event) + "}]}", {"message m-1"}},
      {"received messages", R"({"Messages":[{"MessageId":"m-2","Body":)" + quoted(event) + "}]}", {"message m-2"}},
      {"log events", R"({"events":[{"eventId":"37","message":)" + quoted(event) + "}]}", {"log event 37"}},
      {"CloudTrail's file", R"({"Records":[)" + trail + "]}", {"CloudTrail event 2b7d4b14"}},
      {"CloudTrail's list",
       R"({"Events":[{"EventId":"e-1","EventName":"PutImage","CloudTrailEvent":)" + quoted(trail) + "}]}",
       {"CloudTrail event e-1"}},
      {"CloudTrail by EventBridge",
       R"({"source":"aws.ecr","detail-type":"AWS API Call via CloudTrail","detail":)" + trail + "}",
       {"CloudTrail event 2b7d4b14"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto events = read_events(c.file);
    ASSERT_TRUE(events) << events.error().message;
    std::vector<std::string> places;
    for (const auto& one : *events) {
      places.push_back(one.place);
      const auto push = delivery::parse_push(one.body);
      ASSERT_TRUE(push) << push.error().text;
      EXPECT_EQ(push->repository, (names::Repository{"123456789012", "us-east-1", "shop"}));
      EXPECT_EQ(push->tag, "1.2.4");
      EXPECT_EQ(push->digest, "sha256:4");
      EXPECT_EQ(push->time, base::parse_iso8601("2026-01-02T13:00:00Z"));
    }
    EXPECT_EQ(places, c.places);
  }
}

TEST(Events, KeepWhatIsNoPushForItsReason) {
  struct Case {
    std::string_view name;
    std::string file;
    std::string_view reason;
  };
  const Case cases[] = {
      {"text among lines", event + "\nnot JSON\n", "malformed"},
      {"another event", R"({"source":"aws.s3","detail-type":"Object Created"})", "other-event"},
      {"another call in CloudTrail",
       R"({"Records":[{"eventSource":"ecr.amazonaws.com","eventName":"BatchDeleteImage"}]})", "other-event"},
      {"a refused PutImage",
       R"({"Records":[{"eventSource":"ecr.amazonaws.com","eventName":"PutImage","errorCode":"AccessDenied"}]})",
       "push-failed"},
      {"a number", "12", "malformed"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto events = read_events(c.file);
    ASSERT_TRUE(events);
    ASSERT_FALSE(events->empty());
    const auto push = delivery::parse_push(events->back().body);
    ASSERT_FALSE(push);
    EXPECT_EQ(push.error().word, c.reason);
  }
}

TEST(Events, KeepADeadLettersReason) {
  const auto events = read_events(
      R"({"Messages":[{"MessageId":"m","Body":"{}","MessageAttributes":{"CaretakerReason":{"StringValue":"busy: 1.2.4 waits","DataType":"String"}}}]})");
  ASSERT_TRUE(events);
  EXPECT_EQ(events->front().reason, "busy: 1.2.4 waits");
}

TEST(Events, AreNotMadeOfAnything) {
  for (const std::string_view text : {"", "\n", "no JSON at all", "<html>"}) {
    SCOPED_TRACE(text);
    const auto events = read_events(text);
    ASSERT_FALSE(events);
    EXPECT_THAT(events.error().message, ::testing::HasSubstr("neither JSON nor JSON lines"));
  }
}

}  // namespace
}  // namespace cli
