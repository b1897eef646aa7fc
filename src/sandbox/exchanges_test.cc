// SPDX-License-Identifier: Apache-2.0
// Replays test/exchanges, which the client's tests replay from the other side: the sandbox must understand each request and
// give the answer that the client was tested with.
#include <gtest/gtest.h>

#include <functional>

#include "base/json.h"
#include "http/testing.h"
#include "sandbox/account.h"
#include "sandbox/test_account.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::seconds;

const auto folder = http::testing::exchanges_folder(std::filesystem::path(TESTDATA).parent_path().parent_path());
constexpr std::string_view service_id = "8fe1e10304f84fd2b0df550fe98a71fa";
constexpr std::string_view receipt = "AQEB/receipt+handle==";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// The account that the exchanges take place in, and what it calls things that they have other names for.
class Stage {
 public:
  explicit Stage(bool verify = false) : account_(settings(verify), {}) {
    account_.advance(now);
    rename("caretaker.s3.us-east-1.amazonaws.com", "caretaker.localhost");
    rename("https://sqs.", "http://sqs.");
  }

  static Settings settings(bool verify) {
    auto settings = test::TestAccount::unverified();
    settings.verify_signatures = verify;
    return settings;
  }

  // From now on: `ours` is the account's word for the exchanges' `theirs`.
  void rename(std::string theirs, std::string ours) { names_.emplace_back(std::move(theirs), std::move(ours)); }

  http::Response answer(http::Request request) {
    for (const auto& [theirs, ours] : names_) {
      request.body = replaced(std::move(request.body), theirs, ours);
      request.headers.set("Host", replaced(std::string(request.headers.get("Host").value_or("")), theirs, ours));
    }
    std::optional<http::Response> given;
    account_.handle(std::move(request), now,
                    http::Reply([&](http::Response response) { given = std::move(response); }, [] { return true; }));
    if (!given) {
      ADD_FAILURE() << "no answer yet";
      return {};
    }
    for (const auto& [theirs, ours] : names_) given->body = replaced(std::move(given->body), ours, theirs);
    return *given;
  }

  http::Response replay(std::string_view name) { return answer(http::testing::read_exchange(folder, name).request); }

  json::value call(std::string_view target, std::string body) {
    const auto response = answer(test::TestAccount::json_request(target, std::move(body)));
    EXPECT_EQ(response.status, 200) << response.body;
    return test::TestAccount::parse(response.body);
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    account_.advance(now);
  }

  void fail(Fault fault) { account_.add_fault(std::move(fault)); }

  // 2024-02-29T14:00:00Z
  base::Time now = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + std::chrono::hours(14);

 private:
  Account account_;
  std::vector<std::pair<std::string, std::string>> names_;
};

// What must be there before.

void nothing(Stage& /*stage*/) {}

void put_images(Stage& stage, seconds between) {
  stage.call("ecr.CreateRepository", R"({"repositoryName":"hello-world-apprunner-repo"})");
  const auto put = [&](std::string_view tag, std::string_view manifest) {
    const auto answer = stage.call(
        "ecr.PutImage",
        fmt::format(R"({{"repositoryName":"hello-world-apprunner-repo","imageTag":"{}","imageManifest":{}}})", tag,
                    base::json_quote(manifest)));
    return test::at(answer, "/image/imageId/imageDigest");
  };
  constexpr std::string_view image =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
      R"({"mediaType":"application/vnd.oci.image.config.v1+json","size":1000},"layers":[]})";
  stage.rename("sha256:" + std::string(64, '1'), put("1.2.3", image));
  put("latest", image);
  stage.pass(between);
  stage.rename(
      "sha256:" + std::string(64, '4'),
      put("1.2.4", R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]})"));
}

void images(Stage& stage) { put_images(stage, seconds(1)); }

