// SPDX-License-Identifier: Apache-2.0
// What test/conformance/credentials.test.mjs does not see: the requests of each source, when they are made again, and what their
// errors say. Which source is taken is held to the AWS SDK for JavaScript there.
#include "aws/credential_chain.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/imds.h"
#include "aws/process_credentials.h"
#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class ChainTest : public ::testing::Test {
 protected:
  // A source for this environment, in HOME /home/ann, and these files. `config` is that of ~/.aws/config.
  void make(Environment environment, const std::string& config = {}, std::map<std::string, std::string> files = {},
            std::string output = {}) {
    environment_ = std::move(environment);
    environment_.emplace("HOME", "/home/ann");
    if (!config.empty()) files["/home/ann/.aws/config"] = config;
    const auto machine = testing::machine_with(std::move(files), std::move(output), &ran_);
    config_ = read_shared_config(environment_, machine).value();
    source_ = make_credential_chain({.environment = environment_,
                                     .config = config_,
                                     .machine = machine,
                                     .client = client_,
                                     .clock = clock_,
                                     .endpoints = endpoints_,
                                     .random = [] { return 0.5; },
                                     .region = "eu-west-1"});
  }
  base::Result<Credentials> get() { return source_->get(clock_.instant() + 60s); }
  std::string id() {
    const auto got = get();
    return got ? got->access_key_id : got.error().message;
  }
  std::string in(base::Duration time) { return base::to_iso8601(clock_.now() + time); }

  void answer_sts(std::string_view operation, std::string_view key, base::Duration valid_for = 1h) {
    client_.answer(200, fmt::format("<{0}Response><{0}Result><Credentials><AccessKeyId>{1}</AccessKeyId>"
                                    "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                                    "<Expiration>{2}</Expiration></Credentials></{0}Result></{0}Response>",
                                    operation, key, in(valid_for)));
  }
  void answer_imds(std::string_view key, base::Duration valid_for = 6h) {
    client_.answer(200, "TOKEN");
    client_.answer(200, "my role\n");
    client_.answer(200, fmt::format(R"({{"Code":"Success","AccessKeyId":"{}","SecretAccessKey":"s","Token":"t",)"
                                    R"("Expiration":"{}"}})",
                                    key, in(valid_for)));
  }

  testing::RecordingClock clock_;
  testing::ScriptedClient client_;
  EndpointSettings endpoints_;
  Environment environment_;
  SharedConfig config_;
  std::vector<std::vector<std::string>> ran_;
  std::unique_ptr<CredentialSource> source_;
};

constexpr const char* role_of_base =
    "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = base\nexternal_id = a&b\n"
    "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = hush\n";

TEST_F(ChainTest, TakesARoleOn) {
  make({}, role_of_base);
  answer_sts("AssumeRole", "ROLE");
  EXPECT_EQ(get(), (Credentials{"ROLE", "s", "t", clock_.now() + 1h}));
  const auto& request = client_.sent.at(0);
  EXPECT_EQ(request.origin.host, "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(request.body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FR"
            "&RoleSessionName=caretaker-1767323045&ExternalId=a%26b");
  EXPECT_THAT(std::string(request.headers.get("authorization").value()),
              HasSubstr("Credential=BASE/20260102/eu-west-1/sts"));
  EXPECT_EQ(id(), "ROLE");
  clock_.advance(50min);
  answer_sts("AssumeRole", "NEXT");
  EXPECT_EQ(id(), "NEXT");
  EXPECT_TRUE(client_.done());
}

TEST_F(ChainTest, SignsForTheGlobalStsInUsEast1) {
  endpoints_.sts_legacy = true;
  make({}, role_of_base);
  answer_sts("AssumeRole", "ROLE");
  EXPECT_EQ(id(), "ROLE");
  EXPECT_EQ(client_.sent.at(0).origin.host, "sts.amazonaws.com");
  EXPECT_THAT(std::string(client_.sent.at(0).headers.get("authorization").value()), HasSubstr("/us-east-1/sts"));
}

TEST_F(ChainTest, SaysWhoseRoleWasRefused) {
  make({}, role_of_base);
  client_.answer(403,
                 "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>");
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Denied);
  EXPECT_EQ(got.error().code, "AccessDenied");
  EXPECT_EQ(got.error().message, "credentials: profile `default`: sts AssumeRole: AccessDenied (not you)");
}

TEST_F(ChainTest, TakesNoKeysOfARoleThatWouldBreakAHeader) {
  for (const std::string_view key : {"A&#10;B", "A B", "A\x7F", "ü", ""}) {
    SCOPED_TRACE(key);
    make({}, role_of_base);
    answer_sts("AssumeRole", key);
    const auto got = get();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Transient);
    EXPECT_EQ(got.error().message,
              "credentials: profile `default`: sts AssumeRole: no usable credentials in the answer");
  }
}

