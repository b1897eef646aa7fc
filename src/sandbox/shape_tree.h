// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sandbox/shape.h"

namespace re2 {
class RE2;
}

namespace sandbox {

// A shape by its structure: what is at one place of an input. For shape.cc and shape_check.cc.
struct Shape::Node {
  std::string_view name;         // Of a member; empty for the root, elements, keys and values.
  const Field* field = nullptr;  // Null where only what is inside has fields.
  Type type = Type::Object;
  std::shared_ptr<const re2::RE2> pattern;
  std::vector<std::unique_ptr<Node>> members;
  std::unique_ptr<Node> element;  // Of a list.
  std::unique_ptr<Node> key;      // Of a map.
  std::unique_ptr<Node> value;

  const Node* member(std::string_view wanted) const;
};

// `1.0` counts as whole; nullopt if it is none. Beyond int64 it is INT64_MAX.
std::optional<std::int64_t> whole_number(const boost::json::value& value);

}  // namespace sandbox
