// SPDX-License-Identifier: Apache-2.0
#include "aws/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class CredentialsTest : public ::testing::Test {
 protected:
  // Asks a source made for this environment.
  CredentialSource& source(const Environment& environment) {
    source_ = make_credential_source(environment, client_, clock_);
    return *source_;
  }
  base::Result<Credentials> get() { return source_->get(clock_.instant() + 60s); }
  void answer(std::string_view id, base::Duration valid_for) {
    client_.answer(200, R"({"AccessKeyId":")" + std::string(id) +
                            R"(","SecretAccessKey":"s","Token":"t","Expiration":")" +
                            base::to_iso8601(clock_.now() + valid_for) + R"("})");
  }

  testing::RecordingClock clock_;
  testing::ScriptedClient client_;
  std::unique_ptr<CredentialSource> source_;
};

const Environment ecs{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1?x=y"}};

TEST_F(CredentialsTest, TakesTheKeysOfTheEnvironment) {
  source({{"AWS_ACCESS_KEY_ID", "id"},
          {"AWS_SECRET_ACCESS_KEY", "secret"},
          {"AWS_SESSION_TOKEN", "token"},
          {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/never-asked"}});
  EXPECT_EQ(get().value(), (Credentials{"id", "secret", "token", {}}));
}

TEST_F(CredentialsTest, TakesTheTokensOldName) {
  source({{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SECURITY_TOKEN", "old"}});
  EXPECT_EQ(get().value().session_token, "old");
}

TEST_F(CredentialsTest, SaysWhatIsMissing) {
  struct Case {
    std::string_view name;
    Environment environment;
    std::string_view said;
  };
  const Case cases[] = {
      {"nothing", {}, "none found"},
      {"no secret", {{"AWS_ACCESS_KEY_ID", "id"}}, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not"},
      {"no id", {{"AWS_SECRET_ACCESS_KEY", "hush"}}, "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not"},
      {"an empty secret", {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", ""}}, "AWS_SECRET_ACCESS_KEY is not"},
      {"a line break",
       {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "hush\n"}},
       "AWS_SECRET_ACCESS_KEY holds a blank"},
      {"a blank",
       {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "hush hush"}},
       "AWS_SESSION_TOKEN holds"},
      {"half, and a container",
       {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}},
       "AWS_SECRET_ACCESS_KEY is not"},
      {"a relative URI without slash",
       {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example/"}},
       "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
      {"another host without TLS",
       {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/"}},
       "AWS_CONTAINER_CREDENTIALS_FULL_URI"},
      {"a name like an address", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.evil.example/"}}, "without TLS"},
      {"no URL", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "ftp://localhost/"}}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    source(c.environment);
    const auto got = get();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Denied);
    EXPECT_THAT(got.error().message, HasSubstr(std::string(c.said)));
    EXPECT_THAT(got.error().message, Not(HasSubstr("hush")));
  }
}

TEST_F(CredentialsTest, BelievesOnlyKnownHostsWithoutTls) {
  for (const std::string url :
       {"http://localhost/c", "http://127.0.0.1:1234/c", "http://[::1]/c", "http://169.254.170.2/c",
        "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1", "https://any.example/c"}) {
    SCOPED_TRACE(url);
    answer("id", 6h);
    source({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}});
    EXPECT_TRUE(get());
  }
}

TEST_F(CredentialsTest, AsksTheContainerEndpoint) {
  client_.answer(
      200,
      R"({"AccessKeyId":"id","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-02T09:00:00Z","AccountId":"1"})");
  source(ecs);
  const auto got = get();
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, (Credentials{"id", "s", "t", base::parse_iso8601("2026-01-02T09:00:00Z")}));
  ASSERT_EQ(client_.sent.size(), 1U);
  const auto& request = client_.sent[0];
  EXPECT_EQ(request.origin, (http::Origin{false, "169.254.170.2", 80}));
  EXPECT_EQ(request.target, "/v2/credentials/1?x=y");
  EXPECT_FALSE(request.headers.get("authorization"));
  EXPECT_EQ(client_.limits[0].deadline, clock_.instant() + 2s);
}

TEST_F(CredentialsTest, KeepsWhatItGot) {
  answer("id", 6h);
  source(ecs);
  EXPECT_TRUE(get());
  clock_.advance(5h);
  EXPECT_TRUE(get());
  EXPECT_EQ(client_.sent.size(), 1U);
}

TEST_F(CredentialsTest, PrefersTheTokenFileAndReadsItEachTime) {
  const std::string path = ::testing::TempDir() + "token-" + std::to_string(::getpid());
  std::ofstream(path) << "first";
  source({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
          {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path},
          {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "never"}});
  answer("one", 5min);
  EXPECT_TRUE(get());
  std::ofstream(path) << "second";
  clock_.advance(4min);
  answer("two", 6h);
  EXPECT_EQ(get().value().access_key_id, "two");
  EXPECT_EQ(client_.sent[0].headers.get("authorization"), "first");
  EXPECT_EQ(client_.sent[1].headers.get("authorization"), "second");
  std::filesystem::remove(path);
  source_->expired();
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
}

TEST_F(CredentialsTest, RefusesATokenThatWouldAddAHeader) {
  source({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/c"},
          {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nX-Evil: b"}});
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Denied);
  EXPECT_TRUE(client_.sent.empty());
  EXPECT_THAT(got.error().message, Not(HasSubstr("Evil")));
}

TEST_F(CredentialsTest, TriesThreeTimes) {
  client_.fail(ErrorKind::NotSent);
  client_.answer(500, "oops");
  answer("id", 6h);
  source(ecs);
  EXPECT_TRUE(get());
  EXPECT_EQ(clock_.slept, (std::vector<base::Duration>{1s, 1s}));
}

TEST_F(CredentialsTest, GivesUpAfterThreeTries) {
  for (const std::string body :
       {R"({"Code":"no"})", "<html>", R"({"AccessKeyId":"id","SecretAccessKey":"s","Expiration":"soon"})"}) {
    client_.answer(200, body);
  }
  source(ecs);
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Transient);
  EXPECT_TRUE(client_.done());
}

TEST_F(CredentialsTest, DoesNotRepeatARefusal) {
  client_.answer(403, "secret reason");
  source(ecs);
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Denied);
  EXPECT_EQ(got.error().message, "credentials: container endpoint: HTTP 403");
}

TEST_F(CredentialsTest, RenewsInTime) {
  answer("old", 1h);
  source(ecs);
  EXPECT_TRUE(get());
  clock_.advance(44min);
  EXPECT_EQ(get().value().access_key_id, "old");
  clock_.advance(2min);
  answer("new", 1h);
  EXPECT_EQ(get().value().access_key_id, "new");
}

TEST_F(CredentialsTest, KeepsTheOldOnesWhileRenewingFails) {
  answer("old", 1h);
  source(ecs);
  EXPECT_TRUE(get());
  clock_.advance(46min);
  client_.fail(ErrorKind::Unknown);
  EXPECT_EQ(get().value().access_key_id, "old");
  // Once a minute is often enough while there is time.
  EXPECT_EQ(get().value().access_key_id, "old");
  EXPECT_TRUE(client_.done());
  clock_.advance(5min);
  for (int i = 0; i < 3; ++i) client_.fail(ErrorKind::Unknown);
  EXPECT_EQ(get().value().access_key_id, "old");
  EXPECT_TRUE(client_.done());
  clock_.advance(10min);
  for (int i = 0; i < 3; ++i) client_.fail(ErrorKind::Unknown);
  EXPECT_EQ(get().error().kind, ErrorKind::Transient);
}

TEST_F(CredentialsTest, AsksAgainWhenAwsCallsThemExpired) {
  answer("old", 6h);
  source(ecs);
  EXPECT_TRUE(get());
  source_->expired();
  for (int i = 0; i < 3; ++i) client_.fail(ErrorKind::Unknown);
  EXPECT_FALSE(get());
  answer("new", 6h);
  EXPECT_EQ(get().value().access_key_id, "new");
}

TEST_F(CredentialsTest, StaysWithinTheDeadline) {
  client_.fail(ErrorKind::Unknown);
  source(ecs);
  EXPECT_FALSE(source_->get(clock_.instant() + 500ms));
  EXPECT_TRUE(clock_.slept.empty());
  EXPECT_EQ(client_.limits[0].deadline, clock_.instant() + 500ms);
}

}  // namespace
}  // namespace aws
