// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/refusal.h"

namespace sandbox {

// What a member holds in JSON. Timestamp: seconds since the epoch, or ISO 8601. Blob: base64. Strings: an object whose
// members are strings. Map: an object whose keys are the caller's. Any: whatever it is, its inside is not looked at.
enum class Type { String, Integer, Number, Boolean, Timestamp, Blob, Object, List, Map, Strings, Any };

// Unemulated: AWS's model has the member, and whoever sends it is told that the sandbox does not.
enum class Need { Optional, Required, Unemulated };

// One member that an operation's input may have. What no field names is refused as a slip of the pen, where AWS ignores it.
// An operation's fields say the same as AWS's model; test/conformance compares them.
struct Field {
  // `Service.Name`; `Entries[].Id` is a member of each element, `Names[]` each element itself; `Tags{}` is each value of a
  // map and `Tags{key}` each of its keys. What encloses a member need not have a field of its own. An Object with none
  // inside is not looked into.
  std::string_view path;
  Type type = Type::String;
  Need need = Need::Optional;  // Required: wherever the enclosing object or element is there.
  // The bounds of an integer, or of the size of a list or map, or of a string's length in characters.
  std::int64_t min = INT64_MIN;
  std::int64_t max = INT64_MAX;
  std::string_view pattern;              // As the model has it; fits the whole of a string.
  std::vector<std::string_view> values;  // All that a string may be; empty for any.
};

// A member that AWS's model has and the sandbox does not emulate.
inline Field unemulated(std::string_view path) { return {.path = path, .type = Type::Any, .need = Need::Unemulated}; }

// All that an operation's input may have. Cheap to copy; immutable. A field's texts must outlive it: they are literals.
class Shape {
 public:
  Shape() : Shape(std::vector<Field>()) {}
  Shape(std::initializer_list<Field> fields) : Shape(std::vector<Field>(fields)) {}
  // Aborts on a pattern that RE2 cannot read or on a path that names one member twice: the table itself is wrong.
  explicit Shape(std::vector<Field> fields);

  const std::vector<Field>& fields() const;
  struct Node;
  const Node& root() const { return *root_; }

 private:
  std::shared_ptr<const std::vector<Field>> fields_;
  std::shared_ptr<const Node> root_;
};

// One constraint that an input does not keep.
struct Violation {
  enum class Kind { Missing, TooSmall, TooLarge, Pattern, Value };
  Kind kind;
  const Field& field;
  std::string place;  // As AWS's services write it: `entries.1.member.id`.
  std::string value;  // What was given, shortened.
};

// How a service words what its model forbids; at least one violation, in the order of the shape. A wrong JSON type is a
// SerializationException with all of them.
using Wording = std::function<Refusal(const std::vector<Violation>&)>;

// The wording most services share, under the given error code.
Wording model_wording(std::string code);
// `Member must have length less than or equal to 80`
std::string constraint_text(const Violation& violation);

// What is wrong with the input; nullopt if nothing is. After this, an operation may read the named members by their types
// without looking again. `operation` is for messages.
std::optional<Refusal> check_shape(const Shape& shape, std::string_view operation, const boost::json::object& input,
                                   const Wording& wording);

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
