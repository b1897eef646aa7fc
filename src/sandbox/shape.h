// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/refusal.h"

namespace sandbox {

enum class Type { String, Integer, Boolean, Object, List, Strings };  // Strings: an object whose members are strings.

enum class Need { Optional, Required };

// One member that an operation's input may have. Members that no field names are ignored, as AWS does.
struct Field {
  std::string_view path;  // `Service.Name`; `Entries[].Id` is a member of each element, `Names[]` each element itself.
  Type type = Type::String;
  Need need = Need::Optional;  // Required: wherever the enclosing object or element is there.
  // The bounds of an integer, or of the size of a string or list.
  std::int64_t min = INT64_MIN;
  std::int64_t max = INT64_MAX;
};

using Shape = std::vector<Field>;

// How a service words what its models forbid. A wrong JSON type is a SerializationException with all of them.
struct Wording {
  std::function<Refusal(std::string_view path)> missing;
  // `above`: it passes the upper bound, else the lower one.
  std::function<Refusal(const Field& field, std::string_view value, bool above)> out_of_bounds;
};

// The wording most services share, under the given error code.
Wording model_wording(std::string code);

// What is wrong with the input, the first field's trouble first; nullopt if nothing is. After this, an operation may read
// the named members by their types without looking again.
std::optional<Refusal> check_shape(const Shape& shape, const boost::json::object& input, const Wording& wording);

// Members of an input that was checked; empty, or the fallback, where they are absent or null.
std::string text_of(const boost::json::object& input, std::string_view name);
std::optional<std::string> optional_text(const boost::json::object& input, std::string_view name);
std::int64_t integer_of(const boost::json::object& input, std::string_view name, std::int64_t fallback);
std::optional<std::int64_t> optional_integer(const boost::json::object& input, std::string_view name);
bool boolean_of(const boost::json::object& input, std::string_view name, bool fallback);
const boost::json::object* object_of(const boost::json::object& input, std::string_view name);
// Empty where it is absent.
const boost::json::array& list_of(const boost::json::object& input, std::string_view name);
std::vector<std::string> texts_of(const boost::json::object& input, std::string_view name);

}  // namespace sandbox
