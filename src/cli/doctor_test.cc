// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "cli/account_double.h"
#include "cli/testing.h"
#include "records/store.h"

namespace cli {
namespace {

using ::testing::HasSubstr;

const std::string arn(testing::AccountDouble::arn);
const std::string queue = "arn:aws:sqs:us-east-1:123456789012:caretaker";

std::string rules_text() { return R"([{"repository":"shop","semVersion":"^1.2","serviceArn":")" + arn + R"("}])"; }

// An account in which all is well, by what each operation answers there; a test changes some of that.
class Clinic final : public http::Client {
 public:
  Clinic() {
    answers = {
        {"sts GetCallerIdentity",
         "<GetCallerIdentityResponse><Account>123456789012</Account></GetCallerIdentityResponse>"},
        {"s3 rules.json", rules_text()},
        {"s3 records/rules/rules.json", rules_text()},
        {"s3 record", "404 NoSuchKey"},
        {"s3 versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"},
        {"s3 notification",
         "<NotificationConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></"
         "NotificationConfiguration>"},
        {"s3 publicAccessBlock",
         "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</"
         "IgnorePublicAcls>"
         "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>"
         "</PublicAccessBlockConfiguration>"},
        {"s3 policy",
         R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})"},
        {"s3 list", "<ListBucketResult><Contents><Key>records/rules/rules.json</Key></Contents></ListBucketResult>"},
        {"sqs GetQueueUrl caretaker", R"({"QueueUrl":"http://q/caretaker"})"},
        {"sqs GetQueueUrl dead", R"({"QueueUrl":"http://q/dead"})"},
        {"sqs GetQueueAttributes caretaker", attributes()},
        {"sqs GetQueueAttributes dead",
         R"({"Attributes":{"QueueArn":"arn:aws:sqs:us-east-1:123456789012:dead","ApproximateNumberOfMessages":"0","MessageRetentionPeriod":"1209600"}})"},
        {"monitoring DescribeAlarmsForMetric",
         R"({"MetricAlarms":[{"AlarmName":"a","ActionsEnabled":true,"AlarmActions":["arn:aws:sns:us-east-1:123456789012:t"]}]})"},
        {"events ListRuleNamesByTarget", R"({"RuleNames":["all","sweep"]})"},
        {"events DescribeRule all", R"({"Name":"all","State":"ENABLED","EventPattern":"{\"source\":[\"x\"]}"})"},
        {"events DescribeRule sweep",
         R"x({"Name":"sweep","State":"ENABLED","ScheduleExpression":"rate(15 minutes)"})x"},
        {"events ListTargetsByRule", R"({"Targets":[{"Id":"q","Arn":")" + queue + R"("}]})"},
        {"events TestEventPattern aws.ecr", R"({"Result":true})"},
        {"events TestEventPattern aws.apprunner", R"({"Result":true})"},
        {"events TestEventPattern aws.s3", R"({"Result":true})"},
        {"lambda mappings",
         R"({"EventSourceMappings":[{"FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:caretaker:live","State":"Enabled","FunctionResponseTypes":["ReportBatchItemFailures"]}]})"},
        {"lambda caretaker", function("60", "Successful", "caretaker")},
        {"apprunner DescribeService", service()},
        {"ecr DescribeImages",
         R"({"imageDetails":[{"imageDigest":"sha256:1","imageTags":["1.2.3"],"imagePushedAt":1767300000}]})"},
        {"ecr DescribeRepositories", R"({"repositories":[{"imageTagMutability":"IMMUTABLE"}]})"},
        {"ecr GetLifecyclePolicy", "400 LifecyclePolicyNotFoundException"},
    };
  }

  // By operation and what it is about: a body, or `STATUS CODE`.
  std::map<std::string, std::string> answers;
  std::string date = "Fri, 02 Jan 2026 03:04:05 GMT";

  static std::string attributes(std::string_view visibility = "360", std::string_view receives = "20",
                                std::string_view more = "") {
    const auto policy =
        R"({\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Condition\":{\"ArnLike\":{\"aws:SourceArn\":\"*\"}}}]})";
    return fmt::format(
        R"({{"Attributes":{{"QueueArn":"{}","VisibilityTimeout":"{}","MessageRetentionPeriod":"1209600","Policy":"{}")"
        R"(,"RedrivePolicy":"{{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":{}}}"{}}}}})",
        queue, visibility, policy, receives, more);
  }
  static std::string function(std::string_view timeout, std::string_view update, std::string_view bucket,
                              std::string_view names_queue = R"("QUEUE_NAME":"caretaker",)") {
    return fmt::format(
        R"({{"Timeout":{},"State":"Active","LastUpdateStatus":"{}","Environment":{{"Variables":{{{}"CONFIG_BUCKET":"{}","CONFIG_FILE":"rules.json"}}}}}})",
        timeout, update, names_queue, bucket);
  }
  static std::string service(std::string_view status = "RUNNING", std::string_view image = "shop:1.2.3",
                             std::string_view automatic = "false",
                             std::string_view access = R"("AuthenticationConfiguration":{"AccessRoleArn":"arn:r"},)") {
    return fmt::format(
        R"({{"Service":{{"ServiceArn":"{}","ServiceName":"shop","Status":"{}","SourceConfiguration":{{"AutoDeploymentsEnabled":{},{})"
        R"("ImageRepository":{{"ImageIdentifier":"123456789012.dkr.ecr.us-east-1.amazonaws.com/{}","ImageRepositoryType":"ECR"}}}}}}}})",
        arn, status, automatic, access, image);
  }

  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    const auto about = about_of(request);
    const auto found = answers.find(about);
    if (found == answers.end()) {
      ADD_FAILURE() << about << " " << request.target;
      return http::Response{400, {}, "{}"};
    }
    const auto& text = found->second;
    if (text.starts_with('4')) {
      const auto code = text.substr(4);
      const int status = text[2] - '0' + 400;
      if (about.starts_with("s3 ")) return http::Response{status, {}, "<Error><Code>" + code + "</Code></Error>"};
      return http::Response{status, {{"x-amzn-ErrorType", code}}, R"({"__type":")" + code + R"("})"};
    }
    return http::Response{
        200, {{"ETag", "\"e\""}, {"Date", date}, {"Last-Modified", "Fri, 02 Jan 2026 01:00:00 GMT"}}, text};
  }

 private:
  static std::string about_of(const http::Request& request) {
    const auto& to = request.target;
    if (to.contains("/event-source-mappings")) return "lambda mappings";
    if (to.contains("/functions/"))
      return "lambda " + to.substr(to.find("functions/") + 10, to.rfind('/') - to.find("functions/") - 10);
    const auto target = request.headers.get("X-Amz-Target");
    if (!target) return request.method == "POST" ? "sts GetCallerIdentity" : "s3 " + object_of(to);
    const auto operation = std::string(target->substr(target->rfind('.') + 1));
    const auto input = base::parse_json(request.body).value_or(boost::json::value());
    const auto text = [&](std::string_view name) { return std::string(base::string_member(input, name).value_or("")); };
    if (target->starts_with("AmazonSQS")) {
      const auto url = text("QueueUrl");
      return "sqs " + operation + " " + (url.empty() ? text("QueueName") : url.substr(url.rfind('/') + 1));
    }
    if (operation == "DescribeRule") return "events DescribeRule " + text("Name");
    if (operation == "TestEventPattern") {
      const auto event = base::parse_json(text("Event")).value_or(boost::json::value());
      return "events TestEventPattern " + std::string(base::string_member(event, "source").value_or(""));
    }
    if (target->starts_with("AWSEvents")) return "events " + operation;
    if (target->starts_with("Granite")) return "monitoring " + operation;
    return (target->starts_with("AppRunner") ? "apprunner " : "ecr ") + operation;
  }
  static std::string object_of(const std::string& target) {
    for (const auto* parameter : {"versioning", "publicAccessBlock", "policy", "notification"}) {
      if (target.contains(std::string("?") + parameter)) return parameter;
    }
    if (target.contains("list-type=2")) return "list";
    if (target.contains("records/123456789012")) return "record";
    return target.substr(target.find('/', 1) + 1);
  }
};

