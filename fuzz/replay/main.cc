// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over files and folders of inputs, and over what a careless sender makes of each: every shorter start of
// it, and each of its bytes changed in turn. So the normal test run needs neither clang nor luck.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"

namespace {

// Longer inputs are replayed as they are and at this many places.
constexpr std::size_t places_max = 256;

std::vector<std::filesystem::path> inputs_under(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> inputs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) inputs.push_back(entry.path());
  }
  return inputs;
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::size_t replay(const std::string& input) {
  std::size_t runs = 1;
  run(input);
  const auto step = input.size() / places_max + 1;
  for (std::size_t at = 0; at < input.size(); at += step) {
    run(input.substr(0, at));
    auto changed = input;
    changed[at] = static_cast<char>(changed[at] ^ 0x15);
    run(changed);
    runs += 2;
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t files = 0;
  std::size_t runs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : inputs_under(argv[i])) {
      std::ifstream file(path, std::ios::binary);
      if (!file) throw std::filesystem::filesystem_error("can't be read", path, std::error_code());
      runs += replay({std::istreambuf_iterator<char>(file), {}});
      ++files;
    }
  }
  std::printf("%zu inputs, %zu runs\n", files, runs);
  // A test without an input would test nothing.
  return files > 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "replay: %s\n", error.what());
  return 1;
}
