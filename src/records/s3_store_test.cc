// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "aws/credentials.h"
#include "base/fake_clock.h"
#include "base/json.h"
#include "records/store.h"
#include "records/testing.h"

namespace records {
namespace {

using base::ErrorKind;
using testing::OneObject;

class S3StoreTest : public ::testing::Test {
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

TEST_F(S3StoreTest, SaysThatNobodyKnowsWhenNoLookTells) {
  auto stored = *store->load(service, soon());
  object.faults = {Fault::CutAfter, Fault::Denied};
  const auto changed = store->change(service, stored, set_tag("1.0.0"), soon());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::Unknown);
  EXPECT_EQ(object.version, 1);
  object.faults = {Fault::OthersFirst, Fault::CutAfter, Fault::CutAfter, Fault::CutAfter};
  object.others = R"({"schema":1,"nonce":"theirs"})";
  const auto conflict = store->change(service, stored, set_tag("1.0.0"), soon());
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().kind, ErrorKind::Transient) << "another was first";
  object.faults = {Fault::OthersSoon};
  object.others = "{";
  const auto garbled = store->change(service, stored, set_tag("1.0.0"), soon());
  ASSERT_FALSE(garbled);
  EXPECT_EQ(garbled.error().kind, ErrorKind::Invalid) << "it can be read, and is no record";
  object.body = R"({"schema":1})";
  stored = *store->load(service, soon());
  for (int i = 0; i < 5; ++i) object.faults.insert(object.faults.end(), {Fault::CutBefore, Fault::None});
  const auto never = store->change(service, stored, set_tag("1.0.0"), soon());
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, ErrorKind::Transient) << "the last look tells that it is not written";
  object.faults = {Fault::Denied};
  const auto refused = store->change(service, stored, set_tag("1.0.0"), soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Denied) << "it had no effect";
}

TEST_F(S3StoreTest, KnowsItsOwnWriteAgainUnderTheWritesOfOthers) {
  auto stored = *store->load(service, soon());
  object.faults = {Fault::OthersSoon};
  object.others = R"({"schema":1,"nonce":"theirs","noncesBefore":["theirs-too","nonce-1"],"failures":1})";
  ASSERT_TRUE(store->change(service, stored, set_tag("1.0.0"), soon()));
  EXPECT_EQ(object.version, 2) << "the change was written once";
  EXPECT_EQ(stored.record.failures, 1) << "what is kept now is given back";
}

TEST_F(S3StoreTest, LeavesTheNoncesOfAFewWritesBefore) {
  auto stored = *store->load(service, soon());
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(store->change(service, stored, set_tag(std::to_string(i)), soon()));
  const auto kept = *store->load(service, soon());
  EXPECT_EQ(kept.nonce, "nonce-11");
  ASSERT_EQ(kept.nonces_before.size(), 8U);
  EXPECT_EQ(kept.nonces_before.front(), "nonce-10");
  EXPECT_EQ(kept.nonces_before.back(), "nonce-3");
}

TEST_F(S3StoreTest, KnowsItsOwnWriteAgainAfterItsLastTryToo) {
  auto stored = *store->load(service, soon());
  object.others = R"({"schema":1,"nonce":"theirs"})";
  for (int i = 0; i < 4; ++i) object.faults.insert(object.faults.end(), {Fault::OthersFirst, Fault::None});
  object.faults.push_back(Fault::CutAfter);
  ASSERT_TRUE(store->change(service, stored, set_tag("1.0.0"), soon()));
  EXPECT_EQ(stored.record.runs->tag, "1.0.0");
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

TEST_F(S3StoreTest, SaysWhyARecordCannotBeRead) {
  object.body = "{";
  object.version = 1;
  const auto broken = store->load(service, soon());
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::Invalid);
  EXPECT_TRUE(broken.error().message.contains("records/123456789012/us-east-1/apprunner/shop"))
      << broken.error().message;
  object.faults = {Fault::NotModified};
  EXPECT_EQ(store->load(service, soon()).error().kind, ErrorKind::Transient);
  object.faults = {Fault::Denied};
  const auto denied = store->load(service, soon());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::Denied);
}

TEST_F(S3StoreTest, TakesNothingButAMissingKeyForNoRecord) {
  struct Case {
    std::string_view name;
    Fault fault;
    ErrorKind written;
  };
  for (const auto& c : {Case{"no bucket", Fault::NoBucket, ErrorKind::Transient},
                        Case{"another's page", Fault::NotFoundPage, ErrorKind::Unknown}}) {
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
    EXPECT_EQ(changed.error().kind, c.written);
  }
}

}  // namespace
}  // namespace records
