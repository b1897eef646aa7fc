// SPDX-License-Identifier: Apache-2.0
// Runs one of bench/semver.mjs's workloads once or several times and prints nanoseconds per operation and a checksum, a
// line a run:
//
//   bench_semver W1|W2|W3|W4|W5 FOLDER RUNS
//
// FOLDER has `versions`, `ranges`, `many_ranges` and `tags`, one text a line. With RUNS 0 everything but the workload is
// done, so that what a run costs is a difference of two instruction counts.

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace {

// The lines of a file; the views look into one text, as tags do in a listing.
class Lines {
 public:
  explicit Lines(const std::string& path) {
    std::ifstream file(path);
    text_.assign(std::istreambuf_iterator<char>(file), {});
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      lines_.emplace_back(text_.data() + begin, end - begin);
      begin = end + 1;
    }
    if (lines_.empty()) {
      std::cerr << "bench_semver: no lines in " << path << '\n';
      std::exit(2);
    }
  }
  const std::vector<std::string_view>& operator*() const { return lines_; }
  const std::vector<std::string_view>* operator->() const { return &lines_; }

 private:
  std::string text_;
  std::vector<std::string_view> lines_;
};

struct Texts {
  explicit Texts(const std::string& folder)
      : versions(folder + "/versions"),
        ranges(folder + "/ranges"),
        many_ranges(folder + "/many_ranges"),
        tags(folder + "/tags") {
    for (const std::string_view text : *ranges) {
      compiled.push_back(semver::parse_range(text).value());
    }
  }
  Lines versions;
  Lines ranges;
  Lines many_ranges;
  Lines tags;
  std::vector<semver::Range> compiled;
};

struct Done {
  std::size_t operations;
  std::uint64_t checksum;
};

Done parse(const Texts& texts) {
  std::uint64_t sum = 0;
  for (const std::string_view text : *texts.versions) {
    const auto version = semver::parse_version(text);
    sum += version ? version->key() : 1;
  }
  return {texts.versions->size(), sum};
}

Done satisfies(const Texts& texts) {
  std::uint64_t hits = 0;
  std::size_t range = 0;
  for (const std::string_view text : *texts.versions) {
    hits += semver::satisfies(text, texts.compiled[range]) ? 1 : 0;
    range = range + 1 == texts.compiled.size() ? 0 : range + 1;
  }
  return {texts.versions->size(), hits};
}

Done satisfies_cold(const Texts& texts) {
  std::uint64_t hits = 0;
  for (std::size_t i = 0; i < texts.many_ranges->size(); ++i) {
    const auto range = semver::parse_range((*texts.many_ranges)[i]);
    hits += range && semver::satisfies((*texts.versions)[i], *range) ? 1 : 0;
  }
  return {texts.many_ranges->size(), hits};
}

Done sort(const Texts& texts) {
  constexpr std::size_t count = 200000;
  semver::VersionList list;
  list.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    list.add((*texts.versions)[i]);
  }
  list.sort();
  return {count, list[count / 3].key() + list[count / 2].key()};
}

Done max_satisfying(const Texts& texts) {
  semver::VersionList list;
  list.reserve(texts.tags->size());
  for (const std::string_view text : *texts.tags) {
    list.add(text);
  }
  std::uint64_t sum = 0;
  for (const semver::Range& range : texts.compiled) {
    const auto highest = list.max_satisfying(range);
    sum += highest ? list.index(*highest) : 0;
  }
  return {texts.tags->size() * texts.compiled.size(), sum};
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string_view> given(arguments + 1, arguments + count);
  int runs = 0;
  if (given.size() != 3 ||
      std::from_chars(given[2].data(), given[2].data() + given[2].size(), runs).ec != std::errc{}) {
    std::cerr << "usage: bench_semver W1|W2|W3|W4|W5 FOLDER RUNS\n";
    return 2;
  }
  Done (*const workloads[])(const Texts&) = {parse, satisfies, satisfies_cold, sort, max_satisfying};
  const Texts texts{std::string(given[1])};
  for (int run = 0; run < runs; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    const Done done = workloads[given[0][1] - '1'](texts);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    std::cout << took.count() / static_cast<double>(done.operations) << ' ' << done.checksum << '\n';
  }
  return 0;
}
