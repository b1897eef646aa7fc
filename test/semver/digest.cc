// SPDX-License-Identifier: Apache-2.0
// Prints a digest of what src/semver answers about a great many texts, the same whatever it was built for:
//
//   digest [COUNT]
//
// A line for each kind of question: how many answers, and their FNV-1a. COUNT texts of each kind, 20,000 by default.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace {

class Digest {
 public:
  explicit Digest(const char* kind) : kind_(kind) {}
  ~Digest() {
    std::printf("%-12s %10llu %016llx\n", kind_, static_cast<unsigned long long>(answers_),
                static_cast<unsigned long long>(state_));
  }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(std::string_view answer) {
    for (const char c : answer) step(static_cast<unsigned char>(c));
    step(0xFF);
    ++answers_;
  }
  void add(std::uint64_t number) { add(std::to_string(number)); }

 private:
  void step(std::uint64_t byte) { state_ = (state_ ^ byte) * 1099511628211ULL; }

  const char* kind_;
  std::uint64_t answers_ = 0;
  std::uint64_t state_ = 14695981039346656037ULL;
};

// Texts around the grammar, everywhere the same: arithmetic of fixed width, and no calls of unspecified order.
class Texts {
 public:
  std::uint32_t below(std::uint32_t n) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>((state_ >> 33) % n);
  }
  std::string_view pick(std::initializer_list<std::string_view> list) {
    return list.begin()[below(static_cast<std::uint32_t>(list.size()))];
  }

  std::string number() {
    switch (below(12)) {
      case 0:
        return std::string(pick({"262142", "262143", "1048575", "33554431", "9007199254740991", "9007199254740992"}));
      case 1: return std::string(pick({"00", "01", "99999", "20240101", "999999999999999999999"}));
      case 2: return std::to_string(below(20000));
      default: return std::to_string(below(below(3) == 0 ? 100 : 4));
    }
  }
  std::string identifiers() {
    std::string all;
    do {
      all += pick({"alpha", "beta", "rc", "0", "1", "01", "0a", "-", "x-y", "9007199254740993", "A"});
      if (below(4) == 0) all += std::to_string(below(1000));
    } while (below(3) == 0 && (all += '.', true));
    return all;
  }
  std::string version() {
    std::string text(below(8) == 0 ? pick({"v", "=", " ", "v ", "\xC2\xA0", "\xEF\xBB\xBF"}) : "");
    text.append(number()).append(".").append(number()).append(".").append(number());
    if (below(3) == 0) text.append(below(6) == 0 ? "" : "-").append(identifiers());
    if (below(6) == 0) text.append("+").append(identifiers());
    return mutated(std::move(text));
  }
  std::string range() {
    std::string text;
    do {
      const std::uint32_t form = below(8);
      text += pick({"^", "~", "<", "<=", ">", ">=", "=", "", "", "^", "~> ", ">= "});
      if (form < 4) {
        text += version();
      } else if (form < 6) {
        text.append(number()).append(".").append(number());
      } else {
        text += form == 6 ? number() + ".x" : "*";
      }
      if (form == 0) text.append(" - ").append(number());
    } while (below(3) == 0 && (text += pick({" ", " || ", "||", "  ", " | "}), true));
    return mutated(std::move(text));
  }
  std::string prose() {
    std::string text;
    for (std::uint32_t i = below(5); i > 0; --i) {
      text += below(2) == 0 ? version()
                            : std::string(pick({"release-", " the ", "2024", ".", "-", "_", "\xF0\x9F\x98\x80"}));
    }
    return text + number();
  }

 private:
  std::string mutated(std::string text) {
    if (below(5) == 0 && !text.empty()) {
      const std::size_t at = below(static_cast<std::uint32_t>(text.size()));
      constexpr std::string_view characters = "0123456789.-+xX*v=<>^~| az\t_/:@[`{\x80\xFF";
      switch (below(3)) {
        case 0: text.erase(at, 1); break;
        case 1: text.insert(at, 1, characters[below(characters.size())]); break;
        default: text[at] = characters[below(characters.size())]; break;
      }
    }
    return text;
  }

  std::uint64_t state_ = 1;
};

constexpr semver::Options all_options[] = {
    {}, {.loose = true}, {.include_prerelease = true}, {.loose = true, .include_prerelease = true}, {.rtl = true}};

void digest_versions(const std::vector<std::string>& texts) {
  Digest digest("versions");
  for (const std::string& text : texts) {
    for (const semver::Options options : {all_options[0], all_options[1]}) {
      const auto version = semver::parse_version(std::string_view(text), options);
      if (!version) {
        digest.add(version.error().offset);
        digest.add(version.error().expected);
        continue;
      }
      digest.add(semver::OwnedVersion(*version).text());
      digest.add(version->written());
      digest.add(version->key());
      digest.add(version->major() + version->minor() + version->patch());
      for (const std::string_view identifier : version->prerelease()) digest.add(identifier);
      if (const auto next = inc(*version, semver::Release::Prerelease, {}, options)) digest.add(next->text());
    }
  }
}

void digest_orders(const std::vector<std::string>& texts) {
  Digest digest("orders");
  semver::VersionList list({.loose = true});
  for (const std::string& text : texts) list.add(text);
  for (std::size_t i = 1; i < list.size(); ++i) {
    digest.add(compare(list[i - 1], list[i]) < 0 ? 0U : compare(list[i - 1], list[i]) == 0 ? 1U : 2U);
    digest.add(compare_build(list[i - 1], list[i]) < 0 ? 0U : 1U);
  }
  list.sort();
  for (std::size_t i = 0; i < list.size(); ++i) digest.add(list.index(i));
}

void digest_ranges(const std::vector<std::string>& texts, const std::vector<std::string>& versions) {
  Digest digest("ranges");
  std::size_t next = 0;
  for (const std::string& text : texts) {
    for (const semver::Options options : all_options) {
      const auto range = semver::parse_range(text, options);
      if (!range) {
        digest.add(range.error().offset);
        digest.add(range.error().expected);
        continue;
      }
      digest.add(range->text());
      for (int i = 0; i < 4; ++i) {
        next = next + 1 < versions.size() ? next + 1 : 0;
        digest.add(semver::satisfies(std::string_view(versions[next]), *range) ? 1U : 0U);
      }
    }
  }
}

void digest_coercions(const std::vector<std::string>& texts) {
  Digest digest("coercions");
  for (const std::string& text : texts) {
    for (const semver::Options options : all_options) {
      const auto found = semver::coerce(text, options);
      digest.add(found ? std::string_view(found->text()) : "none");
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned long size = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 20000;
  Texts texts;
  std::vector<std::string> versions;
  std::vector<std::string> ranges;
  std::vector<std::string> prose;
  for (unsigned long i = 0; i < size; ++i) {
    versions.push_back(texts.version());
    ranges.push_back(texts.range());
    prose.push_back(texts.prose());
  }
  digest_versions(versions);
  digest_orders(versions);
  digest_ranges(ranges, versions);
  digest_coercions(prose);
  return 0;
}
