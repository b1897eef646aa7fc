// SPDX-License-Identifier: Apache-2.0
#include "records/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "aws/credentials.h"
#include "base/fake_clock.h"
#include "records/testing.h"

// What every store promises, whatever it keeps records in.
namespace records {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;

// A store of one service's record, and that record as others see it.
class Bench {
 public:
  virtual ~Bench() = default;
  virtual Store& store() = 0;
  virtual std::optional<std::string> kept() = 0;
  virtual void keep(const std::string& text) = 0;
  virtual void drop() = 0;

  aws::Deadline soon() { return {clock.instant() + std::chrono::seconds(30), {}}; }
  std::function<std::string()> nonces() {
    return [this] { return "nonce-" + std::to_string(++nonces_); };
  }

  base::FakeClock clock{base::Time(std::chrono::milliseconds(1'767'323'045'000))};
  const names::ServiceArn service = *names::parse_service_arn(
      "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa");

 private:
  int nonces_ = 0;
};

class S3Bench final : public Bench {
 public:
  Store& store() override { return *store_; }
  std::optional<std::string> kept() override {
    return object_.version == 0 ? std::nullopt : std::optional(object_.body);
  }
  void keep(const std::string& text) override {
    object_.body = text;
    ++object_.version;
  }
  void drop() override { object_.version = 0; }

 private:
  testing::OneObject object_;
  aws::EndpointSettings endpoints_{.urls = {{"", "http://127.0.0.1:1"}}};
  std::unique_ptr<aws::CredentialSource> credentials_ =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, object_, clock);
  aws::Caller caller_{{object_, clock, *credentials_, endpoints_, [] { return 0.0; }, {}}};
  std::unique_ptr<Store> store_ = make_s3_store(caller_, {"caretaker", "us-east-1"}, "records", nonces());
};

class DirectoryBench final : public Bench {
 public:
  DirectoryBench() : folder_(std::filesystem::path(::testing::TempDir()) / "records-of-store-test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    store_ = make_directory_store(folder_.string(), clock, nonces());
  }
  ~DirectoryBench() override { std::filesystem::remove_all(folder_); }
  DirectoryBench(const DirectoryBench&) = delete;
  DirectoryBench& operator=(const DirectoryBench&) = delete;

