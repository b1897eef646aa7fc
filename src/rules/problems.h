// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rules/node.h"
#include "rules/rules.h"
#include "rules/source.h"

namespace rules {

// Collects what is wrong with a file: the first `problems_max` errors, and as many warnings. Borrows the source.
class Problems {
 public:
  explicit Problems(const Source& source) : source_(source) {}

  void error(std::size_t offset, std::string pointer, std::string message);
  void warning(std::size_t offset, std::string pointer, std::string message);
  // About a value, at its beginning.
  void error(const Node& node, std::string message) { error(node.offset(), node.pointer(), std::move(message)); }
  void warning(const Node& node, std::string message) { warning(node.offset(), node.pointer(), std::move(message)); }

  const Source& source() const { return source_; }
  bool has_error() const { return errors_ > 0; }
  bool is_full() const { return errors_ >= problems_max; }
  // In the order of the text.
  std::vector<Problem> take() &&;

 private:
  void add(Problem problem, std::size_t offset, std::size_t& count);

  const Source& source_;
  std::vector<Problem> problems_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace rules
