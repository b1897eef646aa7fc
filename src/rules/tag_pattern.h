// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "semver/semver.h"

namespace re2 {
class RE2;
}

namespace rules {

struct PatternError {
  std::size_t offset = 0;  // Of the spot, in bytes of the pattern.
  std::string message;     // What is wrong there and what would be right, without a subject: `"(" is never closed`.
};

// A rule's `tagPattern`: which tags the rule is about, and which part of them is the version. A regular expression of RE2's
// syntax (https://github.com/google/re2/wiki/Syntax), searched for anywhere in the tag unless it has anchors, with a group
// named `version`: `^(?P<version>.+)-alpine$`; `(?<version>…)` says the same. Copies share the compiled pattern, which may be
// used by several threads.
class TagPattern {
 public:
  static constexpr std::size_t length_max = 500;

  static std::expected<TagPattern, PatternError> parse(std::string_view text);

  // What the group `version` takes of the tag; nullopt if the pattern does not match, or the group takes nothing.
  std::optional<std::string_view> version_part(std::string_view tag) const;
  // That part, if it is a version. Helm's `_` stands for the `+` that no tag can hold: `1.2.3_build.5` is 1.2.3. Borrows the
  // tag.
  std::optional<semver::Version> version(std::string_view tag) const;

  const std::string& text() const { return text_; }

  // How many steps RE2's program has, which grows with what the pattern takes of memory.
  std::size_t steps() const;

 private:
  // `^api-(?P<version>.+)-alpine$`: all between two texts. Most patterns are such, and need no search.
  struct Affixes {
    std::string before;
    std::string behind;
  };

  TagPattern(std::string text, std::shared_ptr<const re2::RE2> pattern, int group)
      : text_(std::move(text)), pattern_(std::move(pattern)), group_(group) {}
  static std::optional<Affixes> read_affixes(std::string_view pattern);
  std::optional<std::string_view> search(std::string_view tag) const;

  std::string text_;
  std::shared_ptr<const re2::RE2> pattern_;
  int group_;
  std::optional<Affixes> affixes_;
};

// A pattern's text as RE2 reads it, with what has to be known of its groups. Literal texts, classes and escapes are passed
// over.
struct PatternOutline {
  std::string text;                    // `(?<` written as `(?P<`.
  std::vector<std::size_t> origins;    // Of each of its bytes, and of its end, in the pattern as it was written.
  std::vector<std::size_t> open;       // Where groups begin that never end.
  std::optional<std::size_t> stray;    // The first `)` that ends no group.
  std::vector<std::size_t> bars;       // Each `|` outside of groups, in `text`.
  std::optional<std::string> version;  // What stands in the group `version`.
};

// Errors: what other languages have and RE2 has not, such as look-ahead.
std::expected<PatternOutline, PatternError> outline_pattern(std::string_view text);

// Whether no tag at all can match, as far as the letters tell that the pattern asks for; false where that is unknown.
bool matches_no_tag(const TagPattern& pattern);

// Whether the group `version` can never take a version, since it takes less than two dots; false where that is unknown.
bool reads_no_version(const TagPattern& pattern);

}  // namespace rules
