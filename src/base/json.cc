// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>

// Boost.JSON is compiled here, once.
#include <boost/json/src.hpp>

namespace base {
namespace {

constexpr std::size_t depth_max = 32;

// What the string at `span` says.
std::string name_in(std::string_view text, Span span) {
  return std::string(boost::json::parse(text.substr(span.begin, span.end - span.begin)).as_string());
}

// RFC 6901 section 3.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

// Walks a text that is known to be valid JSON and notes where each value stands. Depth is bounded by the parser's limit.
class Locator {
 public:
  Locator(std::string_view text, std::vector<JsonDocument::Entry>& entries) : text_(text), entries_(entries) {}

  void run() {
    blanks();
    value({});
  }

 private:
  void value(JsonDocument::Entry entry) {
    const std::size_t place = entries_.size();
    entry.value.begin = at_;
    entries_.push_back(entry);
    switch (text_[at_]) {
      case '{': object(place); break;
      case '[': array(place); break;
      case '"': string(); break;
      default: at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    entries_[place].value.end = at_;
  }

  void object(std::size_t place) {
    std::set<std::string, std::less<>> names;
    ++at_;
    for (blanks(); text_[at_] != '}'; blanks()) {
      if (text_[at_] == ',') {
        ++at_;
        blanks();
      }
      const std::size_t begin = at_;
      string();
      const Span key{begin, at_};
      const bool duplicate = !names.insert(name_in(text_, key)).second;
      blanks();
      ++at_;  // ':'
      blanks();
      value({.parent = place, .key = key, .value = {}, .duplicate = duplicate});
    }
    ++at_;
  }

  void array(std::size_t place) {
    std::size_t index = 0;
    ++at_;
    for (blanks(); text_[at_] != ']'; blanks()) {
      if (text_[at_] == ',') {
        ++at_;
        blanks();
      }
      value({.parent = place, .index = index++, .key = {}, .value = {}});
    }
    ++at_;
  }

  void string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  void blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  std::string_view text_;
  std::vector<JsonDocument::Entry>& entries_;
  std::size_t at_ = 0;
};

// What is wrong at `offset`, in words for the person who wrote the text.
std::string describe(const boost::json::error_code& error, std::string_view text, std::size_t offset) {
  if (error == boost::json::error::incomplete) return "the JSON text ends too early";
  if (error == boost::json::error::too_deep) return fmt::format("nested deeper than {} levels", depth_max);
  if (error != boost::json::error::syntax || offset >= text.size()) return "not JSON: " + error.message();
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte > ' ' && byte < 0x7f) return fmt::format("not JSON: unexpected {}", text[offset]);
  return fmt::format("not JSON: unexpected byte 0x{:02x}", byte);
}

// Editors on Windows write these, and "unexpected byte" would not tell anybody what to do.
std::string_view wrong_encoding(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) return "begins with a byte order mark: save it as UTF-8 without one";
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return "is in UTF-16: save it as UTF-8";
  return {};
}

// Boost.JSON reads a number too large for a double as infinite, and would write that as `Infinity`, which is not JSON. Zero
// with a large exponent it reads as no number at all: that is made the zero it is.
bool has_infinite(boost::json::value& value) {
  if (auto* number = value.if_double()) {
    if (std::isnan(*number)) *number = 0.0;
    return std::isinf(*number);
  }
  if (auto* array = value.if_array()) return std::ranges::any_of(*array, has_infinite);
  if (auto* object = value.if_object()) {
    return std::ranges::any_of(*object, [](auto&& member) { return has_infinite(member.value()); });
  }
  return false;
}

// Where the first such number stands in a JSON text.
std::size_t find_infinite(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (quoted) {
      if (text[at] == '\\') ++at;
      continue;
    }
    const auto end = std::min(text.find_first_not_of("+-.0123456789eE", at), text.size());
    if (end == at || text[at] == 'e') continue;
    if (std::isinf(std::strtod(std::string(text.substr(at, end - at)).c_str(), nullptr))) return at;
    at = end - 1;
  }
  return 0;
}

