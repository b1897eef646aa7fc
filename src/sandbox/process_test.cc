// SPDX-License-Identifier: Apache-2.0
#include "sandbox/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <future>

namespace sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Ran {
  std::vector<std::string> lines;
  Exit exit;
};

// A shell script's life, from start to end.
class Script {
 public:
  explicit Script(std::string script, std::vector<std::string> environment = {}) {
    auto started = Process::start({"/bin/sh", {"-c", std::move(script)}, std::move(environment)},
                                  {.line = [this](std::string line) { ran_.lines.push_back(std::move(line)); },
                                   .ended =
                                       [this](Exit exit) {
                                         ran_.exit = exit;
                                         ended_.set_value();
                                       }});
    EXPECT_TRUE(started.has_value());
    process_ = std::move(*started);
  }

  Ran wait() {
    EXPECT_EQ(ended_.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    return ran_;
  }
  Process& process() { return *process_; }

 private:
  Ran ran_;
  std::promise<void> ended_;
  std::unique_ptr<Process> process_;
};

TEST(Process, ReadsBothOutputsLineByLine) {
  const auto ran = Script("echo one; echo two >&2; printf 'three, unfinished'").wait();
  EXPECT_THAT(ran.lines, ElementsAre("one", "two", "three, unfinished"));
  EXPECT_EQ(ran.exit, (Exit{.status = 0, .signal = 0}));
}

TEST(Process, TellsHowItEnded) {
  struct Case {
    std::string_view name;
    std::string script;
    std::string_view want;
  };
  const Case cases[] = {{"with success", "exit 0", "exit status 0"},
                        {"with a status", "exit 3", "exit status 3"},
                        {"killed", "kill -9 $$", "signal: killed"},
                        {"by another signal", "kill -6 $$", "signal: Aborted"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_string(Script(c.script).wait().exit), c.want);
  }
}

TEST(Process, InheritsNothing) {
  const auto ran =
      Script("echo \"$GREETING\"; echo \"${HOME-none}\"; ls /proc/self/fd | wc -l", {"GREETING=hello"}).wait();
  // Three of its own and the one by which `ls` reads the folder.
  EXPECT_THAT(ran.lines, ElementsAre("hello", "none", "4"));
}

TEST(Process, GivesWhatHasBeenSaidBeforeAnAnswer) {
  std::vector<std::string> lines;
  auto started =
      Process::start({"/bin/sh", {"-c", "echo said; kill -STOP $$"}, {}},
                     {.line = [&](std::string line) { lines.push_back(std::move(line)); }, .ended = [](Exit) {}});
  ASSERT_TRUE(started.has_value());
  int status = 0;
  ASSERT_EQ(::waitpid((*started)->pid(), &status, WUNTRACED), (*started)->pid());
  (*started)->flush();
  EXPECT_THAT(lines, ElementsAre("said"));
}

TEST(Process, IsKilledOnDemand) {
  Script script("echo begun; sleep 1000");
  script.process().kill();
  EXPECT_EQ(script.wait().exit.signal, SIGKILL);
  script.process().kill();  // A second time is no harm.
}

TEST(Process, EndsThoughAChildOfItsOwnHoldsTheOutputOpen) {
  EXPECT_THAT(Script("sleep 3 & echo done").wait().lines, ElementsAre("done"));
}

TEST(Process, DiesWithItsOwner) {
  pid_t pid = 0;
  {
    Script script("sleep 1000");
    pid = script.process().pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Process, NamesWhatCannotBeRun) {
  struct Case {
    std::string_view name;
    std::string path;
    base::ErrorKind want;
  };
  const Case cases[] = {{"no such file", "/no/such/program", base::ErrorKind::NotFound},
                        {"not executable", "/etc/passwd", base::ErrorKind::Denied},
                        {"a folder", "/tmp", base::ErrorKind::Denied}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto started = Process::start({c.path, {}, {}}, {.line = [](std::string) {}, .ended = [](Exit) {}});
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().kind, c.want);
    EXPECT_THAT(started.error().message, HasSubstr(c.path + ": can't be run: "));
  }
}

TEST(Process, CutsAnEndlessLine) {
  const auto ran = Script("head -c 600000 /dev/zero | tr '\\0' x").wait();
  ASSERT_GE(ran.lines.size(), 2U);
  std::size_t size = 0;
  for (const auto& line : ran.lines) size += line.size();
  EXPECT_EQ(size, 600'000U);
}

}  // namespace
}  // namespace sandbox
