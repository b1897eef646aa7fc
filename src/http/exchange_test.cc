// SPDX-License-Identifier: Apache-2.0
// The client against the server: what one says the other hears.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <vector>

#include "base/fake_clock.h"
#include "http/test_net.h"

namespace http::test {
namespace {

TEST(Exchange, CarriesRequestsAndAnswersWhole) {
  struct Case {
    std::string_view name;
    Request request;
    Response response;
    std::string_view body;  // What the client gets.
  };
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  std::string large;
  while (large.size() < 3'000'000) large += bytes;
  const Case cases[] = {
      {"nothing but a path", {.target = "/a/b?c=%2F&d"}, {200, {}, "ok"}, "ok"},
      {"a body each way", {.method = "POST", .body = "{}"}, {201, {{"X", "y"}}, "made"}, "made"},
      {"bytes of every value", {.method = "PUT", .body = bytes}, {200, {}, bytes}, bytes},
      {"large bodies", {.method = "PUT", .body = large}, {200, {}, large}, large},
      {"an empty body", {.method = "POST"}, {200, {}, ""}, ""},
      {"HEAD", {.method = "HEAD"}, {200, {}, "a body that is only counted"}, ""},
      {"no content", {.method = "DELETE"}, {204, {}, ""}, ""},
      {"not modified", {.headers = {{"If-None-Match", "\"e\""}}}, {304, {{"ETag", "\"e\""}}, ""}, ""},
      {"an error", {}, {503, {{"Content-Type", "text/html"}}, "<html>"}, "<html>"},
      {"several fields of one name",
       {.headers = {{"Accept", "a"}, {"Accept", "b"}}},
       {200, {{"C", "1"}, {"C", "2"}}, ""},
       ""},
      {"a method of its own", {.method = "PURGE"}, {200, {}, "gone"}, "gone"},
      {"a target as it is", {.target = "//a/../b/%2e%2E/+?x=%zz&y=[]"}, {200, {}, ""}, ""},
      {"chunks are not needed",
       {.method = "POST", .headers = {{"Connection", "close"}}, .body = "x"},
       {200, {}, "y"},
       "y"},
  };
  std::mutex mutex;
  Request heard;
  const Case* current = nullptr;
  RunningServer server([&](Request request, Reply reply) {
    const std::scoped_lock lock(mutex);
    heard = std::move(request);
    reply(current->response);
  });
  TestClient client;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    {
      const std::scoped_lock lock(mutex);
      current = &c;
    }
    auto request = c.request;
    request.origin = server.origin();
    const auto response = client.send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, c.response.status);
    EXPECT_EQ(response->body == c.body, true);
    for (const auto& [name, value] : c.response.headers) EXPECT_TRUE(response->headers.get(name)) << name;
    const std::scoped_lock lock(mutex);
    EXPECT_EQ(heard.method, request.method);
    EXPECT_EQ(heard.target, request.target);
    EXPECT_EQ(heard.body == request.body, true);
    EXPECT_EQ(heard.origin, server.origin());
    EXPECT_EQ(heard.headers.get("host"), server.origin().authority());
    std::vector<std::string> accepts;
    for (const auto& [name, value] : heard.headers) {
      if (name == "Accept") accepts.push_back(value);  // Each by itself: a registry's client sends six.
    }
    EXPECT_EQ(accepts.size(), c.request.headers.get("Accept") ? 2U : 0U);
  }
}

TEST(Exchange, AnswersLater) {
  std::vector<Reply> waiting;
  Server* timers = nullptr;
  RunningServer server([&](const Request&, Reply reply) {
    waiting.push_back(std::move(reply));
    const auto now = std::chrono::steady_clock::now();
    timers->set_timer(now, [] { ADD_FAILURE() << "a timer ran that had been replaced"; });
    timers->set_timer(now + std::chrono::milliseconds(30), [&] { waiting.at(0)({200, {}, "late"}); });
  });
  timers = &server.server();
  TestClient client;
  const auto start = std::chrono::steady_clock::now();
  const auto response = client.get(server.origin());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "late");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
}

