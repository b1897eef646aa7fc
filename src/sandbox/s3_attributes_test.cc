// SPDX-License-Identifier: Apache-2.0
// Tags and attributes of S3's objects, and the listings of uploads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sandbox/s3_tags.h"
#include "sandbox/test_account.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

using test::TestAccount;
using testing::ElementsAre;

class S3Attributes : public testing::Test {
 protected:
  S3Attributes() { ask("PUT", "/mine"); }

  http::Response ask(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    headers.add("Host", "localhost:4566");
    return sandbox_.answer({{}, std::move(method), std::move(target), std::move(headers), std::move(body)});
  }
  static XmlElement tree(const http::Response& response) {
    auto root = parse_xml(response.body);
    EXPECT_TRUE(root) << response.body;
    return root ? std::move(*root) : XmlElement();
  }
  static std::string code(const http::Response& response) {
    return fmt::format("{} {}", response.status, response.body.empty() ? "" : tree(response).text_of("Code"));
  }
  static std::string field(const http::Response& response, std::string_view name) {
    return std::string(response.headers.get(name).value_or("(none)"));
  }
  static std::string tagging(std::string_view tags) {
    return fmt::format("<Tagging><TagSet>{}</TagSet></Tagging>", tags);
  }
  static std::string tag(std::string_view key, std::string_view value) {
    return fmt::format("<Tag><Key>{}</Key><Value>{}</Value></Tag>", key, value);
  }
  // `team=web stage=a b`
  std::string tags(std::string_view key) {
    std::string text;
    const auto root = tree(ask("GET", fmt::format("/mine/{}?tagging", key)));
    const auto* set = root.child("TagSet");
    if (!set) return root.text_of("Code");
    for (const auto& one : set->children) {
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", one.text_of("Key"), one.text_of("Value"));
    }
    return text;
  }
  std::string begin(std::string_view key, http::Headers headers = {}) {
    return tree(ask("POST", fmt::format("/mine/{}?uploads", key), std::move(headers))).text_of("UploadId");
  }
  std::string put_part(std::string_view key, std::string_view id, int number, std::string body) {
    return field(ask("PUT", fmt::format("/mine/{}?uploadId={}&partNumber={}", key, id, number), {}, std::move(body)),
                 "ETag");
  }
  // The texts of an element's children of one name.
  static std::vector<std::string> all(const XmlElement& root, std::string_view child, std::string_view inner) {
    std::vector<std::string> texts;
    for (const auto& one : root.children) {
      if (one.name == child) texts.push_back(one.text_of(inner));
    }
    return texts;
  }

  TestAccount sandbox_;
};

TEST_F(S3Attributes, ObjectsHaveTags) {
  ask("PUT", "/mine/a", {{"x-amz-tagging", "team=web&stage=a%20b"}}, "x");
  EXPECT_EQ(tags("a"), "team=web stage=a b");
  EXPECT_EQ(field(ask("HEAD", "/mine/a"), "x-amz-tagging-count"), "2");
  EXPECT_EQ(ask("PUT", "/mine/a?tagging", {}, tagging(tag("one", "1"))).status, 200);
  EXPECT_EQ(tags("a"), "one=1");

  ask("PUT", "/mine/copy", {{"x-amz-copy-source", "/mine/a"}});
  EXPECT_EQ(tags("copy"), "one=1");
  ask("PUT", "/mine/copy",
      {{"x-amz-copy-source", "/mine/a"}, {"x-amz-tagging-directive", "REPLACE"}, {"x-amz-tagging", "two=2"}});
  EXPECT_EQ(tags("copy"), "two=2");
  const auto id = begin("big", {{"x-amz-tagging", "three=3"}});
  const auto etag = put_part("big", id, 1, "bytes");
  ask("POST", "/mine/big?uploadId=" + id, {},
      fmt::format("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>"
                  "</CompleteMultipartUpload>",
                  etag));
  EXPECT_EQ(tags("big"), "three=3");

  EXPECT_EQ(ask("DELETE", "/mine/a?tagging").status, 204);
  EXPECT_EQ(tags("a"), "");
  EXPECT_EQ(field(ask("GET", "/mine/a"), "x-amz-tagging-count"), "(none)");
  EXPECT_EQ(tags("none"), "NoSuchKey");
  EXPECT_EQ(code(ask("PUT", "/mine/none?tagging", {}, tagging(""))), "404 NoSuchKey");
  EXPECT_EQ(code(ask("PUT", "/mine/a?partNumber=1&uploadId=" + begin("a"), {{"x-amz-tagging", "a=b"}}, "x")),
            "501 NotImplemented");
}

