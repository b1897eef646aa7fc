// SPDX-License-Identifier: Apache-2.0
#include "aws/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class MachineTest : public ::testing::Test {
 protected:
  base::Result<std::string> shell(const std::string& script, base::Duration time = 30s) {
    return machine_.run({"sh", "-c", script}, clock_.instant() + time);
  }

  base::SystemClock clock_;
  Machine machine_ = this_machine(clock_);
};

TEST_F(MachineTest, ReadsAFile) {
  const auto path = std::filesystem::path(::testing::TempDir()) / ("machine-" + std::to_string(::getpid()));
  std::ofstream(path) << "[default]\n";
  EXPECT_EQ(machine_.read_file(path), "[default]\n");
  std::ofstream(path) << std::string((1 << 20) + 1, 'x');
  EXPECT_EQ(machine_.read_file(path).error().message, path.string() + ": larger than 1 MiB");
  std::filesystem::remove(path);
  EXPECT_EQ(machine_.read_file(path).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(machine_.read_file("/dev/null/x").error().kind, ErrorKind::NotFound);
  const auto folder = machine_.read_file("/");
  EXPECT_EQ(folder.error().kind, ErrorKind::Invalid);
  EXPECT_EQ(folder.error().message, "/: Is a directory");
}

TEST_F(MachineTest, RunsAProgram) {
  EXPECT_EQ(shell("echo out; echo err >&2; cat"), "out\n");
  EXPECT_EQ(machine_.run({"printf", "%s-", "a b", "$HOME", "*"}, clock_.instant() + 30s), "a b-$HOME-*-");
  EXPECT_EQ(shell("head -c 65536 /dev/zero")->size(), 65536U);
}

// We ignore the signal by which a program learns that nobody reads it any more.
TEST_F(MachineTest, LetsAProgramBeEndedByABrokenPipe) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const auto done = shell("kill -PIPE $$");
  std::signal(SIGPIPE, before);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "`sh` was ended by signal 13");
}

TEST_F(MachineTest, SaysHowAProgramFailed) {
  struct Case {
    std::string_view name;
    std::string script;
    std::string_view said;
  };
  const Case cases[] = {
      {"an exit code", "echo hush; exit 3", "`sh` failed with exit code 3"},
      {"a signal", "kill -9 $$", "`sh` was ended by signal 9"},
      {"too much output", "yes", "`sh` prints more than 64 KiB"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto done = shell(c.script);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Denied);
    EXPECT_EQ(done.error().message, c.said);
  }
  const auto absent = machine_.run({"/no/such/program", "hush"}, clock_.instant() + 30s);
  EXPECT_EQ(absent.error().message, "`/no/such/program` can't be started: No such file or directory");
}

TEST_F(MachineTest, EndsAProgramThatIsLate) {
  for (const std::string script : {"exec sleep 100", "exec >&-; exec sleep 100"}) {
    SCOPED_TRACE(script);
    const auto begin = clock_.instant();
    const auto done = shell(script, 200ms);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Transient);
    EXPECT_EQ(done.error().message, "`sh` was not done in time");
    EXPECT_LT(clock_.instant() - begin, 50s);
  }
}

}  // namespace
}  // namespace aws
