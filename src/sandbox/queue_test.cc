// SPDX-License-Identifier: Apache-2.0
#include "sandbox/queue.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "sandbox/message.h"

namespace sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class QueueTest : public testing::Test {
 protected:
  void pass(milliseconds time) { world_.advance(world_.now() + time); }
  std::vector<std::string> receive(std::size_t count = 10) {
    received_ = queue_.receive(count, std::nullopt);
    std::vector<std::string> bodies;
    for (const auto& message : received_) bodies.push_back(message.body);
    return bodies;
  }
  void send(std::string body, std::optional<seconds> delay = std::nullopt) {
    queue_.send({std::move(body), {}, {}}, delay);
  }

  using Bodies = std::vector<std::string>;
  World world_{{}, {}};
  std::vector<Message> dead_;
  bool dead_letters_there_ = true;
  Queue queue_{world_, "q",
               QueueSettings{.visibility = seconds(30), .redrive = Redrive{"arn:aws:sqs:us-east-1:1:dead", 2}},
               [this](const Message& message) {
                 if (dead_letters_there_) dead_.push_back(message);
                 return dead_letters_there_;
               }};
  std::vector<Message> received_;
};

TEST_F(QueueTest, WeighsWhatItHolds) {
  for (const auto* body : {"a", "bb", "ccc", "dddd", "eeeee"}) send(body);
  EXPECT_EQ(world_.queued(), 15U + 5 * 512);
  receive(1);
  EXPECT_TRUE(queue_.remove(received_.at(0).receipt));
  EXPECT_EQ(world_.queued(), 14U + 4 * 512);
  receive(1);
  pass(seconds(30));
  receive(1);
  pass(seconds(30));
  // The one that was received twice goes to the dead letters.
  receive(1);
  EXPECT_EQ(dead_.size(), 1U);
  EXPECT_EQ(world_.queued(), 12U + 3 * 512);
  queue_.adopt(dead_.at(0));
  EXPECT_EQ(world_.queued(), 14U + 4 * 512);
  {
    Queue other(world_, "other", {}, [](const Message&) { return false; });
    other.send({"gone with its queue", {}, {}}, std::nullopt);
  }
  EXPECT_EQ(world_.queued(), 14U + 4 * 512);
  world_.queued() += World::queued_max;
  EXPECT_FALSE(queue_.has_room());
  queue_.take_event({"no room", {}, {}});
  EXPECT_EQ(world_.queued(), 14U + 4 * 512 + World::queued_max);
  world_.queued() -= World::queued_max;
  queue_.purge();
  EXPECT_EQ(world_.queued(), 0U);
}

TEST_F(QueueTest, HidesWhatWasReceivedUntilItsVisibilityRunsOut) {
  send("a");
  EXPECT_EQ(receive(), Bodies{"a"});
  EXPECT_EQ(receive(), Bodies{});
  pass(milliseconds(29'999));
  EXPECT_EQ(receive(), Bodies{});
  pass(milliseconds(1));
  EXPECT_EQ(receive(), Bodies{"a"});
  EXPECT_EQ(received_.at(0).received, 2U);
}

TEST_F(QueueTest, KeepsADelayedMessageBack) {
  send("late", seconds(10));
  send("now");
  EXPECT_EQ(queue_.counts().delayed, 1U);
  EXPECT_EQ(receive(), Bodies{"now"});
  pass(seconds(10));
  EXPECT_EQ(receive(), Bodies{"late"});
}

TEST_F(QueueTest, GivesTheOldestFirstAndNoMoreThanAsked) {
  for (const auto* body : {"1", "2", "3"}) send(body);
  EXPECT_EQ(receive(2), (Bodies{"1", "2"}));
  EXPECT_EQ(receive(2), Bodies{"3"});
}

TEST_F(QueueTest, MovesAMessageAfterTooManyReceives) {
  send("poison");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(receive(), Bodies{"poison"});
    pass(seconds(30));
  }
  EXPECT_EQ(receive(), Bodies{});
  ASSERT_EQ(dead_.size(), 1U);
  EXPECT_EQ(dead_.at(0).received, 2U);
  pass(seconds(60));
  EXPECT_EQ(receive(), Bodies{});
}

TEST_F(QueueTest, KeepsAMessageThatHasNoDeadLettersToGoTo) {
  dead_letters_there_ = false;
  send("poison");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(receive(), Bodies{"poison"});
    pass(seconds(30));
  }
}

