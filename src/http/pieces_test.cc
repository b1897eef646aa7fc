// SPDX-License-Identifier: Apache-2.0
// Bodies and answers that come in pieces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "http/test_net.h"

namespace http::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What reached a sink; outlives it.
struct Taken {
  std::size_t size = 0;
  std::size_t longest = 0;
  std::promise<std::size_t> gone;  // Its size, once the sink is destroyed.
};

class CountingSink final : public BodySink {
 public:
  explicit CountingSink(Taken& taken) : taken_(taken) {}
  CountingSink(const CountingSink&) = delete;
  CountingSink& operator=(const CountingSink&) = delete;
  ~CountingSink() override { taken_.gone.set_value(taken_.size); }
  void take(std::string_view bytes) override {
    taken_.size += bytes.size();
    taken_.longest = std::max(taken_.longest, bytes.size());
  }

 private:
  Taken& taken_;
};

// Gives `size` bytes, but no more than `there`.
class LetterSource final : public BodySource {
 public:
  LetterSource(std::uint64_t size, std::uint64_t there) : size_(size), left_(there) {}
  std::uint64_t size() const override { return size_; }
  std::string read(std::size_t max) override {
    const auto count = std::min<std::uint64_t>(max, left_);
    left_ -= count;
    return std::string(count, 'x');
  }

 private:
  std::uint64_t size_;
  std::uint64_t left_;
};

// Takes the bodies below /sink in pieces, and answers with as many letters as /give/N says.
class PieceHandler final : public Handler {
 public:
  Taken taken;

  void handle(Request request, Reply reply) override {
    if (request.target.starts_with("/give/")) {
      const auto size = std::stoull(request.target.substr(6));
      Response response{200, {}, {}};
      response.source = std::make_shared<LetterSource>(size, request.headers.get("Short") ? size / 2 : size);
      return reply(std::move(response));
    }
    const bool in_pieces = request.sink != nullptr;
    reply({200, {}, (in_pieces ? "pieces " : "whole ") + std::to_string(in_pieces ? taken.size : request.body.size())});
  }
  std::shared_ptr<BodySink> receive(const Request& head) override {
    if (head.target == "/throw") throw std::runtime_error("as the test wants it");
    return head.target == "/sink" ? std::make_shared<CountingSink>(taken) : nullptr;
  }
};

class PiecesTest : public testing::Test {
 protected:
  PiecesTest() {
    ServerSettings settings;
    settings.body_max = 1000;
    server_ = std::move(*listen(settings, handler_));
    thread_ = std::jthread([this] { server_->run(); });
  }
  ~PiecesTest() override {
    server_->stop();
    thread_.join();
  }
  std::string exchange(std::string_view bytes) const {
    const auto socket = Socket::connect(server_->port());
    socket.write(bytes);
    socket.shut_writing();
    return socket.read_all();
  }

  PieceHandler handler_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

TEST_F(PiecesTest, GoToTheSinkBeyondAnyLimit) {
  const std::string bytes(1'000'000, 'a');
  const auto answer = exchange("PUT /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + bytes);
  EXPECT_THAT(answer, HasSubstr("pieces 1000000"));
  EXPECT_LE(handler_.taken.longest, std::size_t{64} << 10);
}

TEST_F(PiecesTest, ComeInChunks) {
  EXPECT_THAT(
      exchange("PATCH /sink HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"),
      HasSubstr("pieces 5"));
}

TEST_F(PiecesTest, AreAskedForByThoseWhoWait) {
  const auto socket = Socket::connect(server_->port());
  socket.write("PUT /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(socket.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n"));
  socket.write("abc");
  EXPECT_THAT(socket.read_until("pieces"), HasSubstr("pieces 3"));
}

TEST_F(PiecesTest, LeaveTheConnectionUsable) {
  const auto answer = exchange(
      "PUT /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcPUT /whole HTTP/1.1\r\nHost: h\r\nContent-Length: "
      "2\r\n\r\nde");
  EXPECT_THAT(answer, testing::AllOf(HasSubstr("pieces 3"), HasSubstr("whole 2")));
}

TEST_F(PiecesTest, AreKeptUpToACut) {
  auto gone = handler_.taken.gone.get_future();
  {
    const auto socket = Socket::connect(server_->port());
    socket.write("PUT /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
    socket.shut_writing();
    EXPECT_EQ(socket.read_all(), "");
  }
  EXPECT_EQ(gone.get(), 3U) << "and no handler hears of it";
}

TEST_F(PiecesTest, StillBoundTheOthers) {
  const std::string bytes(2000, 'a');
  EXPECT_THAT(exchange("PUT /whole HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n" + bytes),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange("PUT /throw HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na"), StartsWith("HTTP/1.1 500 "));
}

TEST_F(PiecesTest, MakeAnAnswer) {
  const auto answer = exchange("GET /give/300000 HTTP/1.1\r\nHost: h\r\n\r\nGET /give/0 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 300000\r\n\r\nxxx"));
  EXPECT_EQ(std::ranges::count(answer, 'x'), 300'000);
  EXPECT_THAT(answer, testing::EndsWith("Content-Length: 0\r\n\r\n"));
}

TEST_F(PiecesTest, SayTheirLengthToAHead) {
  EXPECT_THAT(exchange("HEAD /give/300000 HTTP/1.1\r\nHost: h\r\n\r\n"),
              testing::EndsWith("Content-Length: 300000\r\n\r\n"));
}

TEST_F(PiecesTest, EndWithTheConnectionWhereTheyCannotBeHad) {
  const auto answer =
      exchange("GET /give/300000 HTTP/1.1\r\nHost: h\r\nShort: yes\r\n\r\nGET /give/1 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(std::ranges::count(answer, 'x'), 150'000) << "and nothing after that";
}

}  // namespace
}  // namespace http::test
