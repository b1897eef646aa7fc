// SPDX-License-Identifier: Apache-2.0
#include "cli/redrive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view push =
    R"({"version":"0","id":"1","detail-type":"ECR Image Action","source":"aws.ecr","account":"123456789012",)"
    R"("time":"2026-01-02T03:00:00Z","region":"us-east-1","resources":[],"detail":{"action-type":"PUSH","result":"SUCCESS",)"
    R"("repository-name":"shop","image-tag":"1.2.4",)"
    R"("image-digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}})";

// A queue `caretaker` and its dead letters, as far as `redrive` asks SQS.
class QueueDouble final : public http::Client {
 public:
  struct Letter {
    std::string id;
    std::string body;
    std::string reason;  // Empty: SQS put it there.
    bool hidden = false;
  };
  std::vector<Letter> dead;
  std::vector<std::string> queue;    // Bodies.
  std::vector<std::string> effects;  // In their order.
  bool has_dead_letters = true;
  std::string refuses;         // An operation.
  std::string interrupted_in;  // An operation that is answered, while somebody presses Ctrl-C.
  std::stop_source interrupt;
  enum class Start { Answered, Lost, CutBehind };  // What becomes of a StartMessageMoveTask.
  Start start = Start::Answered;
  int looks_until_listed = 0;  // A move that was begun.
  int looks_until_moved = 2;
  std::optional<std::string> moved_before;  // A move task of the past.
  bool counts_none = false;                 // As SQS may for a minute after they came.
  base::FakeClock* clock = nullptr;         // Somebody's whom each ReceiveMessage takes ten seconds; null: nobody's.
  bool counts_all_as_hidden = false;        // As SQS may for a minute after they came back.

  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    const auto target = request.headers.get("X-Amz-Target").value_or("");
    const auto operation = std::string(target.substr(target.rfind('.') + 1));
    if (operation == interrupted_in) interrupt.request_stop();
    if (operation == refuses) return http::Response{403, {}, R"({"__type":"AccessDenied","message":"no"})"};
    const auto input = base::parse_json(request.body).value_or(boost::json::value());
    const auto url = std::string(base::string_member(input, "QueueUrl").value_or(""));
    if (operation == "GetQueueUrl")
      return answer(
          fmt::format(R"({{"QueueUrl":"http://q/{}"}})", base::string_member(input, "QueueName").value_or("")));
    if (operation == "GetQueueAttributes") return answer(attributes(url));
    if (operation == "ReceiveMessage") {
      if (clock) clock->advance(std::chrono::seconds(10));
      return answer(receive());
    }
    if (operation == "ChangeMessageVisibilityBatch") return show(input);
    if (operation == "SendMessage") {
      EXPECT_EQ(url, "http://q/caretaker");
      EXPECT_EQ(base::member(input, "MessageAttributes"), nullptr);
      queue.emplace_back(base::string_member(input, "MessageBody").value_or(""));
      effects.emplace_back("sent");
      return answer(R"({"MessageId":"new"})");
    }
    if (operation == "DeleteMessage") {
      const auto id = std::string(base::string_member(input, "ReceiptHandle").value_or("")).substr(3);
      std::erase_if(dead, [&](const Letter& letter) { return letter.id == id; });
      effects.push_back("deleted " + id);
      return answer("{}");
    }
    if (operation == "StartMessageMoveTask") {
      EXPECT_EQ(base::string_member(input, "DestinationArn"), "arn:aws:sqs:us-east-1:123456789012:caretaker");
      if (start == Start::Lost) return base::fail(base::ErrorKind::Unknown, "cut");
      effects.emplace_back("moving");
      if (start == Start::CutBehind) return base::fail(base::ErrorKind::Unknown, "cut");
      return answer(R"({"TaskHandle":"t"})");
    }
    if (operation == "ListMessageMoveTasks") {
      const bool begun = std::ranges::find(effects, "moving") != effects.end() && --looks_until_listed < 0;
      if (!begun) return answer(moved_before ? R"({"Results":[)" + *moved_before + "]}" : R"({"Results":[]})");
      const bool done = --looks_until_moved < 0;
      const auto shown = std::ranges::count(dead, false, &Letter::hidden);
      return answer(fmt::format(
          R"({{"Results":[{{"Status":"{}","ApproximateNumberOfMessagesMoved":{},"ApproximateNumberOfMessagesToMove":{},"StartedTimestamp":1767323000000}}]}})",
          done ? "COMPLETED" : "RUNNING", done ? shown : 0, shown));
    }
    ADD_FAILURE() << operation << " " << request.target;
    return http::Response{400, {}, "{}"};
  }

 private:
  static http::Response answer(std::string body) { return {200, {}, std::move(body)}; }

  std::string attributes(const std::string& url) const {
    const auto name = url.substr(url.rfind('/') + 1);
    const auto in_flight = counts_all_as_hidden ? std::ssize(dead) : std::ranges::count(dead, true, &Letter::hidden);
    const auto redrive =
        name == "caretaker" && has_dead_letters
            ? R"(,"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":20}")"
            : "";
    return fmt::format(
        R"({{"Attributes":{{"QueueArn":"arn:aws:sqs:us-east-1:123456789012:{}","ApproximateNumberOfMessages":"{}","ApproximateNumberOfMessagesNotVisible":"{}"{}}}}})",
        name, counts_none ? 0 : std::ssize(dead) - in_flight, counts_none ? 0 : in_flight, redrive);
  }

