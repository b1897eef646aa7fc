// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace base {

// A place in a text, counted from 1 as editors do. Columns count bytes of UTF-8.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  bool operator==(const Position&) const = default;
};

Position position_at(std::string_view text, std::size_t offset);

// Bytes [begin, end) of a document's text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

struct JsonError {
  Position position;
  std::string message;
};

// A parsed JSON text that still knows where each value stood, so that an error can name the place and an answer can be
// sent back byte for byte. Owns its text and its tree. Nesting is limited to 32 levels.
class JsonDocument {
 public:
  struct Entry {
    std::size_t parent = 0;  // Among the entries: what holds the value. Of the whole document: itself.
    std::size_t index = 0;   // Of an array's element.
    Span key;                // The member's name with its quotes; empty range where the value is no member.
    Span value;
    bool duplicate = false;  // The object has an earlier member of the same name.
  };

  static std::expected<JsonDocument, JsonError> parse(std::string text);

  const boost::json::value& root() const { return root_; }
  const std::string& text() const { return text_; }
  // In the order of the text. Members of the same name have entries each; the tree holds the last one.
  const std::vector<Entry>& entries() const { return entries_; }
  // RFC 6901; empty for the whole document. Made when it is asked for: all of them may be many times the text.
  std::string pointer(const Entry& entry) const;
  // What the tree holds there; nullptr if that is nothing. Linear in the entries.
  const Entry* find(std::string_view pointer) const;

 private:
  std::string step(const Entry& entry) const;

  std::string text_;
  boost::json::value root_;
  std::vector<Entry> entries_;
};

// Parses without positions. Errors: Invalid, with line and column. Duplicate members: the last one wins. The tree lies in `storage`:
// a boost::json::monotonic_resource is quicker for what is only read and then thrown away.
Result<boost::json::value> parse_json(std::string_view text, boost::json::storage_ptr storage = {});

// The member of that name if `value` is an object that has it and it is not null; AWS treats null as absent.
const boost::json::value* member(const boost::json::value& value, std::string_view name);
// The same, if it is a string. The view is valid as long as `value` is.
std::optional<std::string_view> string_member(const boost::json::value& value, std::string_view name);
// The same, if it is an integer or a number without a fraction.
std::optional<std::int64_t> int_member(const boost::json::value& value, std::string_view name);
// The same, if it is true or false.
std::optional<bool> bool_member(const boost::json::value& value, std::string_view name);

// A JSON string literal with its quotes.
std::string json_quote(std::string_view text);
// The same at the end of `out`.
void append_json_quoted(std::string& out, std::string_view text);

}  // namespace base
