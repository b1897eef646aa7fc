// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>

#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

const std::string good_rules = R"([{"name": "the shop", "repository": "shop", "semVersion": "^1.2", "serviceArn": ")" +
                               std::string(testing::AccountDouble::arn) + "\"}]";

// What stands between brackets before a command: the account that it finds, and what goes wrong there.
//   [AWS]                the environment of the function, and an account that works
//   [AWS, no keys]       without AWS_ACCESS_KEY_ID …; likewise `no bucket`, `no rules`, `broken rules`, `foreign endpoint`
//   [AWS, apprunner DescribeService: AccessDeniedException 400]   AWS refuses that operation so; `all:` any
//   [AWS, all: down], `cut`, `page`   no connection; an answer that is lost; somebody else's page
class World {
 public:
  explicit World(std::string_view words) {
    for (std::size_t begin = 0; begin < words.size();) {
      const auto end = std::min(words.find(", ", begin), words.size());
      take(words.substr(begin, end - begin));
      begin = end + 2;
    }
  }

  testing::Setting setting() {
    return {.clock = &clock_, .environment = environment_, .make_client = [this](const std::string&) {
              return std::make_unique<testing::Borrowed>(account_);
            }};
  }

 private:
  void take(std::string_view word) {
    if (word == "AWS") {
      environment_ = {{"AWS_REGION", "us-east-1"},
                      {"AWS_ACCESS_KEY_ID", "a"},
                      {"AWS_SECRET_ACCESS_KEY", "b"},
                      {"CONFIG_BUCKET", "caretaker"},
                      {"AWS_EC2_METADATA_DISABLED", "true"},
                      {"CONFIG_FILE", "rules.json"},
                      {"AWS_ENDPOINT_URL", "http://127.0.0.1:4566"}};
      account_.objects["rules.json"] = good_rules;
    } else if (word == "no keys") {
      environment_.erase("AWS_ACCESS_KEY_ID");
      environment_.erase("AWS_SECRET_ACCESS_KEY");
    } else if (word == "half a key") {
      environment_.erase("AWS_SECRET_ACCESS_KEY");
    } else if (word == "no bucket") {
      environment_.erase("CONFIG_BUCKET");
    } else if (word == "no rules") {
      account_.objects.clear();
    } else if (word == "broken rules") {
      account_.objects["rules.json"] = "[{}]";
    } else if (word == "broken record") {
      account_.objects["records/123456789012/us-east-1/apprunner/shop/8fe1e10304f84fd2b0df550fe98a71fa.json"] = "{";
    } else if (word == "foreign endpoint") {
      environment_["AWS_ENDPOINT_URL"] = "localhost:4566";
    } else if (word.contains(": ")) {
      trouble(word.substr(0, word.find(": ")), std::string(word.substr(word.find(": ") + 2)));
    } else {
      ADD_FAILURE() << "no such world: " << word;
    }
  }

  void trouble(std::string_view with, std::string what) {
    account_.trouble = [with = std::string(with), what = std::move(what)](
                           std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (with != "all" && operation != with) return std::nullopt;
      const std::string at = "http://127.0.0.1:4566: ";
      if (what == "down") return base::fail(base::ErrorKind::NotSent, at + "connecting: Connection refused");
      if (what == "cut") return base::fail(base::ErrorKind::Unknown, at + "reading the answer: connection reset");
      if (what == "page") return http::Response{502, {{"Content-Type", "text/html"}}, "<html>Bad gateway</html>"};
      const auto blank = what.rfind(' ');
      int status = 0;
      std::from_chars(what.data() + blank + 1, what.data() + what.size(), status);
      return testing::AccountDouble::refusal(operation, status, what.substr(0, blank), "AWS says why");
    };
  }

  base::FakeClock clock_;
  testing::AccountDouble account_{clock_};
  aws::Environment environment_;
};

