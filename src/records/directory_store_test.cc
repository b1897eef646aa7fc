// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
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

// From now on, and until this process ends, the kernel answers the system call with `error`: always, or only where its third
// argument has one of the bits of `flags`. False: it can't be made to.
bool fail_system_call(long number, int error, std::uint32_t flags = 0) {
  const auto refuse = SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[2])),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, flags == 0 ? 0 : UINT32_MAX, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(filter), filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

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
  EXPECT_THAT(refused.error().message, HasSubstr("writing: File too large; the record is as it was"));
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

TEST_F(DirectoryStoreTest, WritesNothingThatADraftLinksTo) {
  ASSERT_TRUE(set("1.0.0"));
  const auto precious = folder / "precious";
  std::ofstream(precious) << "precious";
  auto draft = record;
  draft += ".new";
  fs::create_symlink(precious, draft);
  ASSERT_TRUE(set("1.1.0"));
  EXPECT_EQ(kept_tag(), "1.1.0");
  EXPECT_FALSE(fs::is_symlink(record));
  EXPECT_EQ(fs::file_size(precious), 8U);
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
      {"a folder for the draft",
       [&] {
         auto draft = record;
         draft += ".new";
         fs::create_directories(draft);
       },
       ErrorKind::Denied, "writing: Is a directory; the record is as it was"},
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

TEST_F(DirectoryStoreTest, WaitsForAnotherNoLongerThanItMay) {
  const int other = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  std::stop_source stop;
  stop.request_stop();
  auto opened = store();
  auto stored = opened->load(service, soon()).value();
  const auto refused = opened->change(service, stored, [](Stored&) { return true; },
                                      {clock.instant() + std::chrono::hours(1), stop.get_token()});
  ::close(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient);
}

// The system calls fail in a process of their own.
TEST_F(DirectoryStoreTest, LosesNothingWhereTheSystemFails) {
  struct Case {
    std::string_view name;
    bool exists;  // The record, before.
    long call;
    int error;
    std::uint32_t flags;
    ErrorKind kind;
    std::string_view says;
    std::string_view kept;
  };
  const Case cases[] = {
      {"it can't be made to stay", true, SYS_fsync, EIO, 0, ErrorKind::Transient,
       "writing: Input/output error; the record is as it was", "1.0.0"},
      {"the disk takes nothing", true, SYS_write, EDQUOT, 0, ErrorKind::Transient, "writing: Disk quota exceeded",
       "1.0.0"},
      {"its place can't be taken", true, SYS_rename, EROFS, 0, ErrorKind::Denied, "replacing: Read-only file system",
       "1.0.0"},
      {"locking is interrupted all the time", true, SYS_flock, EINTR, 0, ErrorKind::Transient, "another process holds",
       "1.0.0"},
      {"nothing can be locked", true, SYS_flock, ENOLCK, 0, ErrorKind::Denied, "locking: No locks available", "1.0.0"},
      {"what is there can't be read again", true, SYS_read, EIO, 0, ErrorKind::Transient, "reading: Input/output error",
       "1.0.0"},
      {"no folder can be made", false, SYS_mkdir, EROFS, 0, ErrorKind::Denied, "making the folder: Read-only", ""},
      {"a folder's names can't be made to stay", false, SYS_openat, ENFILE, O_DIRECTORY, ErrorKind::Denied,
       "123456789012: written, but perhaps not kept: Too many open files in system", ""},
      {"the new name can't be made to stay", true, SYS_openat, EIO, O_DIRECTORY, ErrorKind::Denied,
       ".json: written, but perhaps not kept: Input/output error", "1.1.0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    fs::remove_all(folder);
    fs::create_directory(folder);
    if (c.exists) {
      ASSERT_TRUE(set("1.0.0"));
    }
    const auto child = ::fork();
    if (child == 0) {
      auto opened = store();
      auto stored = opened->load(service, soon()).value();
      if (!fail_system_call(c.call, c.error, c.flags)) ::_exit(77);
      const auto refused = opened->change(
          service, stored,
          [](Stored& seen) {
            seen.record.runs = decide::Record::Runs{"1.1.0", "sha256:1"};
            return true;
          },
          soon());
      const bool as_said = !refused && refused.error().kind == c.kind && refused.error().message.contains(c.says);
      // What was seen is told by the exit alone, since writing may be what fails.
#if defined(CARETAKER_SANITIZE_ADDRESS)
      // The search for leaks would meet the failing call as well.
      ::_exit(as_said ? 0 : 1);
#else
      std::exit(as_said ? 0 : 1);
#endif
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "system calls can't be made to fail here";
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    const auto kept = store()->load(service, soon()).value();
    EXPECT_EQ(kept.record.runs ? kept.record.runs->tag : "", c.kept);
  }
}

// It passes: another process closes its files.
TEST_F(DirectoryStoreTest, HasTroubleThatPassesWhereTooManyFilesAreOpen) {
  ASSERT_TRUE(set("1.0.0"));
  const int next = ::dup(0);
  ::close(next);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{static_cast<rlim_t>(next), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  const auto refused = set("1.1.0");
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient);
  EXPECT_THAT(refused.error().message, HasSubstr("Too many open files"));
  EXPECT_EQ(kept_tag(), "1.0.0");
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
  EXPECT_THAT(check_folder(std::string(5000, 'n')).error().message, HasSubstr("File name too long"));
}

}  // namespace
}  // namespace records
