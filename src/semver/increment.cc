// SPDX-License-Identifier: Apache-2.0
#include "semver/increment.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "semver/grammar.h"
#include "semver/identifiers.h"
#include "semver/parts.h"

namespace semver {
namespace {

constexpr std::size_t text_length_max = 65535;

// The whole text is what a prerelease may be.
bool is_prerelease_text(std::string_view text, bool loose) {
  const std::string hyphened = std::string("-").append(text);
  const grammar::Prerelease scanned = grammar::scan_prerelease(hyphened, 0, loose);
  return scanned.begin == 1 && scanned.end == hyphened.size();
}

std::string_view skip_digits(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
}

// JavaScript's Number() makes a number of the identifier. Besides digits these are `1e5`, `-5`, `0x1F`, `Infinity`.
bool is_javascript_number(std::string_view text) {
  if (text.size() > 2 && text.front() == '0') {
    const std::string_view digits = text[1] == 'x' || text[1] == 'X'   ? "0123456789abcdefABCDEF"
                                    : text[1] == 'o' || text[1] == 'O' ? "01234567"
                                    : text[1] == 'b' || text[1] == 'B' ? "01"
                                                                       : "";
    if (!digits.empty()) {
      return text.substr(2).find_first_not_of(digits) == std::string_view::npos;
    }
  }
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  if (text == "Infinity") {
    return true;
  }
  const std::string_view exponent = skip_digits(text);
  if (exponent.size() == text.size() || exponent.empty()) {
    return !text.empty() && exponent.empty();
  }
  if (exponent.front() != 'e' && exponent.front() != 'E') {
    return false;
  }
  const std::string_view power = exponent.substr(exponent.size() > 1 && exponent[1] == '-' ? 2 : 1);
  return !power.empty() && skip_digits(power).empty();
}

std::vector<std::string_view> split(std::string_view identifiers) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t dot = identifiers.find('.');
    parts.push_back(identifiers.substr(0, dot));
    if (dot == std::string_view::npos) {
      return parts;
    }
    identifiers.remove_prefix(dot + 1);
  }
}

// npm's isPrereleaseIdentifier: the prerelease begins with the identifier's parts.
bool begins_with(const std::vector<std::string>& prerelease, const std::vector<std::string_view>& identifier) {
  return identifier.size() <= prerelease.size() &&
         std::equal(identifier.begin(), identifier.end(), prerelease.begin(),
                    [](std::string_view a, std::string_view b) { return compare_identifiers(b, a) == 0; });
}

// The last number grows by one; false if there is none.
bool increment_last_number(std::vector<std::string>& prerelease) {
  for (std::string& identifier : std::views::reverse(prerelease)) {
    if (is_npm_number(identifier)) {
      std::uint64_t number = 0;
      std::from_chars(identifier.data(), identifier.data() + identifier.size(), number);
      identifier = std::to_string(number + 1);
      return true;
    }
  }
  return false;
}

std::string join(const std::vector<std::string>& prerelease) {
  std::string joined;
  for (const std::string& identifier : prerelease) {
    joined += joined.empty() ? "" : ".";
    joined += identifier;
  }
  return joined;
}

// npm's `pre`.
std::optional<IncrementError> increment_prerelease(std::vector<std::string>& prerelease, const Naming& naming) {
  const std::string base = naming.base == IdentifierBase::One ? "1" : "0";
  if (prerelease.empty()) {
    prerelease.push_back(base);
  } else if (!increment_last_number(prerelease)) {
    if (naming.base == IdentifierBase::None && naming.identifier == join(prerelease)) {
      return IncrementError::IdentifierExists;
    }
    prerelease.push_back(base);
  }
  if (naming.identifier.empty()) {
    return std::nullopt;
  }
  // A prerelease of that name goes on counting, if what follows the name is a number. npm asks isNaN(), to which `0x1`
  // and `1e5` are numbers too.
  const std::vector<std::string_view> identifier = split(naming.identifier);
  if (begins_with(prerelease, identifier) && prerelease.size() > identifier.size() &&
      is_javascript_number(prerelease[identifier.size()])) {
    return std::nullopt;
  }
  prerelease.assign({std::string(naming.identifier)});
  if (naming.base != IdentifierBase::None) {
    prerelease.push_back(base);
  }
  return std::nullopt;
}

