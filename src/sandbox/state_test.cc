// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include "base/hash.h"
#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::at;
using test::TestAccount;
using testing::HasSubstr;

std::string save(const TestAccount& sandbox) {
  const auto state = sandbox.account.save();
  EXPECT_TRUE(state);
  return state ? bytes_of(**state) : std::string();
}

// In pieces that end anywhere.
base::Result<void> restore(TestAccount& sandbox, std::string_view state) {
  const auto sink = sandbox.account.receive_state();
  for (std::size_t begin = 0; begin < state.size(); begin += 1'000) sink->take(state.substr(begin, 1'000));
  auto restored = sandbox.account.restore(*sink);
  if (restored) sandbox.now = sandbox.account.time();
  return restored;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto found = text.find(from);
  EXPECT_NE(found, std::string::npos) << from;
  return found == std::string::npos ? text : text.replace(found, from.size(), to);
}

std::string text_of(const http::Response& response) {
  std::string text = fmt::format("{}\n", response.status);
  for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\n", name, value);
  return text + "\n" + response.body;
}

// A person at work: the same seed and answers give the same requests.
class Person {
 public:
  explicit Person(unsigned seed) : random_(seed) {}

  // Does one thing; what came of it.
  std::string act(TestAccount& sandbox) {
    static constexpr std::array deeds = {
        &Person::create_repository,
        &Person::put_image,
        &Person::push_layer,
        &Person::begin_upload,
        &Person::create_service,
        &Person::deploy,
        &Person::list_services,
        &Person::send_message,
        &Person::receive_message,
        &Person::move,
        &Person::put_object,
        &Person::delete_object,
        &Person::put_part,
        &Person::put_rule,
        &Person::put_events,
        &Person::write_log,
        &Person::look_at_parts,
        &Person::make_role,
        &Person::add_fault,
        &Person::let_time_pass,
        &Person::decide,
        &Person::let_time_pass,
        &Person::list_images,
        &Person::let_time_pass,
    };
    return (this->*deeds[below(deeds.size())])(sandbox);
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string one_of(std::initializer_list<std::string_view> texts) {
    return std::string(*(texts.begin() + below(texts.size())));
  }
  static std::string json(TestAccount& sandbox, std::string_view target, std::string body) {
    return text_of(sandbox.call_raw(target, std::move(body)));
  }
  static http::Response http(TestAccount& sandbox, std::string method, std::string target, std::string body = {},
                             http::Headers headers = {}) {
    headers.set("Host", "localhost:4566");
    return sandbox.answer({{}, std::move(method), std::move(target), std::move(headers), std::move(body)});
  }
  std::string repository() { return one_of({"shop", "web", "caretaker/x"}); }
  std::string queue() { return one_of({"caretaker-dead-letters", "work", "dead"}); }
  std::string tag() { return one_of({"1.2.3", "1.2.4", "2.0.0", "latest"}); }

  std::string create_repository(TestAccount& sandbox) {
    return json(sandbox, "ecr.CreateRepository", fmt::format(R"({{"repositoryName":"{}"}})", repository()));
  }
  std::string put_image(TestAccount& sandbox) {
    const auto manifest = fmt::format(R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
                                      R"("config":{{"digest":"sha256:{}","size":{}}},"layers":[]}})",
                                      std::string(64, 'a'), below(5));
    return json(sandbox, "ecr.PutImage",
                fmt::format(R"({{"repositoryName":"{}","imageTag":"{}","imageManifest":{}}})", repository(), tag(),
                            base::json_quote(manifest)));
  }
  std::string list_images(TestAccount& sandbox) {
    return json(sandbox, "ecr.DescribeImages", fmt::format(R"({{"repositoryName":"{}"}})", repository()));
  }
  std::string push_layer(TestAccount& sandbox) {
    // Long ones as well, that need lines of their own.
    const std::string bytes(below(3) * 60'000, static_cast<char>(0x80U + below(3)));
    return text_of(http(sandbox, "POST",
                        fmt::format("/v2/{}/blobs/uploads/?digest=sha256:{}", repository(), base::sha256_hex(bytes)),
                        bytes));
  }
  // Goes on with the one before, or begins one.
  std::string begin_upload(TestAccount& sandbox) {
    if (!upload_.empty() && below(2) == 0) return text_of(http(sandbox, "PATCH", upload_, "some bytes"));
    const auto answer = http(sandbox, "POST", fmt::format("/v2/{}/blobs/uploads/", repository()));
    upload_ = answer.headers.get("Location").value_or("");
    return text_of(answer);
  }
  std::string create_service(TestAccount& sandbox) {
    const auto answer = sandbox.call_raw(
        "apprunner.CreateService",
        fmt::format(R"({{"ServiceName":"service-{}","SourceConfiguration":{{"AuthenticationConfiguration":)"
                    R"({{"AccessRoleArn":"arn:aws:iam::123456789012:role/A"}},"ImageRepository":{{"ImageIdentifier":)"
                    R"("123456789012.dkr.ecr.us-east-1.amazonaws.com/{}:{}","ImageRepositoryType":"ECR"}}}}}})",
                    below(3), repository(), tag()));
    const auto arn = at(TestAccount::parse(answer.body), "/Service/ServiceArn");
    if (answer.status == 200) services_.push_back(arn);
    return text_of(answer);
  }
  std::string deploy(TestAccount& sandbox) {
    if (services_.empty()) return {};
    return json(sandbox,
                one_of({"apprunner.StartDeployment", "apprunner.PauseService", "apprunner.ResumeService",
                        "apprunner.DeleteService", "apprunner.ListOperations", "apprunner.DescribeService"}),
                fmt::format(R"({{"ServiceArn":"{}"}})", services_[below(services_.size())]));
  }
  std::string list_services(TestAccount& sandbox) { return json(sandbox, "apprunner.ListServices", "{}"); }
  std::string decide(TestAccount& sandbox) {
    return text_of(http(sandbox, "POST", "/_sandbox/deployments",
                        fmt::format(R"({{"tag":"{}","outcome":"{}","times":{}}})", tag(),
                                    one_of({"rollback", "fail", "success"}), below(3))));
  }
  std::string send_message(TestAccount& sandbox) {
    json(
        sandbox, "sqs.CreateQueue",
        R"({"QueueName":"work","Attributes":{"VisibilityTimeout":"7","RedrivePolicy":)"
        R"("{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:caretaker-dead-letters\",\"maxReceiveCount\":2}"}})");
    return json(sandbox, "sqs.SendMessage",
                fmt::format(R"({{"QueueUrl":"{}","MessageBody":"{}","DelaySeconds":{},"MessageAttributes":)"
                            R"({{"a":{{"DataType":"Binary","BinaryValue":"/w=="}}}}}})",
                            sandbox.queue_url(queue()), below(1'000), below(2) * 5));
  }
  std::string receive_message(TestAccount& sandbox) {
    const auto url = sandbox.queue_url(queue());
    const auto answer =
        sandbox.call_raw("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}","AttributeNames":["All"]}})", url));
    const auto receipt = at(TestAccount::parse(answer.body), "/Messages/0/ReceiptHandle");
    auto text = text_of(answer);
    if (below(2) == 0) {
      text += json(sandbox, "sqs.ChangeMessageVisibility",
                   fmt::format(R"({{"QueueUrl":"{}","ReceiptHandle":"{}","VisibilityTimeout":{}}})", url, receipt,
                               below(2) * 9));
    }
    return text;
  }
  std::string move(TestAccount& sandbox) {
    return json(sandbox, "sqs.StartMessageMoveTask",
                R"({"SourceArn":"arn:aws:sqs:us-east-1:123456789012:caretaker-dead-letters",)"
                R"("DestinationArn":"arn:aws:sqs:us-east-1:123456789012:work","MaxNumberOfMessagesPerSecond":1})");
  }
  std::string put_object(TestAccount& sandbox) {
    if (below(4) == 0) {
      http(sandbox, "PUT", "/caretaker?versioning",
           "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    }
    const std::string bytes(1 + below(3) * 20'000, static_cast<char>(0x80U + below(200)));
    return text_of(http(sandbox, "PUT", fmt::format("/caretaker/{}", below(4)), bytes, {{"x-amz-meta-a", "b"}}));
  }
  std::string delete_object(TestAccount& sandbox) {
    return text_of(http(sandbox, "DELETE", fmt::format("/caretaker/{}", below(4)))) +
           text_of(http(sandbox, "GET", "/caretaker?versions"));
  }
  std::string put_part(TestAccount& sandbox) {
    if (part_of_.empty()) {
      const auto begun = http(sandbox, "POST", "/caretaker/large?uploads", {},
                              {{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-tagging", "a=b"}});
      const auto id = begun.body.find("<UploadId>") + 10;
      part_of_ = begun.body.substr(id, begun.body.find('<', id) - id);
    }
    const auto number = 1 + below(3);
    const auto part = http(sandbox, "PUT", fmt::format("/caretaker/large?uploadId={}&partNumber={}", part_of_, number),
                           std::string(below(2) * 50'000, 'p'));
    if (below(2) == 0) return text_of(part);
    const auto whole = http(sandbox, "POST", "/caretaker/large?uploadId=" + std::exchange(part_of_, {}),
                            fmt::format("<CompleteMultipartUpload><Part><PartNumber>{}</PartNumber><ETag>{}</ETag>"
                                        "</Part></CompleteMultipartUpload>",
                                        number, part.headers.get("ETag").value_or("")));
    return text_of(whole) + look_at_parts(sandbox);
  }
  std::string look_at_parts(TestAccount& sandbox) {
    return text_of(http(sandbox, "GET", "/caretaker/large?tagging")) +
           text_of(http(sandbox, "GET", "/caretaker/large?attributes", {},
                        {{"x-amz-object-attributes", "ObjectParts,ETag,ObjectSize"}}));
  }
  std::string put_rule(TestAccount& sandbox) {
    const auto name = one_of({"a", "b"});
    return json(sandbox, "events.PutRule",
                fmt::format(R"({{"Name":"{}","ScheduleExpression":"{}","EventPattern":"{{\"source\":[\"mine\"]}}"}})",
                            name, one_of({"rate(1 minute)", "cron(0/2 * * * ? *)"}))) +
           json(sandbox, "events.PutTargets",
                fmt::format(R"({{"Rule":"{}","Targets":[{{"Id":"t","Arn":"arn:aws:sqs:us-east-1:123456789012:{}",)"
                            R"("DeadLetterConfig":{{"Arn":"arn:aws:sqs:us-east-1:123456789012:dead"}}}}]}})",
                            name, queue()));
  }
  std::string put_events(TestAccount& sandbox) {
    return json(sandbox, "events.PutEvents",
                R"({"Entries":[{"Source":"mine","DetailType":"x","Detail":"{\"n\":1.50}"}]})");
  }
  std::string write_log(TestAccount& sandbox) {
    json(sandbox, "logs.CreateLogGroup", R"({"logGroupName":"g"})");
    json(sandbox, "logs.CreateLogStream", R"({"logGroupName":"g","logStreamName":"s"})");
    return json(
        sandbox, "logs.PutLogEvents",
        fmt::format(R"({{"logGroupName":"g","logStreamName":"s","logEvents":[{{"timestamp":{},"message":"m"}}]}})",
                    sandbox.now.time_since_epoch().count()));
  }
  std::string make_role(TestAccount& sandbox) {
    return text_of(http(
        sandbox, "POST", "/",
        fmt::format("Action=CreateRole&Version=2010-05-08&RoleName=role{}&AssumeRolePolicyDocument=%7B%7D", below(3)),
        {{"Content-Type", "application/x-www-form-urlencoded"}}));
  }
  std::string add_fault(TestAccount& sandbox) {
    return text_of(
        http(sandbox, "POST", "/_sandbox/faults",
             fmt::format(R"({{"kind":"{}","every":{},"times":2}})",
                         one_of({"delay-event", "reorder-events", "repeat-message", "lose-event"}), 1 + below(3))));
  }
  std::string let_time_pass(TestAccount& sandbox) {
    sandbox.pass(std::chrono::milliseconds(below(2) == 0 ? below(3'000) : below(90'000)));
    return {};
  }

  std::mt19937 random_;
  std::string upload_;
  std::string part_of_;
  std::vector<std::string> services_;
};

// Whatever happened: an account that takes over a state is the one that was saved, to the byte, now and ever after.
TEST(State, RestoresTheSameAccount) {
  std::set<std::string> kinds;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    TestAccount first;
    Person person(seed);
    for (int step = 0; step < 80; ++step) person.act(first);
    const auto state = save(first);
    for (std::size_t begin = 0; begin < state.size(); begin = state.find('\n', begin) + 1)
      kinds.insert(state.substr(begin + 2, state.find('"', begin + 2) - begin - 2));
    TestAccount second;
    second.pass(hours(1));
    const auto restored = restore(second, state);
    ASSERT_TRUE(restored) << restored.error().message;
    ASSERT_EQ(save(second), state);
    Person same = person;
    for (int step = 0; step < 40; ++step) ASSERT_EQ(person.act(first), same.act(second)) << "step " << step;
    ASSERT_EQ(save(second), save(first));
  }
  // Whatever there is was there.
  EXPECT_THAT(kinds,
              testing::ElementsAre("account", "apprunner.deployments", "apprunner.service", "bytes", "ecr.image",
                                   "ecr.layer", "ecr.repository", "ecr.upload", "end", "events.rule", "fault", "faults",
                                   "iam.role", "logs.event", "logs.group", "logs.stream", "s3.account", "s3.bucket",
                                   "s3.object", "s3.part", "s3.upload", "sqs.message", "sqs.move-task", "sqs.queue"));
}

TEST(State, GoesOnWithAnOperationAndAHiddenMessage) {
  TestAccount first;
  first.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
  first.call("ecr.PutImage", R"({"repositoryName":"shop","imageTag":"1.0.0","imageManifest":"{\"schemaVersion\":2,)"
                             R"(\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[]}"})");
  const auto arn =
      at(first.call(
             "apprunner.CreateService",
             R"({"ServiceName":"shop","SourceConfiguration":{"AuthenticationConfiguration":{"AccessRoleArn":)"
             R"("arn:aws:iam::123456789012:role/A"},"ImageRepository":{"ImageRepositoryType":"ECR","ImageIdentifier":)"
             R"("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.0.0"}}})"),
         "/Service/ServiceArn");
  first.call("sqs.CreateQueue", R"({"QueueName":"q","Attributes":{"VisibilityTimeout":"20"}})");
  const auto url = first.queue_url("q");
  first.call("sqs.SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"hello"}})", url));
  first.call("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", url));
  first.pass(seconds(4));

  TestAccount second;
  second.pass(hours(100));
  ASSERT_TRUE(restore(second, save(first)));
  const auto status = [&] {
    return at(second.call("apprunner.DescribeService", fmt::format(R"({{"ServiceArn":"{}"}})", arn)),
              "/Service/Status");
  };
  const auto body = [&] {
    return at(second.call("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", url)), "/Messages/0/Body");
  };
  EXPECT_EQ(second.now, first.now);
  EXPECT_EQ(status(), "OPERATION_IN_PROGRESS");
  EXPECT_EQ(body(), "(none)");
  second.pass(seconds(7));
  EXPECT_EQ(status(), "RUNNING");
  EXPECT_EQ(body(), "(none)");
  second.pass(seconds(10));
  EXPECT_EQ(body(), "hello");
}

TEST(State, GivesTheFunctionWhatWaitsInTheQueue) {
  std::vector<std::string> events;
  const Invoke noting = [&events](const Invocation& invocation, auto done) {
    events.push_back(invocation.event);
    done({.ok = true, .payload = "{}"});
  };
  TestAccount without;
  without.call("sqs.SendMessage",
               fmt::format(R"({{"QueueUrl":"{}","MessageBody":"work"}})", without.queue_url("caretaker")));
  TestAccount with(TestAccount::unverified(), noting);
  ASSERT_TRUE(restore(with, save(without)));
  with.pass(seconds(0));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_THAT(events[0], HasSubstr(R"("body":"work")"));
}

TEST(State, TravelsOverHttp) {
  TestAccount first;
  first.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
  const auto saved = first.answer({{}, "GET", "/_sandbox/state", {{"Host", "x"}}, {}});
  EXPECT_EQ(saved.status, 200);
  const auto state = saved.source->read(saved.source->size());
  TestAccount second;
  http::Request put{{}, "PUT", "/_sandbox/state", {{"Host", "x"}}, {}};
  put.sink = second.account.receive(put, second.now);
  ASSERT_TRUE(put.sink);
  put.sink->take(state);
  const auto restored = second.answer(std::move(put));
  EXPECT_EQ(restored.status, 200) << restored.body;
  EXPECT_EQ(second.status_of("ecr.DescribeImages", R"({"repositoryName":"shop"})"), "200");
  EXPECT_EQ(second.answer({{}, "PUT", "/_sandbox/state", {{"Host", "x"}}, "{}"}).status, 400);
  EXPECT_EQ(second.answer({{}, "POST", "/_sandbox/state", {{"Host", "x"}}, state}).status, 405);
}

TEST(State, IsRefusedWithTheLineAndChangesNothing) {
  TestAccount first;
  first.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
  const auto state = save(first);
  const auto end = state.rfind("{\"end\"");
  const auto cut = state.substr(0, end);
  struct Case {
    std::string_view name;
    std::string state;
    std::string_view says;
  };
  const Case cases[] = {
      {"nothing", "", "line 1 of the state: the state ends too early"},
      {"no JSON", "hello\n", "line 1 of the state: it is not JSON"},
      {"a list", "[]\n", "line 1 of the state: a line is {\"KIND\":{…}}"},
      {"half a line", state.substr(0, 50), "line 1 of the state: it is not JSON"},
      {"no last line", cut, "the state ends too early: its last line is missing"},
      {"a line lost",
       replaced(state,
                R"({"s3.account":{"sequence":0}})"
                "\n",
                ""),
       "end: lines are missing before it"},
      {"a line after the last", state + state.substr(end), "it comes after the last"},
      {"another first line", state.substr(state.find('\n') + 1), "line 1 of the state: the first line"},
      {"an unknown kind", cut + "{\"sqs.letter\":{}}\n", "there is no kind \"sqs.letter\""},
      {"a later format", replaced(state, R"("format":1)", R"("format":2)"), "saved by another version"},
      {"another account", replaced(state, "123456789012", "111122223333"), "the state of account 111122223333"},
      {"a member missing", replaced(state, R"("scanOnPush":false)", R"("x":1)"), "scanOnPush is missing"},
      {"a member too many", replaced(state, R"("scanOnPush":false)", R"("scanOnPush":false,"x":1)"),
       "ecr.repository: there is a member too many"},
      {"a wrong type", replaced(state, R"("scanOnPush":false)", R"("scanOnPush":"no")"),
       "scanOnPush is not what it must be"},
      {"a repository twice",
       cut + R"({"ecr.repository":{"name":"shop","created":0,"immutableTags":false,"scanOnPush":false}})"
             "\n",
       "there are two of that name"},
      {"no such bytes",
       cut + R"({"ecr.layer":{"repository":"shop","digest":"sha256:00","bytes":7}})"
             "\n",
       "bytes is not what it must be"},
      {"other bytes than its digest says",
       cut + R"({"bytes":{"number":1,"data":"AAAA"}})"
             "\n"
             R"({"ecr.layer":{"repository":"shop","digest":"sha256:00","bytes":1}})"
             "\n",
       "its bytes have another digest"},
      {"no base64",
       cut + R"({"bytes":{"number":1,"data":"A"}})"
             "\n",
       "data is not base64"},
      {"a pattern that is none",
       cut +
           R"({"events.rule":{"name":"r","description":"","state":"ENABLED","role":"","tags":[],"pattern":"{","targets":[]}})"
           "\n",
       "events.rule: "},
      {"a service without a source",
       cut +
           R"({"apprunner.service":{"name":"s","id":"","arn":"arn","url":"","created":0,"updated":0,"status":"RUNNING",)"
           R"("configuration":{},"former":{},"operations":[]}})"
           "\n",
       "a configuration has no SourceConfiguration"},
      {"a time that is none", replaced(state, R"("time":)", R"("time":99)"), "time is not what it must be"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TestAccount second;
    const auto before = save(second);
    const auto restored = restore(second, c.state);
    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().message, HasSubstr(std::string(c.says)));
    EXPECT_EQ(save(second), before);
  }
}

// What goes takes its bytes with it: nothing of the account before stays in the store that both use.
TEST(State, LeavesNoBytesOfTheAccountBefore) {
  class Counting final : public BlobStore {
   public:
    std::shared_ptr<Blob> create() override {
      auto blob = memory_blobs()->create();
      made.push_back(blob);
      return blob;
    }
    std::vector<std::weak_ptr<Blob>> made;
  };
  const auto store = std::make_shared<Counting>();
  auto settings = TestAccount::unverified();
  settings.blobs = store;
  TestAccount sandbox(settings);
  const auto alive = [&] {
    return std::ranges::count_if(store->made, [](const auto& blob) { return !blob.expired(); });
  };
  sandbox.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
  sandbox.answer(
      {{}, "POST", "/v2/shop/blobs/uploads/?digest=sha256:" + base::sha256_hex("layer"), {{"Host", "x"}}, "layer"});
  sandbox.answer({{}, "POST", "/v2/shop/blobs/uploads/", {{"Host", "x"}}, ""});
  EXPECT_EQ(alive(), 2);
  const auto state = save(sandbox);
  EXPECT_EQ(alive(), 2);
  sandbox.account.reset();
  EXPECT_EQ(alive(), 0);
  ASSERT_TRUE(restore(sandbox, state));
  EXPECT_EQ(alive(), 2);
  EXPECT_EQ(save(sandbox), state);
  sandbox.account.reset();
  EXPECT_EQ(alive(), 0);
}

}  // namespace
}  // namespace sandbox
