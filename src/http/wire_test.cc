// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(ToWire, WritesWhatIsMissingAndNothingElse) {
  struct Case {
    std::string_view name;
    Request request;
    bool absolute;
    std::string_view want;
  };
  const Origin origin{false, "host", 8080};
  const Case cases[] = {
      {"a plain GET has no length",
       {.origin = origin, .target = "/a?b=%20"},
       false,
       "GET /a?b=%20 HTTP/1.1\r\nHost: host:8080\r\n\r\n"},
      {"a POST without a body says so",
       {.origin = origin, .method = "POST"},
       false,
       "POST / HTTP/1.1\r\nHost: host:8080\r\nContent-Length: 0\r\n\r\n"},
      {"a body is counted",
       {.origin = origin, .method = "PUT", .body = "12345"},
       false,
       "PUT / HTTP/1.1\r\nHost: host:8080\r\nContent-Length: 5\r\n\r\n12345"},
      {"a GET may have one",
       {.origin = origin, .body = "1"},
       false,
       "GET / HTTP/1.1\r\nHost: host:8080\r\nContent-Length: 1\r\n\r\n1"},
      {"what is there stays, in its order and spelling",
       {.origin = origin,
        .method = "POST",
        .headers = {{"content-length", "2"}, {"host", "other"}, {"A", ""}},
        .body = "{}"},
       false,
       "POST / HTTP/1.1\r\ncontent-length: 2\r\nhost: other\r\nA: \r\n\r\n{}"},
      {"a proxy gets the whole URL",
       {.origin = origin, .target = "/a"},
       true,
       "GET http://host:8080/a HTTP/1.1\r\nHost: host:8080\r\n\r\n"},
      {"a target of another form",
       {.origin = origin, .method = "OPTIONS", .target = "*"},
       false,
       "OPTIONS * HTTP/1.1\r\nHost: host:8080\r\n\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto wire = to_wire(c.request, c.absolute);
    ASSERT_TRUE(wire) << wire.error().message;
    EXPECT_EQ(*wire, c.want);
  }
}

TEST(ToWire, RefusesWhatWouldBecomeAnotherMessage) {
  const Request cases[] = {
      {.method = ""},
      {.method = "GET /"},
      {.method = "GET\r\n"},
      {.target = ""},
      {.target = "a"},
      {.target = "/a b"},
      {.target = "/a\r\nX: y"},
      {.target = "/\xc3\xa4"},
      {.target = "http://elsewhere/"},
      {.headers = {{"A", "b\r\nC: d"}}},
      {.headers = {{"A: b", "c"}}},
      {.headers = {{"", "c"}}},
      {.headers = {{"Content-Length", "1"}}},
      {.headers = {{"Content-Length", "0x"}}},
      {.headers = {{"Transfer-Encoding", "chunked"}}},
  };
  for (const auto& request : cases) {
    SCOPED_TRACE(request.method + " " + request.target);
    const auto wire = to_wire(request);
    ASSERT_FALSE(wire);
    EXPECT_EQ(wire.error().kind, base::ErrorKind::Invalid);
  }
}

TEST(ToWireHead, SaysHowLongTheBodyIs) {
  struct Case {
    std::string_view name;
    Response response;
    Answered to;
    std::string_view want;
  };
  const Case cases[] = {
      {"a body", {200, {{"A", "b"}}, "123"}, {false, true}, "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\n"},
      {"no body", {404, {}, ""}, {false, true}, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
      {"the last answer",
       {200, {}, "1"},
       {false, false},
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n"},
      {"no content", {204, {}, ""}, {false, true}, "HTTP/1.1 204 No Content\r\n\r\n"},
      {"not modified",
       {304, {{"ETag", "\"e\""}}, ""},
       {false, true},
       "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n"},
      {"HEAD says what a GET would", {200, {}, "123"}, {true, true}, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"},
      {"HEAD with a length of its own",
       {200, {{"Content-Length", "9"}}, ""},
       {true, true},
       "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"},
      {"a status without a phrase of ours",
       {299, {}, ""},
       {false, true},
       "HTTP/1.1 299 Status\r\nContent-Length: 0\r\n\r\n"},
      {"a field that would split the answer",
       {200, {{"A", "b\r\n\r\nc"}}, ""},
       {false, true},
       "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"},
      {"a status that is none",
       {0, {}, ""},
       {false, true},
       "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_wire_head(c.response, c.to), c.want);
  }
}

}  // namespace
}  // namespace http
