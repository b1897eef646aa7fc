// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace cli {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Where the escape sequence that begins at `at` ends; `at` itself where none does. There are none but paint()'s.
std::size_t behind_escape(std::string_view text, std::size_t at) {
  if (text[at] != '\x1b') return at;
  return std::min(text.find('m', at), text.size() - 1) + 1;
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::Plain: return "";
    case Colour::Red: return "31";
    case Colour::Green: return "32";
    case Colour::Yellow: return "33";
    case Colour::Cyan: return "36";
    case Colour::Dim: return "2";
    case Colour::Bold: return "1";
  }
  return "";
}

// Where the first `width` code points end.
std::size_t offset_of(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (const auto behind = behind_escape(text, at); behind != at) {
      at = behind;
    } else {
      if (!continues(text[at]) && width-- == 0) break;
      ++at;
    }
  }
  return at;
}

}  // namespace

std::string paint(const Terminal& terminal, Colour colour, std::string_view text) {
  if (!terminal.colours || colour == Colour::Plain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(colour), text);
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto behind = behind_escape(text, at);
    if (behind == at && !continues(text[at])) ++width;
    at = behind == at ? at + 1 : behind;
  }
  return width;
}

std::string padded(std::string_view text, std::size_t width) {
  const auto taken = width_of(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  if (width == 0) return {std::string(text)};
  std::vector<std::string> lines;
  while (width_of(text) > width) {
    const auto end = offset_of(text, width);
    // The blank at which the line ends may stand just behind it.
    const auto blank = text.substr(0, std::min(end + 1, text.size())).rfind(' ');
    const bool at_blank = blank != std::string_view::npos && blank > 0;
    lines.emplace_back(text.substr(0, at_blank ? blank : end));
    text.remove_prefix(at_blank ? blank + 1 : end);
  }
  lines.emplace_back(text);
  return lines;
}

std::string paragraph(const Terminal& terminal, std::string_view first, std::string_view text) {
  const auto indent = width_of(first);
  const auto columns = static_cast<std::size_t>(std::max(terminal.columns, 0));
  // Where there is no room beside what stands first, the text may run over.
  const auto width = columns == 0 ? 0 : std::max(columns > indent ? columns - indent : 0, std::size_t{16});
  std::string out;
  for (const auto& line : wrapped(text, width)) {
    out += out.empty() ? std::string(first) : std::string(indent, ' ');
    out += line + '\n';
  }
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return out;
}

}  // namespace cli