void service(Stage& stage) {
  put_images(stage, seconds(0));
  auto input =
      test::TestAccount::parse(http::testing::read_exchange(folder, "apprunner.UpdateService.accepted").request.body);
  auto& made = input.get_object();
  made.erase("ServiceArn");
  made["ServiceName"] = "hello-world-service";
  made["SourceConfiguration"].at("ImageRepository").get_object()["ImageIdentifier"] =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-world-apprunner-repo:1.2.3";
  const auto answer = stage.call("apprunner.CreateService", json::serialize(input));
  stage.rename(std::string(service_id), test::at(answer, "/Service/ServiceId"));
  stage.pass(seconds(10));
}

void busy_service(Stage& stage) {
  service(stage);
  stage.replay("apprunner.UpdateService.accepted");
}

void rolled_back(Stage& stage) {
  service(stage);
  stage.answer(
      {{}, "POST", "/_sandbox/deployments", {{"Host", "localhost"}}, R"({"tag":"1.2.4","outcome":"rollback"})"});
  stage.replay("apprunner.UpdateService.accepted");
  stage.pass(seconds(20));
}

void fails(Stage& stage, Fault fault) {
  fault.times = 0;
  stage.fail(std::move(fault));
}

void rules(Stage& stage) {
  stage.answer(
      {{}, "PUT", "/rules.json", {{"Host", "caretaker.localhost"}, {"Content-Type", "application/json"}}, "[]"});
}

void first_record(Stage& stage) { stage.replay("s3.PutObject.first"); }
void second_record(Stage& stage) {
  first_record(stage);
  stage.replay("s3.PutObject.replaced");
}

void received(Stage& stage) {
  const std::string url = "http://localhost/123456789012/caretaker";
  stage.call("sqs.SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"x"}})", url));
  const auto answer = stage.call("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", url));
  stage.rename(std::string(receipt), test::at(answer, "/Messages/0/ReceiptHandle"));
}