testing::Answer examine(Clinic& clinic, std::vector<std::string> options = {}) {
  base::FakeClock clock{base::parse_iso8601("2026-01-02T03:04:05Z").value()};
  options.insert(options.begin(), "doctor");
  return testing::ask(std::move(options),
                      {.clock = &clock,
                       .environment = {{"AWS_REGION", "us-east-1"},
                                       {"AWS_ACCESS_KEY_ID", "a"},
                                       {"AWS_SECRET_ACCESS_KEY", "b"},
                                       {"AWS_ENDPOINT_URL", "http://127.0.0.1:4566"},
                                       {"QUEUE_NAME", "caretaker"},
                                       {"CONFIG_BUCKET", "caretaker"},
                                       {"CONFIG_FILE", "rules.json"}},
                       .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(clinic); }});
}

TEST(Doctor, FindsNothingWhereAllIsWell) {
  Clinic clinic;
  const auto answer = examine(clinic);
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("things looked at: all is well\n"));
}

TEST(Doctor, FindsEachTrouble) {
  struct Case {
    std::string_view name;
    std::map<std::string, std::string> answers;
    std::string want;  // `severity id`, a blank between two.
  };
  const std::string mapping =
      R"({"FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:caretaker","State":"Enabled","FunctionResponseTypes":["ReportBatchItemFailures"]})";
  const auto refused = [](std::string_view code) { return "400 " + std::string(code); };
  const Case cases[] = {
      {"no rules", {{"s3 rules.json", "404 NoSuchKey"}}, "error rules-missing"},
      {"broken rules", {{"s3 rules.json", "[{}]"}}, "error rules-broken"},
      {"rules that nobody may read", {{"s3 rules.json", "403 AccessDenied"}}, "unseen rules-missing"},
      {"rules that were never taken", {{"s3 records/rules/rules.json", "404 NoSuchKey"}}, "hint rules-not-taken"},
      {"older rules in force", {{"s3 records/rules/rules.json", "[]"}}, "warning rules-not-taken"},
      {"no versions", {{"s3 versioning", "<VersioningConfiguration/>"}}, "warning bucket-versioning"},
      {"public access",
       {{"s3 publicAccessBlock", "404 NoSuchPublicAccessBlockConfiguration"}},
       "warning bucket-public"},
      {"a bucket that tells nobody",
       {{"s3 notification", R"(<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>)"}},
       "hint bucket-events"},
      {"a bucket that tells a queue only",
       {{"s3 notification",
         "<NotificationConfiguration><QueueConfiguration><Id>EventBridgeConfiguration</Id></QueueConfiguration>"
         "</NotificationConfiguration>"}},
       "hint bucket-events"},
      {"a bucket of which it may not be asked", {{"s3 notification", "403 AccessDenied"}}, "unseen bucket-events"},
      {"no policy", {{"s3 policy", "404 NoSuchBucketPolicy"}}, "warning bucket-plain-http"},
      {"no queue", {{"sqs GetQueueUrl caretaker", refused("QueueDoesNotExist")}}, "error queue-missing"},
      {"no dead-letter queue",
       {{"sqs GetQueueAttributes caretaker",
         R"({"Attributes":{"QueueArn":"arn:aws:sqs:us-east-1:123456789012:caretaker","VisibilityTimeout":"360"}})"}},
       "error queue-policy error queue-no-dead-letters"},
      {"few receives",
       {{"sqs GetQueueAttributes caretaker", Clinic::attributes("360", "3")}},
       "warning queue-receives"},
      {"a short visibility",
       {{"sqs GetQueueAttributes caretaker", Clinic::attributes("90")}},
       "warning queue-visibility"},
      {"far too short a visibility",
       {{"sqs GetQueueAttributes caretaker", Clinic::attributes("30")}},
       "error queue-visibility"},
      {"dead letters",
       {{"sqs GetQueueAttributes dead",
         R"({"Attributes":{"QueueArn":"a","ApproximateNumberOfMessages":"2","MessageRetentionPeriod":"1209600"}})"}},
       "warning dead-letters"},
      {"dead letters that are soon forgotten",
       {{"sqs GetQueueAttributes dead",
         R"({"Attributes":{"QueueArn":"a","ApproximateNumberOfMessages":"0","MessageRetentionPeriod":"60"}})"}},
       "warning queue-retention"},
      {"no alarm", {{"monitoring DescribeAlarmsForMetric", "{}"}}, "warning no-alarm"},
      {"an alarm that tells nobody",
       {{"monitoring DescribeAlarmsForMetric", R"({"MetricAlarms":[{"AlarmName":"a","AlarmActions":[]}]})"}},
       "warning no-alarm"},
      {"alarms where there are none to be had",
       {{"monitoring DescribeAlarmsForMetric", refused("UnknownOperationException")}},
       "unseen no-alarm"},
      {"no event rules",
       {{"events ListRuleNamesByTarget", R"({"RuleNames":[]})"}},
       "warning event-rule-sweep error event-rule-pushes hint event-rule-operations hint event-rule-rules"},
      {"event rules that may not be listed",
       {{"events ListRuleNamesByTarget", refused("AccessDeniedException")}},
       "unseen event-rules"},
      {"pushes of others only",
       {{"events TestEventPattern aws.ecr", R"({"Result":false})"}},
       "error event-rule-pushes"},
      {"a sweep that is off",
       {{"events DescribeRule sweep", R"x({"Name":"sweep","State":"DISABLED","ScheduleExpression":"rate(1 day)"})x"}},
       "warning event-rule-sweep"},
      {"another input",
       {{"events ListTargetsByRule", R"({"Targets":[{"Id":"q","Arn":")" + queue + R"(","InputPath":"$.detail"}]})"}},
       "error event-rule-input"},
      {"no function", {{"lambda mappings", R"({"EventSourceMappings":[]})"}}, "error mapping-missing"},
      {"two of them",
       {{"lambda mappings", R"({"EventSourceMappings":[)" + mapping + "," + mapping + "]}"}},
       "warning mapping-several"},
      {"a mapping that is off",
       {{"lambda mappings", R"({"EventSourceMappings":[{"FunctionArn":"caretaker","State":"Disabled"}]})"}},
       "error mapping-disabled error mapping-batch-failures"},
      {"a function that is gone", {{"lambda caretaker", "404 ResourceNotFoundException"}}, "error function-missing"},
      {"a failed update",
       {{"lambda caretaker", Clinic::function("60", "Failed", "caretaker")}},
       "error function-failed"},
      {"another bucket",
       {{"lambda caretaker", Clinic::function("60", "Successful", "other")}},
       "error function-environment"},
      {"the queue's URL in the place of its name",
       {{"lambda caretaker",
         Clinic::function("60", "Successful", "caretaker",
                          R"("QUEUE_URL":"https://sqs.us-east-1.amazonaws.com/123456789012/caretaker",)")}},
       ""},
      {"the name going before the URL",
       {{"lambda caretaker", Clinic::function("60", "Successful", "caretaker",
                                              R"("QUEUE_NAME":"caretaker","QUEUE_URL":"https://q/other",)")}},
       ""},
      {"another queue's URL",
       {{"lambda caretaker",
         Clinic::function("60", "Successful", "caretaker",
                          R"("QUEUE_URL":"https://sqs.us-east-1.amazonaws.com/123456789012/other",)")}},
       "error function-environment"},
      {"neither a name nor a URL",
       {{"lambda caretaker", Clinic::function("60", "Successful", "caretaker", "")}},
       "error function-environment"},
      {"no service", {{"apprunner DescribeService", refused("ResourceNotFoundException")}}, "error service-missing"},
      {"a service that may not be looked at",
       {{"apprunner DescribeService", refused("AccessDeniedException")}},
       "unseen service-missing"},
      {"a deleted service", {{"apprunner DescribeService", Clinic::service("DELETED")}}, "error service-missing"},
      {"a paused service", {{"apprunner DescribeService", Clinic::service("PAUSED")}}, "warning service-status"},
      {"a service that deploys by itself",
       {{"apprunner DescribeService", Clinic::service("RUNNING", "shop:1.2.3", "true")}},
       "error service-auto-deploys"},
      {"another repository",
       {{"apprunner DescribeService", Clinic::service("RUNNING", "desk:1.2.3")}},
       "error service-repository"},
      {"no access role",
       {{"apprunner DescribeService", Clinic::service("RUNNING", "shop:1.2.3", "false", "")}},
       "error service-access-role"},
      {"no version",
       {{"apprunner DescribeService", Clinic::service("RUNNING", "shop:latest")}},
       "warning service-tag warning image-missing"},
      {"an image that is gone",
       {{"apprunner DescribeService", Clinic::service("RUNNING", "shop:1.2.2")}},
       "warning image-missing"},
      {"no repository", {{"ecr DescribeImages", refused("RepositoryNotFoundException")}}, "error repository-missing"},
      {"tags that move",
       {{"ecr DescribeRepositories", R"({"repositories":[{"imageTagMutability":"MUTABLE"}]})"}},
       "hint repository-mutable"},
      {"a policy that deletes what runs",
       {{"ecr GetLifecyclePolicy",
         R"({"lifecyclePolicyText":"{\"rules\":[{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"any\",\"countType\":\"imageCountMoreThan\",\"countNumber\":0}}]}"})"}},
       "error lifecycle-policy"},
      {"a broken record", {{"s3 record", "{"}}, "error record-unreadable"},
      {"another service's record",
       {{"s3 record", R"({"schema":1,"service":"arn:aws:apprunner:x"})"}},
       "error record-unreadable"},
      {"a record that nobody names",
       {{"s3 list",
         "<ListBucketResult><Contents><Key>records/123456789012/us-east-1/apprunner/old/1.json</Key></Contents></"
         "ListBucketResult>"}},
       "hint record-orphan"},
      {"what the function keeps beside the records",
       {{"s3 list",
         "<ListBucketResult><Contents><Key>records/rules/rules.json</Key></Contents>"
         "<Contents><Key>records/stack.json</Key></Contents></ListBucketResult>"}},
       ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Clinic clinic;
    for (const auto& [about, text] : c.answers) clinic.answers[about] = text;
    const auto answer = examine(clinic, {"--json"});
    const auto found = base::parse_json(answer.out);
    ASSERT_TRUE(found) << answer.err;
    std::string said;
    for (const auto& finding : base::member(*found, "findings")->as_array()) {
      said += (said.empty() ? "" : " ") + std::string(base::string_member(finding, "severity").value_or("")) + " " +
              std::string(base::string_member(finding, "id").value_or(""));
      EXPECT_NE(base::string_member(finding, "remedy"), "");
    }
    EXPECT_EQ(said, c.want) << answer.out;
    EXPECT_EQ(answer.code, c.want.contains("error ") || c.want.contains("warning ") ? 1 : 0);
  }
}

TEST(Doctor, FindsAClockThatIsWrong) {
  Clinic clinic;
  clinic.date = "Fri, 02 Jan 2026 03:10:05 GMT";
  const auto answer = examine(clinic);
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.out, HasSubstr("warning: this machine's clock: it is 6m behind AWS's [clock-skew]"));
}

TEST(Doctor, SaysWhichPermissionIsMissing) {
  Clinic clinic;
  clinic.answers["sqs GetQueueUrl caretaker"] = "403 AccessDenied";
  EXPECT_THAT(examine(clinic).out, HasSubstr("unseen: queue caretaker: could not look: AccessDenied [queue-missing]\n"
                                             "    whoever runs this needs sqs:GetQueueAttributes\n"));
}

TEST(Doctor, SaysWhichOfTheVariablesDiffers) {
  struct Case {
    std::string_view name;
    std::string_view names_queue;
    std::string_view want;
  };
  const Case cases[] = {
      {"none", "", "its variable QUEUE_NAME is not set"},
      {"another name", R"("QUEUE_NAME":"other",)", "its variable QUEUE_NAME is `other`, and yours `caretaker`"},
      {"another URL", R"("QUEUE_URL":"https://q/other",)",
       "its variable QUEUE_URL names `other`, and yours `caretaker`"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Clinic clinic;
    clinic.answers["lambda caretaker"] = Clinic::function("60", "Successful", "caretaker", c.names_queue);
    EXPECT_THAT(examine(clinic).out, HasSubstr(std::string(c.want)));
  }
}

// docs/doctor.md tells of every id, and of no other.
TEST(Doctor, FindsOnlyWhatIsDocumented) {
  const auto folder = std::filesystem::path(testing::file("")).parent_path().parent_path();
  std::ifstream in(folder.parent_path().parent_path() / "docs" / "doctor.md", std::ios::binary);
  const std::string docs(std::istreambuf_iterator<char>(in), {});
  std::size_t ids = 0;
  for (const auto* part : {"rules", "queue", "events", "function", "services"}) {
    std::ifstream source(folder / fmt::format("examine_{}.cc", part), std::ios::binary);
    const std::string code(std::istreambuf_iterator<char>(source), {});
    ASSERT_FALSE(code.empty()) << part;
    for (std::size_t at = 0; (at = code.find("Weight::", at)) != std::string::npos; ++at) {
      const auto quote = code.find('"', at);
      const auto comma = code.find(", ", at);
      if (comma == std::string::npos || quote != comma + 2) continue;
      const auto id = code.substr(quote + 1, code.find('"', quote + 1) - quote - 1);
      EXPECT_TRUE(docs.contains("`" + id + "`")) << id;
      ++ids;
    }
  }
  EXPECT_GE(ids, 30U);
}

}  // namespace
}  // namespace cli