std::expected<boost::json::value, JsonError> parse_tree(std::string_view text, boost::json::storage_ptr storage) {
  if (const auto wrong = wrong_encoding(text); !wrong.empty())
    return std::unexpected(JsonError{{}, std::string(wrong)});
  boost::json::parse_options options;
  options.max_depth = depth_max;
  // Most texts need no more while they are read.
  std::array<unsigned char, 4096> room;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read.
  boost::json::stream_parser parser({}, options, room.data(), room.size());
  parser.reset(std::move(storage));
  boost::json::error_code error;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), error);
  if (!error && consumed < text.size()) {
    // write_some stops after a complete value; only blanks may follow.
    if (const auto extra = text.find_first_not_of(" \t\r\n", consumed); extra != std::string_view::npos) {
      return std::unexpected(JsonError{position_at(text, extra), "extra text after the JSON value"});
    }
  }
  if (!error) parser.finish(error);
  if (error) {
    const auto offset = error == boost::json::error::incomplete ? text.size() : consumed;
    return std::unexpected(JsonError{position_at(text, offset), describe(error, text, offset)});
  }
  auto tree = parser.release();
  if (has_infinite(tree)) {
    return std::unexpected(
        JsonError{position_at(text, find_infinite(text)), "a number beyond 1.8e308, which is none here"});
  }
  return tree;
}

}  // namespace

Position position_at(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto last = before.rfind('\n');
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
          last == std::string_view::npos ? before.size() + 1 : before.size() - last};
}

std::expected<JsonDocument, JsonError> JsonDocument::parse(std::string text) {
  auto root = parse_tree(text, {});
  if (!root) return std::unexpected(root.error());
  JsonDocument document;
  document.text_ = std::move(text);
  document.root_ = std::move(*root);
  Locator(document.text_, document.entries_).run();
  return document;
}

// The last part of its pointer.
std::string JsonDocument::step(const Entry& entry) const {
  return entry.key.begin < entry.key.end ? "/" + escaped(name_in(text_, entry.key)) : fmt::format("/{}", entry.index);
}

std::string JsonDocument::pointer(const Entry& entry) const {
  const auto& root = entries_.front().value;
  std::vector<std::string> steps;
  for (const auto* at = &entry; at->value != root; at = &entries_[at->parent]) steps.push_back(step(*at));
  std::string pointer;
  for (auto i = steps.size(); i > 0; --i) pointer += steps[i - 1];
  return pointer;
}

const JsonDocument::Entry* JsonDocument::find(std::string_view pointer) const {
  std::size_t found = 0;
  while (!pointer.empty()) {
    const auto wanted = pointer.substr(0, std::min(pointer.find('/', 1), pointer.size()));
    pointer.remove_prefix(wanted.size());
    const auto holder = found;
    // The last of several members of one name, as in the tree.
    for (auto i = holder + 1; i < entries_.size() && entries_[i].value.begin < entries_[holder].value.end; ++i) {
      if (entries_[i].parent == holder && step(entries_[i]) == wanted) found = i;
    }
    if (found == holder) return nullptr;
  }
  return &entries_[found];
}

Result<boost::json::value> parse_json(std::string_view text, boost::json::storage_ptr storage) {
  auto tree = parse_tree(text, std::move(storage));
  if (!tree) {
    const auto& [position, message] = tree.error();
    return fail(ErrorKind::Invalid, fmt::format("line {}, column {}: {}", position.line, position.column, message));
  }
  return std::move(*tree);
}

const boost::json::value* member(const boost::json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  const auto* found = object ? object->if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

std::optional<std::string_view> string_member(const boost::json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  if (!found || !found->is_string()) return std::nullopt;
  return std::string_view(found->get_string());
}

std::optional<std::int64_t> int_member(const boost::json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  if (!found) return std::nullopt;
  if (const auto* whole = found->if_int64()) return *whole;
  if (const auto* real = found->if_double(); real && std::trunc(*real) == *real && std::abs(*real) < 9e15) {
    return static_cast<std::int64_t>(*real);
  }
  return std::nullopt;
}

std::optional<bool> bool_member(const boost::json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  return found && found->is_bool() ? std::optional(found->get_bool()) : std::nullopt;
}

std::string json_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_quoted(out, text);
  return out;
}

void append_json_quoted(std::string& out, std::string_view text) {
  const bool plain = std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f; });
  if (plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += boost::json::serialize(boost::json::string(text));
  }
}

}  // namespace base
