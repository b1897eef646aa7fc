// SPDX-License-Identifier: Apache-2.0
// Versions, multipart uploads and events of S3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "sandbox/checksum.h"
#include "sandbox/s3.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/test_account.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

using test::TestAccount;

class S3Versions : public testing::Test {
 protected:
  http::Response ask(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    headers.add("Host", "localhost:4566");
    return sandbox_.answer({{}, std::move(method), std::move(target), std::move(headers), std::move(body)});
  }
  // An element's text in a response; the first of several.
  static std::string in(const http::Response& response, std::string_view name) {
    const auto begin = response.body.find(fmt::format("<{}>", name));
    if (begin == std::string::npos) return "(none)";
    const auto from = begin + name.size() + 2;
    return response.body.substr(from, response.body.find('<', from) - from);
  }
  std::string put(std::string_view key, std::string body) {
    const auto response = ask("PUT", fmt::format("/mine/{}", key), {}, std::move(body));
    EXPECT_EQ(response.status, 200) << response.body;
    return std::string(response.headers.get("x-amz-version-id").value_or("(none)"));
  }
  void make_versions(std::string_view status) {
    ask("PUT", "/mine");
    const auto body = fmt::format("<VersioningConfiguration><Status>{}</Status></VersioningConfiguration>", status);
    EXPECT_EQ(ask("PUT", "/mine?versioning", {}, body).status, 200);
  }

  TestAccount sandbox_;
};

TEST_F(S3Versions, KeepsOldOnes) {
  ask("PUT", "/mine");
  EXPECT_EQ(put("k", "before"), "(none)");
  EXPECT_EQ(in(ask("GET", "/mine?versioning"), "Status"), "(none)");
  make_versions("Enabled");
  EXPECT_EQ(in(ask("GET", "/mine?versioning"), "Status"), "Enabled");
  const auto one = put("k", "one");
  const auto two = put("k", "two");
  EXPECT_NE(one, two);
  EXPECT_EQ(ask("GET", "/mine/k").body, "two");
  EXPECT_EQ(ask("GET", "/mine/k?versionId=" + one).body, "one");
  EXPECT_EQ(ask("GET", "/mine/k?versionId=null").body, "before");
  EXPECT_EQ(in(ask("GET", "/mine/k?versionId=other"), "Code"), "NoSuchVersion");

  const auto deleted = ask("DELETE", "/mine/k");
  EXPECT_EQ(deleted.status, 204);
  EXPECT_EQ(deleted.headers.get("x-amz-delete-marker"), "true");
  const std::string marker(deleted.headers.get("x-amz-version-id").value_or(""));
  const auto gone = ask("GET", "/mine/k");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.headers.get("x-amz-delete-marker"), "true");
  EXPECT_EQ(ask("GET", "/mine/k?versionId=" + marker).status, 405);
  EXPECT_EQ(in(ask("GET", "/mine?list-type=2"), "KeyCount"), "0");
  EXPECT_EQ(in(ask("DELETE", "/mine"), "Code"), "BucketNotEmpty");

  const auto page = ask("GET", "/mine?versions&max-keys=2");
  EXPECT_EQ(in(page, "NextVersionIdMarker"), two);
  const auto rest = ask("GET", "/mine?versions&key-marker=k&version-id-marker=" + two);
  EXPECT_EQ(in(rest, "VersionId"), one);
  EXPECT_EQ(in(rest, "IsTruncated"), "false");

  EXPECT_EQ(ask("DELETE", "/mine/k?versionId=" + marker).headers.get("x-amz-delete-marker"), "true");
  EXPECT_EQ(ask("GET", "/mine/k").body, "two");
  for (const auto& version : {one, two, std::string("null")}) ask("DELETE", "/mine/k?versionId=" + version);
  EXPECT_EQ(ask("DELETE", "/mine").status, 204);
}

