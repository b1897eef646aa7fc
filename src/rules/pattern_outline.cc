// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "rules/pattern_class.h"
#include "rules/tag_pattern.h"

namespace rules {
namespace {

struct Foreign {
  std::string_view opening;
  std::string_view what;
};

constexpr std::array foreign = {
    Foreign{"(?=", "is a look-ahead"},   Foreign{"(?!", "is a look-ahead"},    Foreign{"(?<=", "is a look-behind"},
    Foreign{"(?<!", "is a look-behind"}, Foreign{"(?>", "is an atomic group"}, Foreign{"(?#", "is a comment"},
};

// Walks over the pattern once.
class Outliner {
 public:
  explicit Outliner(std::string_view pattern) : pattern_(pattern) {}

  std::expected<PatternOutline, PatternError> run() {
    while (at_ < pattern_.size()) {
      switch (pattern_[at_]) {
        case '\\':
          if (auto error = escape()) return std::unexpected(std::move(*error));
          break;
        case '[': bracket(); break;
        case '(':
          if (auto error = open()) return std::unexpected(std::move(*error));
          break;
        case ')': close(); break;
        case '|':
          if (groups_.empty()) out_.bars.push_back(out_.text.size());
          copy(1);
          break;
        default: copy(1);
      }
    }
    out_.origins.push_back(pattern_.size());
    for (const auto& group : groups_) out_.open.push_back(group.at);
    return std::move(out_);
  }

 private:
  struct Group {
    std::size_t at;      // Of the parenthesis.
    std::size_t inside;  // Where its content begins, in the text that was written out.
    bool is_version;
  };

  std::string_view rest() const { return pattern_.substr(at_); }

  void copy(std::size_t count) {
    for (; count > 0 && at_ < pattern_.size(); --count) {
      out_.origins.push_back(at_);
      out_.text += pattern_[at_++];
    }
  }

  std::optional<PatternError> escape() {
    if (rest().starts_with("\\Q")) {
      const auto end = pattern_.find("\\E", at_);
      copy(end == std::string_view::npos ? pattern_.size() - at_ : end + 2 - at_);
      return std::nullopt;
    }
    const char escaped = at_ + 1 < pattern_.size() ? pattern_[at_ + 1] : '\0';
    if (escaped >= '1' && escaped <= '9') {
      return PatternError{at_, fmt::format("`\\{}` refers back to a group, which RE2 does not do", escaped)};
    }
    copy(2);
    return std::nullopt;
  }

  // A class: `]` stands for itself at its beginning.
  void bracket() {
    copy(rest().starts_with("[^") ? 2 : 1);
    for (bool first = true; at_ < pattern_.size() && (first || pattern_[at_] != ']'); first = false) {
      copy(class_item(rest()).size());
    }
    copy(1);
  }

  std::optional<PatternError> open() {
    for (const auto& [opening, what] : foreign) {
      if (rest().starts_with(opening)) {
        return PatternError{at_, fmt::format("`{}` {}, which RE2 has not", opening, what)};
      }
    }
    const auto at = at_;
    bool is_version = false;
    if (rest().starts_with("(?<")) {
      copy(2);
      out_.origins.push_back(at_);
      out_.text += 'P';
    }
    for (const std::string_view name : {"(?P<version>", "(?<version>"}) {
      if (!pattern_.substr(at).starts_with(name)) continue;
      // RE2 would take the first of them, whichever of them matched.
      if (has_version_) return PatternError{at, "there is a second group `version`: keep one of them"};
      has_version_ = true;
      is_version = true;
      copy(at + name.size() - at_);
    }
    if (at_ == at) copy(1);
    groups_.push_back({at, out_.text.size(), is_version});
    return std::nullopt;
  }

  void close() {
    if (groups_.empty()) {
      if (!out_.stray) out_.stray = at_;
    } else {
      if (groups_.back().is_version) out_.version = out_.text.substr(groups_.back().inside);
      groups_.pop_back();
    }
    copy(1);
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  PatternOutline out_;
  std::vector<Group> groups_;
  bool has_version_ = false;
};

}  // namespace

std::expected<PatternOutline, PatternError> outline_pattern(std::string_view text) { return Outliner(text).run(); }

}  // namespace rules
