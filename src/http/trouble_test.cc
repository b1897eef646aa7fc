// SPDX-License-Identifier: Apache-2.0
// What the client says of exchanges that go wrong: above all, whether the request may have taken effect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fake_clock.h"
#include "http/test_net.h"

namespace http::test {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Never answers, and holds on until the client goes.
void stall(const Socket& socket) { socket.read_all(); }

TEST(Trouble, IsToldByItsKind) {
  struct Case {
    std::string_view name;
    RawServer::Serve serve;
    ErrorKind want;
    std::string_view message;
  };
  const Case cases[] = {
      {"closed before reading", [](Socket socket) { socket.close(); }, ErrorKind::Unknown, ""},
      {"closed without an answer", [](const Socket& socket) { socket.read_until("\r\n\r\n"); }, ErrorKind::Unknown,
       "closed"},
      {"reset after the request",
       [](Socket socket) {
         socket.read_until("\r\n\r\n");
         socket.reset();
       },
       ErrorKind::Unknown, "reset"},
      {"stalled", stall, ErrorKind::Unknown, "the time was over"},
      {"stalled within the head",
       [](const Socket& socket) {
         socket.write("HTTP/1.1 200 OK\r\nContent-Le");
         stall(socket);
       },
       ErrorKind::Unknown, "the time was over"},
      {"stalled within the body",
       [](const Socket& socket) {
         socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
         stall(socket);
       },
       ErrorKind::Unknown, "the time was over"},
      {"cut within the head", always("HTTP/1.1 200 OK\r\nContent-Le"), ErrorKind::Unknown, "halfway"},
      {"cut within the body", always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), ErrorKind::Unknown, "halfway"},
      {"cut within a chunk", always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), ErrorKind::Unknown,
       "halfway"},
      {"cut before the last chunk", always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
       ErrorKind::Unknown, "halfway"},
      {"cut after an interim answer", always("HTTP/1.1 100 Continue\r\n\r\n"), ErrorKind::Unknown, "closed"},
      {"no HTTP at all", always("SSH-2.0-OpenSSH_9.2\r\n\r\n"), ErrorKind::Invalid, "not HTTP"},
      {"HTTP/2", always(std::string("\0\0\x12\x04\0\0\0\0\0\0\x03", 11)), ErrorKind::Invalid, "not HTTP"},
      {"a status that is none", always("HTTP/1.1 042 Odd\r\nContent-Length: 0\r\n\r\n"), ErrorKind::Invalid,
       "not HTTP"},
      {"a length that is none", always("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), ErrorKind::Invalid,
       "not HTTP"},
      {"two lengths", always("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), ErrorKind::Invalid,
       "not HTTP"},
      {"a chunk of no size", always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"), ErrorKind::Invalid,
       "not HTTP"},
      {"an endless head", always("HTTP/1.1 200 OK\r\nA: " + std::string(300 << 10, 'a')), ErrorKind::Invalid,
       "not HTTP"},
      {"endless extensions of a chunk",
       always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + std::string(300 << 10, 'a')),
       ErrorKind::Invalid, "not HTTP"},
      {"an endless trailer",
       always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + std::string(300 << 10, 'a')),
       ErrorKind::Invalid, "not HTTP"},
      {"only interim answers",
       [](const Socket& socket) {
         for (int i = 0; i < 100; ++i) socket.write("HTTP/1.1 102 Processing\r\n\r\n");
         stall(socket);
       },
       ErrorKind::Invalid, "interim"},
      {"too large by its length", always("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"), ErrorKind::Invalid,
       "1000 bytes"},
      {"too large in chunks",
       always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'a') +
              "\r\n0\r\n\r\n"),
       ErrorKind::Invalid, "1000 bytes"},
      {"too large without a length", always("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'a')), ErrorKind::Invalid,
       "1000 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawServer server(c.serve);
    TestClient client;
    auto limits = client.within(milliseconds(300));
    limits.body_max = 1000;
    const auto start = std::chrono::steady_clock::now();
    const auto response =
        client->send({.origin = server.origin(), .method = "POST", .target = "/?key=secret", .body = "a"}, limits);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, c.want) << response.error().message;
    EXPECT_THAT(response.error().message, StartsWith("http://" + server.origin().authority() + ": "));
    EXPECT_THAT(response.error().message, HasSubstr(c.message));
    EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
    EXPECT_EQ(response.error().code, c.name.starts_with("too large") ? "AnswerTooLarge" : "");
  }
}

