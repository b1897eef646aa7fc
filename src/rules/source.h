// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace rules {

// A text with its lines, so that a place is found without counting from the start each time. Borrows the text.
class Source {
 public:
  explicit Source(std::string_view text);

  std::string_view text() const { return text_; }
  base::Position position(std::size_t offset) const;
  // The line around `offset` and a second line with a caret under it. Of a long line only the part around the spot.
  std::string excerpt(std::size_t offset) const;

 private:
  std::size_t line_of(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::size_t> line_begins_;
};

// Texts of a file hold what they like: here in one line, with `?` for what disturbs one (base::disturbs_line) and for what is not
// UTF-8, and of more than 1,000 bytes only the beginning and the end.
std::string one_line(std::string_view text);

// Where the text stops being UTF-8; npos if it is all of it.
std::size_t first_invalid_utf8(std::string_view text);

}  // namespace rules
