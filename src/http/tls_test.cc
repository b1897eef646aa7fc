// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

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

// OpenSSL writes to sockets without MSG_NOSIGNAL.
class Tls : public testing::Test {
 protected:
  void SetUp() override { std::signal(SIGPIPE, SIG_IGN); }
};

// Answers requests over TLS as long as they come, with the name that was wanted.
RawServer::Serve serve_as(const Authority::Issued& identity) {
  return [&identity](Socket raw) {
    TlsSocket socket(std::move(raw), identity);
    while (socket.open() && !socket.read_until("\r\n\r\n").empty()) {
      const auto body = "wanted=" + socket.wanted();
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  };
}

TEST_F(Tls, TrustsOnlyTheRightHost) {
  const Authority authority;
  const Authority stranger;
  struct Case {
    std::string_view name;
    const Authority& signer;
    std::string names;
    std::string host;
    std::string_view want;  // The answer, or what the error says.
    int hours = 24;
  };
  const Case cases[] = {
      {"the host", authority, "DNS:localhost", "localhost", "wanted=localhost"},
      {"a wildcard", authority, "DNS:*.s3.localhost", "bucket.s3.localhost", "wanted=bucket.s3.localhost"},
      {"an address", authority, "IP:127.0.0.1", "127.0.0.1", "wanted="},
      {"another host", authority, "DNS:elsewhere", "localhost", "hostname mismatch"},
      {"a wildcard of another depth", authority, "DNS:*.localhost", "a.b.localhost", "hostname mismatch"},
      {"a name for an address", authority, "DNS:127.0.0.1", "127.0.0.1", "IP address mismatch"},
      {"another address", authority, "IP:127.0.0.2", "127.0.0.1", "IP address mismatch"},
      {"an authority nobody knows", stranger, "DNS:localhost", "localhost", "certificate signature failure"},
      {"yesterday's certificate", authority, "DNS:localhost", "localhost", "certificate has expired", -24},
  };
  const auto ca_file = authority.write_ca_file();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto identity = c.signer.issue(c.names, c.hours);
    RawServer server(serve_as(identity));
    TestClient client({.ca_file = *ca_file});
    const auto response = client.get({true, c.host, server.port()});
    if (c.want.starts_with("wanted=")) {
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body, c.want);
    } else {
      ASSERT_FALSE(response);
      EXPECT_EQ(response.error().kind, ErrorKind::NotSent);
      EXPECT_THAT(response.error().message, HasSubstr(std::string(c.want)));
    }
  }
}

TEST_F(Tls, KeepsTheConnection) {
  const Authority authority;
  const auto identity = authority.issue("DNS:localhost");
  const auto ca_file = authority.write_ca_file();
  RawServer server(serve_as(identity));
  {
    TestClient client({.ca_file = *ca_file});
    const Origin origin{true, "localhost", server.port()};
    // Opened ahead, so that the session's tickets come while nobody reads.
    client->connect(std::vector{origin}, client.clock().instant() + std::chrono::seconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.get(origin));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Tls, ReplacesAConnectionThatWasClosedQuietly) {
  const Authority authority;
  const auto identity = authority.issue("DNS:localhost");
  const auto ca_file = authority.write_ca_file();
  for (const bool in_order : {true, false}) {
    SCOPED_TRACE(in_order ? "with a good-bye" : "without a good-bye");
    RawServer server([&](Socket raw) {
      TlsSocket socket(std::move(raw), identity);
      socket.read_until("\r\n\r\n");
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      if (in_order) socket.shut();
    });
    TestClient client({.ca_file = *ca_file});
    const Origin origin{true, "localhost", server.port()};
    ASSERT_TRUE(client.get(origin));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto again = client.get(origin);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(server.connections(), 2);
  }
}

TEST_F(Tls, TroubleBeforeTheRequestIsNotSent) {
  const Authority authority;
  const auto ca_file = authority.write_ca_file();
  struct Case {
    std::string_view name;
    RawServer::Serve serve;
    std::string_view message;
  };
  const Case cases[] = {
      {"a server without TLS", [](const Socket& socket) { socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"); }, "TLS: "},
      {"closed in the handshake", [](const Socket& socket) { socket.read_some(); }, "TLS: "},
      {"stalled in the handshake", [](const Socket& socket) { socket.read_all(); }, "the time was over"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    RawServer server(c.serve);
    TestClient client({.ca_file = *ca_file});
    const auto response = client.send({.origin = {true, "localhost", server.port()}}, std::chrono::milliseconds(300));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::NotSent);
    EXPECT_THAT(response.error().message, HasSubstr(std::string(c.message)));
  }
}

TEST_F(Tls, TroubleAfterTheRequestIsUnknown) {
  const Authority authority;
  const auto identity = authority.issue("DNS:localhost");
  const auto ca_file = authority.write_ca_file();
  for (const auto* answer :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "HTTP/1.1 200 OK\r\n\r\nmaybe cut"}) {
    SCOPED_TRACE(answer);
    RawServer server([&](Socket raw) {
      TlsSocket socket(std::move(raw), identity);
      socket.read_until("\r\n\r\n");
      if (*answer) socket.write(answer);
    });
    TestClient client({.ca_file = *ca_file});
    const auto response = client.get({true, "localhost", server.port()});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::Unknown);
  }
}

}  // namespace
}  // namespace http::test
