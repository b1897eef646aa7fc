// SPDX-License-Identifier: Apache-2.0
#include "aws/config_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/text.h"

namespace aws {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool begins_comment(std::string_view text) { return text.starts_with('#') || text.starts_with(';'); }

// Up to a comment, which white space must come before.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = 1; at < line.size(); ++at) {
    if ((line[at] == '#' || line[at] == ';') && blanks.contains(line[at - 1])) return line.substr(0, at);
  }
  return line;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || std::string_view("-_/.%@:+").contains(c);
  });
}

struct Heading {
  std::string_view type;
  std::string_view name;
};

// What the brackets hold; nullopt for a name that no section can have.
std::optional<Heading> read_heading(std::string_view text) {
  text = trimmed(text);
  Heading heading{.type = {}, .name = text};
  if (const auto gap = text.find_first_of(blanks); gap != std::string_view::npos) {
    heading = {.type = text.substr(0, gap), .name = trimmed(text.substr(gap))};
  }
  std::string_view& name = heading.name;
  for (const char quote : {'"', '\''}) {
    // Only quotes allow a blank in a name.
    if (heading.type.empty() || name.size() < 3 || !name.starts_with(quote) || !name.ends_with(quote)) continue;
    name = name.substr(1, name.size() - 2);
    return name.find_first_of("\"'") == std::string_view::npos ? std::optional(heading) : std::nullopt;
  }
  return is_name(name) ? std::optional(heading) : std::nullopt;
}

class Parser {
 public:
  std::expected<std::vector<ConfigSection>, ConfigFileError> parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
      ++number_;
      const auto end = std::min(text.find('\n'), text.size());
      if (const auto read = read_line(text.substr(0, end)); !read) return std::unexpected(read.error());
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(sections_);
  }

 private:
  using Done = std::expected<void, ConfigFileError>;

  std::unexpected<ConfigFileError> wrong(std::string message) const {
    return std::unexpected(ConfigFileError{number_, std::move(message)});
  }

  Done read_line(std::string_view line) {
    const auto content = trimmed(line);
    if (content.empty() || begins_comment(content)) return {};
    const auto indent = line.find(content.front());
    if (open_ && indent > open_indent_) return continue_property(content);
    open_ = false;
    if (content.starts_with('[')) return read_section(content);
    open_indent_ = indent;
    return read_property(content);
  }

  Done read_section(std::string_view content) {
    const auto close = content.find(']');
    if (close == std::string_view::npos) return wrong("a section's line must end with `]`");
    const auto rest = trimmed(content.substr(close + 1));
    if (!rest.empty() && !begins_comment(rest)) return wrong("only a comment may follow the `]`");
    seen_ = true;
    const auto heading = read_heading(content.substr(1, close - 1));
    if (!heading) {
      section_ = none;
      return {};
    }
    const auto same = [&](const ConfigSection& section) {
      return section.type == heading->type && section.name == heading->name;
    };
    auto found = std::ranges::find_if(sections_, same);
    if (found == sections_.end()) {
      found = sections_.insert(
          found, {.type = std::string(heading->type), .name = std::string(heading->name), .line = number_});
    }
    section_ = static_cast<std::size_t>(found - sections_.begin());
    return {};
  }

  Done read_property(std::string_view content) {
    if (!seen_) return wrong("a property stands before the first section, such as `[default]`");
    content = without_comment(content);
    const auto equals = content.find('=');
    if (equals == std::string_view::npos) return wrong("neither `NAME = VALUE` nor a section in brackets");
    const auto name = trimmed(content.substr(0, equals));
    if (name.empty()) return wrong("a property without a name before its `=`");
    open_ = true;
    property_ = nullptr;
    if (section_ == none || !is_name(name)) return {};
    property_ = &sections_[section_].properties[lower_case(name)];
    *property_ = {.value = std::string(trimmed(content.substr(equals + 1))), .line = number_, .nested = {}};
    holds_nested_ = property_->value.empty();
    return {};
  }

  Done continue_property(std::string_view content) {
    if (!property_) return {};
    if (!holds_nested_) {
      property_->value.append("\n").append(content);
      return {};
    }
    content = without_comment(content);
    const auto equals = content.find('=');
    if (equals == std::string_view::npos)
      return wrong("not `NAME = VALUE`, which is wanted under a name without a value");
    const auto name = trimmed(content.substr(0, equals));
    if (name.empty()) return wrong("a property without a name before its `=`");
    property_->nested.insert_or_assign(
        lower_case(name),
        ConfigProperty{.value = std::string(trimmed(content.substr(equals + 1))), .line = number_, .nested = {}});
    return {};
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::vector<ConfigSection> sections_;
  std::size_t number_ = 0;
  bool seen_ = false;                   // A section has begun, whether it is kept or not.
  std::size_t section_ = none;          // The one that is read, if it is kept.
  bool open_ = false;                   // There is a property that the next line may continue.
  std::size_t open_indent_ = 0;         // How far that one is indented.
  ConfigProperty* property_ = nullptr;  // That one, if it is kept. Stays valid: no section is added while it is open.
  bool holds_nested_ = false;
};

}  // namespace

std::expected<std::vector<ConfigSection>, ConfigFileError> parse_config_file(std::string_view text) {
  return Parser().parse(text);
}

}  // namespace aws
