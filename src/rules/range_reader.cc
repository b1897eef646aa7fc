// SPDX-License-Identifier: Apache-2.0
#include "rules/range_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "rules/emptiness.h"

namespace rules {
namespace {

// U+2010 to U+2015, and the minus sign: all that word processors make of a `-`.
constexpr std::array dashes = {std::string_view("‐"), std::string_view("‑"), std::string_view("‒"),
                               std::string_view("–"), std::string_view("—"), std::string_view("―"),
                               std::string_view("−")};
constexpr std::string_view en_dash = "–";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The text with hyphens, and where each of its bytes stood in the text before.
struct Hyphened {
  std::string text;
  std::vector<std::size_t> origins;
  std::vector<std::size_t> replaced;  // Where en dashes stood.
};

Hyphened with_hyphens(std::string_view text) {
  Hyphened out;
  for (std::size_t at = 0; at < text.size();) {
    const auto behind = at + en_dash.size();
    const bool dash = text.substr(at).starts_with(en_dash) && at > 0 && is_blank(text[at - 1]) &&
                      behind < text.size() && is_blank(text[behind]);
    out.origins.push_back(at);
    out.text += dash ? '-' : text[at];
    if (dash) out.replaced.push_back(at);
    at += dash ? en_dash.size() : 1;
  }
  out.origins.push_back(text.size());
  return out;
}

bool has_dash(std::string_view text) {
  return std::ranges::any_of(dashes, [&](std::string_view dash) { return text.contains(dash); });
}

// What other languages of ranges have, and what npm has instead.
std::string_view foreign_form(std::string_view text, std::size_t at) {
  struct Form {
    std::string_view written;
    std::string_view instead;
  };
  constexpr std::array forms = {
      Form{",", "conditions are parted by blanks, as in `>=1.0.0 <2.0.0`"},
      Form{"&", "conditions are parted by blanks, as in `>=1.0.0 <2.0.0`"},
      Form{"and", "conditions are parted by blanks, as in `>=1.0.0 <2.0.0`"},
      Form{"or ", "alternatives are parted by `||`, as in `^1 || ^2`"},
      Form{"|", "alternatives are parted by `||`, as in `^1 || ^2`"},
      Form{"!", "npm has no `!=`; write what may run, as in `>=1.0.0 <1.2.3 || >1.2.3`"},
      Form{"≥", "write `>=`"},
      Form{"≤", "write `<=`"},
      Form{"[", "npm has no intervals; write `>=1.0.0 <2.0.0`"},
      Form{"(", "npm has no intervals; write `>=1.0.0 <2.0.0`"},
      Form{"latest", "a tag is no version; `*` is every release"},
      Form{"V", "a `v` before a version is a small one"},
  };
  if (text.starts_with("=>") || text.starts_with("=<")) return "the equals sign comes last: `>=`, `<=`";
  const auto rest = text.substr(std::min(at, text.size()));
  const auto* found = std::ranges::find_if(forms, [&](const Form& form) { return rest.starts_with(form.written); });
  return found == forms.end() ? std::string_view() : found->instead;
}

std::string explain(const semver::RangeError& error, std::string_view text, std::string_view hyphened) {
  if (has_dash(hyphened)) {
    return fmt::format("`{}` is no range: it has a dash where npm wants a hyphen between blanks, as in `1.2.3 - 2.0.0`",
                       text);
  }
  if (const auto foreign = foreign_form(hyphened, error.offset); !foreign.empty()) {
    return fmt::format("`{}` is no range: {}", text, foreign);
  }
  return fmt::format("`{}` is no range: expected {}", text, error.expected);
}

// What stands between `||`s, each a range of one set. npm drops those that match nothing, and all but one that matches
// everything.
std::vector<semver::Range> alternatives(std::string_view text, semver::Options options) {
  std::vector<semver::Range> read;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find("||", begin), text.size());
    if (auto range = semver::parse_range(text.substr(begin, end - begin), options)) read.push_back(std::move(*range));
    begin = end + 2;
  }
  return read;
}

// What a message is about: the text, or the one of its alternatives.
std::string subject(std::string_view text, const std::vector<semver::Range>& all, const semver::Range& one) {
  return all.size() == 1 ? fmt::format("`{}`", text)
                         : fmt::format("the part of `{}` that npm reads as `{}`", text, one.valid_text());
}

