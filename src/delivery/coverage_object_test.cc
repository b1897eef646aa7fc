// SPDX-License-Identifier: Apache-2.0
#include "delivery/coverage_object.h"

#include <gtest/gtest.h>

#include "aws/credentials.h"
#include "base/fake_clock.h"

namespace delivery {
namespace {

using base::ErrorKind;

constexpr std::string_view covers_shop =
    R"({"schema":1,"rules":{"services":["arn:aws:apprunner:us-east-1:123456789012:service/shop/1"],)"
    R"("repositories":["123456789012/us-east-1/shop"]}})";

// A bucket with one object in it, or none.
class Bucket final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    if (request.method == "PUT") {
      ++writes;
      if (put_status == 200) object = request.body;
      return http::Response{.status = put_status, .headers = {{"ETag", "\"2\""}}, .body = ""};
    }
    if (get_status != 200) return http::Response{.status = get_status, .headers = {}, .body = ""};
    if (object.empty())
      return http::Response{.status = 404, .headers = {}, .body = "<Error><Code>NoSuchKey</Code></Error>"};
    return http::Response{.status = 200, .headers = {{"ETag", "\"1\""}}, .body = object};
  }

  std::string object;
  int get_status = 200;
  int put_status = 200;
  int writes = 0;
};

class CoverageObject : public ::testing::Test {
 public:
  base::Result<void> publish() {
    return publish_coverage(caller, bucket, stack::Coverage::parse(covers_shop).value(), soon());
  }
  base::Result<std::optional<stack::Coverage>> published() { return published_coverage(caller, bucket, soon()); }
  aws::Deadline soon() { return {clock.instant() + std::chrono::seconds(5), {}}; }

  base::FakeClock clock;
  Bucket s3;
  std::unique_ptr<aws::CredentialSource> credentials =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, s3, clock);
  aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
  aws::Caller caller{{s3, clock, *credentials, endpoints, [] { return 0.0; }, {}}};
  aws::s3::Bucket bucket{"caretaker", "us-east-1"};
};

TEST_F(CoverageObject, IsWrittenWhereItIsMissingOrAnother) {
  struct Case {
    std::string_view name;
    std::string_view there;
    int get_status;
    int put_status;
    std::optional<ErrorKind> error;
    int writes;
  };
  const Case cases[] = {
      {"it is missing", "", 200, 200, {}, 1},
      {"another is there", "{}", 200, 200, {}, 1},
      {"it is there", covers_shop, 200, 200, {}, 0},
      {"another function writes it", "", 200, 412, {}, 1},
      {"it can't be read", "", 403, 200, ErrorKind::Denied, 0},
      {"it can't be written", "", 200, 403, ErrorKind::Denied, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    s3.object = c.there;
    s3.get_status = c.get_status;
    s3.put_status = c.put_status;
    s3.writes = 0;
    const auto done = publish();
    EXPECT_EQ(done ? std::nullopt : std::optional(done.error().kind), c.error);
    EXPECT_EQ(s3.writes, c.writes);
  }
}

TEST_F(CoverageObject, IsReadAsItWasWritten) {
  EXPECT_FALSE(published().value()) << "nothing was published";
  ASSERT_TRUE(publish());
  EXPECT_EQ(published().value().value().text(), covers_shop);
  s3.object = "no JSON";
  EXPECT_EQ(published().error().kind, ErrorKind::Invalid);
  s3.get_status = 403;
  EXPECT_EQ(published().error().kind, ErrorKind::Denied);
}

}  // namespace
}  // namespace delivery
