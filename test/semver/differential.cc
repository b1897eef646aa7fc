// SPDX-License-Identifier: Apache-2.0
// Answers differential.mjs's questions with src/semver. One question a line, fields separated by tabs, each field a
// JSON string's inside without its quotes (JSON.stringify); one answer a line, the same way:
//
//   <flags> valid VERSION                  the version as npm prints it, `!` if it is none
//   <flags> parts VERSION                  prerelease identifiers joined by dots, a slash, build identifiers; `!`
//   <flags> compare A B                    less, equal or greater, then the same with build metadata
//   <flags> range RANGE                    npm's validRange, a slash, Range.range; `!`
//   <flags> satisfies VERSION RANGE        true, false, or prerelease for a prerelease that was not asked for
//   <flags> max RANGE VERSION...           the highest that satisfies; `!`
//   <flags> sort VERSION...                ascending, separated by spaces
//
// The flags are `l` for loose and `p` for includePrerelease, `-` for none.

#include <algorithm>
#include <compare>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace {

void append_utf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// JSON.stringify escapes only quotes, backslashes and control characters of valid UTF-16.
std::string unescape(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\') {
      text += field[i];
      continue;
    }
    const char c = field.at(++i);
    constexpr std::string_view letters = "bfnrt";
    constexpr std::string_view meant = "\b\f\n\r\t";
    const std::size_t letter = letters.find(c);
    if (letter != std::string_view::npos) {
      text += meant[letter];
    } else if (c == 'u') {
      append_utf8(text, static_cast<unsigned>(std::stoul(std::string(field.substr(i + 1, 4)), nullptr, 16)));
      i += 4;
    } else {
      text += c;
    }
  }
  return text;
}

// A copy that ends where the text does, so that the sanitizer sees a read beyond it.
class Tight {
 public:
  explicit Tight(std::string_view text) : bytes_(text.begin(), text.end()) { bytes_.shrink_to_fit(); }
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

std::string_view name(std::weak_ordering order) { return order < 0 ? "less" : order > 0 ? "greater" : "equal"; }

std::string join(const semver::Identifiers& identifiers) {
  std::string joined;
  for (const std::string_view identifier : identifiers) {
    joined += joined.empty() ? "" : ".";
    joined += identifier;
  }
  return joined;
}

std::string answer(std::string_view question, const std::vector<Tight>& texts, semver::Options options) {
  const auto version_at = [&](std::size_t i) { return semver::parse_version(texts.at(i), options); };
  const std::string none = "!";
  if (question == "valid") {
    const auto version = version_at(0);
    return version ? to_string(*version) : none;
  }
  if (question == "parts") {
    const auto version = version_at(0);
    if (!version) {
      return none;
    }
    const semver::OwnedVersion owned(*version);
    const semver::Version again = owned.version();
    if (compare_build(*version, again) != 0 || to_string(again) != to_string(*version)) {
      return "differs when owned";
    }
    return join(version->prerelease()) + "/" + join(version->build()) + "/" + std::to_string(version->major()) + "." +
           std::to_string(version->minor()) + "." + std::to_string(version->patch());
  }
  if (question == "compare") {
    const auto a = version_at(0);
    const auto b = version_at(1);
    return a && b ? std::string(name(compare(*a, *b))) + "/" + std::string(name(compare_build(*a, *b))) : none;
  }
  if (question == "sort") {
    std::vector<semver::Version> versions;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (const auto version = version_at(i)) {
        versions.push_back(*version);
      }
    }
    semver::sort(versions);
    std::string sorted;
    for (const semver::Version& version : versions) {
      sorted += version.written();
      sorted += ' ';
    }
    return sorted;
  }
  if (question == "range") {
    const auto range = semver::parse_range(texts.at(0), options);
    return range ? std::string(range->valid_text()) + "/" + std::string(range->text()) : none;
  }
  if (question == "satisfies") {
    const auto range = semver::parse_range(texts.at(1), options);
    const auto version = version_at(0);
    if (!range || !version) {
      return "false";
    }
    switch (match(*version, *range)) {
      case semver::Match::Satisfies: return "true";
      case semver::Match::Outside: return "false";
      case semver::Match::PrereleaseNotAsked: return "prerelease";
    }
  }
  if (question == "max") {
    const auto range = semver::parse_range(texts.at(0), options);
    if (!range) {
      return none;
    }
    const std::vector<std::string_view> versions(texts.begin() + 1, texts.end());
    const auto highest = max_satisfying(versions, *range);
    return highest ? std::to_string(*highest) : none;
  }
  return "unknown question";
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::vector<std::string> fields;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t tab = std::min(line.find('\t', begin), line.size());
      fields.push_back(unescape(std::string_view(line).substr(begin, tab - begin)));
      begin = tab + 1;
    }
    const semver::Options options{.loose = fields.at(0).contains('l'),
                                  .include_prerelease = fields.at(0).contains('p')};
    const std::vector<Tight> texts(fields.begin() + 2, fields.end());
    std::cout << answer(fields.at(1), texts, options) << '\n';
  }
  return std::cout.flush() ? 0 : 1;
}
