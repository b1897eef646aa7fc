// SPDX-License-Identifier: Apache-2.0
#include "sandbox/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::TestAccount;
using testing::HasSubstr;

http::Request iam(std::string_view rest) {
  return {{},
          "POST",
          "/",
          {{"Host", "localhost"}, {"Content-Type", "application/x-www-form-urlencoded"}},
          fmt::format("Version=2010-05-08&Action={}", rest)};
}

TEST(Iam, AnswersAsAwsDoes) {
  struct Case {
    std::string_view request;
    int status;
    std::string_view want;  // Part of the answer.
  };
  // In order: each builds on those before it.
  const Case cases[] = {
      {"CreateRole&RoleName=R&AssumeRolePolicyDocument=%7B%7D&Path=%2Fa%2F&Tags.member.1.Key=k&Tags.member.1.Value=v",
       200, "<Arn>arn:aws:iam::123456789012:role/a/R</Arn>"},
      {"CreateRole&RoleName=R&AssumeRolePolicyDocument=%7B%7D", 409, "<Code>EntityAlreadyExists</Code>"},
      {"CreateRole&RoleName=a%20b&AssumeRolePolicyDocument=%7B%7D", 400, "<Code>ValidationError</Code>"},
      {"CreateRole&RoleName=S&AssumeRolePolicyDocument=x", 400, "<Code>MalformedPolicyDocument</Code>"},
      {"CreateRole&RoleName=S&AssumeRolePolicyDocument=%7B%7D&Path=a", 400, "<Code>ValidationError</Code>"},
      {"CreateRole&RoleName=S&AssumeRolePolicyDocument=%7B%7D&MaxSessionDuration=1", 400,
       "<Code>ValidationError</Code>"},
      {"CreateRole&RoleName=S", 400, "<Code>ValidationError</Code>"},
      {"GetRole&RoleName=R", 200, "<Tags><member><Key>k</Key><Value>v</Value></member></Tags>"},
      {"GetRole&RoleName=S", 404, "The role with name S cannot be found."},
      {"CreateRole&RoleName=S&AssumeRolePolicyDocument=%7B%7D", 200, "<Path>/</Path>"},
      {"ListRoles&MaxItems=1", 200, "<IsTruncated>true</IsTruncated><Marker>"},
      {"ListRoles&PathPrefix=%2Fa%2F", 200, "<RoleName>R</RoleName>"},
      {"ListRoles&Marker=x", 400, "<Code>ValidationError</Code>"},
      {"AttachRolePolicy&RoleName=R&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Fservice-role%2FX", 200,
       "AttachRolePolicyResponse"},
      {"AttachRolePolicy&RoleName=R&PolicyArn=no-arn-but-long-enough", 400, "<Code>InvalidInput</Code>"},
      {"ListAttachedRolePolicies&RoleName=R", 200, "<PolicyName>X</PolicyName>"},
      {"PutRolePolicy&RoleName=R&PolicyName=P&PolicyDocument=%7B%22a%22%3A1%7D", 200, "PutRolePolicyResponse"},
      {"PutRolePolicy&RoleName=R&PolicyName=P&PolicyDocument=x", 400, "<Code>MalformedPolicyDocument</Code>"},
      {"PutRolePolicy&RoleName=none&PolicyName=P&PolicyDocument=%7B%7D", 404, "<Code>NoSuchEntity</Code>"},
      {"GetRolePolicy&RoleName=R&PolicyName=P", 200, "<PolicyDocument>%7B%22a%22%3A1%7D</PolicyDocument>"},
      {"GetRolePolicy&RoleName=R&PolicyName=Q", 404, "The role policy with name Q and role R cannot be found."},
      {"ListRolePolicies&RoleName=R", 200, "<PolicyNames><member>P</member></PolicyNames>"},
      {"DeleteRole&RoleName=R", 409, "must detach all policies first"},
      {"DetachRolePolicy&RoleName=R&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Fservice-role%2FX", 200,
       "DetachRolePolicyResponse"},
      {"DetachRolePolicy&RoleName=R&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Fservice-role%2FX", 404,
       "<Code>NoSuchEntity</Code>"},
      {"DeleteRole&RoleName=R", 409, "must delete policies first"},
      {"DeleteRolePolicy&RoleName=R&PolicyName=P", 200, "DeleteRolePolicyResponse"},
      {"DeleteRolePolicy&RoleName=R&PolicyName=P", 404, "<Code>NoSuchEntity</Code>"},
      {"DeleteRole&RoleName=R", 200, "DeleteRoleResponse"},
      {"DeleteRole&RoleName=R", 404, "<Code>NoSuchEntity</Code>"},
      {"CreateUser&UserName=U", 400, "does not emulate IAM CreateUser"},
  };
  TestAccount sandbox;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.request);
    const auto response = sandbox.answer(iam(c.request));
    EXPECT_EQ(response.status, c.status);
    EXPECT_THAT(response.body, HasSubstr(std::string(c.want)));
  }
}

}  // namespace
}  // namespace sandbox
