// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "cli/outside.h"

namespace cli {

// One line on a terminal's `err` that tells what takes so long; none anywhere else. Gone when this ends.
class Progress {
 public:
  explicit Progress(const Outside& outside) : outside_(outside) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::string_view text);
  void clear();

 private:
  const Outside& outside_;
  bool shown_ = false;
};

}  // namespace cli