// A prerelease of just this major, minor or patch becomes its release; anything else goes up.
void increment_patch(Parts& parts) {
  parts.patch += parts.prerelease.empty() ? 1 : 0;
  parts.prerelease.clear();
}
void increment_minor(Parts& parts) {
  parts.minor += parts.patch != 0 || parts.prerelease.empty() ? 1 : 0;
  parts.patch = 0;
  parts.prerelease.clear();
}
void increment_major(Parts& parts) {
  parts.major += parts.minor != 0 || parts.patch != 0 || parts.prerelease.empty() ? 1 : 0;
  parts.minor = parts.patch = 0;
  parts.prerelease.clear();
}

std::optional<IncrementError> increment(Parts& parts, Release release, const Naming& naming) {
  switch (release) {
    case Release::Premajor:
      parts = {.major = parts.major + 1, .minor = 0, .patch = 0, .prerelease = {}};
      return increment_prerelease(parts.prerelease, naming);
    case Release::Preminor:
      parts = {.major = parts.major, .minor = parts.minor + 1, .patch = 0, .prerelease = {}};
      return increment_prerelease(parts.prerelease, naming);
    case Release::Prepatch:
      parts.prerelease.clear();
      increment_patch(parts);
      return increment_prerelease(parts.prerelease, naming);
    case Release::Prerelease:
      if (parts.prerelease.empty()) {
        increment_patch(parts);
      }
      return increment_prerelease(parts.prerelease, naming);
    case Release::Pre: return increment_prerelease(parts.prerelease, naming);
    case Release::Release:
      if (parts.prerelease.empty()) {
        return IncrementError::NotAPrerelease;
      }
      parts.prerelease.clear();
      return std::nullopt;
    case Release::Major: increment_major(parts); return std::nullopt;
    case Release::Minor: increment_minor(parts); return std::nullopt;
    case Release::Patch: increment_patch(parts); return std::nullopt;
  }
  std::unreachable();
}

bool is_beyond_limits(const Version& version) {
  return version.written().size() > version_length_max || version.major() > number_max ||
         version.minor() > number_max || version.patch() > number_max;
}

}  // namespace

std::string_view explain(IncrementError error) {
  switch (error) {
    case IncrementError::NotAPrerelease: return "the version is not a prerelease";
    case IncrementError::InvalidIdentifier: return "the identifier is none that a prerelease may have";
    case IncrementError::EmptyIdentifier: return "a prerelease needs an identifier or a number";
    case IncrementError::IdentifierExists: return "the version has this prerelease already";
    case IncrementError::BeyondLimits: return "the version is too long or its numbers are too large";
  }
  std::unreachable();
}

std::expected<OwnedVersion, IncrementError> inc(const Version& version, Release release, const Naming& naming,
                                                Options options) {
  if (is_beyond_limits(version)) {
    return std::unexpected(IncrementError::BeyondLimits);
  }
  if (leads_to_prerelease(release)) {
    if (naming.identifier.empty() && naming.base == IdentifierBase::None) {
      return std::unexpected(IncrementError::EmptyIdentifier);
    }
    if (!naming.identifier.empty() && !is_prerelease_text(naming.identifier, options.loose)) {
      return std::unexpected(IncrementError::InvalidIdentifier);
    }
  }
  Parts parts = Parts::of(version);
  if (const auto error = increment(parts, release, naming)) {
    return std::unexpected(*error);
  }
  if (naming.identifier.size() + 2 * version_length_max > text_length_max) {
    return std::unexpected(IncrementError::BeyondLimits);
  }
  return parts.put_together();
}

OwnedVersion truncate(const Version& version, Release to) {
  Parts parts = Parts::of(version);
  if (!leads_to_prerelease(to)) {
    parts.prerelease.clear();
    parts.patch = to == Release::Patch ? parts.patch : 0;
    parts.minor = to == Release::Major ? 0 : parts.minor;
  }
  return parts.put_together();
}

}  // namespace semver
