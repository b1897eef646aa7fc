// SPDX-License-Identifier: Apache-2.0
#include "sandbox/xml.h"

#include <fmt/format.h>

#include <utility>

namespace sandbox {

Xml::Xml() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void Xml::open(std::string_view name, std::string_view xmlns) {
  out_ += fmt::format("<{}", name);
  if (!xmlns.empty()) out_ += fmt::format(" xmlns=\"{}\"", xml_escape(xmlns));
  out_ += '>';
  open_.emplace_back(name);
}

void Xml::close() {
  out_ += fmt::format("</{}>", open_.back());
  open_.pop_back();
}

void Xml::text(std::string_view name, std::string_view content) {
  out_ += fmt::format("<{0}>{1}</{0}>", name, xml_escape(content));
}

void Xml::content(std::string_view text) { out_ += xml_escape(text); }

std::string Xml::take() { return std::move(out_); }

std::string xml_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#13;"; break;
      case '\t':
      case '\n': out += c; break;
      // No escape makes the other control characters legal in XML 1.0.
      default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

std::string_view xml_text_of(std::string_view document, std::string_view name) {
  const auto opening = fmt::format("<{}>", name);
  const auto begin = document.find(opening);
  if (begin == std::string_view::npos) return {};
  const auto end = document.find(fmt::format("</{}>", name), begin);
  if (end == std::string_view::npos) return {};
  return document.substr(begin + opening.size(), end - begin - opening.size());
}

}  // namespace sandbox
