// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "rules/node.h"
#include "rules/problem.h"
#include "rules/problem_ids.h"
#include "rules/source.h"

namespace rules {

// Collects what is wrong with a file: the first `problems_max` of each severity. Borrows the source.
class Problems {
 public:
  explicit Problems(const Source& source) : source_(source) {}

  void error(std::string_view id, std::size_t offset, std::string pointer, std::string_view message);
  // About a value, at its beginning or, where it matters, at a spot inside of it.
  void error(std::string_view id, const Node& node, std::string_view message) {
    error(id, node.offset(), node.pointer(), message);
  }
  // Both are dropped if they are silenced.
  void warning(std::string_view id, const Node& node, std::string_view message) {
    warning(id, node, node.offset(), message);
  }
  void warning(std::string_view id, const Node& node, std::size_t offset, std::string_view message);
  void hint(std::string_view id, const Node& node, std::string_view message);

  // From here on nothing is said under the ids that `ids` lists, an array of strings that are known to be ids: for the whole
  // file, or until unsilence_rule().
  void silence_file(const Node& ids) { silence(ids, file_); }
  void silence_rule(const Node& ids) { silence(ids, rule_); }
  // Hints at ids that silenced nothing.
  void unsilence_rule() { review(rule_); }
  void unsilence_file() { review(file_); }

  const Source& source() const { return source_; }
  Place place(const Node& node) const { return place(node.offset(), node.pointer()); }
  bool has_error() const { return counts_[0] > 0; }
  bool is_full() const;
  // In the order of the text.
  std::vector<Problem> take() &&;

 private:
  struct Silenced {
    std::string id;
    Node node;
    bool used = false;
  };

  static void silence(const Node& ids, std::vector<Silenced>& silenced);
  void review(std::vector<Silenced>& silenced);
  bool is_silenced(std::string_view id);
  void add(Problem::Severity severity, std::string_view id, std::size_t offset, std::string pointer,
           std::string_view message);
  Place place(std::size_t offset, std::string pointer) const;

  const Source& source_;
  std::vector<Problem> problems_;
  std::array<std::size_t, 3> counts_{};  // By severity.
  std::vector<Silenced> file_;
  std::vector<Silenced> rule_;
};

}  // namespace rules
