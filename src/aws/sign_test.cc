// SPDX-License-Identifier: Apache-2.0
#include "aws/sign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "aws/testing.h"
#include "base/hash.h"

namespace aws {
namespace {

struct Vector {
  std::string name;
  std::map<std::string, std::string> facts;  // service, region …
  std::map<std::string, std::string> parts;  // `request`, `canonical request` …
};

Vector read_vector(const std::filesystem::path& path) {
  Vector vector{path.stem(), {}, {}};
  const std::string text = testing::read_file(path);
  auto at = text.find("--- ");
  std::istringstream head(text.substr(0, at));
  for (const auto& [name, value] : testing::read_headers(head)) vector.facts[name] = value;
  while (at != std::string::npos) {
    const auto begin = text.find('\n', at) + 1;
    const auto end = text.find("\n--- ", begin);
    vector.parts[text.substr(at + 4, begin - at - 5)] = text.substr(begin, std::min(end, text.size() - 1) - begin);
    at = end == std::string::npos ? end : end + 1;
  }
  return vector;
}

std::vector<Vector> vectors() {
  std::vector<Vector> all;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TESTDATA) / "sigv4")) {
    all.push_back(read_vector(entry.path()));
  }
  std::ranges::sort(all, {}, &Vector::name);
  return all;
}

base::Time parse_basic(const std::string& text) {
  return base::parse_iso8601(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                             text.substr(11, 2) + ":" + text.substr(13))
      .value();
}

SigningScope scope_of(Vector& vector) {
  return {vector.facts["region"], vector.facts["service"], parse_basic(vector.facts["time"])};
}

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

class SignVector : public ::testing::TestWithParam<Vector> {};

TEST_P(SignVector, AgreesAtEachStage) {
  Vector vector = GetParam();
  const http::Request request = testing::read_request(vector.parts["request"]);
  const auto scope = scope_of(vector);
  const PathRules rules = vector.facts["path"] == "verbatim" ? PathRules::Verbatim : path_rules(scope.service);
  EXPECT_EQ(canonical_request(request, base::sha256_hex(request.body), rules), vector.parts["canonical request"]);
  EXPECT_EQ(string_to_sign(vector.parts["canonical request"], scope), vector.parts["string to sign"]);
  EXPECT_EQ(signature(secret, vector.parts["string to sign"], scope), vector.parts["signature"]);
}

TEST_P(SignVector, SignsTheBareRequest) {
  Vector vector = GetParam();
  if (vector.facts["path"] == "verbatim") return;  // sign() knows this rule for S3 only.
  const auto scope = scope_of(vector);
  http::Request request = testing::read_request(vector.parts["request"]);
  const std::string token(request.headers.get("x-amz-security-token").value_or(""));
  request.headers.remove("x-amz-date");
  request.headers.remove("x-amz-security-token");
  if (scope.service == "s3") request.headers.remove("x-amz-content-sha256");
  sign(request, {"AKIDEXAMPLE", std::string(secret), token, {}}, scope);
  EXPECT_THAT(std::string(request.headers.get("authorization").value_or("")),
              ::testing::EndsWith("Signature=" + vector.parts["signature"]));
}

INSTANTIATE_TEST_SUITE_P(Sigv4, SignVector, ::testing::ValuesIn(vectors()), [](const auto& vector) {
  std::string name = vector.param.name;
  std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

TEST(Sign, ReadsAllVectors) { EXPECT_GE(vectors().size(), 66U); }

http::Request some_request() {
  return {.origin = {true, "sqs.us-east-1.amazonaws.com", 443},
          .method = "POST",
          .target = "/",
          .headers = {},
          .body = "{}"};
}

TEST(Sign, SignedTwiceIsSignedOnce) {
  const SigningScope scope{"us-east-1", "sqs", {}};
  const Credentials first{"A", "a", "token", {}};
  const Credentials second{"B", "b", "", {}};
  http::Request again = some_request();
  sign(again, first, scope);
  sign(again, second, scope);
  http::Request once = some_request();
  sign(once, second, scope);
  EXPECT_FALSE(again.headers.get("x-amz-security-token"));
  EXPECT_EQ(again.headers.get("authorization"), once.headers.get("authorization"));
}

TEST(Sign, LeavesOutWhatMayChangeOnTheWay) {
  const http::Headers headers{{"Host", "h"},           {"User-Agent", "u"},
                              {"Connection", "close"}, {"Expect", "100-continue"},
                              {"Authorization", "x"},  {"X-Amz-Target", "t"}};
  EXPECT_EQ(signed_headers(headers), "host;x-amz-target");
}

TEST(Sign, NamesTheHostAsOnTheWire) {
  http::Request request = some_request();
  request.origin = {false, "::1", 4566};
  sign(request, {"A", "a", "", {}}, {"us-east-1", "sqs", {}});
  EXPECT_EQ(request.headers.get("host"), "[::1]:4566");
}

}  // namespace
}  // namespace aws