TEST(Trouble, BeforeTheFirstByteIsNotSent) {
  TestClient client;
  struct Case {
    std::string_view name;
    Origin origin;
    std::string_view message;
  };
  const Case cases[] = {
      {"nobody listens", {false, "127.0.0.1", closed_port()}, "refused"},
      {"nobody listens for TLS", {true, "127.0.0.1", closed_port()}, "refused"},
      {"nobody listens by any of the addresses", {false, "localhost", closed_port()}, "refused"},
      {"no such name", {false, "no-such-name.invalid", 80}, "looking up"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = client.get(c.origin);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::NotSent);
    EXPECT_THAT(response.error().message, HasSubstr(c.message));
  }
}

TEST(Trouble, AnUnsendableRequestIsInvalid) {
  RawServer server(stall);
  TestClient client;
  const auto response = client.send({.origin = server.origin(), .headers = {{"A", "b\r\nC: d"}}});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::Invalid);
}

TEST(Trouble, ADeadlineThatHasPassedSendsNothing) {
  RawServer server(stall);
  base::FakeClock clock;
  const auto client = make_client({}, clock);
  ASSERT_TRUE(client);
  const auto deadline = clock.instant();
  const auto response = (*client)->send({.origin = server.origin()}, {.deadline = deadline});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::NotSent);
}

TEST(Trouble, AStopEndsTheExchange) {
  struct Case {
    std::string_view name;
    bool before;
    ErrorKind want;
  };
  for (const auto& c :
       {Case{"before it begins", true, ErrorKind::NotSent}, Case{"while it waits", false, ErrorKind::Unknown}}) {
    SCOPED_TRACE(c.name);
    RawServer server(stall);
    TestClient client;
    std::stop_source stop;
    if (c.before) stop.request_stop();
    std::jthread stopping([&] {
      std::this_thread::sleep_for(milliseconds(30));
      stop.request_stop();
    });
    auto limits = client.within(std::chrono::hours(1));
    limits.stop = stop.get_token();
    const auto response = client->send({.origin = server.origin()}, limits);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, c.want);
    EXPECT_THAT(response.error().message, HasSubstr(c.before ? "" : "stopped"));
  }
}

TEST(Trouble, IsOverWithTheNextRequest) {
  // What came too late for one request must never pass for the answer to the next.
  std::atomic<int> served = 0;
  RawServer server([&](const Socket& socket) {
    if (++served == 1) {
      std::this_thread::sleep_for(milliseconds(100));
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
      return;
    }
    socket.read_until("\r\n\r\n");
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
  });
  TestClient client;
  EXPECT_FALSE(client.send({.origin = server.origin()}, milliseconds(20)));
  const auto response = client.get(server.origin());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "new");
}

TEST(Answer, IsReadInEveryFormServersSend) {
  struct Case {
    std::string_view name;
    std::string wire;
    int status;
    std::string_view body;
    std::string_view method = "GET";
  };
  const Case cases[] = {
      {"by length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
      {"by the end", "HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old"},
      {"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: v\r\n\r\n",
       200, "abc"},
      {"after interim answers",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 "
       "Created\r\nContent-Length: 1\r\n\r\nx",
       201, "x"},
      {"without a phrase", "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n", 299, ""},
      {"HEAD with a length", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 200, "", "HEAD"},
      {"204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n", 204, ""},
      {"304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", 304, ""},
      {"blanks around a value", "HTTP/1.1 200 OK\r\nContent-Length:  2  \r\n\r\nok", 200, "ok"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawServer server(always(c.wire));
    TestClient client;
    const auto response = client.send({.origin = server.origin(), .method = std::string(c.method)});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, c.status);
    EXPECT_EQ(response->body, c.body);
  }
}

TEST(Answer, IsReadByteByByte) {
  RawServer server([](const Socket& socket) {
    socket.read_until("\r\n\r\n");
    socket.write_slowly("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  });
  TestClient client;
  const auto response = client.get(server.origin());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
}

TEST(Answer, IsHeardThoughItComesBeforeTheRequestIsWhole) {
  RawServer server([](const Socket& socket) {
    socket.read_until("\r\n\r\n");
    socket.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge");
    socket.shut_writing();
    socket.read_all();
  });
  TestClient client;
  const auto response = client.send({.origin = server.origin(), .method = "PUT", .body = std::string(1 << 20, 'a')});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->body, "large");
}

TEST(MakeClient, RefusesWhatItCannotHonour) {
  base::SystemClock clock;
  struct Case {
    std::string_view name;
    ClientSettings settings;
    std::string_view message;
  };
  const Case cases[] = {{"a SOCKS proxy", {.http_proxy = "socks5://localhost:1080"}, "socks5"},
                        {"a CA file that is not there", {.ca_file = "/no/such/file.pem"}, "/no/such/file.pem"},
                        {"a CA file without certificates", {.ca_file = "/dev/null"}, "no certificate"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto client = make_client(c.settings, clock);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(client.error().message, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace http::test
