// SPDX-License-Identifier: Apache-2.0
// base::JsonDocument and parse_json: they agree on what is JSON, and every position lies in the text.
#include "base/json.h"

#include <algorithm>

#include "fuzz/fuzz.h"

namespace {

// At a byte of the text or right behind a line of it.
bool lies_in(std::string_view text, base::Position position) {
  for (std::size_t line = 1; line < position.line; ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  const auto length = std::min(text.find('\n'), text.size());
  return position.line >= 1 && position.column >= 1 && position.column <= length + 1;
}

void check_places(const base::JsonDocument& document) {
  const auto size = document.text().size();
  for (const auto& entry : document.entries()) {
    fuzz::check(entry.value.begin < entry.value.end && entry.value.end <= size, "a value stands in the text");
    fuzz::check(entry.key.begin <= entry.key.end && entry.key.end <= entry.value.begin,
                "a name comes before its value");
    boost::json::error_code error;
    const auto pointer = document.pointer(entry);
    const bool held = document.root().find_pointer(pointer, error) != nullptr;
    fuzz::check((document.find(pointer) != nullptr) == held, "what the tree holds is found by its pointer");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto tree = base::parse_json(text);
  const auto document = base::JsonDocument::parse(std::string(text));
  fuzz::check(tree.has_value() == document.has_value(), "both readers agree on what is JSON");
  if (!document) {
    fuzz::check(lies_in(text, document.error().position), "an error has a place in the text");
    return 0;
  }
  fuzz::check(*tree == document->root(), "both readers read the same");
  check_places(*document);
  // Not that it is the same: Boost.JSON rounds numbers with many digits to a neighbour.
  fuzz::check(base::parse_json(boost::json::serialize(*tree)).has_value(), "what is written can be read again");
  return 0;
}
