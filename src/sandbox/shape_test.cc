// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shape.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sandbox {
namespace {

const Shape& order() {
  static const Shape shape = {
      {.path = "Name", .need = Need::Required, .min = 2, .max = 5, .pattern = "[a-zé]+"},
      {"Count", Type::Integer, Need::Optional, 1, 10},
      {.path = "Kind", .values = {"BIG", "SMALL"}},
      {"When", Type::Timestamp},
      {"Lines", Type::List, Need::Optional, 0, 2},
      {"Lines[].Id", Type::String, Need::Required},
      {"Lines[].Size.Width", Type::Integer, Need::Optional, 0, 9},
      {"Tags", Type::Strings, Need::Optional, 0, 2},
      {"Tags{key}", Type::String, Need::Optional, 1, 3},
      {"Tags{}", Type::String, Need::Optional, 0, 4},
      {"Notes{}.Text", Type::String, Need::Required},
      {.path = "Arn", .pattern = R"(\u0061(\w|-){1,1011})"},
      unemulated("Colour"),
  };
  return shape;
}

// `Code: message`; `fits` where nothing is wrong.
std::string verdict(std::string_view input) {
  const auto parsed = base::parse_json(input);
  if (!parsed) return "no JSON";
  const auto refusal = check_shape(order(), "PutOrder", parsed->get_object(), model_wording("Invalid"));
  return refusal ? refusal->code + ": " + refusal->message : "fits";
}

TEST(Shape, ChecksWhatTheModelSays) {
  struct Case {
    std::string_view name;
    std::string_view input;
    std::string_view want;
  };
  constexpr std::string_view one = "Invalid: 1 validation error detected: ";
  const Case cases[] = {
      {"all", R"({"Name":"abc","Count":10,"Kind":"BIG","Lines":[{"Id":"1","Size":{"Width":9}}],"Tags":{"a":"b"}})",
       "fits"},
      {"null is absent", R"({"Name":"abc","Count":null,"Colour":null})", "fits"},
      {"characters, not bytes", R"({"Name":"ééééé"})", "fits"},
      {"a whole number with a point", R"({"Name":"abc","Count":2.0})", "fits"},
      {"seconds", R"({"Name":"abc","When":1.7092116001E9})", "fits"},
      {"ISO 8601", R"({"Name":"abc","When":"2024-02-29T13:00:00Z"})", "fits"},
      {"no time", R"({"Name":"abc","When":"yesterday"})",
       "SerializationException: STRING_VALUE can not be converted to a Timestamp at 'when'"},
      {"missing", "{}", "{}Value null at 'name' failed to satisfy constraint: Member must not be null"},
      {"too short", R"({"Name":"a"})",
       "{}Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2"},
      {"too much", R"({"Name":"abc","Count":11})",
       "{}Value '11' at 'count' failed to satisfy constraint: Member must have value less than or equal to 10"},
      {"pattern", R"({"Name":"ABC"})",
       "{}Value 'ABC' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zé]+"},
      {"pattern in part", R"({"Name":"abC"})",
       "{}Value 'abC' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zé]+"},
      {"value", R"({"Name":"abc","Kind":"big"})",
       "{}Value 'big' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [BIG, SMALL]"},
      {"inside of a list", R"({"Name":"abc","Lines":[{"Id":"1"},{}]})",
       "{}Value null at 'lines.2.member.id' failed to satisfy constraint: Member must not be null"},
      {"inside of an object in a list", R"({"Name":"abc","Lines":[{"Id":"1","Size":{"Width":10}}]})",
       "{}Value '10' at 'lines.1.member.size.width' failed to satisfy constraint: Member must have value less than or "
       "equal to 9"},
      {"a map's key", R"({"Name":"abc","Tags":{"long":""}})",
       "{}Value 'long' at 'tags.long' failed to satisfy constraint: Member must have length less than or equal to 3"},
      {"a map's value", R"({"Name":"abc","Notes":{"x":{}}})",
       "{}Value null at 'notes.x.text' failed to satisfy constraint: Member must not be null"},
      {"a list's size", R"({"Name":"abc","Lines":[{"Id":"1"},{"Id":"2"},{"Id":"3"}]})",
       R"({}Value '[{"Id":"1"},{"Id":"2"},{"Id":"3"}]' at 'lines' failed to satisfy constraint: Member must have length )"
       "less than or equal to 2"},
      {"two at once", R"({"Name":"a","Count":0})",
       "Invalid: 2 validation errors detected: Value 'a' at 'name' failed to satisfy constraint: Member must have "
       "length "
       "greater than or equal to 2; Value '0' at 'count' failed to satisfy constraint: Member must have value greater "
       "than or equal to 1"},
      {"a long repetition", R"({"Name":"abc","Arn":"abc-d"})", "fits"},
      {"wrong type", R"({"Name":1})",
       "SerializationException: NUMBER_VALUE can not be converted to a String at 'name'"},
      {"null in a list", R"({"Name":"abc","Lines":[null]})",
       "SerializationException: NULL_VALUE can not be converted to a Structure at 'lines.1.member'"},
      {"a slip of the pen", R"({"Nmae":"abc"})",
       "SerializationException: PutOrder has no member 'Nmae'; did you mean 'Name'? AWS ignores what it does not know, "
       "and the sandbox does not."},
      {"the wrong case", R"({"name":"abc"})",
       "SerializationException: PutOrder has no member 'name'; did you mean 'Name'? AWS ignores what it does not know, "
       "and the sandbox does not."},
      {"like nothing", R"({"Name":"abc","Lines":[{"Id":"1","Zzzzzzzz":1}]})",
       "SerializationException: PutOrder has no member 'Zzzzzzzz' inside of 'lines.1.member'. AWS ignores what it does "
       "not know, and the sandbox does not."},
      {"not emulated", R"({"Name":"abc","Colour":"red"})",
       "UnknownOperationException: The sandbox does not emulate PutOrder's colour; what it does is listed in "
       "docs/sandbox.md"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::string want(c.want);
    if (want.starts_with("{}")) want.replace(0, 2, one);
    EXPECT_EQ(verdict(c.input), want);
  }
}

TEST(ShapeDeathTest, RefusesAWrongTable) {
  EXPECT_DEATH(Shape({{.path = "Name", .pattern = "(?!aws:)"}}), "a shape's table is wrong at 'Name'");
  EXPECT_DEATH(Shape({{"Name"}, {"Name"}}), "a shape's table is wrong at 'Name': named twice");
}

}  // namespace
}  // namespace sandbox