  Store& store() override { return *store_; }
  std::optional<std::string> kept() override {
    std::ifstream file(path(), std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }
  void keep(const std::string& text) override {
    std::filesystem::create_directories(path().parent_path());
    std::ofstream(path(), std::ios::binary) << text;
  }
  void drop() override { std::filesystem::remove(path()); }

 private:
  std::filesystem::path path() const { return folder_ / record_key(service); }

  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

bool set_tag(Stored& stored, std::string_view tag) {
  stored.record.runs = decide::Record::Runs{std::string(tag), "sha256:1"};
  return true;
}

// What stood there first, what somebody else makes of it while the change is being made, and what comes of it.
struct Case {
  std::string_view name;
  std::optional<std::string> before;
  std::function<void(Bench&)> meanwhile = [](Bench&) {};
  bool others_always_first = false;
  bool gives_up = false;  // The edit does, if it sees others' work.
  std::optional<ErrorKind> fails{};
  std::vector<std::string> says{};   // In the error.
  std::vector<std::string> holds{};  // In what is kept then.
};

const std::string theirs =
    R"({"schema":1,"nonce":"theirs","pin":{"version":"1.0.0","by":"ada","at":"2026-01-01T00:00:00Z"}})";
const std::string ours =
    R"({"schema":1,"nonce":"older","runs":{"tag":"1.0.0","digest":"sha256:1"},"theirNewMember":7})";
const std::string anothers =
    R"({"schema":1,"nonce":"theirs","service":"arn:aws:apprunner:us-east-1:123456789012:service/shop/0"})";

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {.name = "the first record", .before = {}, .holds = {R"("tag":"1.1.0")", R"("nonce":"nonce-1")"}},
      {.name = "a change", .before = ours, .holds = {R"("tag":"1.1.0")", R"("theirNewMember":7)"}},
      {.name = "others wrote the first one",
       .before = {},
       .meanwhile = [](Bench& bench) { bench.keep(theirs); },
       .holds = {R"("tag":"1.1.0")", R"("by":"ada")"}},
      {.name = "others wrote in between",
       .before = ours,
       .meanwhile = [](Bench& bench) { bench.keep(theirs); },
       .holds = {R"("tag":"1.1.0")", R"("by":"ada")"}},
      {.name = "others deleted it",
       .before = ours,
       .meanwhile = [](Bench& bench) { bench.drop(); },
       .holds = {R"("tag":"1.1.0")"}},
      {.name = "the edit gives way",
       .before = ours,
       .meanwhile = [](Bench& bench) { bench.keep(theirs); },
       .gives_up = true,
       .fails = ErrorKind::Conflict,
       .says = {"another was first"},
       .holds = {theirs}},
      {.name = "others are always first",
       .before = ours,
       .meanwhile =
           [count = 0](Bench& bench) mutable {
             bench.keep(R"({"schema":1,"nonce":"theirs","failures":)" + std::to_string(++count) + "}");
           },
       .others_always_first = true,
       .fails = ErrorKind::Conflict,
       .says = {"changed by others 5 times in a row"},
       .holds = {R"("nonce":"theirs")"}},
      {.name = "others' is of a newer schema",
       .before = ours,
       .meanwhile = [](Bench& bench) { bench.keep(R"({"schema":99})"); },
       .fails = ErrorKind::Denied,
       .says = {"newer schema"},
       .holds = {R"({"schema":99})"}},
      {.name = "a newer schema",
       .before = R"({"schema":99})",
       .fails = ErrorKind::Denied,
       .says = {"newer schema"},
       .holds = {R"({"schema":99})"}},
      {.name = "others' is another service's",
       .before = ours,
       .meanwhile = [](Bench& bench) { bench.keep(anothers); },
       .fails = ErrorKind::Invalid,
       .says = {"123456789012/us-east-1/apprunner/shop/8fe1e10304f84fd2b0df550fe98a71fa.json: it is the record of "
                "arn:aws:apprunner:us-east-1:123456789012:service/shop/0"},
       .holds = {anothers}},
      {.name = "others' is no record",
       .before = ours,
       .meanwhile = [](Bench& bench) { bench.keep("{"); },
       .fails = ErrorKind::Invalid,
       .says = {"not a record", "123456789012/us-east-1/apprunner/shop/8fe1e10304f84fd2b0df550fe98a71fa.json"},
       .holds = {"{"}},
  };
  return all;
}

void hold_to_promises(Bench& bench, const Case& c) {
  if (c.before) bench.keep(*c.before);
  auto stored = bench.store().load(bench.service, bench.soon());
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->exists, c.before.has_value());
  int edits = 0;
  const auto changed = bench.store().change(
      bench.service, *stored,
      [&](Stored& seen) {
        if (edits++ == 0 || c.others_always_first) c.meanwhile(bench);
        if (c.gives_up && seen.nonce == "theirs") return false;
        return set_tag(seen, "1.1.0");
      },
      bench.soon());
  EXPECT_LE(edits, 5);
  ASSERT_EQ(changed.has_value(), !c.fails) << (changed ? "" : changed.error().message);
  if (c.fails) {
    EXPECT_EQ(changed.error().kind, *c.fails) << changed.error().message;
    for (const auto& part : c.says) EXPECT_THAT(changed.error().message, HasSubstr(part));
  }
  const auto kept = bench.kept();
  ASSERT_TRUE(kept);
  for (const auto& part : c.holds) EXPECT_THAT(*kept, HasSubstr(part));
  if (c.fails) return;
  // What is given back can be changed again without another look.
  ASSERT_TRUE(
      bench.store().change(bench.service, *stored, [](Stored& seen) { return set_tag(seen, "1.2.0"); }, bench.soon()));
  const auto read = bench.store().load(bench.service, bench.soon());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->record.runs->tag, "1.2.0");
  EXPECT_EQ(read->etag, stored->etag);
  EXPECT_EQ(read->nonce, "nonce-2");
}

TEST(Stores, HoldTheirPromises) {
  for (const auto& c : cases()) {
    SCOPED_TRACE(c.name);
    {
      SCOPED_TRACE("S3");
      S3Bench bench;
      hold_to_promises(bench, c);
    }
    {
      SCOPED_TRACE("a directory");
      DirectoryBench bench;
      hold_to_promises(bench, c);
    }
  }
}

}  // namespace
}  // namespace records
