// SPDX-License-Identifier: Apache-2.0
// The client through a proxy. No proxy is asked for local hosts, so the origins here have names that nobody resolves: only the
// proxy knows the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <vector>

#include "http/tls_server.h"

namespace http::test {
namespace {

using base::ErrorKind;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What a proxy heard, one head a request.
class Heard {
 public:
  void add(std::string head) {
    const std::scoped_lock lock(mutex_);
    heads_.push_back(std::move(head));
  }
  std::string at(std::size_t index) {
    const std::scoped_lock lock(mutex_);
    return index < heads_.size() ? heads_[index] : "";
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> heads_;
};

TEST(ThroughProxy, PlainRequestsNameTheWholeUrl) {
  Heard heard;
  RawServer proxy([&](const Socket& socket) {
    for (auto head = socket.read_until("\r\n\r\n"); !head.empty(); head = socket.read_until("\r\n\r\n")) {
      heard.add(head);
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied");
    }
  });
  {
    TestClient client({.http_proxy = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port())});
    for (int i = 0; i < 2; ++i) {
      const auto response = client.send({.origin = {false, "service.invalid", 8080}, .target = "/a?b"});
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body, "proxied");
    }
  }
  EXPECT_EQ(proxy.connections(), 1);
  EXPECT_THAT(heard.at(1),
              StartsWith("GET http://service.invalid:8080/a?b HTTP/1.1\r\nHost: service.invalid:8080\r\n"));
  EXPECT_THAT(heard.at(1), HasSubstr("\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
}

TEST(ThroughProxy, TlsGoesThroughATunnel) {
  std::signal(SIGPIPE, SIG_IGN);
  const Authority authority;
  const auto identity = authority.issue("DNS:service.invalid");
  const auto ca_file = authority.write_ca_file();
  Heard heard;
  RawServer proxy([&](Socket raw) {
    heard.add(raw.read_until("\r\n\r\n"));
    raw.write("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
    // The test is the proxy and, behind it, the origin.
    TlsSocket origin(std::move(raw), identity);
    for (auto head = origin.read_until("\r\n\r\n"); !head.empty(); head = origin.read_until("\r\n\r\n")) {
      heard.add(head);
      origin.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ntunneled");
    }
  });
  {
    TestClient client(
        {.ca_file = *ca_file, .https_proxy = "http://user:pass@127.0.0.1:" + std::to_string(proxy.port())});
    for (int i = 0; i < 2; ++i) {
      const auto response = client.send({.origin = {true, "service.invalid", 443}, .target = "/a"});
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body, "tunneled");
    }
  }
  EXPECT_EQ(proxy.connections(), 1);
  EXPECT_EQ(heard.at(0),
            "CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n"
            "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
  EXPECT_EQ(heard.at(1), "GET /a HTTP/1.1\r\nHost: service.invalid\r\n\r\n");
}

TEST(ThroughProxy, TroubleWithTheTunnelIsNotSent) {
  struct Case {
    std::string_view name;
    std::string answer;
    std::string_view message;
  };
  const Case cases[] = {
      {"refused", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nno!!", "status 407"},
      {"no way", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "status 502"},
      {"closed", "", "closed"},
      {"no HTTP", "220 ftp.example\r\n\r\n", "CONNECT"},
      {"too much", "HTTP/1.1 200 OK\r\n\r\nhello", "something follows"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawServer proxy(always(c.answer));
    TestClient client({.https_proxy = "http://user:secret@127.0.0.1:" + std::to_string(proxy.port())});
    const auto response = client.get({true, "service.invalid", 443});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::NotSent) << response.error().message;
    EXPECT_THAT(response.error().message, StartsWith("https://service.invalid: "));
    EXPECT_THAT(response.error().message, HasSubstr(std::string(c.message)));
    EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
  }
}

TEST(ThroughProxy, AProxyThatIsNotThereIsNotSent) {
  const auto address = "127.0.0.1:" + std::to_string(closed_port());
  TestClient client({.http_proxy = address});
  const auto response = client.get({false, "service.invalid", 80});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::NotSent);
  EXPECT_THAT(response.error().message, HasSubstr("proxy " + address));
}

TEST(ThroughProxy, LocalHostsAreReachedWithoutIt) {
  RunningServer server([](const Request&, Reply reply) { reply({200, {}, "direct"}); });
  TestClient client({.http_proxy = "127.0.0.1:" + std::to_string(closed_port())});
  for (const auto* host : {"127.0.0.1", "localhost"}) {
    const auto response = client.get({false, host, server.port()});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "direct");
  }
}

}  // namespace
}  // namespace http::test