void no_dead_letters(Stage& stage) {
  stage.call("sqs.SetQueueAttributes",
             R"({"QueueUrl":"http://localhost/123456789012/caretaker","Attributes":{"RedrivePolicy":""}})");
}
void no_queue(Stage& stage) {
  stage.call("sqs.DeleteQueue", R"({"QueueUrl":"http://localhost/123456789012/caretaker"})");
}

void event_log(Stage& stage) {
  const std::string group = fmt::format("/aws/apprunner/hello-world-service/{}/service", service_id);
  stage.call("logs.CreateLogGroup", fmt::format(R"({{"logGroupName":"{}"}})", group));
  stage.call("logs.CreateLogStream", fmt::format(R"({{"logGroupName":"{}","logStreamName":"events"}})", group));
}
void old_event_log(Stage& stage) {
  event_log(stage);
  stage.pass(days(15));
}
void event_log_without_stream(Stage& stage) {
  const std::string group = fmt::format("/aws/apprunner/hello-world-service/{}/service", service_id);
  stage.call("logs.CreateLogGroup", fmt::format(R"({{"logGroupName":"{}"}})", group));
}

// What differs each time.
bool varies(std::string_view name) {
  constexpr std::string_view names[] = {"OperationId", "Id",        "MessageId",       "nextSequenceToken",
                                        "ServiceUrl",  "RequestId", "HostId",          "UserId",
                                        "Arn",         "EventId",   "imageSizeInBytes"};
  return std::ranges::find(names, name) != std::end(names);
}
// What the sandbox adds to show whether a client keeps it, and what S3 leaves out of some errors.
bool may_be_more(std::string_view name) {
  return name == "SandboxExtension" || name == "SandboxArchitecture" || name == "Resource";
}

// Where two JSON values differ. `null` is as if it were not there.
void compare(const json::value& ours, const json::value& theirs, const std::string& path, std::string_view name,
             std::vector<std::string>& found) {
  const auto differ = [&] {
    found.push_back(fmt::format("{}: {} for {}", path, json::serialize(ours), json::serialize(theirs)));
  };
  if (ours.is_object() && theirs.is_object()) {
    for (const auto& member : ours.get_object()) {
      if (!member.value().is_null() && !may_be_more(member.key()) && !base::member(theirs, member.key()))
        found.push_back(fmt::format("{}/{}: only the sandbox has it", path, std::string_view(member.key())));
    }
    for (const auto& member : theirs.get_object()) {
      const auto inside = fmt::format("{}/{}", path, std::string_view(member.key()));
      const auto* other = base::member(ours, member.key());
      if (other)
        compare(*other, member.value(), inside, member.key(), found);
      else if (!member.value().is_null())
        found.push_back(inside + ": the sandbox lacks it");
    }
  } else if (ours.is_array() && theirs.is_array() && ours.get_array().size() == theirs.get_array().size()) {
    for (std::size_t i = 0; i < ours.get_array().size(); ++i)
      compare(ours.at(i), theirs.at(i), fmt::format("{}/{}", path, i), name, found);
  } else if (ours.is_number() && theirs.is_number()) {
    if (!varies(name) && ours.to_number<double>() != theirs.to_number<double>()) differ();
  } else if (name == "__type" && ours.is_string() && theirs.is_string()) {
    // With a name space or without one, as AWS has it.
    const auto bare = [](std::string_view type) { return type.substr(type.rfind('#') + 1); };
    if (bare(ours.get_string()) != bare(theirs.get_string())) differ();
  } else if (ours.kind() != theirs.kind() || (!varies(name) && ours != theirs)) {
    differ();
  }
}

// An XML element as JSON: a text, or an object of its children.
json::value tree_of(const XmlElement& element) {
  if (element.children.empty()) return json::value(json::string(element.text));
  json::object object;
  for (const auto& child : element.children) object[child.name] = tree_of(child);
  return object;
}

std::vector<std::string> differences(const http::Response& ours, const http::Response& theirs) {
  std::vector<std::string> found;
  if (ours.status != theirs.status)
    found.push_back(fmt::format("status {} for {}: {}", ours.status, theirs.status, ours.body));
  for (const auto& [name, value] : theirs.headers) {
    const auto other = ours.headers.get(name);
    const bool id = name.ends_with("RequestId") || name.ends_with("request-id") || name == "x-amz-id-2";
    if (!other || (!id && *other != value))
      found.push_back(fmt::format("{}: {} for {}", name, other.value_or("(none)"), value));
  }
  const auto our_tree = base::parse_json(ours.body);
  const auto their_tree = base::parse_json(theirs.body);
  const auto our_xml = parse_xml(ours.body);
  const auto their_xml = parse_xml(theirs.body);
  const bool page = theirs.headers.get("Content-Type") == "text/html";
  if (our_tree && their_tree) {
    compare(*our_tree, *their_tree, "", "", found);
  } else if (our_xml && their_xml && !page) {
    if (our_xml->name != their_xml->name) found.push_back(our_xml->name + " for " + their_xml->name);
    compare(tree_of(*our_xml), tree_of(*their_xml), our_xml->name, "", found);
  } else if (replaced(ours.body, "\r\n", "\n") != theirs.body + (page ? "\n" : "")) {
    found.push_back(fmt::format("body {} for {}", ours.body, theirs.body));
  }
  return found;
}

struct Row {
  std::string_view name;
  std::function<void(Stage&)> prepare = nothing;
  bool verify = false;
};

std::function<void(Stage&)> fault(Fault fault) {
  return [fault = std::move(fault)](Stage& stage) { fails(stage, fault); };
}
std::function<void(Stage&)> refusal(std::string code, std::string message, int status) {
  return fault({.kind = FaultKind::Error, .code = std::move(code), .message = std::move(message), .status = status});
}

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {"apprunner.DescribeService.image", service},
      {"apprunner.DescribeService.not-found"},
      {"apprunner.DescribeService.throttled", fault({.kind = FaultKind::Throttle})},
      {"apprunner.DescribeService.failed", fault({.kind = FaultKind::ServerError})},
      {"apprunner.DescribeService.expired", fault({.kind = FaultKind::ExpiredCredentials})},
      {"apprunner.DescribeService.denied",
       refusal(
           "AccessDeniedException",
           fmt::format("User: arn:aws:sts::123456789012:assumed-role/caretaker/caretaker is not authorized to perform: "
                       "apprunner:DescribeService on resource: "
                       "arn:aws:apprunner:us-east-1:123456789012:service/hello-world-service/{}",
                       service_id),
           400)},
      {"apprunner.DescribeService.load-balancer", fault({.kind = FaultKind::Html})},
      {"apprunner.UpdateService.accepted", service},
      {"apprunner.UpdateService.busy", busy_service},
      {"apprunner.StartDeployment.accepted", service},
      {"apprunner.ListOperations.rolled-back", rolled_back},
      {"ecr.DescribeImages.two-images", images},
      {"ecr.DescribeImages.not-found"},
      {"ecr.DescribeImages.failed", fault({.kind = FaultKind::ServerError})},
      {"s3.GetObject.found", rules},
      {"s3.GetObject.not-modified"},
      {"s3.GetObject.no-such-key"},
      {"s3.GetObject.no-such-bucket", fault({.kind = FaultKind::Error,
                                             .code = "NoSuchBucket",
                                             .message = "The specified bucket does not exist",
                                             .status = 404})},
      {"s3.GetObject.slow-down", fault({.kind = FaultKind::Throttle})},
      {"s3.GetObject.failed", fault({.kind = FaultKind::ServerError})},
      {"s3.GetObject.denied", refusal("AccessDenied", "Access Denied", 403)},
      {"s3.PutObject.first"},
      {"s3.PutObject.replaced", first_record},
      {"s3.PutObject.changed-since", second_record},
      {"s3.PutObject.deleted-since"},
      {"sqs.GetQueueUrl.found"},
      {"sqs.GetQueueUrl.missing", no_queue},
      {"sqs.GetQueueUrl.throttled", fault({.kind = FaultKind::Throttle})},
      {"sqs.GetQueueAttributes.redrive"},
      {"sqs.GetQueueAttributes.no-redrive", no_dead_letters},
      {"sqs.ChangeMessageVisibilityBatch.one-refused", received},
      {"sqs.SendMessage.sent"},
      {"sqs.SendMessage.delayed"},
      {"events.PutEvents.sent"},
      {"events.PutEvents.refused"},
      {"logs.PutLogEvents.written", event_log},
      {"logs.PutLogEvents.too-old", old_event_log},
      {"logs.PutLogEvents.no-stream", event_log_without_stream},
      {"sts.GetCallerIdentity.user"},
      {"sts.GetCallerIdentity.unknown-key", nothing, true},
      {"sts.GetCallerIdentity.throttled", fault({.kind = FaultKind::Throttle})},
  };
  return table;
}