TEST_F(S3Versions, ReplacesTheNullVersionWhileSuspended) {
  make_versions("Enabled");
  const auto kept = put("k", "kept");
  make_versions("Suspended");
  EXPECT_EQ(put("k", "a"), "null");
  EXPECT_EQ(put("k", "b"), "null");
  EXPECT_EQ(ask("GET", "/mine/k?versionId=" + kept).body, "kept");
  EXPECT_EQ(ask("DELETE", "/mine/k").headers.get("x-amz-version-id"), "null");
  EXPECT_EQ(ask("GET", "/mine/k?versionId=null").status, 405);
}

TEST_F(S3Versions, TakesAnObjectInParts) {
  ask("PUT", "/mine");
  const auto id = in(ask("POST", "/mine/big?uploads", {{"x-amz-checksum-algorithm", "CRC32"}, {"Content-Type", "a/b"}}),
                     "UploadId");
  const std::string first(5 << 20, 'a');
  const auto upload = [&](int number, std::string body, http::Headers headers = {}) {
    return ask("PUT", fmt::format("/mine/big?partNumber={}&uploadId={}", number, id), std::move(headers),
               std::move(body));
  };
  const auto one = upload(1, first);
  const auto two = upload(2, "end");
  EXPECT_EQ(upload(0, "x").status, 400);
  EXPECT_EQ(in(upload(3, "x", {{"x-amz-checksum-sha1", base::to_base64(base::sha1("x"))}}), "Code"), "InvalidRequest");
  const auto listed = ask("GET", "/mine/big?uploadId=" + id);
  EXPECT_EQ(in(listed, "PartNumber"), "1");
  EXPECT_EQ(in(listed, "NextPartNumberMarker"), "2");
  const auto uploads = ask("GET", "/mine?uploads");
  EXPECT_EQ(in(uploads, "Key"), "big");
  for (const auto& answer : {listed, uploads}) EXPECT_EQ(in(answer, "ID"), "123456789012");
  const auto part = [](int number, const http::Response& uploaded) {
    return fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number,
                       uploaded.headers.get("etag").value_or(""));
  };
  const auto complete = [&](const std::string& parts) {
    return ask("POST", "/mine/big?uploadId=" + id, {},
               "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>");
  };
  EXPECT_EQ(in(complete(""), "Code"), "MalformedXML");
  EXPECT_EQ(in(complete(part(2, two) + part(1, one)), "Code"), "InvalidPartOrder");
  EXPECT_EQ(in(complete(part(1, two)), "Code"), "InvalidPart");
  EXPECT_EQ(in(ask("GET", "/mine/big"), "Code"), "NoSuchKey");
  const auto done = complete(part(1, one) + part(2, two));
  EXPECT_EQ(done.status, 200);
  EXPECT_THAT(in(done, "ETag"), testing::EndsWith("-2&quot;"));
  EXPECT_EQ(in(done, "ChecksumType"), "COMPOSITE");
  const auto whole = ask("GET", "/mine/big", {{"x-amz-checksum-mode", "ENABLED"}});
  EXPECT_EQ(whole.body.size(), first.size() + 3);
  EXPECT_EQ(whole.headers.get("content-type"), "a/b");
  EXPECT_EQ(whole.headers.get("x-amz-checksum-crc32"), in(done, "ChecksumCRC32"));
  EXPECT_EQ(in(complete(part(1, one)), "Code"), "NoSuchUpload");
}

