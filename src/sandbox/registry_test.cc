// SPDX-License-Identifier: Apache-2.0
#include "sandbox/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/hash.h"
#include "sandbox/registry_login.h"
#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";

std::string digest_of(std::string_view bytes) { return "sha256:" + base::sha256_hex(bytes); }

class RegistryTest : public testing::Test {
 protected:
  RegistryTest() {
    sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"team/web"})");
    sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"fixed","imageTagMutability":"IMMUTABLE"})");
  }

  static http::Request request(std::string method, std::string target, http::Headers headers = {},
                               std::string body = {}) {
    headers.set("Host", "localhost:4566");
    return {{}, std::move(method), std::move(target), std::move(headers), std::move(body)};
  }
  http::Response ask(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    return sandbox_.answer(request(std::move(method), std::move(target), std::move(headers), std::move(body)));
  }
  // As the server does it: the body goes into the sink, in pieces.
  http::Response stream(http::Request head, std::initializer_list<std::string_view> pieces) {
    head.sink = sandbox_.account.receive(head, sandbox_.now);
    EXPECT_TRUE(head.sink);
    for (const auto piece : pieces) head.sink->take(piece);
    return sandbox_.answer(std::move(head));
  }
  static std::string code(const http::Response& response) {
    return fmt::format("{} {}", response.status, at(TestAccount::parse(response.body), "/errors/0/code"));
  }
  static std::string field(const http::Response& response, std::string_view name) {
    return std::string(response.headers.get(name).value_or("(none)"));
  }
  std::string push_blob(std::string_view repository, std::string bytes) {
    const auto digest = digest_of(bytes);
    const auto answer =
        ask("POST", fmt::format("/v2/{}/blobs/uploads/?digest={}", repository, digest), {}, std::move(bytes));
    EXPECT_EQ(answer.status, 201) << answer.body;
    return digest;
  }
  static std::string manifest(const std::string& config, const std::string& layer) {
    return fmt::format(
        R"({{"schemaVersion":2,"mediaType":"{}","config":{{"digest":"{}","size":6}},"layers":[{{"digest":"{}","size":5}}]}})",
        oci_manifest, config, layer);
  }
  // Pushes an image of one layer, and gives its digest.
  std::string push(std::string_view repository, std::string_view reference, const std::string& layer) {
    const auto text = manifest(push_blob(repository, "config"), push_blob(repository, layer));
    const auto digest = digest_of(text);
    const auto answer =
        ask("PUT", fmt::format("/v2/{}/manifests/{}", repository, reference.empty() ? digest : reference),
            {{"Content-Type", std::string(oci_manifest)}}, text);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(field(answer, "Docker-Content-Digest"), digest);
    return digest;
  }
  static std::string read(const http::Response& response) {
    std::string all;
    while (all.size() < response.source->size()) {
      const auto piece = response.source->read(3);
      if (piece.empty()) break;
      all += piece;
    }
    return all;
  }

  TestAccount sandbox_;
};

