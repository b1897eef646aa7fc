// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <ostream>

#include "cli/text.h"

namespace cli {
namespace {

// What a terminal without a known width is taken to have.
constexpr int columns_usual = 80;

}  // namespace

void Progress::show(std::string_view text) {
  if (!outside_.terminal.progress) return;
  const int columns = outside_.terminal.columns > 0 ? outside_.terminal.columns : columns_usual;
  // A line that wraps could not be taken back.
  const auto line = wrapped(printable(text), static_cast<std::size_t>(columns - 1)).front();
  outside_.err << "\r\x1b[K" << line << std::flush;
  shown_ = true;
}

void Progress::clear() {
  if (shown_) outside_.err << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace cli
