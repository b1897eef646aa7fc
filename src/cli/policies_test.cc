// SPDX-License-Identifier: Apache-2.0
#include "cli/policies.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(Policies, SayWhetherEventBridgeMaySend) {
  struct Case {
    std::string_view name;
    std::string policy;
    Senders want;
  };
  const auto statement = [](std::string_view effect, std::string_view principal, std::string_view action,
                            std::string_view rest = "") {
    return fmt::format(R"({{"Statement":[{{"Effect":"{}","Principal":{},"Action":{}{}}}]}})", effect, principal, action,
                       rest);
  };
  const std::string_view events = R"({"Service":"events.amazonaws.com"})";
  const std::string_view bound = R"(,"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:1:rule/r"}})";
  const Case cases[] = {
      {"none", "", Senders::None},
      {"no JSON", "{", Senders::None},
      {"bound by ARN", statement("Allow", events, R"("sqs:SendMessage")", bound), Senders::Bound},
      {"bound by account",
       statement("Allow", events, R"("sqs:SendMessage")", R"(,"Condition":{"StringEquals":{"AWS:SourceAccount":"1"}})"),
       Senders::Bound},
      {"in lists",
       statement("Allow", R"({"Service":["s3.amazonaws.com","events.amazonaws.com"]})",
                 R"(["sqs:GetQueueUrl","SQS:Send*"])", bound),
       Senders::Bound},
      {"anybody's rules", statement("Allow", events, R"("sqs:SendMessage")"), Senders::Any},
      {"a condition on something else",
       statement("Allow", events, R"("sqs:*")", R"(,"Condition":{"Bool":{"aws:SecureTransport":"true"}})"),
       Senders::Any},
      {"everybody", statement("Allow", R"("*")", R"("*")"), Senders::Any},
      {"another service", statement("Allow", R"({"Service":"sns.amazonaws.com"})", R"("sqs:SendMessage")"),
       Senders::None},
      {"another action", statement("Allow", events, R"("sqs:ReceiveMessage")", bound), Senders::None},
      {"a denial", statement("Deny", events, R"("sqs:SendMessage")", bound), Senders::None},
      {"one statement without a list",
       R"({"Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage"}})",
       Senders::Any},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(event_senders(c.policy), c.want);
  }
}

TEST(Policies, SayWhetherTlsIsDemanded) {
  struct Case {
    std::string_view name;
    std::string_view policy;
    bool want;
  };
  const Case cases[] = {
      {"none", "", false},
      {"as CDK writes it",
       R"({"Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})",
       true},
      {"false as such",
       R"({"Statement":{"Effect":"Deny","Principal":"*","Action":["s3:*"],"Condition":{"Bool":{"aws:SecureTransport":false}}}})",
       true},
      {"reading only",
       R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})",
       false},
      {"the wrong way round",
       R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]})",
       false},
      {"allowed", R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]})", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(demands_tls(c.policy), c.want);
  }
}

TEST(Policies, SayWhichImagesExpire) {
  const base::Time now(std::chrono::days(20'000));
  const auto image = [&](std::string tag, int age) {
    return aws::ecr::ImageDetail{.digest = tag, .tags = {tag}, .pushed_at = now - std::chrono::days(age)};
  };
  // Not in the order of their age, as ECR lists them.
  const std::vector images{image("1.2.4", 20), image("1.2.3", 40), image("2.0.0", 1), image("next-7", 2),
                           image("1.2.2", 90)};
  struct Case {
    std::string_view name;
    std::string_view rules;
    std::string_view tag;
    std::optional<std::int64_t> want;
  };
  const Case cases[] = {
      {"no rules", "", "1.2.3", std::nullopt},
      {"more than are kept",
       R"({"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":3}})",
       "1.2.3", 1},
      {"among those that are kept",
       R"({"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":3}})",
       "1.2.4", std::nullopt},
      {"too old",
       R"({"rulePriority":7,"selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days","countNumber":30}})",
       "1.2.3", 7},
      {"not that old",
       R"({"rulePriority":7,"selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days","countNumber":30}})",
       "1.2.4", std::nullopt},
      {"another prefix",
       R"({"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["next-"],"countType":"imageCountMoreThan","countNumber":1}})",
       "1.2.3", std::nullopt},
      {"its pattern",
       R"({"rulePriority":1,"selection":{"tagStatus":"tagged","tagPatternList":["1.*.*"],"countType":"imageCountMoreThan","countNumber":1}})",
       "1.2.3", 1},
      {"the untagged only",
       R"({"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1}})",
       "1.2.3", std::nullopt},
      {"spared by an earlier rule",
       R"({"rulePriority":2,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1}},)"
       R"({"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["1."],"countType":"imageCountMoreThan","countNumber":50}})",
       "1.2.3", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(expires(fmt::format(R"({{"rules":[{}]}})", c.rules), images, c.tag, now), c.want);
  }
}

}  // namespace
}  // namespace cli