TEST_F(QueueTest, DeletesByTheLastReceiptOnly) {
  send("a");
  receive();
  const auto old = received_.at(0).receipt;
  pass(seconds(30));
  receive();
  ASSERT_TRUE(queue_.remove(old));
  EXPECT_EQ(queue_.counts().in_flight, 1U);
  ASSERT_TRUE(queue_.remove(received_.at(0).receipt));
  EXPECT_EQ(queue_.counts().in_flight, 0U);
  // What is gone may be deleted again.
  EXPECT_TRUE(queue_.remove(received_.at(0).receipt));
}

TEST_F(QueueTest, ChangesVisibilityFromNowOn) {
  send("a");
  receive();
  pass(seconds(20));
  ASSERT_TRUE(queue_.change_visibility(received_.at(0).receipt, seconds(100)));
  pass(seconds(99));
  EXPECT_EQ(receive(), Bodies{});
  pass(seconds(1));
  EXPECT_EQ(receive(), Bodies{"a"});
  ASSERT_TRUE(queue_.change_visibility(received_.at(0).receipt, seconds(0)));
  EXPECT_TRUE(queue_.has_visible());
}

TEST_F(QueueTest, RefusesVisibilityChangesThatCannotBe) {
  send("a");
  receive();
  const auto receipt = received_.at(0).receipt;
  const auto code = [&](std::string_view of, seconds visibility) {
    return queue_.change_visibility(of, visibility).error().code;
  };
  EXPECT_EQ(code("AQEBnonsense", seconds(1)), "ReceiptHandleIsInvalid");
  EXPECT_EQ(code(receipt + "0", seconds(1)), "ReceiptHandleIsInvalid");
  EXPECT_EQ(code("", seconds(1)), "ReceiptHandleIsInvalid");
  pass(seconds(1));
  EXPECT_EQ(code(receipt, seconds(43'200)), "InvalidParameterValueException") << "twelve hours since the receive";
  pass(seconds(29));
  EXPECT_EQ(code(receipt, seconds(1)), "MessageNotInflight");
  ASSERT_TRUE(queue_.remove(receipt));
  EXPECT_EQ(code(receipt, seconds(1)), "InvalidParameterValueException");
}

TEST_F(QueueTest, ForgetsWhatIsOlderThanItsRetention) {
  send("a");
  pass(std::chrono::hours(96) - seconds(1));
  EXPECT_EQ(queue_.counts().visible, 1U);
  pass(seconds(1));
  EXPECT_EQ(queue_.counts().visible, 0U);
}

TEST_F(QueueTest, TellsItsListenersOnceFromTheAgenda) {
  int told = 0;
  queue_.listen([&] { ++told; });
  send("a");
  send("b");
  EXPECT_EQ(told, 0);
  pass(milliseconds(0));
  EXPECT_EQ(told, 1);
  receive();
  pass(seconds(30));
  EXPECT_EQ(told, 2);
}

TEST(MessageAttributes, HashAsSqsDoes) {
  // Computed by the AWS CLI, which checks what SQS answers.
  EXPECT_EQ(md5_of_attributes({{"n", {"Number", "2"}}, {"b", {"Binary", std::string("\0\1\2", 3)}}}),
            "2993f7d6906b9ad96b8a52334348728d");
  EXPECT_EQ(md5_of_attributes({}), "");
}

TEST(MessageText, IsWhatXmlCanHold) {
  for (const std::string_view good : {"a", "tab\tline\r\n", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(is_message_text(good)) << good;
  for (const std::string_view bad :
       {std::string_view("\0", 1), std::string_view("\x1b"), std::string_view("\xff"), std::string_view("\xc0\x80"),
        std::string_view("\xED\xA0\x80"), std::string_view("\xEF\xBF\xBF"), std::string_view("\xF4\x90\x80\x80")}) {
    EXPECT_FALSE(is_message_text(bad));
  }
}

}  // namespace
}  // namespace sandbox
