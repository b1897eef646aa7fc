// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

// An element of an XML document that a client sent. Attributes and name-space prefixes are left out: no request that the
// sandbox reads has any that matter.
struct XmlElement {
  std::string name;
  std::string text;  // What stands directly inside, decoded.
  std::vector<XmlElement> children;

  const XmlElement* child(std::string_view wanted) const;
  // The text of the first child of that name; empty if there is none.
  std::string text_of(std::string_view wanted) const;
};

// The root of a document; nullopt if it is not well-formed, deeper than 32 elements, has more than 100,000 of them, or has a
// document type (entities of one's own are how such parsers are attacked).
std::optional<XmlElement> parse_xml(std::string_view document);

}  // namespace sandbox
