// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/fake_clock.h"
#include "records/store.h"

namespace records {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class DirectoryStoreTest : public ::testing::Test {
 protected:
  DirectoryStoreTest()
      : folder(fs::path(::testing::TempDir()) / ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder);
    fs::create_directory(folder);
  }
  ~DirectoryStoreTest() override { fs::remove_all(folder); }

  std::unique_ptr<Store> store() {
    return make_directory_store(folder.string(), clock, [this] { return "nonce-" + std::to_string(++nonces); });
  }
  base::Result<void> set(std::string_view tag) {
    auto opened = store();
    auto stored = opened->load(service, soon());
    if (!stored) return std::unexpected(stored.error());
    return opened->change(
        service, *stored,
        [&](Stored& seen) {
          seen.record.runs = decide::Record::Runs{std::string(tag), "sha256:1"};
          return true;
        },
        soon());
  }
  std::string kept_tag() { return store()->load(service, soon()).value().record.runs.value().tag; }
  aws::Deadline soon() { return {clock.instant() + std::chrono::seconds(1), {}}; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }

  fs::path folder;
  base::FakeClock clock;
  int nonces = 0;
  names::ServiceArn service = *names::parse_service_arn(
      "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa");
  fs::path record = folder / record_key(service);
};

TEST_F(DirectoryStoreTest, LeavesNothingBehindButTheRecordAndTheLock) {
  ASSERT_TRUE(set("1.0.0"));
  ASSERT_TRUE(set("1.1.0"));
  EXPECT_THAT(files(), ::testing::ElementsAre(".lock", "8fe1e10304f84fd2b0df550fe98a71fa.json"));
}

TEST_F(DirectoryStoreTest, WaitsForAnotherProcessAndSaysSoAtTheDeadline) {
  const int other = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  const auto begin = clock.instant();
  const auto refused = set("1.0.0");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient);
  EXPECT_THAT(refused.error().message, HasSubstr("another process holds " + folder.string() + "/.lock"));
  EXPECT_GE(clock.instant() - begin, std::chrono::milliseconds(900));
  ::close(other);
  EXPECT_TRUE(set("1.0.0"));
}

TEST_F(DirectoryStoreTest, LosesNothingWhenTheDiskIsFull) {
  ASSERT_TRUE(set("1.0.0"));
  // A file that may not grow is a disk without room, but for the number of the error.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{.rlim_cur = 16, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  const auto refused = set("1.1.0");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("writing: File too large; nothing was changed"));
  EXPECT_EQ(kept_tag(), "1.0.0");
  EXPECT_EQ(files().size(), 2U) << "no draft is left";
  EXPECT_TRUE(set("1.1.0"));
}

TEST_F(DirectoryStoreTest, TakesADraftOfACrashForNothing) {
  ASSERT_TRUE(set("1.0.0"));
  auto draft = record;
  draft += ".new";
  std::ofstream(draft) << R"({"schema":1,"runs":{"tag":"9)";
  EXPECT_EQ(kept_tag(), "1.0.0");
  ASSERT_TRUE(set("1.1.0"));
  EXPECT_EQ(kept_tag(), "1.1.0");
  EXPECT_FALSE(fs::exists(draft));
}

TEST_F(DirectoryStoreTest, SaysWhatIsInItsWay) {
  struct Case {
    std::string_view name;
    std::function<void()> make;
    ErrorKind kind;
    std::string_view says;
  };
  const Case cases[] = {
      {"a folder for a file", [&] { fs::create_directories(record); }, ErrorKind::Denied, "reading: Is a directory"},
      {"a file for a folder", [&] { std::ofstream(folder / "123456789012") << "x"; }, ErrorKind::Denied,
       "Not a directory"},
      {"something huge",
       [&] {
         fs::create_directories(record.parent_path());
         std::ofstream(record) << std::string(std::size_t{2} << 20, ' ');
       },
       ErrorKind::Invalid, "too large to be one"},
      {"a folder for the lock", [&] { fs::create_directory(folder / ".lock"); }, ErrorKind::Denied,
       "locking: Is a directory"},
      {"the folder is gone", [&] { fs::remove_all(folder); }, ErrorKind::Denied, "locking: No such file or directory"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    fs::remove_all(folder);
    fs::create_directory(folder);
    c.make();
    const auto refused = set("1.0.0");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, c.kind) << refused.error().message;
    EXPECT_THAT(refused.error().message, HasSubstr(std::string(c.says)));
  }
}

TEST_F(DirectoryStoreTest, LosesNoChangeOfManyAtOnce) {
  constexpr int writers = 4;
  constexpr int changes = 25;
  base::SystemClock real;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      int count = 0;
      auto opened = make_directory_store(folder.string(), real,
                                         [&] { return std::to_string(writer) + "-" + std::to_string(++count); });
      const aws::Deadline deadline{real.instant() + std::chrono::minutes(1), {}};
      for (int i = 0; i < changes;) {
        auto stored = opened->load(service, deadline);
        ASSERT_TRUE(stored) << stored.error().message;
        const auto changed = opened->change(
            service, *stored,
            [](Stored& seen) {
              ++seen.record.failures;
              return true;
            },
            deadline);
        if (changed) {
          ++i;
        } else {
          ASSERT_EQ(changed.error().kind, ErrorKind::Conflict) << changed.error().message;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(store()->load(service, soon()).value().record.failures, writers * changes);
}

TEST_F(DirectoryStoreTest, IsNotMadeOfAMistypedName) {
  EXPECT_TRUE(check_folder(folder.string()));
  const auto missing = check_folder((folder / "nowhere").string());
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("nowhere: there is no such folder; make it first"));
  std::ofstream(folder / "file") << "x";
  EXPECT_THAT(check_folder((folder / "file").string()).error().message, HasSubstr("it is no folder"));
}

}  // namespace
}  // namespace records
