// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "rules/pattern_class.h"
#include "rules/tag_pattern.h"

namespace rules {
namespace {

// A version has two dots at least; more need not be counted.
constexpr int enough = 2;

// Walks over an expression that RE2 has taken, and counts the dots that a match may hold at most. Where that is hard to tell it
// counts too many.
class Counter {
 public:
  explicit Counter(std::string_view pattern) : rest_(pattern) {}

  int run() { return alternatives(); }

 private:
  int alternatives() {
    int most = sequence();
    while (take("|")) most = std::max(most, sequence());
    return most;
  }

  int sequence() {
    int dots = 0;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      int one = atom();
      do {
        one = repeated(one);
      } while (take_nothing());
      dots = std::min(enough, dots + one);
    }
    return dots;
  }

  int atom() {
    if (take("\\Q")) return quoted();
    if (take("\\")) return escape();
    if (take("[")) return bracket();
    if (take("(")) return group();
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c == '.' ? 1 : 0;
  }

  // `?`, `*`, `+`, `{n}`, `{n,}`, `{n,m}`, each perhaps lazy.
  int repeated(int dots) {
    if (take("?")) {
      take("?");
      return dots;
    }
    if (take("*") || take("+")) {
      take("?");
      return dots > 0 ? enough : 0;
    }
    const auto end = rest_.find('}');
    if (!rest_.starts_with('{') || end == std::string_view::npos) return dots;
    const auto bounds = rest_.substr(1, end - 1);
    int most = enough;
    const auto number = bounds.substr(bounds.find(',') + 1);  // The whole of it where there is no comma.
    // A brace that bounds nothing stands for itself.
    if (bounds.empty() || bounds.find_first_not_of("0123456789,") != std::string_view::npos) return dots;
    if (!number.empty()) std::from_chars(number.data(), number.data() + number.size(), most);
    rest_.remove_prefix(end + 1);
    take("?");
    return std::min(enough, dots * std::min(most, enough));
  }

  int quoted() {
    const auto end = std::min(rest_.find("\\E"), rest_.size());
    const auto dots = std::ranges::count(rest_.substr(0, end), '.');
    rest_.remove_prefix(std::min(end + 2, rest_.size()));
    return static_cast<int>(std::min<std::ptrdiff_t>(dots, enough));
  }

  // Digits, words, blanks and places have no dot, and what is no letter or digit stands for itself.
  int escape() {
    const char c = rest_.empty() ? '\0' : rest_.front();
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    if (c == '.') return 1;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter || std::string_view("dwsbBAzntrfva").contains(c)) return 0;
    if ((c == 'p' || c == 'P' || c == 'x') && rest_.starts_with('{'))
      rest_.remove_prefix(std::min(rest_.find('}'), rest_.size() - 1) + 1);
    return 1;
  }

  int bracket() {
    int dots = take("^") ? 1 : 0;
    for (bool first = true; !rest_.empty() && (first || rest_.front() != ']'); first = false) {
      const auto item = class_item(rest_);
      rest_.remove_prefix(item.size());
      if (may_be_dot(item)) dots = 1;
    }
    take("]");
    return dots;
  }

  static bool may_be_dot(std::string_view item) {
    if (item.starts_with("[:")) return true;
    const auto first = class_character(item);
    const bool one = first.size() == item.size();
    if (one && first.starts_with('\\')) return Counter(first.substr(1)).escape() > 0;
    // Where a range begins or ends with an escape, that may be anything.
    const auto byte = [](std::string_view character, unsigned char of_escape) {
      return character.starts_with('\\') ? of_escape : static_cast<unsigned char>(character.front());
    };
    return byte(first, 0x00) <= '.' && '.' <= byte(one ? first : item.substr(first.size() + 1), 0xFF);
  }

  // Behind `(`: a name, flags, or nothing before what stands in the group.
  int group() {
    if (take("?")) {
      const auto end = rest_.find_first_of(rest_.starts_with("P<") || rest_.starts_with('<') ? ">" : ":)");
      if (end == std::string_view::npos) return enough;
      const bool flags_only = rest_[end] == ')';
      rest_.remove_prefix(end + 1);
      if (flags_only) return 0;
    }
    const int dots = alternatives();
    take(")");
    return dots;
  }

  // Flags and an empty quotation stand for nothing: what repeats behind them repeats what stands before.
  bool take_nothing() {
    if (take("\\Q\\E")) return true;
    const auto end = rest_.starts_with("(?") ? rest_.find_first_of(":<)") : std::string_view::npos;
    if (end == std::string_view::npos || rest_[end] != ')') return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool reads_no_version(const TagPattern& pattern) {
  const auto outline = outline_pattern(pattern.text());
  return outline && outline->version && Counter(*outline->version).run() < enough;
}

}  // namespace rules
