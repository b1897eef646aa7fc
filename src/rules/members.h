// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/node.h"
#include "rules/problems.h"

namespace rules {

// The members of an object that may be there.
struct Members {
  std::vector<Node> known;              // The first of each name.
  std::vector<std::string_view> meant;  // What unknown names were probably meant to be.

  const Node* find(std::string_view key) const;
  // Whether it is there, or was probably meant by another name that is reported already.
  bool has(std::string_view key) const;
};

// Reports every member whose name is not in `keys`, with what was probably meant, and every name that is given twice. `what` is the
// object's name in messages: `a rule`. Once there are as many errors as are reported, the rest is not looked at.
Members read_members(const Node& object, std::string_view what, std::span<const std::string_view> keys,
                     Problems& problems);

// Reports that `node` is something else than `what`: `expected true or false, and this is the number 1`. `advice`, if there is
// any, says what would be right: `write true`.
void report_type(const Node& node, std::string_view what, Problems& problems, std::string_view advice = {});

// The member as true or false, text, one of several words, or a list of texts. nullopt: it is not there, or is something else,
// which is reported. `what` says what was expected: `a string`.
std::optional<bool> read_bool(const Members& members, std::string_view key, Problems& problems);
const Node* find_string(const Members& members, std::string_view key, std::string_view what, Problems& problems);
std::optional<std::size_t> read_word(const Members& members, std::string_view key,
                                     std::span<const std::string_view> words, Problems& problems);
const Node* find_strings(const Members& members, std::string_view key, std::string_view what, Problems& problems);

struct DurationBounds {
  std::chrono::milliseconds min;
  std::chrono::milliseconds max;
  std::string_view what;  // Says them: `a message can wait from 1s to 12h`.
};
// A duration within the bounds; nullopt: it is none, which is reported.
std::optional<std::chrono::milliseconds> read_duration(const Node& node, const DurationBounds& bounds,
                                                       Problems& problems);

}  // namespace rules