  std::string receive() {
    boost::json::array list;
    for (auto& letter : dead) {
      if (letter.hidden || list.size() == 10) continue;
      letter.hidden = true;
      boost::json::object message{{"MessageId", letter.id},
                                  {"ReceiptHandle", "rh-" + letter.id},
                                  {"Body", letter.body},
                                  {"Attributes", boost::json::object{{"SentTimestamp", "1767322985000"}}}};
      if (!letter.reason.empty()) {
        message["MessageAttributes"] = boost::json::object{
            {"CaretakerReason", boost::json::object{{"DataType", "String"}, {"StringValue", letter.reason}}}};
      }
      list.push_back(std::move(message));
    }
    return list.empty() ? "{}" : boost::json::serialize(boost::json::object{{"Messages", std::move(list)}});
  }

  http::Response show(const boost::json::value& input) {
    for (const auto& entry : base::member(input, "Entries")->as_array()) {
      const auto id = std::string(base::string_member(entry, "ReceiptHandle").value_or("")).substr(3);
      for (auto& letter : dead) letter.hidden = letter.hidden && letter.id != id;
    }
    return answer("{}");
  }
};

// Who redrives, a minute after the letters were sent.
struct Desk {
  base::FakeClock clock{base::Time(std::chrono::seconds(1'767'323'105))};
  QueueDouble sqs;
  Desk() {
    sqs.dead = {{"aaa1", std::string(push), "busy: waited 3 times"},
                {"aab2", "{}", ""},
                {"bbb3", std::string(push), "denied: no"}};
  }
  testing::Answer say(std::vector<std::string> options) {
    options.insert(options.begin(), "redrive");
    return testing::ask(std::move(options), {.stop = sqs.interrupt.get_token(),
                                             .clock = &clock,
                                             .environment = {{"AWS_REGION", "us-east-1"},
                                                             {"AWS_ACCESS_KEY_ID", "a"},
                                                             {"AWS_SECRET_ACCESS_KEY", "b"},
                                                             {"AWS_ENDPOINT_URL", "http://127.0.0.1:4566"},
                                                             {"QUEUE_NAME", "caretaker"}},
                                             .make_client = [this](const std::string&) {
                                               return std::make_unique<testing::Borrowed>(sqs);
                                             }});
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& letter : sqs.dead) ids.push_back(letter.id);
    return ids;
  }
};

TEST(Redrive, SendsBackWhatIsChosenAndNothingElse) {
  struct Case {
    std::string_view name;
    std::vector<std::string> options;
    int code;
    std::string_view says;
    std::vector<std::string> effects;
    std::vector<std::string> left;
  };
  const std::vector<std::string> all{"aaa1", "aab2", "bbb3"};
  const Case cases[] = {
      {"a list", {}, 0, "aaa1    2m  shop:1.2.4\n    busy: waited 3 times\n", {}, all},
      {"what SQS gave up", {"--list"}, 0, "SQS put it here: the function took it up too often", {}, all},
      {"how many", {}, 0, "3 dead letters in dead; --message ID sends one back to caretaker", {}, all},
      {"one",
       {"--message", "aaa1"},
       0,
       "aaa1  shop:1.2.4: sent to caretaker as new",
       {"sent", "deleted aaa1"},
       {"aab2", "bbb3"}},
      {"the beginning of one", {"--message", "b"}, 0, "bbb3", {"sent", "deleted bbb3"}, {"aaa1", "aab2"}},
      {"two",
       {"--message", "aaa1", "--message", "bbb3"},
       0,
       "bbb3",
       {"sent", "deleted aaa1", "sent", "deleted bbb3"},
       {"aab2"}},
      {"one twice", {"--message", "aaa1", "aaa"}, 0, "aaa1", {"sent", "deleted aaa1"}, {"aab2", "bbb3"}},
      {"the beginning of two", {"--message", "aa"}, 2, "more than one dead letter begins with `aa`", {}, all},
      {"none", {"--message", "c"}, 2, "no dead letter begins with `c`; `caretaker redrive` lists them", {}, all},
      {"a dry run", {"--message", "aaa1", "-n"}, 1, "would be sent to caretaker (dry run: nothing was done)", {}, all},
      {"all", {"--all"}, 0, "3 messages moved from dead to caretaker\n", {"moving"}, all},
      {"all, as a dry run", {"--all", "-n"}, 1, "about 3 would be moved", {}, all},
      {"one and all", {"--all", "--message", "a"}, 2, "don't go together", {}, all},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    const auto answer = desk.say(c.options);
    EXPECT_EQ(answer.code, c.code) << answer.out << answer.err;
    EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    EXPECT_EQ(desk.sqs.effects, c.effects);
    EXPECT_EQ(desk.ids(), c.left);
    EXPECT_TRUE(std::ranges::none_of(desk.sqs.dead, &QueueDouble::Letter::hidden)) << "all show again";
  }
}

TEST(Redrive, SendsTheBodyAsItWasReceived) {
  Desk desk;
  ASSERT_EQ(desk.say({"--message", "aaa1"}).code, 0);
  EXPECT_THAT(desk.sqs.queue, ElementsAre(push));
}

TEST(Redrive, LosesNothingWhenSomethingIsRefused) {
  struct Case {
    std::string_view refuses;
    int code;
    std::string_view says;
  };
  const Case cases[] = {
      {"SendMessage", 1, "aaa1  shop:1.2.4: not sent, and still in dead: sqs SendMessage: AccessDenied"},
      {"DeleteMessage", 1, "sent to caretaker as new, but it is still in dead as well: sqs DeleteMessage"},
      {"ReceiveMessage", 2, "caretaker redrive: queue dead: sqs ReceiveMessage: AccessDenied"},
      {"GetQueueUrl", 2, "caretaker redrive: queue caretaker: sqs GetQueueUrl: AccessDenied"},
      {"ChangeMessageVisibilityBatch", 0, "they show again in 2m"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.refuses);
    Desk desk;
    desk.sqs.refuses = c.refuses;
    const auto answer = desk.say({"--message", "aaa1"});
    EXPECT_EQ(answer.code, c.code) << answer.out;
    EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    EXPECT_EQ(desk.ids().size(), c.code == 0 ? 2U : 3U);
  }
}

TEST(Redrive, SaysWhatIsNotThere) {
  Desk desk;
  desk.sqs.dead.clear();
  EXPECT_EQ(desk.say({}).out, "dead is empty\n");
  EXPECT_THAT(desk.sqs.effects, IsEmpty());
  EXPECT_EQ(desk.say({"--all", "-n"}).out, "dead is empty\n");
  EXPECT_THAT(desk.sqs.effects, IsEmpty());
  EXPECT_EQ(desk.say({"--all"}).out, "dead is empty\n");
  desk.sqs.has_dead_letters = false;
  EXPECT_THAT(desk.say({}).err, HasSubstr("queue caretaker has no dead-letter queue"));
  EXPECT_THAT(
      testing::ask({"redrive"},
                   {.environment = {{"AWS_REGION", "us-east-1"}},
                    .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(desk.sqs); }})
          .err,
      HasSubstr("QUEUE_NAME is not set"));
}

TEST(Redrive, TellsOfLettersThatSomebodyLooksAt) {
  struct Case {
    std::string_view name;
    std::vector<std::string> options;
    std::vector<std::string> hidden;
    int code;
    std::string_view says;
    std::vector<std::string> effects;
  };
  const std::vector<std::string> all{"aaa1", "aab2", "bbb3"};
  const Case cases[] = {
      {"all are",
       {"--all"},
       all,
       1,
       "dead shows no letter to move\nleft out: 3 dead letters being looked at just now; try again in two minutes\n",
       {"moving"}},
      {"all are, in a dry run",
       {"--all", "-n"},
       all,
       1,
       "left out: 3 dead letters being looked at just now; try again",
       {}},
      {"some are",
       {"--all"},
       {"aab2", "bbb3"},
       1,
       "1 message moved from dead to caretaker\nleft out: 2 dead letters being looked at just now; try again in two "
       "minutes\n",
       {"moving"}},
      {"some are, in a dry run",
       {"--all", "-n"},
       {"bbb3"},
       1,
       "(dry run: nothing was done)\nleft out: 1 dead letter being looked at just now; try again in two minutes\n",
       {}},
      {"all are, listed",
       {},
       all,
       0,
       "dead shows no letter\nleft out: 3 dead letters being looked at just now; try again in two minutes\n",
       {}},
      {"some are, listed",
       {},
       {"bbb3"},
       0,
       "--all every one\nleft out: 1 dead letter being looked at just now; try again in two minutes\n",
       {}},
      {"one that is chosen",
       {"--message", "b"},
       {"bbb3"},
       2,
       "lists them\nleft out: 1 dead letter being looked at just now; try again in two minutes\n",
       {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    for (auto& letter : desk.sqs.dead) letter.hidden = std::ranges::find(c.hidden, letter.id) != c.hidden.end();
    const auto answer = desk.say(c.options);
    EXPECT_EQ(answer.code, c.code);
    EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    EXPECT_EQ(desk.sqs.effects, c.effects);
  }
}

TEST(Redrive, ShowsAgainWhatItReadWhenInterrupted) {
  struct Case {
    std::string_view name;
    std::vector<std::string> options;
    std::string interrupted_in;
    std::string_view says;
    std::vector<std::string> effects;
  };
  const std::string nothing = "caretaker redrive: interrupted; nothing was sent\n";
  const Case cases[] = {
      {"while it reads, to list", {}, "ReceiveMessage", nothing, {}},
      {"while it reads, to list for machines", {"--json"}, "ReceiveMessage", nothing, {}},
      {"while it reads, to send", {"--message", "aaa1"}, "ReceiveMessage", nothing, {}},
      {"before it reads", {}, "GetQueueUrl", nothing, {}},
      {"before all are moved", {"--all"}, "GetQueueUrl", nothing, {}},
      {"between two",
       {"--message", "aaa1", "bbb3"},
       "SendMessage",
       "aaa1  shop:1.2.4: sent to caretaker as new\nbbb3  shop:1.2.4: not sent, and still in dead: interrupted\n",
       {"sent", "deleted aaa1"}},
      {"while all are moved",
       {"--all"},
       "StartMessageMoveTask",
       "interrupted: SQS goes on moving them by itself\n",
       {"moving"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.sqs.interrupted_in = c.interrupted_in;
    const auto answer = desk.say(c.options);
    EXPECT_EQ(answer.code, 130);
    EXPECT_EQ(answer.out + answer.err, c.says);
    EXPECT_EQ(desk.sqs.effects, c.effects);
    EXPECT_TRUE(std::ranges::none_of(desk.sqs.dead, &QueueDouble::Letter::hidden)) << "all show again";
  }
}

TEST(Redrive, TellsOfItsOwnMoveAndOfNoOther) {
  using Start = QueueDouble::Start;
  struct Case {
    std::string_view name;
    Start start;
    int looks_until_listed;
    int code;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"it begins", Start::Answered, 0, 0, "3 messages moved from dead to caretaker\n"},
      {"it begins, and is listed late", Start::Answered, 3, 0, "3 messages moved from dead to caretaker\n"},
      {"it is never listed", Start::Answered, 99, 2, "SQS has begun to move them, and does not list that"},
      {"the answer is lost", Start::CutBehind, 0, 0, "3 messages moved from dead to caretaker\n"},
      {"the request is lost", Start::Lost, 0, 2,
       "caretaker redrive: queue dead: no move has begun: sqs StartMessageMoveTask: cut; `caretaker redrive` lists "
       "what "
       "is there"},
  };
  for (const auto& c : cases) {
    for (const bool moved_before : {false, true}) {
      SCOPED_TRACE(std::string(c.name) + (moved_before ? ", behind another" : ""));
      Desk desk;
      desk.sqs.start = c.start;
      desk.sqs.looks_until_listed = c.looks_until_listed;
      if (moved_before) {
        desk.sqs.moved_before =
            R"({"Status":"COMPLETED","ApproximateNumberOfMessagesMoved":7,"ApproximateNumberOfMessagesToMove":7,)"
            R"("StartedTimestamp":1767320000000})";
      }
      const auto answer = desk.say({"--all"});
      EXPECT_EQ(answer.code, c.code);
      EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    }
  }
}

TEST(Redrive, MovesWhatSqsDoesNotCountYet) {
  Desk desk;
  desk.sqs.counts_none = true;
  const auto answer = desk.say({"--all"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out, "3 messages moved from dead to caretaker\n");
}

TEST(Redrive, FindsALetterBehindTheFirstHundred) {
  struct Case {
    std::string_view name;
    std::vector<std::string> options;
    int code;
    std::string_view says;
    std::size_t left;
  };
  const Case cases[] = {
      {"the last", {"--message", "n129"}, 0, "n129  shop:1.2.4: sent to caretaker as new\n", 129},
      {"none", {"--message", "x"}, 2, "no dead letter begins with `x`", 130},
      {"a list", {}, 0, "100 dead letters in dead, and there may be more; ", 130},
      {"a list for machines", {"--json"}, 0, R"("queue":"dead","more":true,"hidden":0,"letters":[{)", 130},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.sqs.dead.clear();
    for (int i = 0; i < 130; ++i) desk.sqs.dead.push_back({fmt::format("n{:03}", i), std::string(push), "busy"});
    const auto answer = desk.say(c.options);
    EXPECT_EQ(answer.code, c.code);
    EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    EXPECT_EQ(desk.sqs.dead.size(), c.left);
    EXPECT_TRUE(std::ranges::none_of(desk.sqs.dead, &QueueDouble::Letter::hidden)) << "all show again";
  }
}

// A queue of so many that those read first show again meanwhile.
TEST(Redrive, SaysHowFarItLooked) {
  Desk desk;
  desk.sqs.dead.clear();
  for (int i = 0; i < 300; ++i) desk.sqs.dead.push_back({fmt::format("n{:03}", i), std::string(push), "busy"});
  desk.sqs.clock = &desk.clock;
  const auto answer = desk.say({"--message", "n299"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_EQ(answer.err,
            "caretaker redrive: no dead letter among the first 100 begins with `n299`; --all sends every one back\n");
}

TEST(Redrive, BelievesTheLettersMoreThanALateCount) {
  Desk desk;
  desk.sqs.counts_all_as_hidden = true;
  EXPECT_THAT(desk.say({}).out, Not(HasSubstr("left out")));
}

TEST(Redrive, ListsForMachines) {
  Desk desk;
  const auto list = base::parse_json(desk.say({"--json"}).out);
  ASSERT_TRUE(list);
  EXPECT_EQ(base::string_member(*list, "schema"), "caretaker-dead-letters/1");
  const auto& first = base::member(*list, "letters")->as_array().front();
  EXPECT_EQ(base::string_member(first, "reason"), "busy: waited 3 times");
  EXPECT_EQ(base::string_member(first, "body"), push);
  EXPECT_EQ(base::string_member(first, "sentAt"), "2026-01-02T03:03:05Z");
}

}  // namespace
}  // namespace cli