TEST(RegistryRoute, IsReadFromTheEndOfThePath) {
  using Kind = RegistryRoute::Kind;
  struct Case {
    std::string_view target;
    Kind kind;
    std::string_view name;
    std::string_view reference;
  };
  const Case cases[] = {
      {"/v2", Kind::Ping, "", ""},
      {"/v2/", Kind::Ping, "", ""},
      {"/v2/_catalog?n=3", Kind::Catalog, "", ""},
      {"/v2/a/b/tags/list", Kind::Tags, "a/b", ""},
      {"/v2/a/blobs/uploads/", Kind::Uploads, "a", ""},
      {"/v2/a/blobs/uploads?mount=x", Kind::Uploads, "a", ""},
      {"/v2/a/blobs/uploads/17-x", Kind::Upload, "a", "17-x"},
      {"/v2/a/blobs/sha256%3Aab", Kind::Blob, "a", "sha256:ab"},
      {"/v2/blobs/manifests/blobs/sha256:ab", Kind::Blob, "blobs/manifests", "sha256:ab"},
      {"/v2/a/b/c/manifests/1.2.3", Kind::Manifest, "a/b/c", "1.2.3"},
      {"/v2/a/referrers/sha256:ab", Kind::Unknown, "", ""},
      {"/v2/a/manifests/x/y", Kind::Unknown, "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.target);
    const auto route = read_registry_route(c.target);
    EXPECT_EQ(route.kind, c.kind);
    EXPECT_EQ(route.name, c.name);
    EXPECT_EQ(route.reference, c.reference);
  }
}

TEST_F(RegistryTest, IsRecognisedBesideBuckets) {
  struct Case {
    std::string_view name;
    http::Request request;
    bool want;
  };
  const Case cases[] = {
      {"a ping", request("GET", "/v2/"), true},
      {"a path that only begins like it", request("GET", "/v2x/"), false},
      {"signed as S3's clients do", request("GET", "/v2/key", {{"Authorization", "AWS4-HMAC-SHA256 Credential=…"}}),
       false},
      {"presigned", request("GET", "/v2/key?X-Amz-Algorithm=AWS4-HMAC-SHA256"), false},
      {"a key of a bucket in the host", {{}, "GET", "/v2/key", {{"Host", "caretaker.s3.localhost:4566"}}, ""}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_registry(c.request), c.want);
  }
}

TEST(RegistryLogin, LetsInWhoHasThePassword) {
  TestAccount sandbox{Settings()};
  World world(Settings(), {});
  world.advance(sandbox.now);
  const auto token = [](std::string_view text) { return "Basic " + base::to_base64(text); };
  const auto password = make_login(world).password;
  struct Case {
    std::string_view name;
    std::string header;
    std::chrono::hours later;
    std::string_view want;
  };
  const Case cases[] = {
      {"nobody", "", {}, "401 UNAUTHORIZED"},
      {"the password", token("AWS:" + password), {}, "200"},
      {"another user", token("root:" + password), {}, "401 UNAUTHORIZED"},
      {"another password", token("AWS:secret"), {}, "401 UNAUTHORIZED"},
      {"a longer life",
       token("AWS:" + base::to_base64(R"({"payload":"00","expiration":9999999999})")),
       {},
       "401 UNAUTHORIZED"},
      {"no base64", "Basic ???", {}, "401 UNAUTHORIZED"},
      {"a bearer", "Bearer x", {}, "401 UNAUTHORIZED"},
      {"at its end", token("AWS:" + password), std::chrono::hours(12), "200"},
      {"after it", token("AWS:" + password), std::chrono::hours(1), "403 DENIED"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    sandbox.now += c.later;
    http::Request request{{}, "GET", "/v2/", {{"Host", "localhost:4566"}}, ""};
    if (!c.header.empty()) request.headers.set("Authorization", c.header);
    const auto answer = sandbox.answer(std::move(request));
    const auto code = answer.status == 200
                          ? "200"
                          : fmt::format("{} {}", answer.status, at(TestAccount::parse(answer.body), "/errors/0/code"));
    EXPECT_EQ(code, c.want);
    EXPECT_EQ(answer.headers.get("Docker-Distribution-Api-Version"), "registry/2.0");
    EXPECT_FALSE(answer.headers.get("x-amz-request-id"));
    if (answer.status == 401) {
      EXPECT_EQ(answer.headers.get("WWW-Authenticate"),
                R"(Basic realm="http://localhost:4566/",service="ecr.amazonaws.com")");
    }
  }
}

TEST_F(RegistryTest, TakesALayerInEveryWay) {
  const std::string bytes = "0123456789";
  const auto digest = digest_of(bytes);
  struct Way {
    std::string_view name;
    std::function<http::Response()> push;
  };
  const auto begin = [&] {
    const auto begun = ask("POST", "/v2/team/web/blobs/uploads/");
    EXPECT_EQ(begun.status, 202);
    EXPECT_EQ(field(begun, "Range"), "0-0");
    EXPECT_EQ(field(begun, "Location"), "/v2/team/web/blobs/uploads/" + field(begun, "Docker-Upload-UUID"));
    return field(begun, "Location");
  };
  const Way ways[] = {
      {"one POST", [&] { return ask("POST", "/v2/team/web/blobs/uploads/?digest=" + digest, {}, bytes); }},
      {"one POST as it comes",
       [&] { return stream(request("POST", "/v2/team/web/blobs/uploads/?digest=" + digest), {"01234", "56789"}); }},
      {"POST and PUT", [&] { return ask("PUT", begin() + "?digest=" + digest, {}, bytes); }},
      {"one PATCH",
       [&] {
         const auto location = begin();
         const auto patched = stream(request("PATCH", location), {"0123", "456789"});
         EXPECT_EQ(patched.status, 202);
         EXPECT_EQ(field(patched, "Range"), "0-9");
         return ask("PUT", location + "?digest=sha256%3A" + digest.substr(7));
       }},
      {"PATCHes in order, the last bytes with the PUT",
       [&] {
         const auto location = begin();
         EXPECT_EQ(ask("PATCH", location, {{"Content-Range", "0-3"}, {"Content-Length", "4"}}, "0123").status, 202);
         EXPECT_EQ(ask("PATCH", location, {{"Content-Range", "bytes 4-5/*"}}, "45").status, 202);
         return ask("PUT", location + "?digest=" + digest, {{"Content-Range", "6-9"}}, "6789");
       }},
  };
  for (const auto& way : ways) {
    SCOPED_TRACE(way.name);
    const auto pushed = way.push();
    EXPECT_EQ(pushed.status, 201) << pushed.body;
    EXPECT_EQ(field(pushed, "Docker-Content-Digest"), digest);
    const auto pulled = ask("GET", field(pushed, "Location"));
    EXPECT_EQ(pulled.status, 200);
    EXPECT_EQ(read(pulled), bytes);
    sandbox_.call("ecr.DeleteRepository", R"({"repositoryName":"team/web"})");
    sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"team/web"})");
  }
}

TEST_F(RegistryTest, RefusesWhatCannotBeALayer) {
  const auto location = field(ask("POST", "/v2/team/web/blobs/uploads/"), "Location");
  ask("PATCH", location, {}, "01234");
  const auto digest = digest_of("01234");
  const std::string other = "sha256:" + std::string(64, 'a');
  struct Case {
    std::string_view name;
    http::Request request;
    std::string_view want;
  };
  const Case cases[] = {
      {"a gap", request("PATCH", location, {{"Content-Range", "6-7"}}, "67"), "416 BLOB_UPLOAD_INVALID"},
      {"again", request("PATCH", location, {{"Content-Range", "0-4"}}, "01234"), "416 BLOB_UPLOAD_INVALID"},
      {"no range", request("PATCH", location, {{"Content-Range", "5"}}, "5"), "416 BLOB_UPLOAD_INVALID"},
      {"another length", request("PATCH", location, {{"Content-Range", "5-6"}, {"Content-Length", "3"}}, "567"),
       "400 SIZE_INVALID"},
      {"no digest", request("PUT", location), "400 DIGEST_INVALID"},
      {"half a digest", request("PUT", location + "?digest=sha256:ab"), "400 DIGEST_INVALID"},
      {"another algorithm", request("PUT", location + "?digest=sha512:" + std::string(128, 'a')), "400 DIGEST_INVALID"},
      {"an upload nobody began", request("PATCH", "/v2/team/web/blobs/uploads/1", {}, "x"), "404 BLOB_UPLOAD_UNKNOWN"},
      {"the upload of another repository", request("GET", "/v2/fixed/blobs/uploads/" + location.substr(27)),
       "404 BLOB_UPLOAD_UNKNOWN"},
      {"a repository nobody made", request("POST", "/v2/none/blobs/uploads/"), "404 NAME_UNKNOWN"},
      {"no name", request("POST", "/v2/Team/blobs/uploads/"), "400 NAME_INVALID"},
      {"a method", request("PUT", "/v2/team/web/blobs/" + digest), "405 UNSUPPORTED"},
      {"no endpoint", request("GET", "/v2/team/web/nothing"), "404 UNSUPPORTED"},
      {"a layer that is not there", request("GET", "/v2/team/web/blobs/" + other), "404 BLOB_UNKNOWN"},
      {"a layer by no digest", request("GET", "/v2/team/web/blobs/1.2.3"), "400 DIGEST_INVALID"},
      {"other bytes than said, at once", request("POST", "/v2/team/web/blobs/uploads/?digest=" + other, {}, "01234"),
       "400 DIGEST_INVALID"},
      {"other bytes than said", request("PUT", location + "?digest=" + other), "400 DIGEST_INVALID"},
      {"which ends the upload", request("GET", location), "404 BLOB_UPLOAD_UNKNOWN"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code(sandbox_.answer(c.request)), c.want);
  }
}

TEST_F(RegistryTest, GoesOnAfterACut) {
  const auto location = field(ask("POST", "/v2/team/web/blobs/uploads/"), "Location");
  auto cut = request("PATCH", location);
  auto sink = sandbox_.account.receive(cut, sandbox_.now);
  sink->take("0123");
  EXPECT_EQ(code(ask("PATCH", location, {}, "x")), "409 BLOB_UPLOAD_INVALID") << "somebody else is writing";
  sink.reset();
  EXPECT_EQ(field(ask("GET", location), "Range"), "0-3");
  EXPECT_EQ(ask("PATCH", location, {{"Content-Range", "4-5"}}, "45").status, 202);
  EXPECT_EQ(ask("PUT", location + "?digest=" + digest_of("012345")).status, 201);
}

TEST_F(RegistryTest, GivesUpWhatNobodyFinishes) {
  const auto location = field(ask("POST", "/v2/team/web/blobs/uploads/"), "Location");
  sandbox_.pass(std::chrono::minutes(50));
  EXPECT_EQ(ask("PATCH", location, {}, "0").status, 202) << "which counts anew";
  sandbox_.pass(std::chrono::minutes(50));
  EXPECT_EQ(ask("GET", location).status, 204);
  sandbox_.pass(std::chrono::minutes(61));
  EXPECT_EQ(ask("GET", location).status, 404);
  const auto cancelled = field(ask("POST", "/v2/team/web/blobs/uploads/"), "Location");
  EXPECT_EQ(ask("DELETE", cancelled).status, 204);
  EXPECT_EQ(ask("DELETE", cancelled).status, 404);
  for (std::size_t i = 0; i < LayerUploads::uploads_max; ++i) ask("POST", "/v2/team/web/blobs/uploads/");
  EXPECT_EQ(code(ask("POST", "/v2/team/web/blobs/uploads/")), "429 TOOMANYREQUESTS");
}

TEST_F(RegistryTest, MountsFromAnotherRepository) {
  const auto digest = push_blob("team/web", "layer");
  const auto mount = [&](std::string_view what, std::string_view from) {
    return ask("POST", fmt::format("/v2/fixed/blobs/uploads/?mount={}&from={}", what, from)).status;
  };
  EXPECT_EQ(mount(digest, "none"), 202) << "an upload instead";
  EXPECT_EQ(mount(digest_of("x"), "team/web"), 202);
  EXPECT_EQ(ask("HEAD", "/v2/fixed/blobs/" + digest).status, 404);
  EXPECT_EQ(mount(digest, "team/web"), 201);
  sandbox_.call("ecr.DeleteRepository", R"({"repositoryName":"team/web"})");
  EXPECT_EQ(read(ask("GET", "/v2/fixed/blobs/" + digest)), "layer");
}

TEST_F(RegistryTest, GivesPartsOfALayer) {
  const auto path = "/v2/team/web/blobs/" + push_blob("team/web", "0123456789");
  struct Case {
    std::string_view range;
    int status;
    std::string_view content_range;
    std::string_view want;
  };
  const Case cases[] = {
      {"bytes=0-3", 206, "bytes 0-3/10", "0123"},
      {"bytes=8-", 206, "bytes 8-9/10", "89"},
      {"bytes=-3", 206, "bytes 7-9/10", "789"},
      {"bytes=5-99", 206, "bytes 5-9/10", "56789"},
      {"bytes=-99", 206, "bytes 0-9/10", "0123456789"},
      {"bytes=10-", 416, "bytes */10", ""},
      {"bytes=5-4", 416, "bytes */10", ""},
      {"bytes=-0", 416, "bytes */10", ""},
      {"bytes=x", 416, "bytes */10", ""},
      {"lines=1-2", 200, "(none)", "0123456789"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.range);
    const auto answer = ask("GET", path, {{"Range", std::string(c.range)}});
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(field(answer, "Content-Range"), c.content_range);
    EXPECT_EQ(answer.source ? read(answer) : "", c.want);
  }
}

TEST_F(RegistryTest, TellsOfAPushAsTheApiDoes) {
  const auto digest = push("team/web", "1.2.4", "layer");
  EXPECT_THAT(sandbox_.told("push"), ElementsAre("team/web:1.2.4 pushed, " + digest.substr(0, 19)));
  push("team/web", "1.2.4", "layer");
  EXPECT_THAT(sandbox_.told("push"), IsEmpty()) << "it was there already";
  push("team/web", "latest", "layer");
  EXPECT_THAT(sandbox_.told("push"), ElementsAre(HasSubstr("team/web:latest pushed")));
  const auto described = sandbox_.call("ecr.DescribeImages", R"({"repositoryName":"team/web"})");
  EXPECT_EQ(at(described, "/imageDetails/0/imageTags"), R"(["1.2.4","latest"])");
  EXPECT_EQ(at(described, "/imageDetails/0/imageSizeInBytes"), "11");
}

TEST_F(RegistryTest, TellsOfEachImageOfAnIndexAndThenOfTheIndex) {
  const auto amd = push("team/web", "", "amd64");
  const auto arm = push("team/web", "", "arm64");
  const auto index =
      fmt::format(R"({{"schemaVersion":2,"manifests":[{{"digest":"{}"}},{{"digest":"{}"}}]}})", amd, arm);
  EXPECT_EQ(ask("PUT", "/v2/team/web/manifests/1.0.0", {{"Content-Type", std::string(oci_index)}}, index).status, 201);
  EXPECT_THAT(sandbox_.told("push"),
              ElementsAre(HasSubstr("team/web:(no tag) pushed"), HasSubstr("team/web:(no tag) pushed"),
                          HasSubstr("team/web:1.0.0 pushed, " + digest_of(index).substr(0, 19))));
  EXPECT_EQ(code(ask("DELETE", "/v2/team/web/manifests/" + amd)), "403 DENIED") << "the index names it";
  EXPECT_EQ(ask("DELETE", "/v2/team/web/manifests/1.0.0").status, 202);
  EXPECT_EQ(ask("DELETE", "/v2/team/web/manifests/" + amd).status, 202);
}

TEST_F(RegistryTest, RefusesManifests) {
  const auto config = push_blob("team/web", "config");
  const auto layer = push_blob("team/web", "layer");
  const auto good = manifest(config, layer);
  const std::string other = "sha256:" + std::string(64, 'a');
  struct Case {
    std::string_view name;
    std::string_view reference;
    std::string_view type;
    std::string body;
    std::string_view want;
  };
  const Case cases[] = {
      {"a layer that is not there", "1", oci_manifest, manifest(config, other), "400 MANIFEST_BLOB_UNKNOWN"},
      {"a config that is not there", "1", oci_manifest, manifest(other, layer), "400 MANIFEST_BLOB_UNKNOWN"},
      {"an image that is not there", "1", oci_index,
       fmt::format(R"({{"schemaVersion":2,"manifests":[{{"digest":"{}"}}]}})", other), "400 MANIFEST_BLOB_UNKNOWN"},
      {"no JSON", "1", oci_manifest, "{", "400 MANIFEST_INVALID"},
      {"a list", "1", oci_manifest, "[]", "400 MANIFEST_INVALID"},
      {"an index as an image", "1", oci_manifest, R"({"schemaVersion":2,"manifests":[]})", "400 MANIFEST_INVALID"},
      {"the old schema", "1", "application/vnd.docker.distribution.manifest.v1+json", R"({"schemaVersion":1})",
       "400 MANIFEST_INVALID"},
      {"two types", "1", "application/vnd.docker.distribution.manifest.v2+json", good, "400 MANIFEST_INVALID"},
      {"another version", "1", oci_manifest, R"({"schemaVersion":3,"config":{},"layers":[]})", "400 MANIFEST_INVALID"},
      {"too long", "1", oci_manifest, std::string(Registry::manifest_max + 1, ' '), "400 MANIFEST_INVALID"},
      {"another digest", other, oci_manifest, good, "400 DIGEST_INVALID"},
      {"no tag", ".x", oci_manifest, good, "400 TAG_INVALID"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code(ask("PUT", fmt::format("/v2/team/web/manifests/{}", c.reference),
                       {{"Content-Type", std::string(c.type)}}, c.body)),
              c.want);
  }
  EXPECT_THAT(sandbox_.told("push"), IsEmpty());
}

TEST_F(RegistryTest, KeepsImmutableTags) {
  push("fixed", "1", "layer");
  push("fixed", "1", "layer");
  const auto text = manifest(push_blob("fixed", "config"), push_blob("fixed", "other"));
  const auto refused = ask("PUT", "/v2/fixed/manifests/1", {{"Content-Type", std::string(oci_manifest)}}, text);
  EXPECT_EQ(code(refused), "400 TAG_INVALID");
  EXPECT_THAT(refused.body, HasSubstr("because the tag is immutable"));
}

TEST_F(RegistryTest, AnswersByWhatTheAskerAccepts) {
  const auto digest = push("team/web", "1", "layer");
  struct Case {
    std::string_view name;
    http::Headers headers;
    int want;
  };
  const Case cases[] = {
      {"nothing said", {}, 200},
      {"anything", {{"Accept", "*/*"}}, 200},
      {"one of many fields", {{"Accept", "application/json"}, {"accept", std::string(oci_manifest)}}, 200},
      {"one of a list", {{"Accept", "a/b, " + std::string(oci_manifest) + ";q=0.5"}}, 200},
      {"only an index", {{"Accept", std::string(oci_index)}}, 404},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask("GET", "/v2/team/web/manifests/1", c.headers);
    EXPECT_EQ(answer.status, c.want);
    if (answer.status == 200) {
      EXPECT_EQ(digest_of(answer.body), digest);
      EXPECT_EQ(field(answer, "Content-Type"), oci_manifest);
      EXPECT_EQ(field(answer, "Docker-Content-Digest"), digest);
    }
  }
  EXPECT_EQ(code(ask("GET", "/v2/team/web/manifests/2")), "404 MANIFEST_UNKNOWN");
}

TEST_F(RegistryTest, ForgetsLayersWithTheirLastImage) {
  const auto first = push("team/web", "1", "shared");
  const auto second_text = manifest(push_blob("team/web", "config 2"), digest_of("shared"));
  ask("PUT", "/v2/team/web/manifests/2", {{"Content-Type", std::string(oci_manifest)}}, second_text);
  const auto there = [&](std::string_view bytes) {
    return ask("HEAD", "/v2/team/web/blobs/" + digest_of(bytes)).status == 200;
  };
  EXPECT_EQ(ask("DELETE", "/v2/team/web/manifests/" + first).status, 202);
  EXPECT_TRUE(there("shared"));
  EXPECT_FALSE(there("config"));
  EXPECT_EQ(ask("DELETE", "/v2/team/web/manifests/2").status, 202);
  EXPECT_FALSE(there("shared"));
  EXPECT_EQ(code(ask("DELETE", "/v2/team/web/manifests/2")), "404 MANIFEST_UNKNOWN");
}

TEST_F(RegistryTest, ListsInPages) {
  for (const auto* tag : {"c", "a", "b"}) push("team/web", tag, "layer");
  struct Case {
    std::string_view target;
    std::string_view body;
    std::string_view link;
  };
  const Case cases[] = {
      {"/v2/team/web/tags/list", R"({"name":"team/web","tags":["a","b","c"]})", "(none)"},
      {"/v2/team/web/tags/list?n=2", R"({"name":"team/web","tags":["a","b"]})",
       R"(</v2/team/web/tags/list?last=b&n=2>; rel="next")"},
      {"/v2/team/web/tags/list?n=2&last=b", R"({"name":"team/web","tags":["c"]})", "(none)"},
      {"/v2/team/web/tags/list?n=0", R"({"name":"team/web","tags":[]})", "(none)"},
      {"/v2/fixed/tags/list", R"({"name":"fixed","tags":[]})", "(none)"},
      {"/v2/_catalog", R"({"repositories":["fixed","team/web"]})", "(none)"},
      {"/v2/_catalog?n=1", R"({"repositories":["fixed"]})", R"(</v2/_catalog?last=fixed&n=1>; rel="next")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.target);
    const auto answer = ask("GET", std::string(c.target));
    EXPECT_EQ(answer.body, c.body);
    EXPECT_EQ(field(answer, "Link"), c.link);
  }
  EXPECT_EQ(code(ask("GET", "/v2/team/web/tags/list?n=-1")), "400 PAGINATION_NUMBER_INVALID");
}

}  // namespace
}  // namespace sandbox