// One alternative of several that can never match is as surely a mistake as a whole range.
void warn_of_nothing(const Node& node, std::string_view text, const std::vector<semver::Range>& all,
                     Problems& problems) {
  const auto nothing = std::ranges::find_if(all, matches_nothing);
  if (nothing == all.end()) return;
  const bool whole = std::ranges::all_of(all, matches_nothing);
  problems.warning(
      id::matches_nothing, node, node.offset(),
      fmt::format("{} matches no version at all", whole ? fmt::format("`{}`", text) : subject(text, all, *nothing)));
}

bool is_bounded(const semver::ComparatorSet& set) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i].op != semver::Operator::Greater && set[i].op != semver::Operator::GreaterOrEqual) return true;
  }
  return false;
}

// Of the highest of its bounds, which are lower ones.
std::uint64_t major_of(const semver::ComparatorSet& set) {
  std::uint64_t major = 0;
  for (std::size_t i = 0; i < set.size(); ++i) major = std::max(major, set[i].version.major());
  return major;
}

void hint_at_no_bound(const Node& node, std::string_view text, const std::vector<semver::Range>& all,
                      Problems& problems) {
  const auto unbounded = std::ranges::find_if(all, [](const semver::Range& one) { return !is_bounded(one[0]); });
  if (unbounded == all.end()) return;
  const auto set = (*unbounded)[0];
  const auto major = set.empty() ? 1 : major_of(set);
  const auto meant = set.empty() ? fmt::format("^{}", major) : fmt::format("{} <{}", set.text(), major + 1);
  problems.hint(id::unbounded_range, node,
                fmt::format("{} has no upper bound, so every later major version is deployed too; `{}` would stay "
                            "below {}.0.0",
                            subject(text, all, *unbounded), meant, major + 1));
}

// Of a prerelease that has numbers alone, these; otherwise none.
std::vector<std::uint64_t> numbers_of(const semver::Identifiers& prerelease) {
  std::vector<std::uint64_t> numbers;
  for (const auto identifier : prerelease) {
    const auto* end = identifier.data() + identifier.size();
    const auto [rest, error] = std::from_chars(identifier.data(), end, numbers.emplace_back());
    if (error != std::errc() || rest != end) return {};
  }
  return numbers;
}

// `1.2.3-2.0.0` and `1.2.3-2.0` are prereleases to npm, and hardly to whoever wrote them. `1.2.3-2` may be meant as one, and
// `1.2.3-20240102` is.
bool is_meant_as_span(const semver::Comparator& comparator) {
  if (comparator.op != semver::Operator::Equal) return false;
  const auto numbers = numbers_of(comparator.version.prerelease());
  const auto major = comparator.version.major();
  switch (numbers.size()) {
    case 1: return numbers[0] > major && numbers[0] < 1000;
    case 2: return numbers[0] >= major;
    case 3: return true;
    default: return false;
  }
}

void warn_of_span(const Node& node, const semver::Range& range, Problems& problems) {
  for (std::size_t i = 0; i < range.size(); ++i) {
    const auto set = range[i];
    for (std::size_t j = 0; j < set.size(); ++j) {
      if (!is_meant_as_span(set[j])) continue;
      auto meant = to_string(set[j]);
      meant.replace(meant.find('-'), 1, " - ");
      problems.warning(id::hyphen_without_blanks, node, node.offset(),
                       fmt::format("`{}` is one prerelease to npm: from one version to another is `{}`, with blanks",
                                   to_string(set[j]), meant));
    }
  }
}

}  // namespace

std::optional<semver::Range> read_range(const Node& node, bool include_prerelease, Problems& problems) {
  const auto text = node.string();
  if (text.size() > range_size_max) {
    problems.error(id::bad_range, node,
                   fmt::format("the range has {} bytes, and may have {}", text.size(), range_size_max));
    return std::nullopt;
  }
  const auto hyphened = with_hyphens(text);
  auto range = semver::parse_range(hyphened.text, {.loose = false, .include_prerelease = include_prerelease});
  if (!range) {
    const auto origin = hyphened.origins[std::min(range.error().offset, hyphened.origins.size() - 1)];
    problems.error(id::bad_range, node.offset_in_string(origin), node.pointer(),
                   explain(range.error(), text, hyphened.text));
    return std::nullopt;
  }
  if (!hyphened.replaced.empty()) {
    problems.warning(id::en_dash, node, node.offset_in_string(hyphened.replaced.front()),
                     fmt::format("`{}` has a dash (–), which is read as a hyphen: write `{}`", text, hyphened.text));
  }
  const auto all = alternatives(hyphened.text, range->options());
  warn_of_nothing(node, text, all, problems);
  warn_of_span(node, *range, problems);
  hint_at_no_bound(node, text, all, problems);
  return std::move(*range);
}

}  // namespace rules