TEST_F(S3Versions, TakesAnyChecksumOfPartsThatWereToHaveNone) {
  ask("PUT", "/mine");
  const auto id = in(ask("POST", "/mine/k?uploads"), "UploadId");
  const auto uploaded = ask("PUT", "/mine/k?partNumber=1&uploadId=" + id,
                            {{"x-amz-checksum-sha1", base::to_base64(base::sha1("part"))}}, "part");
  EXPECT_EQ(uploaded.status, 200);
  EXPECT_EQ(uploaded.headers.get("x-amz-checksum-sha1"), base::to_base64(base::sha1("part")));
  const auto wrong = ask("PUT", "/mine/k?partNumber=2&uploadId=" + id,
                         {{"x-amz-checksum-sha1", base::to_base64(base::sha1("other"))}}, "part");
  EXPECT_EQ(in(wrong, "Code"), "BadDigest");
  const auto done = ask("POST", "/mine/k?uploadId=" + id, {},
                        fmt::format("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>"
                                    "</CompleteMultipartUpload>",
                                    uploaded.headers.get("etag").value_or("")));
  EXPECT_EQ(in(done, "ChecksumType"), "FULL_OBJECT");
  EXPECT_EQ(in(done, "ChecksumCRC64NVME"), checksum_of("CRC64NVME", "part").value);
}

TEST_F(S3Versions, RefusesSmallPartsAndForgetsAbortedUploads) {
  ask("PUT", "/mine");
  const auto id = in(ask("POST", "/mine/k?uploads"), "UploadId");
  std::string parts;
  for (int number = 1; number <= 2; ++number) {
    const auto uploaded = ask("PUT", fmt::format("/mine/k?partNumber={}&uploadId={}", number, id), {}, "small");
    parts += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number,
                         uploaded.headers.get("etag").value_or(""));
  }
  EXPECT_EQ(
      in(ask("POST", "/mine/k?uploadId=" + id, {}, "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>"),
         "Code"),
      "EntityTooSmall");
  EXPECT_EQ(ask("DELETE", "/mine/k?uploadId=" + id).status, 204);
  EXPECT_EQ(in(ask("DELETE", "/mine/k?uploadId=" + id), "Code"), "NoSuchUpload");
}

