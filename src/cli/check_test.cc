// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace cli {
namespace {

constexpr std::string_view good =
    R"([{"repository": "shop", "semVersion": "^1", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])";

class Check : public testing::Test {
 protected:
  Check()
      : folder_(std::filesystem::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder_);
  }
  ~Check() override { std::filesystem::remove_all(folder_); }
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;

  std::string file(std::string_view name, std::string_view text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string folder() const { return folder_.string(); }
  int run(const std::vector<std::string>& files, const std::string& input = {}) {
    std::istringstream in(input);
    out_.str({});
    err_.str({});
    return check(files, in, out_, err_);
  }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

 private:
  std::filesystem::path folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Check, FindsNothingInGoodRules) {
  const auto path = file("rules.json", good);
  EXPECT_EQ(run({path}), 0);
  EXPECT_EQ(out(), path + ": 1 rule, no problems\n");
  EXPECT_EQ(err(), "");
}

TEST_F(Check, ShowsAnErrorWithItsLineAndACaret) {
  const auto path = file("rules.json",
                         "[\n  {\"repository\": \"shop\", \"semVersion\": \"^1.x.y\",\n   \"serviceArn\": "
                         "\"arn:aws:apprunner:us-east-1:123456789012:service/shop/1\"}\n]\n");
  EXPECT_EQ(run({path}), 1);
  EXPECT_THAT(out(), testing::StartsWith(path + ":2:46: error: /0/semVersion: `^1.x.y` is no range: expected "));
  EXPECT_THAT(out(), testing::HasSubstr("\n  {\"repository\": \"shop\", \"semVersion\": \"^1.x.y\",\n"
                                        "                                             ^\n"));
  EXPECT_THAT(out(), testing::EndsWith(path + ": 1 error\n"));
}

TEST_F(Check, IsContentWithWarnings) {
  const auto path = file("rules.json", std::string(good).replace(good.find("shop"), 4, "Shop"));
  EXPECT_EQ(run({path}), 0);
  EXPECT_THAT(out(), testing::HasSubstr("warning: /0/repository: `Shop` can never match"));
  EXPECT_THAT(out(), testing::EndsWith(path + ": 1 rule, 1 warning\n"));
}

TEST_F(Check, ReadsStandardInput) {
  EXPECT_EQ(run({"-"}, std::string(good)), 0);
  EXPECT_EQ(out(), "standard input: 1 rule, no problems\n");
  EXPECT_EQ(run({"-"}, ""), 1);
  EXPECT_EQ(out(),
            "standard input:1:1: error: the file is empty; a file without rules is `[]`\nstandard input: 1 error\n");
}

TEST_F(Check, SaysWhichFileItCouldNotReadAndChecksTheOthers) {
  const auto path = file("rules.json", "[]");
  const auto missing = folder() + "/missing.json";
  EXPECT_EQ(run({missing, folder(), path}), 2);
  EXPECT_EQ(err(), "caretaker check: " + missing + ": No such file or directory\ncaretaker check: " + folder() +
                       ": Is a directory\n");
  EXPECT_EQ(out(), path + ": 0 rules, no problems\n");
}

TEST_F(Check, ReturnsTheWorstOfItsFiles) {
  const auto bad = file("bad.json", "{}");
  const auto empty = file("empty.json", "");
  EXPECT_EQ(run({file("good.json", good), bad}), 1);
  EXPECT_EQ(run({empty}), 1);
  EXPECT_EQ(run({bad, folder() + "/missing.json", bad}), 2);
}

}  // namespace
}  // namespace cli
