// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace rules {

// A value of a document together with its place. Reads the text and not the tree, since the tree has lost the first of two
// members with one name. Borrows the document.
class Node {
 public:
  enum class Type { Object, Array, String, Number, Boolean, Null };

  // The whole document.
  explicit Node(const base::JsonDocument& document) : Node(document, 0) {}

  Type type() const;
  std::string_view text() const;  // As it is written.
  std::string string() const;     // Of a String: what it says.
  std::string pointer() const { return document_->pointer(entry()); }

  // Of an object's member.
  std::string key() const;
  std::string shown_key() const;  // For messages: quoted, and cut if it is long.
  std::size_t key_offset() const { return entry().key.begin; }
  bool is_duplicate() const { return entry().duplicate; }

  std::size_t offset() const { return entry().value.begin; }
  // Where byte `index` of string() stands in the document's text; an index of its size gives the closing quote.
  std::size_t offset_in_string(std::size_t index) const;

  std::vector<Node> children() const;  // In the order of the text.

  // For messages: `the number 5`, `an object`; long texts are cut.
  std::string description() const;

 private:
  Node(const base::JsonDocument& document, std::size_t index) : document_(&document), index_(index) {}
  const base::JsonDocument::Entry& entry() const { return document_->entries()[index_]; }

  const base::JsonDocument* document_;
  std::size_t index_;
};

}  // namespace rules