// Answers that AWS may give and the sandbox does not.
const std::vector<std::pair<std::string_view, std::string_view>> given_by_aws_alone = {
    {"apprunner.DescribeService.code", "a service from code, with members that nobody knows"},
    {"apprunner.DescribeService.spellings", "other spellings of numbers and texts"},
    {"apprunner.UpdateService.spellings", "the same, sent back"},
    {"apprunner.ListOperations.without-id", "an operation that has no id yet"},
    {"ecr.DescribeImages.page-1", "a page of less than maxResults"},
    {"ecr.DescribeImages.page-2", "what follows on it"},
    {"s3.PutObject.two-at-once", "writes take no time"},
};

TEST(Exchanges, AreAnsweredAsTheClientExpects) {
  for (const auto& row : rows()) {
    SCOPED_TRACE(row.name);
    Stage stage(row.verify);
    row.prepare(stage);
    auto exchange = http::testing::read_exchange(folder, row.name);
    if (row.verify) {
      exchange.request.headers.set("X-Amz-Date", "20240229T140000Z");
      exchange.request.headers.set("Authorization",
                                   "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240229/us-east-1/sts/aws4_request, "
                                   "SignedHeaders=host;x-amz-date, Signature=" +
                                       std::string(64, '0'));
    }
    EXPECT_EQ(differences(stage.answer(exchange.request), exchange.answer), std::vector<std::string>());
  }
}

TEST(Exchanges, LeaveNoneOut) {
  std::set<std::string, std::less<>> known;
  for (const auto& row : rows()) known.emplace(row.name);
  for (const auto& [name, why] : given_by_aws_alone) known.emplace(name);
  EXPECT_EQ(known, http::testing::exchange_names(folder));
}

}  // namespace
}  // namespace sandbox