TEST_F(S3Versions, CopiesPartsOfObjects) {
  ask("PUT", "/mine");
  ask("PUT", "/mine/from", {}, "0123456789");
  const auto id = in(ask("POST", "/mine/k?uploads"), "UploadId");
  const auto copy = [&](http::Headers headers) {
    return ask("PUT", "/mine/k?partNumber=1&uploadId=" + id, std::move(headers));
  };
  struct Case {
    std::string_view name;
    std::string source;
    std::string range;
    std::string_view code;
  };
  const Case cases[] = {
      {"an object that is not there", "/mine/none", "", "NoSuchKey"},
      {"a bucket that is not there", "/none/from", "", "NoSuchBucket"},
      {"no range", "/mine/from", "2-4", "InvalidArgument"},
      {"half a range", "/mine/from", "bytes=2-", "InvalidArgument"},
      {"a range backwards", "/mine/from", "bytes=4-2", "InvalidArgument"},
      {"a range past the end", "/mine/from", "bytes=5-10", "InvalidRequest"},
      {"all of it", "/mine/from", "", "(none)"},
      {"a part of it", "mine/from", "bytes=2-4", "(none)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    http::Headers headers{{"x-amz-copy-source", c.source}};
    if (!c.range.empty()) headers.set("x-amz-copy-source-range", c.range);
    EXPECT_EQ(in(copy(headers), "Code"), c.code);
  }
  const auto copied = copy({{"x-amz-copy-source", "mine/from"}, {"x-amz-copy-source-range", "bytes=2-4"}});
  EXPECT_EQ(in(copied, "ETag"), "&quot;" + base::md5_hex("234") + "&quot;");
  const auto part = fmt::format("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", in(copied, "ETag"));
  ask("POST", "/mine/k?uploadId=" + id, {}, "<CompleteMultipartUpload>" + part + "</CompleteMultipartUpload>");
  EXPECT_EQ(ask("GET", "/mine/k").body, "234");
}

TEST_F(S3Versions, GivesBackChecksums) {
  const auto put = ask("PUT", "/caretaker/c", {{"x-amz-checksum-crc32c", "4waSgw=="}}, "123456789");
  EXPECT_EQ(put.headers.get("x-amz-checksum-crc32c"), "4waSgw==");
  EXPECT_EQ(ask("GET", "/caretaker/c").headers.get("x-amz-checksum-crc32c"), std::nullopt);
  EXPECT_EQ(ask("HEAD", "/caretaker/c", {{"x-amz-checksum-mode", "ENABLED"}}).headers.get("x-amz-checksum-crc32c"),
            "4waSgw==");
  // What no checksum was sent for has S3's own.
  EXPECT_EQ(ask("PUT", "/caretaker/d", {}, "123456789").headers.get("x-amz-checksum-crc64nvme"), "rosUhgp5mIg=");
}

TEST_F(S3Versions, DeletesSeveralAtOnce) {
  make_versions("Enabled");
  put("a", "1");
  put("b", "2");
  const std::string body = "<Delete><Object><Key>a</Key></Object><Object><Key>none &amp; more</Key></Object></Delete>";
  EXPECT_EQ(in(ask("POST", "/mine?delete", {}, body), "Code"), "InvalidRequest");
  const auto deleted = ask("POST", "/mine?delete", {{"Content-MD5", base::to_base64(base::md5(body))}}, body);
  EXPECT_THAT(deleted.body, testing::HasSubstr("<Key>a</Key><DeleteMarker>true</DeleteMarker>"));
  EXPECT_THAT(deleted.body, testing::HasSubstr("<Key>none &amp; more</Key>"));
  for (const std::string wrong :
       {"", "<Delete/>", "<Delete><Object/></Delete>", "<Other><Object><Key>a</Key></Object></Other>"}) {
    EXPECT_EQ(in(ask("POST", "/mine?delete", {{"Content-MD5", base::to_base64(base::md5(wrong))}}, wrong), "Code"),
              "MalformedXML");
  }
}

TEST_F(S3Versions, TellsEventBridge) {
  const auto notify = [&](std::string inside) {
    return ask("PUT", "/caretaker?notification", {},
               "<NotificationConfiguration>" + inside + "</NotificationConfiguration>");
  };
  EXPECT_EQ(in(notify("<QueueConfiguration/>"), "Code"), "NotImplemented");
  EXPECT_EQ(notify("<EventBridgeConfiguration/>").status, 200);
  EXPECT_THAT(ask("GET", "/caretaker?notification").body, testing::HasSubstr("<EventBridgeConfiguration>"));
  EXPECT_EQ(ask("PUT", "/caretaker/k", {}, "x").status, 200);
  EXPECT_EQ(ask("DELETE", "/caretaker/k").status, 204);
}

TEST_F(S3Versions, RefusesWhatItDoesNotEmulate) {
  struct Case {
    std::string_view name;
    http::Headers headers;
    std::string_view want;
  };
  const Case cases[] = {
      {"another access control", {{"x-amz-acl", "public-read"}}, "NotImplemented"},
      {"its own access control", {{"x-amz-acl", "private"}}, "(none)"},
      {"a storage class", {{"x-amz-storage-class", "GLACIER"}}, "NotImplemented"},
      {"a key", {{"x-amz-server-side-encryption", "aws:kms"}}, "NotImplemented"},
      {"an object lock", {{"x-amz-object-lock-mode", "GOVERNANCE"}}, "NotImplemented"},
      {"another owner", {{"x-amz-expected-bucket-owner", "999999999999"}}, "AccessDenied"},
      {"the owner", {{"x-amz-expected-bucket-owner", "123456789012"}}, "(none)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(in(ask("PUT", "/caretaker/x", c.headers, "x"), "Code"), c.want);
  }
}

TEST_F(S3Versions, ReadsByDate) {
  ask("PUT", "/caretaker/k", {}, "x");
  const auto status = [&](std::string header, std::string date) {
    return ask("GET", "/caretaker/k", {{std::move(header), std::move(date)}}).status;
  };
  EXPECT_EQ(status("If-Modified-Since", "Fri, 02 Jan 2026 12:00:00 GMT"), 304);
  EXPECT_EQ(status("If-Modified-Since", "Fri, 02 Jan 2026 11:59:59 GMT"), 200);
  EXPECT_EQ(status("If-Unmodified-Since", "Fri, 02 Jan 2026 11:59:59 GMT"), 412);
  EXPECT_EQ(status("If-Unmodified-Since", "Fri, 02 Jan 2026 12:00:00 GMT"), 200);
  EXPECT_EQ(status("If-Modified-Since", "yesterday"), 200);
}

TEST_F(S3Versions, KeepsABucketsDocuments) {
  struct Case {
    std::string subresource;
    std::string good;
    std::string bad;
    std::string_view absent;
  };
  const Case cases[] = {
      {"policy", R"({"Statement":[]})", "nonsense", "NoSuchBucketPolicy"},
      {"tagging", "<Tagging><TagSet/></Tagging>", "<TagSet/>", "NoSuchTagSet"},
      {"publicAccessBlock", "<PublicAccessBlockConfiguration/>", "<x/>", "NoSuchPublicAccessBlockConfiguration"},
      {"encryption", "<ServerSideEncryptionConfiguration/>", "<x/>", "ServerSideEncryptionConfigurationNotFoundError"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.subresource);
    const auto target = "/caretaker?" + c.subresource;
    EXPECT_EQ(in(ask("GET", target), "Code"), c.absent);
    EXPECT_EQ(ask("PUT", target, {}, c.bad).status, 400);
    EXPECT_LT(ask("PUT", target, {}, c.good).status, 300);
    EXPECT_EQ(ask("GET", target).body, c.good);
    EXPECT_EQ(ask("DELETE", target).status, 204);
    EXPECT_EQ(in(ask("GET", target), "Code"), c.absent);
  }
}

TEST(XmlTree, ReadsWhatClientsSend) {
  const auto shown = [](std::string_view document) {
    const auto root = parse_xml(document);
    return root ? root->name + "|" + root->text + "|" + root->text_of("b") : std::string("(none)");
  };
  struct Case {
    std::string_view name;
    std::string document;
    std::string_view want;
  };
  const Case cases[] = {
      {"text", "<a>x</a>", "a|x|"},
      {"prologue", "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- c --><a/>\n", "a||"},
      {"attributes", R"(<a xmlns="u" b = 'x>y'><b>1</b></a >)", "a||1"},
      {"prefix", "<s:a><s:b>1</s:b></s:a>", "a||1"},
      {"entities", "<a>&lt;&#65;&#x20AC;&amp;</a>", "a|<A\xe2\x82\xac&|"},
      {"CDATA", "<a><![CDATA[<x>&]]></a>", "a|<x>&|"},
      {"blanks in text", "<a>\t\r\n&#9;&#13;</a>", "a|\t\r\n\t\r|"},
      {"unknown entity", "<a>&x;</a>", "(none)"},
      {"control", "<a>\x01</a>", "(none)"},
      {"control by its number", "<a>&#1;</a>", "(none)"},
      {"prefix without a name", "<a:/>", "(none)"},
      {"name without its prefix", "<:a/>", "(none)"},
      {"two prefixes", "<a:b:c/>", "(none)"},
      {"attribute without a name", "<a b:='x'/>", "(none)"},
      {"document type", "<!DOCTYPE a><a/>", "(none)"},
      {"not closed", "<a><b></a>", "(none)"},
      {"cut", "<a", "(none)"},
      {"two roots", "<a/><a/>", "(none)"},
      {"nothing", "", "(none)"},
      {"deep",
       [] {
         std::string s;
         for (int i = 0; i < 100; ++i) s += "<a>";
         return s;
       }(),
       "(none)"},
      {"many",
       [] {
         std::string s = "<a>";
         for (int i = 0; i < 100'000; ++i) s += "<b/>";
         return s + "</a>";
       }(),
       "(none)"},
      {"not UTF-8", "<a>\xff</a>", "(none)"},
      {"half a surrogate", "<a>&#xD800;</a>", "(none)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(shown(c.document), c.want);
  }
}

}  // namespace
}  // namespace sandbox