TEST_F(S3Attributes, TagsBelongToAVersion) {
  ask("PUT", "/mine?versioning", {}, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  const auto one = field(ask("PUT", "/mine/a", {}, "1"), "x-amz-version-id");
  ask("PUT", "/mine/a", {}, "2");
  EXPECT_EQ(field(ask("PUT", "/mine/a?tagging&versionId=" + one, {}, tagging(tag("k", "v"))), "x-amz-version-id"), one);
  EXPECT_EQ(tags("a"), "");
  EXPECT_EQ(all(*tree(ask("GET", "/mine/a?tagging&versionId=" + one)).child("TagSet"), "Tag", "Value"),
            std::vector<std::string>{"v"});
  ask("DELETE", "/mine/a");
  EXPECT_EQ(ask("GET", "/mine/a?tagging").status, 404);
}

TEST_F(S3Attributes, RefusesWrongTags) {
  ask("PUT", "/mine/a", {}, "x");
  struct Case {
    std::string_view name;
    std::string document;
    std::string want;
  };
  std::string eleven;
  for (int i = 0; i < 11; ++i) eleven += tag(fmt::format("k{}", i), "v");
  const Case cases[] = {
      {"no document", "", "400 MalformedXML"},
      {"another root", "<TagSet/>", "400 MalformedXML"},
      {"a tag without a value", tagging("<Tag><Key>k</Key></Tag>"), "400 MalformedXML"},
      {"an empty key", tagging(tag("", "v")), "400 InvalidTag"},
      {"a key of AWS's", tagging(tag("aws:k", "v")), "400 InvalidTag"},
      {"a long key", tagging(tag(std::string(129, 'k'), "v")), "400 InvalidTag"},
      {"a long value", tagging(tag("k", std::string(257, 'v'))), "400 InvalidTag"},
      {"a strange character", tagging(tag("k", "a*b")), "400 InvalidTag"},
      {"the same key twice", tagging(tag("k", "1") + tag("k", "2")), "400 InvalidTag"},
      {"eleven", tagging(eleven), "400 BadRequest"},
      {"the longest there may be", tagging(tag(std::string(128, 'k'), std::string(256, 'v'))), "200 "},
      {"letters of any language", tagging(tag("ключ", "größe")), "200 "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code(ask("PUT", "/mine/a?tagging", {}, c.document)), c.want);
  }
  EXPECT_EQ(code(ask("PUT", "/mine/b", {{"x-amz-tagging", "k=1&k=2"}}, "x")), "400 InvalidArgument");
  EXPECT_EQ(code(ask("PUT", "/mine/b", {{"x-amz-tagging", "k=a*b"}}, "x")), "400 InvalidTag");
}

TEST_F(S3Attributes, TellsWhatIsAskedFor) {
  const auto attributes = [&](std::string_view names, http::Headers more = {}) {
    more.add("x-amz-object-attributes", std::string(names));
    return ask("GET", "/mine/a?attributes", std::move(more));
  };
  ask("PUT", "/mine/a", {{"x-amz-sdk-checksum-algorithm", "SHA256"}}, "hello");
  const auto every = tree(attributes("ETag,Checksum, ObjectParts,StorageClass,ObjectSize"));
  EXPECT_EQ(every.name, "GetObjectAttributesResponse");
  EXPECT_EQ(every.text_of("ETag"), "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(every.text_of("ObjectSize"), "5");
  EXPECT_EQ(every.text_of("StorageClass"), "STANDARD");
  EXPECT_EQ(every.child("ObjectParts"), nullptr);
  ASSERT_NE(every.child("Checksum"), nullptr);
  EXPECT_EQ(every.child("Checksum")->text_of("ChecksumType"), "FULL_OBJECT");
  EXPECT_EQ(tree(attributes("ObjectSize")).children.size(), 1);
  EXPECT_EQ(code(attributes("Size")), "400 InvalidArgument");
  EXPECT_EQ(code(ask("GET", "/mine/a?attributes")), "400 InvalidArgument");
  EXPECT_EQ(code(ask("GET", "/mine/none?attributes", {{"x-amz-object-attributes", "ETag"}})), "404 NoSuchKey");
}

TEST_F(S3Attributes, KnowsThePartsOfAnUploadWithAChecksum) {
  for (const bool named : {false, true}) {
    SCOPED_TRACE(named ? "named" : "not named");
    const auto id = begin("big", named ? http::Headers{{"x-amz-checksum-algorithm", "CRC32"}} : http::Headers{});
    std::string parts;
    for (const int number : {1, 3, 7}) {
      const auto etag = put_part("big", id, number, std::string(number == 7 ? 1 : 5U << 20U, 'x'));
      parts += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, etag);
    }
    const auto done = ask("POST", "/mine/big?uploadId=" + id, {},
                          fmt::format("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", parts));
    EXPECT_EQ(done.status, 200) << done.body;
    const auto root = tree(
        ask("GET", "/mine/big?attributes",
            {{"x-amz-object-attributes", "ObjectParts"}, {"x-amz-part-number-marker", "1"}, {"x-amz-max-parts", "1"}}));
    const auto* shown = root.child("ObjectParts");
    ASSERT_NE(shown, nullptr);
    EXPECT_EQ(shown->text_of("PartsCount"), "3");
    EXPECT_EQ(all(*shown, "Part", "PartNumber"), named ? std::vector<std::string>{"3"} : std::vector<std::string>{});
    EXPECT_EQ(shown->text_of("IsTruncated"), named ? "true" : "");
    EXPECT_EQ(shown->text_of("NextPartNumberMarker"), named ? "3" : "");
  }
}

TEST_F(S3Attributes, PartsComeInPages) {
  const auto id = begin("big");
  for (const int number : {1, 2, 5, 9}) put_part("big", id, number, "x");
  struct Case {
    std::string_view query;
    std::vector<std::string> numbers;
    std::string_view truncated;
    std::string_view next;
  };
  const Case cases[] = {
      {"", {"1", "2", "5", "9"}, "false", "9"},
      {"&max-parts=2", {"1", "2"}, "true", "2"},
      {"&max-parts=2&part-number-marker=2", {"5", "9"}, "false", "9"},
      {"&part-number-marker=3", {"5", "9"}, "false", "9"},
      {"&part-number-marker=9", {}, "false", "0"},
      {"&max-parts=0", {}, "false", "0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    const auto root = tree(ask("GET", fmt::format("/mine/big?uploadId={}{}", id, c.query)));
    EXPECT_EQ(all(root, "Part", "PartNumber"), c.numbers);
    EXPECT_EQ(root.text_of("IsTruncated"), c.truncated);
    EXPECT_EQ(root.text_of("NextPartNumberMarker"), c.next);
  }
  for (const std::string_view wrong : {"max-parts=x", "max-parts=-1", "part-number-marker=1x"}) {
    SCOPED_TRACE(wrong);
    EXPECT_EQ(code(ask("GET", fmt::format("/mine/big?uploadId={}&{}", id, wrong))), "400 InvalidArgument");
  }
}

TEST_F(S3Attributes, UploadsComeInPages) {
  const auto b1 = begin("b");
  sandbox_.pass(std::chrono::seconds(1));
  const auto b2 = begin("b");
  begin("a/1");
  begin("a/2");
  begin("c");
  struct Case {
    std::string_view name;
    std::string query;
    std::vector<std::string> keys;
    std::vector<std::string> prefixes;
    std::string next_key;
    std::string next_id;
  };
  const Case cases[] = {
      {"all", "", {"a/1", "a/2", "b", "b", "c"}, {}, "", ""},
      {"the first page ends between two of a key", "&max-uploads=3", {"a/1", "a/2", "b"}, {}, "b", b1},
      {"and goes on there", "&key-marker=b&upload-id-marker=" + b1, {"b", "c"}, {}, "", ""},
      {"a key's marker alone is after all of the key", "&key-marker=b", {"c"}, {}, "", ""},
      {"an id's marker alone says nothing", "&upload-id-marker=" + b2, {"a/1", "a/2", "b", "b", "c"}, {}, "", ""},
      {"a prefix", "&prefix=a/", {"a/1", "a/2"}, {}, "", ""},
      {"a delimiter", "&delimiter=/", {"b", "b", "c"}, {"a/"}, "", ""},
      {"a page that ends with a prefix", "&delimiter=/&max-uploads=1", {}, {"a/"}, "a/", ""},
      {"goes on after the prefix", "&delimiter=/&key-marker=a/", {"b", "b", "c"}, {}, "", ""},
      {"none", "&max-uploads=0", {}, {}, "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto root = tree(ask("GET", "/mine?uploads" + c.query));
    EXPECT_EQ(all(root, "Upload", "Key"), c.keys);
    EXPECT_EQ(all(root, "CommonPrefixes", "Prefix"), c.prefixes);
    EXPECT_EQ(root.text_of("IsTruncated"), c.next_key.empty() ? "false" : "true");
    EXPECT_EQ(root.text_of("NextKeyMarker"), c.next_key);
    EXPECT_EQ(root.text_of("NextUploadIdMarker"), c.next_id);
  }
  EXPECT_THAT(all(tree(ask("GET", "/mine?uploads&prefix=b")), "Upload", "UploadId"), ElementsAre(b1, b2));
  EXPECT_EQ(code(ask("GET", "/mine?uploads&max-uploads=x")), "400 InvalidArgument");
}

class S3Room : public testing::Test {
 protected:
  http::Response ask(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    headers.add("Host", "localhost:4566");
    return sandbox_.answer({{}, std::move(method), std::move(target), std::move(headers), std::move(body)});
  }
  // How often it may be asked before there is no room; 100 if that does not come.
  int times(const std::function<int(int)>& status) {
    int count = 0;
    while (count < 100 && status(count) < 300) ++count;
    return count;
  }
  static Settings small() {
    auto settings = TestAccount::unverified();
    settings.object_bytes_max = 20'000;
    return settings;
  }

  TestAccount sandbox_{small()};
};

// A mark that an object was deleted takes room as well.
TEST_F(S3Room, IsTakenByDeleteMarkers) {
  ask("PUT", "/mine");
  ask("PUT", "/mine?versioning", {}, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  const auto stored = ask("PUT", "/mine/large", {}, std::string(10'000, 'x'));
  const auto marks = times([&](int) { return ask("DELETE", "/mine/gone").status; });
  EXPECT_GT(marks, 10);
  EXPECT_LT(marks, 20);
  const auto several = ask("POST", "/mine?delete", {{"Content-MD5", "huHypdSrravATozENYdOuw=="}},
                           "<Delete><Object><Key>gone</Key></Object></Delete>");
  EXPECT_THAT(several.body, testing::HasSubstr("<Error><Key>gone</Key><Code>ServiceUnavailable</Code>"));
  const auto version = stored.headers.get("x-amz-version-id").value_or("");
  EXPECT_EQ(ask("DELETE", fmt::format("/mine/large?versionId={}", version)).status, 204);
  EXPECT_EQ(ask("DELETE", "/mine/gone").status, 204);
}

TEST_F(S3Room, IsTakenByUploadsAndTheirParts) {
  ask("PUT", "/mine");
  std::vector<std::string> ids;
  for (const bool again : {false, true}) {
    SCOPED_TRACE(again ? "again" : "at first");
    // So that what is given back is all that was taken.
    const auto begun = times([&](int) {
      const auto answer = ask("POST", "/mine/k?uploads", {{"x-amz-meta-a", std::string(500, 'm')}});
      if (answer.status == 200) ids.push_back(parse_xml(answer.body).value_or(XmlElement()).text_of("UploadId"));
      return answer.status;
    });
    EXPECT_GT(begun, 10);
    EXPECT_LT(begun, 30);
    while (ids.size() > 1) {
      EXPECT_EQ(ask("DELETE", "/mine/k?uploadId=" + ids.back()).status, 204);
      ids.pop_back();
    }
    const auto parts = times([&](int number) {
      return ask("PUT", fmt::format("/mine/k?uploadId={}&partNumber={}", ids[0], 1 + number)).status;
    });
    EXPECT_GT(parts, 30);
    EXPECT_LT(parts, 99);
    EXPECT_EQ(ask("DELETE", "/mine/k?uploadId=" + ids.back()).status, 204);
    ids.pop_back();
  }
}

}  // namespace
}  // namespace sandbox