// A row's command line, as a shell would have it: `[WORLD] caretaker plan "a b" < FILE`.
struct CommandLine {
  explicit CommandLine(std::string_view row) {
    if (row.starts_with('[')) {
      world = row.substr(1, row.find(']') - 1);
      row.remove_prefix(row.find(']') + 2);
    }
    std::vector<std::string> words;
    while (!row.empty()) {
      const char quote = row.front() == '"' || row.front() == '\'' ? row.front() : ' ';
      const std::size_t begin = quote == ' ' ? 0 : 1;
      const auto end = std::min(row.find(quote, begin), row.size());
      words.emplace_back(row.substr(begin, end - begin));
      row.remove_prefix(std::min(row.size(), end + (quote == ' ' ? 1 : 2)));
    }
    if (words.size() > 2 && words[words.size() - 2] == "<") {
      std::ifstream file(words.back(), std::ios::binary);
      input.assign(std::istreambuf_iterator<char>(file), {});
      words.resize(words.size() - 2);
    }
    arguments.assign(words.begin() + 1, words.end());
  }

  std::string world;
  std::vector<std::string> arguments;
  std::string input;
};

// In a folder of its own with what the rows name.
class Messages : public ::testing::Test {
 protected:
  Messages() : before_(fs::current_path()), folder_(fs::path(::testing::TempDir()) / "messages") {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "folder");
    fs::copy_file(testing::file("facts.json"), folder_ / "facts.json");
    fs::current_path(folder_);
    write("rules.json", good_rules);
    write("broken.json", "[{\"repository\": \"shop\", \"semVersion\": \"^1.x.y\",\n  \"serviceArn\": \"shop\"}]");
    write("no-rules.json", "[]");
    auto others = good_rules;
    write("other-rules.json", others.replace(others.find("service/shop"), 12, "service/desk"));
    write("nothing", "");
    write("text.txt", "neither one nor the other\n");
    write("other.json", "{}");
    write("newer-facts.json", R"({"schema":"caretaker-facts/2"})");
    auto facts = testing::text_of("facts.json");
    write("cut-facts.json", facts.substr(0, facts.size() / 2));
    const auto at = facts.find(R"("state": "busy")");
    write("wrong-facts.json", facts.replace(at, 15, R"("state": "idle")"));
  }
  ~Messages() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }

  static void write(const fs::path& name, const std::string& text) { std::ofstream(name, std::ios::binary) << text; }

 private:
  fs::path before_;
  fs::path folder_;
};

std::string indented(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out += "    " + std::string(text.substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  return out;
}

// Every message of the commands, for the eye: testdata/messages.txt holds command lines, each under what it is about, and below
// it all that is printed and the exit code.
TEST_F(Messages, SayWhatWhereWhyAndWhatToDo) {
  std::istringstream table(testing::text_of("messages.txt"));
  std::string said;
  std::set<std::string> commands;
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("    ") || line.starts_with("  = ")) continue;
    said += line + '\n';
    if (!line.starts_with("  $ ")) continue;
    SCOPED_TRACE(line);
    ++rows;
    const CommandLine command(std::string_view(line).substr(4));
    World world(command.world);
    auto setting = world.setting();
    setting.input = command.input;
    const auto answer = testing::ask(command.arguments, setting);
    if (!command.arguments.empty()) commands.insert(command.arguments.front());
    said += indented(answer.err) + indented(answer.out) + "  = " + std::to_string(answer.code) + '\n';
    EXPECT_FALSE(answer.err.empty() && answer.out.empty()) << "silence";
  }
  testing::expect_golden("messages.txt", said);
  EXPECT_GE(rows, 80);
  for (const auto* command : {"check", "plan", "explain", "reconcile", "replay", "history", "hold", "release", "pin",
                              "skip", "rollback", "semver", "completion", "rules", "init", "redrive", "doctor"}) {
    EXPECT_TRUE(commands.contains(command)) << command;
  }
}

}  // namespace
}  // namespace cli