TEST_F(ChainTest, FollowsAChainOfProfilesToItsBound) {
  struct Case {
    std::string_view name;
    int profiles;
    std::string_view want;
  };
  constexpr std::string_view refused =
      "credentials: profile `p31`: source_profile (/home/ann/.aws/config:96): goes on behind 32 profiles, and no more "
      "are followed";
  const Case cases[] = {
      {"as long as it may be", 32, "ROLE"}, {"one more", 33, refused}, {"as many as a file holds", 3'000, refused}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::string config = "[profile p0]\n";
    for (int i = 1; i < c.profiles; ++i) {
      config += fmt::format("role_arn = arn:aws:iam::1:role/R\nsource_profile = p{0}\n[profile p{0}]\n", i);
      if (c.want == "ROLE") answer_sts("AssumeRole", "ROLE");
    }
    make({{"AWS_PROFILE", "p0"}}, config + "aws_access_key_id = BASE\naws_secret_access_key = hush\n");
    EXPECT_EQ(id(), c.want);
    EXPECT_TRUE(client_.done());
  }
}

TEST_F(ChainTest, GoesOnWithAValidRoleWhileStsFails) {
  make({}, role_of_base);
  answer_sts("AssumeRole", "ROLE");
  EXPECT_EQ(id(), "ROLE");
  clock_.advance(46min);
  for (int i = 0; i < 3; ++i) client_.fail(ErrorKind::Unknown);
  EXPECT_EQ(id(), "ROLE");
  EXPECT_EQ(id(), "ROLE");
  EXPECT_TRUE(client_.done());
  clock_.advance(15min);
  for (int i = 0; i < 3; ++i) client_.fail(ErrorKind::Unknown);
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Transient);
}

TEST_F(ChainTest, AsksAgainForARoleThatAwsCallsExpired) {
  make({}, role_of_base);
  answer_sts("AssumeRole", "ROLE");
  EXPECT_EQ(id(), "ROLE");
  source_->expired();
  answer_sts("AssumeRole", "NEXT");
  EXPECT_EQ(id(), "NEXT");
}

TEST_F(ChainTest, KeepsARoleOfAQuarterOfAnHourForMostOfIt) {
  make({}, std::string(role_of_base));
  answer_sts("AssumeRole", "SHORT", 15min);
  EXPECT_EQ(id(), "SHORT");
  clock_.advance(11min);
  EXPECT_EQ(id(), "SHORT");
  clock_.advance(1min);
  answer_sts("AssumeRole", "NEXT", 15min);
  EXPECT_EQ(id(), "NEXT");
}

TEST_F(ChainTest, ProvesAWebIdentityWithoutASignature) {
  make({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "arn"}, {"AWS_ROLE_SESSION_NAME", "me"}}, {},
       {{"/token", "a.b/c\n"}});
  client_.answer(400, "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>");
  answer_sts("AssumeRoleWithWebIdentity", "WEB");
  EXPECT_EQ(id(), "WEB");
  const auto& request = client_.sent.at(1);
  EXPECT_EQ(
      request.body,
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn&RoleSessionName=me&WebIdentityToken=a.b%2Fc");
  EXPECT_FALSE(request.headers.get("authorization"));
}

