// SPDX-License-Identifier: Apache-2.0
#include "rules/node.h"

#include <algorithm>

namespace rules {
namespace {

constexpr std::size_t shown_max = 60;

std::string decode(std::string_view literal) { return std::string(boost::json::parse(literal).as_string()); }

// The UTF-8 length of what one escape, `\n` or `\u2013` or `\ud83d\ude00`, stands for, and its length in the text.
struct Escape {
  std::size_t written;
  std::size_t means;
};

Escape escape_at(std::string_view text) {
  if (text[1] != 'u') return {2, 1};
  const auto unit = std::stoul(std::string(text.substr(2, 4)), nullptr, 16);
  if (unit >= 0xD800 && unit < 0xDC00) return {12, 4};
  return {6, unit < 0x80 ? 1U : unit < 0x800 ? 2U : 3U};
}

std::string cut(std::string_view text) {
  if (text.size() <= shown_max) return std::string(text);
  auto end = shown_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

Node::Type Node::type() const {
  switch (text().front()) {
    case '{': return Type::Object;
    case '[': return Type::Array;
    case '"': return Type::String;
    case 't':
    case 'f': return Type::Boolean;
    case 'n': return Type::Null;
    default: return Type::Number;
  }
}

std::string_view Node::text() const {
  const auto& span = entry().value;
  return std::string_view(document_->text()).substr(span.begin, span.end - span.begin);
}

std::string Node::string() const { return decode(text()); }

std::string Node::key() const {
  const auto& span = entry().key;
  return decode(std::string_view(document_->text()).substr(span.begin, span.end - span.begin));
}

std::string Node::shown_key() const { return cut(base::json_quote(key())); }

std::size_t Node::offset_in_string(std::size_t index) const {
  const auto literal = text();
  std::size_t at = 1;
  for (std::size_t decoded = 0; decoded < index && at + 1 < literal.size();) {
    const auto step = literal[at] == '\\' ? escape_at(literal.substr(at)) : Escape{1, 1};
    // Inside of what one escape stands for: the escape is the place.
    if (decoded + step.means > index) break;
    decoded += step.means;
    at += step.written;
  }
  return offset() + at;
}

std::vector<Node> Node::children() const {
  const auto& entries = document_->entries();
  std::vector<Node> children;
  const auto end = entry().value.end;
  // Entries stand in the order of the text, each before those inside of it.
  for (auto i = index_ + 1; i < entries.size() && entries[i].value.begin < end;) {
    children.push_back(Node(*document_, i));
    const auto inside = entries[i].value.end;
    for (++i; i < entries.size() && entries[i].value.begin < inside;) ++i;
  }
  return children;
}

std::string Node::description() const {
  switch (type()) {
    case Type::Object: return "an object";
    case Type::Array: return "an array";
    case Type::String: return "the string " + cut(text());
    case Type::Number: return "the number " + cut(text());
    case Type::Boolean: return std::string(text());
    case Type::Null: return "null";
  }
  return "a value";
}

}  // namespace rules
