// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "aws/caller.h"

// What this folder's tests share. For tests only.
namespace records::testing {

using base::ErrorKind;

// One S3 object with conditional reads and writes, and what goes wrong at the next requests.
class OneObject final : public http::Client {
 public:
  enum class Fault {
    None,
    CutBefore,    // It does not arrive, and nobody knows that.
    CutAfter,     // The request takes effect, the answer is lost.
    OthersFirst,  // Somebody else writes just before.
    OthersSoon,   // The request takes effect, the answer is lost, and somebody else writes on top.
    Denied,
    NoBucket,
    NotModified,   // Though nothing was asked to be compared.
    NotFoundPage,  // Somebody else's, which stands between us and S3.
  };

  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    ++requests;
    const auto fault = faults.empty() ? Fault::None : faults.front();
    if (!faults.empty()) faults.pop_front();
    if (fault == Fault::CutBefore) return base::fail(ErrorKind::Unknown, "cut");
    if (fault == Fault::Denied) return http::Response{403, {}, "<Error><Code>AccessDenied</Code></Error>"};
    if (fault == Fault::NotModified) return http::Response{304, {}, ""};
    if (fault == Fault::NoBucket) return http::Response{404, {}, "<Error><Code>NoSuchBucket</Code></Error>"};
    if (fault == Fault::NotFoundPage) return http::Response{404, {}, "<html>not found</html>"};
    if (fault == Fault::OthersFirst) {
      body = others;
      ++version;
    }
    auto response = request.method == "PUT" ? put(request) : get();
    if (fault == Fault::OthersSoon) {
      body = others;
      ++version;
    }
    if (fault == Fault::CutAfter || fault == Fault::OthersSoon) return base::fail(ErrorKind::Unknown, "cut");
    return response;
  }

  std::string body;
  std::string others;
  int version = 0;  // 0: there is none.
  int requests = 0;
  std::deque<Fault> faults;

 private:
  std::string etag() const { return "\"v" + std::to_string(version) + "\""; }

  http::Response get() const {
    if (version == 0) return {404, {}, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"};
    return {200, {{"ETag", etag()}}, body};
  }

  http::Response put(const http::Request& request) {
    const auto match = request.headers.get("If-Match");
    const auto none = request.headers.get("If-None-Match");
    EXPECT_TRUE(match || none) << "an unconditional write";
    if ((match && *match != etag()) || (none && version != 0)) {
      return {412, {}, "<Error><Code>PreconditionFailed</Code><Message>changed</Message></Error>"};
    }
    body = request.body;
    ++version;
    return {200, {{"ETag", etag()}}, ""};
  }
};

}  // namespace records::testing