TEST_F(ChainTest, SaysWhatIsWrongWithAWebIdentity) {
  make({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "arn"}}, {}, {{"/token", "hush hush"}});
  EXPECT_EQ(id(), "credentials: AWS_WEB_IDENTITY_TOKEN_FILE: the token's file: /token: holds no token");
  make({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/none"}, {"AWS_ROLE_ARN", "arn"}});
  EXPECT_EQ(get().error().kind, ErrorKind::Denied);
}

TEST_F(ChainTest, AsksTheMetadataService) {
  make({});
  answer_imds("IMDS");
  EXPECT_EQ(id(), "IMDS");
  ASSERT_EQ(client_.sent.size(), 3U);
  EXPECT_EQ(client_.sent[0].method, "PUT");
  EXPECT_EQ(client_.sent[0].origin, (http::Origin{false, "169.254.169.254", 80}));
  EXPECT_EQ(client_.sent[0].target, "/latest/api/token");
  EXPECT_EQ(client_.sent[0].headers.get("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(client_.sent[2].target, "/latest/meta-data/iam/security-credentials/my%20role");
  EXPECT_EQ(client_.sent[2].headers.get("x-aws-ec2-metadata-token"), "TOKEN");
  EXPECT_EQ(client_.limits[0].deadline, clock_.instant() + 1s);
  clock_.advance(5h + 46min);
  client_.fail(ErrorKind::NotSent);
  EXPECT_EQ(id(), "IMDS");
}

TEST_F(ChainTest, DoesNotWaitForAMetadataServiceThatIsNotThere) {
  make({});
  client_.fail(ErrorKind::NotSent);
  const auto got = get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "NoCredentials");
  EXPECT_EQ(got.error().kind, ErrorKind::Denied);
  EXPECT_THAT(got.error().message,
              HasSubstr("profile `default` has none in /home/ann/.aws/config or /home/ann/.aws/credentials; the EC2 "
                        "metadata service gives none (EC2 metadata service: the wire was cut)"));
  EXPECT_TRUE(clock_.slept.empty());
}

TEST_F(ChainTest, WaitsForAMetadataServiceThatStumbles) {
  make({});
  client_.answer(200, "TOKEN");
  client_.answer(500, "oops");
  answer_imds("IMDS");
  EXPECT_EQ(id(), "IMDS");
}

TEST_F(ChainTest, SaysThatAnInstanceHasNoRole) {
  make({});
  client_.answer(200, "TOKEN");
  client_.answer(404, "<html>");
  EXPECT_THAT(id(), HasSubstr("the instance has no role"));
}

TEST_F(ChainTest, FindsTheMetadataService) {
  struct Case {
    std::string_view name;
    Environment environment;
    std::string profile;
    std::string_view want;
  };
  const Case cases[] = {
      {"by itself", {}, "", "169.254.169.254/"},
      {"by IPv6", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}}, "", "[fd00:ec2::254]/"},
      {"by IPv6 of the profile", {}, "ec2_metadata_service_endpoint_mode = ipv6", "[fd00:ec2::254]/"},
      {"by a URL",
       {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://[::1]:81/x"}},
       "ec2_metadata_service_endpoint = http://no",
       "[::1]:81/x"},
      {"by a URL of the profile",
       {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}},
       "ec2_metadata_service_endpoint = http://there",
       "there/"},
      {"not at all", {{"AWS_EC2_METADATA_DISABLED", "TRUE"}}, "", "none"},
      {"disabled for nothing", {{"AWS_EC2_METADATA_DISABLED", "1"}}, "", "169.254.169.254/"},
      {"by no URL", {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "here"}}, "", "AWS_EC2_METADATA_SERVICE_ENDPOINT: "},
      {"by another mode",
       {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"}},
       "",
       "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: must be `IPv4` or `IPv6`"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    make({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, "[default]\n" + c.profile);
    const auto at = read_imds_endpoint(c.environment, config_);
    const auto shown = !at ? at.error().message : !*at ? "none" : (*at)->origin.authority() + (*at)->target;
    EXPECT_TRUE(shown.starts_with(c.want)) << shown;
  }
}

constexpr const char* login =
    "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = my role\n"
    "[sso-session s]\nsso_start_url = u\nsso_region = us-west-2\n";
// sha1("s").
constexpr const char* cache = "/home/ann/.aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";

TEST_F(ChainTest, AsksForTheRoleOfALogin) {
  make({}, login, {{cache, R"({"accessToken":"bearer","expiresAt":"2026-01-02T04:00:00UTC"})"}});
  client_.answer(503, "busy");
  client_.answer(200, R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t",)"
                      R"("expiration":1767326645000}})");
  EXPECT_EQ(get(), (Credentials{"SSO", "s", "t", base::parse_iso8601("2026-01-02T04:04:05Z")}));
  const auto& request = client_.sent.at(1);
  EXPECT_EQ(request.origin.host, "portal.sso.us-west-2.amazonaws.com");
  EXPECT_EQ(request.target, "/federation/credentials?account_id=1&role_name=my%20role");
  EXPECT_EQ(request.headers.get("x-amz-sso_bearer_token"), "bearer");
  EXPECT_FALSE(request.headers.get("authorization"));
}

TEST_F(ChainTest, TakesNoLoginThatEndsAtNoTime) {
  for (const std::string_view expiration :
       {"-9223372036854775808", "9223372036854775807", "-1", "253402300800000", "null", R"("soon")"}) {
    SCOPED_TRACE(expiration);
    make({}, login, {{cache, R"({"accessToken":"bearer","expiresAt":"2026-01-02T04:00:00UTC"})"}});
    for (int i = 0; i < 3; ++i) {
      client_.answer(
          200, fmt::format(R"({{"roleCredentials":{{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t",)"
                           R"("expiration":{}}}}})",
                           expiration));
    }
    EXPECT_THAT(id(), HasSubstr("an answer without usable credentials"));
    EXPECT_TRUE(client_.done());
  }
}

TEST_F(ChainTest, SaysWhatIsWrongWithALogin) {
  struct Case {
    std::string_view name;
    std::string config;
    std::string token;
    int status;
    std::string_view said;
  };
  const std::string good = R"({"accessToken":"hush","expiresAt":"2026-01-02T04:00:00Z"})";
  const Case cases[] = {
      {"no JSON", login, "hush", 0, "is no token of `aws sso login`; log in with `aws sso login --profile default`"},
      {"ended", login, R"({"accessToken":"hush","expiresAt":"2026-01-01T00:00:00Z"})", 0,
       "the login has expired at 2026-01-01T00:00:00Z; log in with"},
      {"no longer good", login, good, 401, "the login is no longer good; log in with"},
      {"not that role", login, good, 403,
       "this login has no role `my role` in account 1: sso GetRoleCredentials: HTTP 403"},
      {"something else", login, good, 400, "sso GetRoleCredentials: HTTP 400"},
      {"two start URLs", std::string(login) + "[default]\nsso_start_url = v\n", good, 0,
       "sso_start_url differs from that of its sso-session (/home/ann/.aws/config:9 and /home/ann/.aws/config:6)"},
      {"no region", "[default]\nsso_start_url = u\nsso_account_id = 1\n", good, 0,
       "IAM Identity Center also needs sso_region, sso_role_name"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    make({}, c.config, {{cache, c.token}});
    if (c.status != 0) client_.answer(c.status, "hush");
    const auto got = get();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::Denied);
    EXPECT_THAT(got.error().message, HasSubstr("profile `default`"));
    EXPECT_THAT(got.error().message, HasSubstr(std::string(c.said)));
    EXPECT_THAT(got.error().message, Not(HasSubstr("hush")));
    EXPECT_TRUE(client_.done());
  }
}

TEST_F(ChainTest, RunsAProgramAsOftenAsNeeded) {
  const std::string config = "[default]\ncredential_process = /opt/p --for 'a b'\n";
  make({}, config, {}, R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":"s"})");
  EXPECT_EQ(get(), (Credentials{"P", "s", "", {}}));
  clock_.advance(1000h);
  EXPECT_EQ(id(), "P");
  EXPECT_THAT(ran_, ElementsAre(ElementsAre("/opt/p", "--for", "a b")));
  source_->expired();
  EXPECT_EQ(id(), "P");
  EXPECT_EQ(ran_.size(), 2U);
  ran_.clear();
  make({}, config, {},
       R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":"s","SessionToken":"t","Expiration":")" + in(1h) + R"("})");
  EXPECT_EQ(id(), "P");
  clock_.advance(46min);
  EXPECT_EQ(id(), "P");
  EXPECT_EQ(ran_.size(), 2U);
}

TEST_F(ChainTest, RefusesABadDuration) {
  for (const std::string text : {"899", "43201", "1h", "-1", "99999999999999999999"}) {
    SCOPED_TRACE(text);
    make({}, std::string(role_of_base) + "[default]\nduration_seconds = " + text);
    EXPECT_EQ(id(),
              "credentials: profile `default`: duration_seconds (/home/ann/.aws/config:9) must be a number from 900 to "
              "43200");
  }
}

TEST_F(ChainTest, RefusesKeysThatWouldBreakAHeader) {
  make({}, "[default]\naws_access_key_id = A\naws_secret_access_key = hush\n  hush\n");
  EXPECT_THAT(id(), HasSubstr("aws_secret_access_key (/home/ann/.aws/config:3) holds a blank"));
  EXPECT_THAT(id(), Not(HasSubstr("hush")));
}

TEST(SplitCommand, SplitsAsAShellWould) {
  struct Case {
    std::string_view text;
    std::vector<std::string> want;
    std::string_view said;
  };
  const Case cases[] = {
      {"a", {"a"}, {}},
      {"  /a/b  --c=d\te\n", {"/a/b", "--c=d", "e"}, {}},
      {R"("/a b/c" 'd "e"' f"g h"i)", {"/a b/c", R"(d "e")", "fg hi"}, {}},
      {R"(a\ b "c\"d\\e\f" 'g\h')", {"a b", R"(c"d\e\f)", R"(g\h)"}, {}},
      {"a '' \"\"", {"a", "", ""}, {}},
      {"a $HOME ~ *.x `b` | c; d", {"a", "$HOME", "~", "*.x", "`b`", "|", "c;", "d"}, {}},
      {"", {}, "names no program"},
      {" \t", {}, "names no program"},
      {"'' a", {}, "names no program"},
      {"a 'b", {}, "lacks a closing '"},
      {"a \"b", {}, "lacks a closing \""},
      {"a\\", {}, "ends with a backslash"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto words = split_command(c.text);
    if (!c.said.empty()) {
      ASSERT_FALSE(words);
      EXPECT_EQ(words.error(), c.said);
    } else {
      ASSERT_TRUE(words) << words.error();
      EXPECT_EQ(*words, c.want);
    }
  }
}

}  // namespace
}  // namespace aws
