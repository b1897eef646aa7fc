// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

// Writes an XML document, element by element.
class Xml {
 public:
  Xml();
  // Opens an element; `xmlns` is its namespace, empty for none.
  void open(std::string_view name, std::string_view xmlns = {});
  void close();
  // An element that holds only text.
  void text(std::string_view name, std::string_view content);
  // Text inside of the element that is open.
  void content(std::string_view text);
  // The whole document; all elements must be closed.
  std::string take();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

// The text with what XML forbids inside of elements and attributes escaped.
std::string xml_escape(std::string_view text);

// What stands between the first `<name>` and its end, as it is written; empty if there is none. Enough for the one
// element that the sandbox reads from a request.
std::string_view xml_text_of(std::string_view document, std::string_view name);

}  // namespace sandbox
