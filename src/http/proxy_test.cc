// SPDX-License-Identifier: Apache-2.0
#include "http/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProxyRules, TakesTheProxyOfTheScheme) {
  const auto rules = ProxyRules::make("http://one:3128", "two", "");
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(rules->for_origin({false, "host", 80})->origin, (Origin{false, "one", 3128}));
  EXPECT_EQ(rules->for_origin({true, "host", 443})->origin, (Origin{false, "two", 80}));
  EXPECT_EQ(ProxyRules::make("", "two", "")->for_origin({false, "host", 80}), nullptr);
}

TEST(ProxyRules, ReadsUserAndPassword) {
  struct Case {
    std::string_view text;
    std::string_view want;
  };
  // What follows "Basic " is base64 of user:password.
  const Case cases[] = {{"http://user:pass@proxy", "Basic dXNlcjpwYXNz"},
                        {"user:pass@proxy:80", "Basic dXNlcjpwYXNz"},
                        {"http://user@proxy", "Basic dXNlcjo="},
                        {"http://us%40er:p%3Aa%2Fss@proxy/", "Basic dXNAZXI6cDphL3Nz"},
                        {"http://user:pass@proxy/?a#b", "Basic dXNlcjpwYXNz"},
                        {"http://user:p@ss@proxy", "Basic dXNlcjpwQHNz"},
                        {"http://proxy", ""}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto rules = ProxyRules::make(c.text, "", "");
    ASSERT_TRUE(rules) << rules.error().message;
    const auto* proxy = rules->for_origin({false, "host", 80});
    ASSERT_TRUE(proxy);
    EXPECT_EQ(proxy->origin, (Origin{false, "proxy", 80}));
    EXPECT_EQ(proxy->authorization, c.want);
  }
}

TEST(ProxyRules, RefusesOtherProxiesOpenly) {
  struct Case {
    std::string_view text;
    std::string_view why;
  };
  const Case cases[] = {{"socks5://user:secret@proxy:1080", "socks5"},
                        {"socks5h://proxy", "socks5h"},
                        {"https://user:secret@proxy", "https"},
                        {"http://user:secret@", "host"},
                        {"http://user:secret@proxy:x", "port"},
                        // What ends the authority early would make a host of the user, and a port of the password.
                        {"http://user:secret/x@proxy:3128", "percent-encoded"},
                        {"http://user:secret?x@proxy:3128", "percent-encoded"},
                        {"http://user:secret#x@proxy:3128", "percent-encoded"},
                        {"http://user:x#secret@proxy:3128", "percent-encoded"},
                        {"user:x#secret@proxy:3128", "percent-encoded"},
                        {"user:1234/secret@proxy:3128", "percent-encoded"},
                        {"http://user:1234?secret@proxy:3128", "percent-encoded"},
                        {"http://us/er:secret@proxy:3128", "percent-encoded"},
                        {"http://user:sec@ret/x@proxy", "percent-encoded"},
                        {"http://user:secret://x@proxy", "percent-encoded"},
                        {"user:secret://x@proxy", "percent-encoded"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto rules = ProxyRules::make("", c.text, "");
    ASSERT_FALSE(rules);
    EXPECT_EQ(rules.error().kind, base::ErrorKind::Invalid);
    EXPECT_THAT(rules.error().message, HasSubstr("HTTPS_PROXY"));
    EXPECT_THAT(rules.error().message, HasSubstr(c.why));
    for (const auto* part : {"secret", "sec", "ret", "1234"}) {
      EXPECT_THAT(rules.error().message, Not(HasSubstr(part)));
    }
  }
}

TEST(ProxyRules, LeavesOutWhatNoProxyNames) {
  struct Case {
    std::string_view no_proxy;
    Origin origin;
    bool direct;
  };
  const Case cases[] = {
      {"", {false, "host", 80}, false},
      {"*", {false, "host", 80}, true},
      {"host", {false, "host", 80}, true},
      {"HOST", {false, "host", 80}, true},
      {"host.", {false, "host", 80}, true},
      {"ost", {false, "host", 80}, false},
      {"other, host", {false, "host", 80}, true},
      {" other ,,host ", {false, "host", 80}, true},
      {"amazonaws.com", {true, "sqs.us-east-1.amazonaws.com", 443}, true},
      {".amazonaws.com", {true, "sqs.us-east-1.amazonaws.com", 443}, true},
      {"*.amazonaws.com", {true, "sqs.us-east-1.amazonaws.com", 443}, true},
      {"azonaws.com", {true, "sqs.us-east-1.amazonaws.com", 443}, false},
      {"sqs.us-east-1.amazonaws.com", {true, "amazonaws.com", 443}, false},
      {"host:8080", {false, "host", 8080}, true},
      {"host:8080", {false, "host", 80}, false},
      {"10.1.2.3", {false, "10.1.2.3", 80}, true},
      {"10.1.2.3:81", {false, "10.1.2.3", 80}, false},
      {"1.2.3", {false, "10.1.2.3", 80}, false},
      {"10.0.0.0/8", {false, "10.1.2.3", 80}, true},
      {"10.0.0.0/16", {false, "10.1.2.3", 80}, false},
      {"10.1.2.2/31", {false, "10.1.2.3", 80}, true},
      {"0.0.0.0/0", {false, "10.1.2.3", 80}, true},
      {"0.0.0.0/0", {false, "2001:db8::1", 80}, false},
      {"10.0.0.0/33", {false, "10.1.2.3", 80}, false},
      {"10.0.0.0/8", {false, "host", 80}, false},
      {"2001:db8::/32", {false, "2001:db8::1", 80}, true},
      {"2001:db8::1", {false, "2001:db8::1", 80}, true},
      {"[2001:db8::1]", {false, "2001:db8::1", 80}, true},
      {"[2001:db8::1]:80", {false, "2001:db8::1", 80}, true},
      {"[2001:db8::1]:81", {false, "2001:db8::1", 80}, false},
      {".", {false, "host", 80}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.no_proxy) + " for " + c.origin.authority());
    const auto rules = ProxyRules::make("http://proxy", "http://proxy", c.no_proxy);
    ASSERT_TRUE(rules);
    EXPECT_EQ(rules->for_origin(c.origin) == nullptr, c.direct);
  }
}

TEST(IsLocal, KnowsWhatNoProxyCouldReach) {
  for (const auto* host : {"localhost", "caretaker.s3.localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1",
                           "169.254.170.2", "169.254.169.254", "fe80::1", "fd00:ec2::23", "fd00:ec2::254"}) {
    SCOPED_TRACE(host);
    EXPECT_TRUE(is_local(host));
    EXPECT_EQ(ProxyRules::make("http://proxy", "", "")->for_origin({false, host, 80}), nullptr);
  }
  for (const auto* host :
       {"host", "localhost.example", "notlocalhost", "128.0.0.1", "169.253.1.1", "fd00:ec2::25", "::2"}) {
    SCOPED_TRACE(host);
    EXPECT_FALSE(is_local(host));
  }
}

}  // namespace
}  // namespace http