TEST(Exchange, KeepsTheConnection) {
  std::mutex mutex;
  std::vector<std::string> targets;
  RawServer server([&](const Socket& socket) {
    for (auto head = socket.read_until("\r\n\r\n"); !head.empty(); head = socket.read_until("\r\n\r\n")) {
      const std::scoped_lock lock(mutex);
      targets.push_back(head.substr(0, head.find(" HTTP")));
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  {
    TestClient client;
    for (const auto* target : {"/1", "/2", "/3"}) ASSERT_TRUE(client.get(server.origin(), target));
  }
  EXPECT_EQ(server.connections(), 1);
  const std::scoped_lock lock(mutex);
  EXPECT_THAT(targets, testing::ElementsAre("GET /1", "GET /2", "GET /3"));
}

TEST(Exchange, DoesNotTrustAConnectionThatWasQuietForLong) {
  RawServer server([](const Socket& socket) {
    while (!socket.read_until("\r\n\r\n").empty()) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  base::FakeClock clock;
  auto client = make_client({}, clock);
  ASSERT_TRUE(client);
  struct Case {
    std::string_view name;
    std::chrono::seconds quiet;
    bool frozen;  // The machine's monotonic clock stood still meanwhile, as in a function between two invocations.
    int connections;
  };
  constexpr Case cases[] = {
      {"none yet", std::chrono::seconds(0), false, 1},
      {"still young", std::chrono::seconds(10), false, 1},
      {"old", std::chrono::seconds(20), false, 2},
      {"shortly frozen", std::chrono::seconds(10), true, 2},
      {"frozen for long", std::chrono::minutes(15), true, 3},
      {"the time was set back", std::chrono::seconds(-1), true, 4},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    if (c.frozen) {
      clock.set_now(clock.now() + c.quiet);
    } else {
      clock.advance(c.quiet);
    }
    const Limits limits{.deadline = clock.instant() + std::chrono::seconds(10)};
    const auto response = (*client)->send({.origin = server.origin()}, limits);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(server.connections(), c.connections);
  }
  client->reset();
}

TEST(Exchange, ReplacesAConnectionThatWasClosedQuietly) {
  struct Case {
    std::string_view name;
    std::function<void(Socket&)> end;
  };
  const Case cases[] = {{"closed in order", [](Socket& socket) { socket.close(); }},
                        {"reset", [](Socket& socket) { socket.reset(); }},
                        {"closed with a word nobody asked for", [](Socket& socket) {
                           socket.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
                           socket.close();
                         }}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::promise<void> answered;
    std::promise<void> ended;
    std::atomic<int> connections = 0;
    RawServer server([&](Socket socket) {
      socket.read_until("\r\n\r\n");
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      if (++connections > 1) return;
      answered.get_future().wait();
      c.end(socket);
      ended.set_value();
    });
    TestClient client;
    ASSERT_TRUE(client.get(server.origin()));
    answered.set_value();
    ended.get_future().wait();
    const auto again = client.send({.origin = server.origin(), .method = "POST", .body = "once"});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(server.connections(), 2);
  }
}

TEST(Exchange, ConnectsAhead) {
  RunningServer one([](const Request&, Reply reply) { reply({200, {}, "one"}); });
  std::atomic<int> requests = 0;
  RawServer two([&](const Socket& socket) {
    if (socket.read_until("\r\n\r\n").empty()) return;
    ++requests;
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
  });
  TestClient client;
  const std::vector<Origin> origins{one.origin(), two.origin(), one.origin(), {false, "127.0.0.1", closed_port()}};
  client->connect(origins, client.clock().instant() + std::chrono::seconds(5));
  EXPECT_EQ(client.get(one.origin())->body, "one");
  EXPECT_EQ(client.get(two.origin())->body, "two");
  EXPECT_EQ(two.connections(), 1);
  EXPECT_EQ(requests, 1);
}

TEST(Exchange, FindsLocalNamesWithoutAsking) {
  RunningServer server([](const Request& request, Reply reply) { reply({200, {}, request.origin.host}); });
  TestClient client;
  for (const auto* host : {"localhost", "caretaker.s3.localhost"}) {
    const auto response = client.get({false, host, server.port()});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, host);
  }
}

}  // namespace
}  // namespace http::test
