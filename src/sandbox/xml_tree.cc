// SPDX-License-Identifier: Apache-2.0
#include "sandbox/xml_tree.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "sandbox/uri.h"

namespace sandbox {
namespace {

constexpr int depth_max = 32;
// The largest request completes an upload of 10,000 parts, each with its number, ETag and checksums. A tree of nothing but
// `<a/>` is many times larger than its text.
constexpr int elements_max = 100'000;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// What XML has no way to write.
bool is_control(std::uint32_t point) { return point < 0x20 && point != '\t' && point != '\n' && point != '\r'; }

// With a prefix or without one.
bool is_name(std::string_view name) {
  return !name.empty() && !name.starts_with(':') && !name.ends_with(':') && std::ranges::count(name, ':') <= 1 &&
         std::ranges::none_of(name, [](char c) { return is_blank(c) || std::string_view("<>&'\"/=!?").contains(c); });
}

// A code point in UTF-8; false if it is none that may stand in XML.
bool append(std::uint32_t point, std::string& out) {
  if (is_control(point) || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0U | point >> 6U);
  } else if (point < 0x10000) {
    put(0xe0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3fU));
  } else {
    put(0xf0U | point >> 18U);
    put(0x80U | (point >> 12U & 0x3fU));
    put(0x80U | (point >> 6U & 0x3fU));
  }
  if (point >= 0x80) put(0x80U | (point & 0x3fU));
  return true;
}

// What an entity's name, without `&` and `;`, stands for is added to `out`.
bool decode(std::string_view entity, std::string& out) {
  constexpr std::pair<std::string_view, char> named[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [name, c] : named) {
    if (entity != name) continue;
    out += c;
    return true;
  }
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const bool hex = entity.starts_with('x');
  if (hex) entity.remove_prefix(1);
  std::uint32_t point = 0;
  const auto parsed = std::from_chars(entity.data(), entity.data() + entity.size(), point, hex ? 16 : 10);
  return parsed.ec == std::errc() && parsed.ptr == entity.data() + entity.size() && append(point, out);
}

class Parser {
 public:
  explicit Parser(std::string_view document) : rest_(document) {}

  std::optional<XmlElement> run() {
    XmlElement root;
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
    if (!skip_misc() || !element(root, 0) || !skip_misc() || !rest_.empty()) return std::nullopt;
    return root;
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // The text up to `end`, which is taken as well.
  std::optional<std::string_view> until(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const auto text = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return text;
  }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  // Blanks, comments and processing instructions around the root.
  bool skip_misc() {
    while (true) {
      skip_blanks();
      if (take("<!--")) {
        if (!until("-->")) return false;
      } else if (take("<?")) {
        if (!until("?>")) return false;
      } else {
        return true;
      }
    }
  }

  // The attributes of an opening tag, up to its `>` or `/>`.
  bool attributes(bool& empty) {
    while (true) {
      skip_blanks();
      if (take("/>")) return empty = true;
      if (take(">")) return true;
      const auto name = until("=");
      if (!name || !is_name(name->substr(0, std::min(name->find_last_not_of(" \t\r\n") + 1, name->size()))))
        return false;
      skip_blanks();
      if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return false;
      const char quote = rest_.front();
      rest_.remove_prefix(1);
      if (!until(std::string_view(&quote, 1))) return false;
    }
  }

  bool element(XmlElement& into, int depth) {
    if (depth > depth_max || ++elements_ > elements_max || !take("<")) return false;
    const auto end = std::min(rest_.find_first_of(" \t\r\n/>"), rest_.size());
    const auto full = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!is_name(full)) return false;
    into.name = full.substr(full.find(':') == std::string_view::npos ? 0 : full.find(':') + 1);
    bool empty = false;
    if (!attributes(empty)) return false;
    return empty || content(into, full, depth);
  }

  bool content(XmlElement& into, std::string_view full, int depth) {
    while (!rest_.empty()) {
      if (take("</")) {
        if (!take(full)) return false;
        skip_blanks();
        return take(">");
      }
      if (take("<![CDATA[")) {
        const auto text = until("]]>");
        if (!text) return false;
        into.text += *text;
      } else if (take("<!--")) {
        if (!until("-->")) return false;
      } else if (rest_.starts_with('<')) {
        if (!element(into.children.emplace_back(), depth + 1)) return false;
      } else if (take("&")) {
        const auto entity = until(";");
        if (!entity || entity->size() > 10 || !decode(*entity, into.text)) return false;
      } else {
        const auto end = std::min(rest_.find_first_of("<&"), rest_.size());
        into.text += rest_.substr(0, end);
        rest_.remove_prefix(end);
      }
    }
    return false;
  }

  std::string_view rest_;
  int elements_ = 0;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  const auto found = std::ranges::find(children, wanted, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::text_of(std::string_view wanted) const {
  const auto* found = child(wanted);
  return found ? found->text : std::string();
}

std::optional<XmlElement> parse_xml(std::string_view document) {
  const auto is_bad = [](char c) { return is_control(static_cast<unsigned char>(c)); };
  if (!is_utf8(document) || std::ranges::any_of(document, is_bad)) return std::nullopt;
  return Parser(document).run();
}

}  // namespace sandbox
