// SPDX-License-Identifier: Apache-2.0
// The server against whatever comes in.
#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <future>
#include <map>
#include <vector>

#include "http/test_net.h"

namespace http::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

// Says back what it heard.
void echo(const Request& request, Reply reply) {
  reply(
      {200, {}, request.method + " " + request.origin.authority() + " " + request.target + " [" + request.body + "]"});
}

std::string exchange(std::uint16_t port, std::string_view bytes) {
  const auto socket = Socket::connect(port);
  socket.write(bytes);
  socket.shut_writing();
  return socket.read_all();
}

TEST(Server, HearsRequestsAsTheyAreWritten) {
  struct Case {
    std::string_view name;
    std::string_view wire;
    std::string_view want;
  };
  const Case cases[] = {
      {"a plain one", "GET /a?b HTTP/1.1\r\nHost: h:81\r\n\r\n", "GET h:81 /a?b []"},
      {"a body by length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab", "POST h / [ab]"},
      {"a body in chunks",
       "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x\r\ncde\r\n0\r\nT: v\r\n\r\n",
       "PUT h / [abcde]"},
      {"absolute form", "GET http://Other:8080/a?b HTTP/1.1\r\nHost: h\r\n\r\n", "GET other:8080 /a?b []"},
      {"absolute form without a path", "GET http://other HTTP/1.1\r\nHost: h\r\n\r\n", "GET other / []"},
      {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS h * []"},
      {"an IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:81\r\n\r\n", "GET [::1]:81 / []"},
      {"a bucket as host", "GET / HTTP/1.1\r\nHost: Bucket.s3.localhost:4566\r\n\r\n",
       "GET bucket.s3.localhost:4566 / []"},
      {"a method nobody knows", "PURGE / HTTP/1.1\r\nHost: h\r\n\r\n", "PURGE h / []"},
      {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: h\r\n\r\n", "GET h / []"},
      {"a target left as it is", "GET /%2e%2E/../+ HTTP/1.1\r\nHost: h\r\n\r\n", "GET h /%2e%2E/../+ []"},
  };
  RunningServer server(echo);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = exchange(server.port(), c.wire);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n" + std::string(c.want)));
  }
}

TEST(Server, RefusesWhatIsNoRequestAndServesOn) {
  ServerSettings settings;
  settings.head_max = 1000;
  settings.body_max = 1000;
  RunningServer server(echo, settings);
  const std::string many(2000, 'a');
  struct Case {
    std::string_view name;
    std::string wire;
    std::string_view want;  // What the answer begins with; empty: none, the connection just ends.
  };
  const Case cases[] = {
      {"nothing", "", ""},
      {"a line break", "\r\n", "HTTP/1.1 400 "},
      {"a request cut short", "GET / HT", ""},
      {"a body cut short", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab", ""},
      {"garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n", "HTTP/1.1 400 "},
      {"zeros", std::string(64, '\0') + "\r\n\r\n", "HTTP/1.1 400 "},
      {"a strange version", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", "HTTP/1.1 400 "},
      {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400 "},
      {"no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 400 "},
      {"a blank in a name", "GET / HTTP/1.1\r\nHost: h\r\nA B: c\r\n\r\n", "HTTP/1.1 400 "},
      {"a zero in a value", std::string("GET / HTTP/1.1\r\nHost: h\r\nA: ") + '\0' + "\r\n\r\n", "HTTP/1.1 400 "},
      {"a field without a colon", "GET / HTTP/1.1\r\nHost: h\r\nABC\r\n\r\n", "HTTP/1.1 400 "},
      {"a negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "},
      {"an immense length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
       "HTTP/1.1 400 "},
      {"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       "HTTP/1.1 400 "},
      {"a length and chunks",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400 "},
      {"a chunk of no size", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 "},
      {"an immense chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
       "HTTP/1.1 4"},
      {"endless extensions of a chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;" + many,
       "HTTP/1.1 431 "},
      {"an endless trailer", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + many,
       "HTTP/1.1 431 "},
      {"another coding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 400 "},
      {"another coding and a length",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400 "},
      {"another coding in chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400 "},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400 "},
      {"a host that is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "HTTP/1.1 400 "},
      {"a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "HTTP/1.1 400 "},
      {"a host with an empty path", "GET / HTTP/1.1\r\nHost: a/\r\n\r\n", "HTTP/1.1 400 "},
      {"a host with a fragment", "GET / HTTP/1.1\r\nHost: a#b\r\n\r\n", "HTTP/1.1 400 "},
      {"a host that is none beside a URL", "GET http://a/ HTTP/1.1\r\nHost: a/\r\n\r\n", "HTTP/1.1 400 "},
      {"a host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "HTTP/1.1 400 "},
      {"a URL that is none", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400 "},
      {"a target that is no path", "GET foo HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 400 "},
      {"a target beyond ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 400 "},
      {"an asterisk that is not for OPTIONS", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 400 "},
      {"a long target", "GET /" + many + " HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 431 "},
      {"a long field", "GET / HTTP/1.1\r\nHost: h\r\nA: " + many + "\r\n\r\n", "HTTP/1.1 431 "},
      {"an endless head", "GET / HTTP/1.1\r\nHost: h\r\nA: " + many + many, "HTTP/1.1 431 "},
      {"a long body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + many, "HTTP/1.1 413 "},
      {"a long body in chunks",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + many + "\r\n0\r\n\r\n",
       "HTTP/1.1 413 "},
      {"a long body that asks first",
       "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 413 "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = exchange(server.port(), c.wire);
    EXPECT_EQ(answer.substr(0, c.want.size()), c.want);
    EXPECT_EQ(answer.empty(), c.want.empty()) << answer;
    EXPECT_EQ(answer.contains("\r\nConnection: close\r\n"), !c.want.empty());
    EXPECT_THAT(exchange(server.port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), HasSubstr("GET h / []"));
  }
}

TEST(Server, BoundsAHeadThatComesFieldByField) {
  ServerSettings settings;
  settings.head_max = 1000;
  RunningServer server(echo, settings);
  const auto socket = Socket::connect(server.port());
  // Each piece ends in the next field's name: the fields before it have been read, and none of the head but that one byte waits.
  const std::string_view begin = "GET / HTTP/1.1\r\nHost: h\r\nA";
  socket.write_slowly(begin, begin.size());
  const std::string field = ": " + std::string(95, 'a') + "\r\nA";
  for (int i = 0; i < 30; ++i) socket.write_slowly(field, field.size());
  socket.write(": b\r\n\r\n");
  socket.shut_writing();
  EXPECT_THAT(socket.read_all(), StartsWith("HTTP/1.1 431 "));
}

TEST(Server, HearsARequestThatComesByteByByte) {
  RunningServer server(echo);
  const auto socket = Socket::connect(server.port());
  socket.write_slowly("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_THAT(socket.read_until("]"), HasSubstr("PUT h / []"));
}

TEST(Server, KeepsOrClosesTheConnectionAsAsked) {
  RunningServer server(echo);
  struct Case {
    std::string_view name;
    std::string_view head;
    bool kept;
  };
  const Case cases[] = {{"HTTP/1.1", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
                        {"HTTP/1.1 close", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
                        {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: h\r\n\r\n", false}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto socket = Socket::connect(server.port());
    socket.write(c.head);
    EXPECT_EQ(socket.read_until("[]").contains("Connection: close"), !c.kept);
    socket.write("GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(socket.read_until("[]").empty(), !c.kept);
  }
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  std::vector<Reply> late;
  std::promise<void> arrived;
  RunningServer server([&](const Request& request, Reply reply) {
    if (request.target == "/late") {
      late.push_back(std::move(reply));
      arrived.set_value();
    } else {
      reply({200, {}, request.target + "\n"});
    }
  });
  const auto socket = Socket::connect(server.port());
  socket.write(
      "GET /late HTTP/1.1\r\nHost: h\r\n\r\nGET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: h\r\nConnection: "
      "close\r\n\r\n");
  arrived.get_future().wait();
  server.server().post([&] { late.at(0)({200, {}, "/late\n"}); });
  const auto all = socket.read_all();
  std::vector<std::string> order;
  for (std::size_t at = 0; (at = all.find("\r\n\r\n/", at)) != std::string::npos; at += 5) {
    order.push_back(all.substr(at + 4, all.find('\n', at + 4) - at - 4));
  }
  EXPECT_THAT(order, testing::ElementsAre("/late", "/1", "/2", "/3")) << all;
}

TEST(Server, TellsAClientThatAsksToGoOn) {
  RunningServer server(echo);
  const auto socket = Socket::connect(server.port());
  socket.write("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.write("ab");
  EXPECT_THAT(socket.read_until("]"), HasSubstr("POST h / [ab]"));
}

TEST(Server, ClosesWhereTheReplyIsDropped) {
  RunningServer server([](const Request&, const Reply&) {});
  EXPECT_EQ(exchange(server.port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
}

TEST(Server, ClosesWhereTheReplyIsDroppedLater) {
  std::vector<Reply> waiting;
  std::promise<void> arrived;
  RunningServer server([&](const Request&, Reply reply) {
    waiting.push_back(std::move(reply));
    arrived.set_value();
  });
  const auto socket = Socket::connect(server.port());
  socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  arrived.get_future().wait();
  server.server().post([&] { waiting.clear(); });
  EXPECT_EQ(socket.read_all(), "");
}

TEST(Server, OutlivesAHandlerThatThrows) {
  RunningServer server([](const Request& request, Reply reply) {
    if (request.target == "/throw") throw std::runtime_error("as the test wants it");
    reply({200, {}, "fine"});
  });
  const auto socket = Socket::connect(server.port());
  socket.write("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.read_until("error\n"), StartsWith("HTTP/1.1 500 "));
  socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.read_until("fine"), HasSubstr("fine"));
}

TEST(Server, KnowsWhetherTheAskerIsStillThere) {
  std::promise<void> arrived;
  std::vector<Reply> waiting;
  RunningServer server([&](const Request&, Reply reply) {
    waiting.push_back(std::move(reply));
    arrived.set_value();
  });
  const auto alive = [&] {
    std::promise<bool> answer;
    server.server().post([&] { answer.set_value(waiting.at(0).alive()); });
    return answer.get_future().get();
  };
  auto socket = Socket::connect(server.port());
  socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  arrived.get_future().wait();
  EXPECT_TRUE(alive());
  socket.close();
  EXPECT_FALSE(alive());
  // Answering nobody does no harm.
  std::promise<void> answered;
  server.server().post([&] {
    waiting.at(0)({200, {}, "too late"});
    answered.set_value();
  });
  answered.get_future().wait();
  EXPECT_FALSE(alive());
}

TEST(Server, LetsRepliesOutliveIt) {
  std::vector<Reply> waiting;
  std::promise<void> arrived;
  auto server = std::make_unique<RunningServer>([&](const Request&, Reply reply) {
    waiting.push_back(std::move(reply));
    arrived.set_value();
  });
  const auto socket = Socket::connect(server->port());
  socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  arrived.get_future().wait();
  server.reset();
  EXPECT_EQ(socket.read_all(), "");
  EXPECT_FALSE(waiting.at(0).alive());
  waiting.at(0)({200, {}, "nobody hears it"});
  waiting.clear();
}

TEST(Server, DoesNotWaitForEverForARequest) {
  ServerSettings settings;
  settings.idle = milliseconds(200);
  RunningServer server(echo, settings);
  struct Case {
    std::string_view name;
    std::string_view begin;
  };
  for (const auto& c : {Case{"says nothing", ""}, Case{"a head by drops", "GET / HTTP/1.1\r\nHost: h\r\nA: "},
                        Case{"a body by drops", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n"}}) {
    SCOPED_TRACE(c.name);
    const auto socket = Socket::connect(server.port());
    socket.write(c.begin);
    const auto start = std::chrono::steady_clock::now();
    pollfd waiting{socket.fd(), POLLIN, 0};
    while (::poll(&waiting, 1, 20) == 0 && std::chrono::steady_clock::now() - start < std::chrono::seconds(5)) {
      if (!c.begin.empty()) socket.write("a");
    }
    EXPECT_EQ(socket.read_all(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  }
}

TEST(Server, HoldsHundredsOfLongPolls) {
  constexpr int count = 500;
  std::vector<Reply> waiting;
  std::promise<void> all_there;
  RunningServer server([&](const Request& request, Reply reply) {
    if (request.target == "/ping") return reply({200, {}, "pong"});
    waiting.push_back(std::move(reply));
    if (waiting.size() == count) all_there.set_value();
  });
  std::vector<Socket> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back(Socket::connect(server.port()));
    ASSERT_TRUE(sockets.back().open());
    sockets.back().write("GET /poll HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  all_there.get_future().wait();
  TestClient client;
  EXPECT_EQ(client.get(server.origin(), "/ping")->body, "pong");
  server.server().post([&] {
    for (auto& reply : waiting) reply({200, {}, "message"});
  });
  for (const auto& socket : sockets) EXPECT_THAT(socket.read_until("message"), HasSubstr("message"));
}

TEST(Server, TakesAThousandConnectionsAtOnce) {
  constexpr int count = 1000;
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < 2 * count + 100) GTEST_SKIP() << "too few file descriptors: " << files.rlim_cur;
  RunningServer server(echo);
  std::vector<Socket> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back(Socket::connect(server.port()));
    ASSERT_TRUE(sockets.back().open()) << i;
  }
  for (const auto& socket : sockets) socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (const auto& socket : sockets) EXPECT_THAT(socket.read_until("[]"), HasSubstr("GET h / []"));
}

TEST(Server, RunsWhatIsPostedAndStops) {
  HandlerOf handler(echo);
  const auto server = listen({}, handler);
  ASSERT_TRUE(server);
  std::vector<int> order;
  (*server)->post([&] { order.push_back(1); });
  (*server)->post([] { throw std::runtime_error("as the test wants it"); });
  (*server)->set_timer(std::chrono::steady_clock::now(), [&] {
    order.push_back(2);
    (*server)->stop();
  });
  (*server)->run();
  EXPECT_THAT(order, testing::ElementsAre(1, 2));
}

TEST(Server, StopsBySignal) {
  HandlerOf handler(echo);
  const auto server = listen({}, handler);
  ASSERT_TRUE(server);
  (*server)->on_signal([&] { (*server)->stop(); });
  (*server)->post([] { ::raise(SIGTERM); });
  (*server)->run();
}

TEST(Listen, SaysWhyItCannot) {
  HandlerOf handler(echo);
  const auto first = listen({}, handler);
  ASSERT_TRUE(first);
  ServerSettings taken;
  taken.port = (*first)->port();
  const auto second = listen(taken, handler);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, base::ErrorKind::Invalid);
  EXPECT_THAT(second.error().message, HasSubstr("port " + std::to_string(taken.port)));
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  ServerSettings nowhere;
  nowhere.address = "not an address";
  EXPECT_FALSE(listen(nowhere, handler));
}

}  // namespace
}  // namespace http::test
