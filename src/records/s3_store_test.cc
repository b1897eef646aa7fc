// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <deque>

#include "aws/credentials.h"
#include "base/fake_clock.h"
#include "base/json.h"
#include "records/store.h"

namespace records {
namespace {

using base::ErrorKind;

// One S3 object with conditional reads and writes, and what goes wrong at the next requests.
class OneObject final : public http::Client {
 public:
  enum class Fault {
    None,
    CutAfter,     // The request takes effect, the answer is lost.
    OthersFirst,  // Somebody else writes just before.
    Denied,
    NoBucket,
    NotFoundPage,  // Somebody else's, which stands between us and S3.
  };

  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    ++requests;
    const auto fault = faults.empty() ? Fault::None : faults.front();
    if (!faults.empty()) faults.pop_front();
    if (fault == Fault::Denied) return http::Response{403, {}, "<Error><Code>AccessDenied</Code></Error>"};
    if (fault == Fault::NoBucket) return http::Response{404, {}, "<Error><Code>NoSuchBucket</Code></Error>"};
    if (fault == Fault::NotFoundPage) return http::Response{404, {}, "<html>not found</html>"};
    if (fault == Fault::OthersFirst) {
      body = others;
      ++version;
    }
    auto response = request.method == "PUT" ? put(request) : get();
    if (fault == Fault::CutAfter) return base::fail(ErrorKind::Unknown, "cut");
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

class S3StoreTest : public testing::Test {
 protected:
  using Fault = OneObject::Fault;

  static Store::Edit set_tag(std::string tag) {
    return [tag = std::move(tag)](Stored& stored) {
      stored.record.runs = decide::Record::Runs{tag, "sha256:1"};
      return true;
    };
  }
  aws::Deadline soon() { return {clock.instant() + std::chrono::seconds(30), {}}; }

  OneObject object;
  base::FakeClock clock{base::Time(std::chrono::milliseconds(1'767'323'045'000))};
  aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
  std::unique_ptr<aws::CredentialSource> credentials =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, object, clock);
  aws::Caller caller{{object, clock, *credentials, endpoints, [] { return 0.0; }, {}}};
  int nonces = 0;
  std::unique_ptr<Store> store = make_s3_store(caller, {"caretaker", "us-east-1"}, "records",
                                               [this] { return "nonce-" + std::to_string(++nonces); });
  names::ServiceArn service = *names::parse_service_arn(
      "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa");
};

TEST_F(S3StoreTest, MakesChangesAndReadsThem) {
  auto stored = store->load(service, soon());
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_FALSE(stored->exists);
  ASSERT_TRUE(store->change(service, *stored, set_tag("1.0.0"), soon()));
  EXPECT_TRUE(stored->exists);
  ASSERT_TRUE(store->change(service, *stored, set_tag("1.1.0"), soon()));
  const auto read = store->load(service, soon());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->record.runs->tag, "1.1.0");
  EXPECT_EQ(read->etag, stored->etag);
}

TEST_F(S3StoreTest, KnowsItsOwnWriteAgainAfterALostAnswer) {
  auto stored = *store->load(service, soon());
  object.faults = {Fault::CutAfter};
  int edits = 0;
  ASSERT_TRUE(store->change(
      service, stored,
      [&](Stored& s) {
        ++edits;
        return set_tag("1.0.0")(s);
      },
      soon()));
  EXPECT_EQ(object.version, 1) << "the change was written once";
  EXPECT_EQ(edits, 1);
  EXPECT_EQ(stored.record.runs->tag, "1.0.0");
}

TEST_F(S3StoreTest, MakesTheChangeOnWhatOthersWrote) {
  auto stored = *store->load(service, soon());
  object.others = R"({"schema":1,"nonce":"theirs","pin":{"version":"1.0.0","by":"ada","at":"2026-01-01T00:00:00Z"}})";
  object.faults = {Fault::OthersFirst};
  ASSERT_TRUE(store->change(service, stored, set_tag("1.0.0"), soon()));
  const auto read = store->load(service, soon());
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->record.pin) << "theirs is kept";
  EXPECT_EQ(read->record.runs->tag, "1.0.0");
}

TEST_F(S3StoreTest, GivesUpWhenTheEditDoes) {
  auto stored = *store->load(service, soon());
  object.others = R"({"schema":1,"nonce":"theirs"})";
  object.faults = {Fault::OthersFirst};
  const auto changed = store->change(service, stored, [](Stored& s) { return s.nonce != "theirs"; }, soon());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(object.body, object.others);
}

TEST_F(S3StoreTest, StopsWhenOthersAlwaysComeFirst) {
  auto stored = *store->load(service, soon());
  object.others = R"({"schema":1,"nonce":"theirs"})";
  // Each try is a write and a look.
  for (int i = 0; i < 20; ++i) object.faults.insert(object.faults.end(), {Fault::OthersFirst, Fault::None});
  const auto changed = store->change(service, stored, set_tag("1.0.0"), soon());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::Conflict);
  EXPECT_LT(object.requests, 15);
}

TEST_F(S3StoreTest, NeverWritesARecordOfANewerSchema) {
  object.body = R"({"schema":99})";
  object.version = 1;
  auto stored = store->load(service, soon());
  ASSERT_TRUE(stored);
  EXPECT_FALSE(store->change(service, *stored, set_tag("1.0.0"), soon()));
  EXPECT_EQ(object.version, 1);
}

TEST_F(S3StoreTest, SaysWhyARecordCannotBeRead) {
  object.body = "{";
  object.version = 1;
  const auto broken = store->load(service, soon());
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::Invalid);
  EXPECT_TRUE(broken.error().message.contains("records/123456789012/us-east-1/apprunner/shop"))
      << broken.error().message;
  object.faults = {Fault::Denied};
  const auto denied = store->load(service, soon());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::Denied);
}

TEST_F(S3StoreTest, TakesNothingButAMissingKeyForNoRecord) {
  struct Case {
    std::string_view name;
    Fault fault;
  };
  for (const auto& c : {Case{"no bucket", Fault::NoBucket}, Case{"another's page", Fault::NotFoundPage}}) {
    SCOPED_TRACE(c.name);
    object.faults = {c.fault, c.fault, c.fault};
    const auto stored = store->load(service, soon());
    object.faults.clear();
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().kind, ErrorKind::Transient) << "not NotFound, which would mean the service";
    object.faults.assign(20, c.fault);
    Stored none;
    const auto changed = store->change(service, none, set_tag("1.0.0"), soon());
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().kind, ErrorKind::Transient);
  }
}

}  // namespace
}  // namespace records
