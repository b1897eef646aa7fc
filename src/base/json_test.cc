// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace base {
namespace {

using testing::HasSubstr;

std::string_view cut(const JsonDocument& document, Span span) {
  return std::string_view(document.text()).substr(span.begin, span.end - span.begin);
}

TEST(JsonDocument, KnowsWhereEachValueStands) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string_view pointer;
    std::string_view value;
    std::string_view key;
    Position position;  // Of the value.
  };
  const Case cases[] = {
      {"the whole", R"( {"a": 1} )", "", R"({"a": 1})", "", {1, 2}},
      {"a scalar alone", "12.5e3", "", "12.5e3", "", {1, 1}},
      {"a member", R"({"a": 1, "b" : "x"})", "/b", R"("x")", R"("b")", {1, 16}},
      {"a nested member", R"({"a": {"b": [10, {"c": null}]}})", "/a/b/1/c", "null", R"("c")", {1, 24}},
      {"an element", "[true,false , -1.0E+2]", "/2", "-1.0E+2", "", {1, 15}},
      {"an empty object", R"({"a":{ }})", "/a", "{ }", R"("a")", {1, 6}},
      {"an empty array", R"({"a":[ ]})", "/a", "[ ]", R"("a")", {1, 6}},
      {"an empty name", R"({"": 7})", "/", "7", R"("")", {1, 6}},
      {"slash and tilde in a name", R"({"a/b~c": 1})", "/a~1b~0c", "1", R"("a/b~c")", {1, 11}},
      {"an escaped name", "{\"\\u00e4\\n\": 1}", "/\xc3\xa4\n", "1", "\"\\u00e4\\n\"", {1, 14}},
      {"a surrogate pair", R"({"\ud83d\ude00": 1})", "/\xf0\x9f\x98\x80", "1", R"("\ud83d\ude00")", {1, 18}},
      {"quotes and braces in a text", R"(["a\"]},{[\\", 2])", "/0", R"("a\"]},{[\\")", "", {1, 2}},
      {"after such a text", R"(["a\"]},{[\\", 2])", "/1", "2", "", {1, 16}},
      {"other lines", "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n", "/b/0", "2", "", {4, 5}},
      {"CRLF", "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n", "/b", "2", "\"b\"", {3, 8}},
      {"UTF-8 counts in bytes", "{\"\xc3\xa4\": 1}", "/\xc3\xa4", "1", "\"\xc3\xa4\"", {1, 8}},
      {"a name like a number", R"({"0": [5]})", "/0/0", "5", "", {1, 8}},
      {"the last of one name", R"({"a": 1, "a": 2})", "/a", "2", R"("a")", {1, 15}},
      {"in the last of one name", R"({"a": {"b": 1}, "a": {"b": 2}})", "/a/b", "2", R"("b")", {1, 28}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto document = JsonDocument::parse(c.text);
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_EQ(document->text(), c.text);
    const auto* entry = document->find(c.pointer);
    ASSERT_TRUE(entry);
    EXPECT_EQ(cut(*document, entry->value), c.value);
    EXPECT_EQ(cut(*document, entry->key), c.key);
    EXPECT_EQ(position_at(c.text, entry->value.begin), c.position);
  }
}

TEST(JsonDocument, ListsTheEntriesInTheirOrder) {
  const auto document = JsonDocument::parse(R"({"b": [1, {"c": 2}], "a": {}})");
  ASSERT_TRUE(document);
  std::vector<std::string> pointers;
  for (const auto& entry : document->entries()) pointers.push_back(document->pointer(entry));
  EXPECT_THAT(pointers, testing::ElementsAre("", "/b", "/b/0", "/b/1", "/b/1/c", "/a"));
  EXPECT_EQ(document->find("/c"), nullptr);
  EXPECT_EQ(document->find("b"), nullptr);
}

TEST(JsonDocument, FindsOnlyWhatTheTreeHolds) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string_view pointer;
  };
  const Case cases[] = {
      {"a name that is not there", R"({"a": 1})", "/b"},
      {"without its slash", R"({"a": 1})", "a"},
      {"inside of a number", R"({"a": 1})", "/a/b"},
      {"behind the last element", "[1, 2]", "/2"},
      {"a zero too many", "[1, 2]", "/01"},
      {"a name of an array", R"([{"a": 1}])", "/a"},
      {"an empty name too many", R"({"a": 1})", "/a/"},
      {"in the first of two of a name", R"({"a": {"b": 1}, "a": {}})", "/a/b"},
      {"deep in the first of two of a name", R"({"a": {"b": [{"c": 1}]}, "\u0061": {"b": []}})", "/a/b/0/c"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto document = JsonDocument::parse(c.text);
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_EQ(document->find(c.pointer), nullptr);
  }
}

// Each element's pointer holds the whole name.
TEST(JsonDocument, TakesALongNameAboveManyValues) {
  std::string text = R"({")" + std::string(500'000, 'a') + R"(": [1)";
  for (int i = 0; i < 200'000; ++i) text += ",1";
  const auto document = JsonDocument::parse(text + "]}");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->entries().size(), 200'003U);
  EXPECT_EQ(document->pointer(document->entries().back()), "/" + std::string(500'000, 'a') + "/200000");
}

TEST(JsonDocument, MarksDuplicates) {
  const auto document = JsonDocument::parse(R"({"a": 1, "b": {"a": 2}, "\u0061": {"x": 3}})");
  ASSERT_TRUE(document);
  std::vector<std::pair<std::string, bool>> seen;
  for (const auto& entry : document->entries()) seen.emplace_back(document->pointer(entry), entry.duplicate);
  EXPECT_THAT(seen, testing::ElementsAre(std::pair("", false), std::pair("/a", false), std::pair("/b", false),
                                         std::pair("/b/a", false), std::pair("/a", true), std::pair("/a/x", false)));
  EXPECT_EQ(cut(*document, document->find("/a")->value), R"({"x": 3})");
  ASSERT_TRUE(document->root().as_object().at("a").is_object());
}

TEST(Json, RefusesWithThePlace) {
  struct Case {
    std::string_view name;
    std::string text;
    Position position;
    std::string_view message;
  };
  const Case cases[] = {
      {"nothing", "", {1, 1}, "too early"},
      {"blanks only", " \n ", {2, 2}, "too early"},
      {"a cut object", "{\n  \"a\": 1", {2, 9}, "too early"},
      {"a cut text", "[\"ab", {1, 5}, "too early"},
      {"a cut word", "[tru", {1, 5}, "too early"},
      {"a cut escape", "[\"\\u00", {1, 7}, "too early"},
      {"a comma before the end", "{\n  \"a\": 1,\n}", {3, 1}, "not JSON: unexpected }"},
      {"a missing comma", "[1\n 2]", {2, 2}, "not JSON"},
      {"a missing colon", "{\"a\" 1}", {1, 6}, "not JSON"},
      {"single quotes", "{'a': 1}", {1, 2}, "not JSON"},
      {"a comment", "{ // no\n}", {1, 3}, "not JSON"},
      {"a word that is none", "[nope]", {1, 2}, "unexpected n"},
      {"a number that is none", "[01]", {1, 3}, "not JSON"},
      {"a line break in a text", "[\"a\nb\"]", {1, 4}, "0x0a"},
      {"broken UTF-8", "[\"a\xff\"]", {1, 4}, "not JSON"},
      {"half a surrogate pair", R"(["\ud83d"])", {1, 9}, "not JSON"},
      {"another value", "{}\n{}", {2, 1}, "extra text"},
      {"a word behind", "[1] x", {1, 5}, "extra text"},
      {"a byte order mark", "\xef\xbb\xbf{}", {1, 1}, "byte order mark"},
      {"UTF-16", std::string("\xff\xfe{\0}\0", 6), {1, 1}, "UTF-16"},
      {"a zero", std::string("{}\0", 3), {1, 3}, "extra text"},
      {"a number too large", R"({"1e999": [1e300, "\"1e999", true, -1e999]})", {1, 36}, "beyond 1.8e308"},
      {"nested too deep", std::string(33, '[') + std::string(33, ']'), {1, 33}, "32 levels"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto document = JsonDocument::parse(c.text);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().position.line, c.position.line);
    EXPECT_EQ(document.error().position.column, c.position.column);
    EXPECT_THAT(document.error().message, HasSubstr(std::string(c.message)));
    const auto value = parse_json(c.text);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(value.error().message, HasSubstr(document.error().message));
  }
}

TEST(Json, ReadsToTheDepthItSays) {
  const auto text = std::string(32, '[') + std::string(32, ']');
  const auto document = JsonDocument::parse(text);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->entries().size(), 32U);
  EXPECT_TRUE(JsonDocument::parse(" [1]\r\n\t "));
}

TEST(Json, ReadsNumbersOfEverySize) {
  const auto value = parse_json(R"({"whole": 12, "negative": -3, "real": 1709211600.123, "exponent": 1.7092152E9,
                                    "large": 9223372036854775807, "larger": 18446744073709551615, "huge": 1e300,
                                    "zero": -0, "still zero": 0E066666666, "text": "1",
                                    "none": null})");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(int_member(*value, "whole"), 12);
  EXPECT_EQ(int_member(*value, "negative"), -3);
  EXPECT_EQ(int_member(*value, "real"), std::nullopt);
  EXPECT_EQ(int_member(*value, "exponent"), 1709215200);
  EXPECT_EQ(int_member(*value, "large"), 9223372036854775807);
  EXPECT_EQ(int_member(*value, "larger"), std::nullopt);
  EXPECT_EQ(int_member(*value, "huge"), std::nullopt);
  EXPECT_EQ(int_member(*value, "zero"), 0);
  EXPECT_EQ(int_member(*value, "still zero"), 0);
  EXPECT_EQ(int_member(*value, "text"), std::nullopt);
  EXPECT_EQ(int_member(*value, "none"), std::nullopt);
}

TEST(Json, TreatsNullAsAbsent) {
  const auto value = parse_json(R"({"null": null, "text": "x", "flag": false, "object": {}})");
  ASSERT_TRUE(value);
  EXPECT_EQ(member(*value, "null"), nullptr);
  EXPECT_EQ(member(*value, "other"), nullptr);
  EXPECT_NE(member(*value, "object"), nullptr);
  EXPECT_EQ(member(boost::json::value(1), "a"), nullptr);
  EXPECT_EQ(string_member(*value, "text"), "x");
  EXPECT_EQ(string_member(*value, "null"), std::nullopt);
  EXPECT_EQ(string_member(*value, "flag"), std::nullopt);
  EXPECT_EQ(bool_member(*value, "flag"), false);
  EXPECT_EQ(bool_member(*value, "text"), std::nullopt);
}

TEST(JsonQuote, IsReadBackAsItWas) {
  EXPECT_EQ(json_quote("plain"), R"("plain")");
  EXPECT_EQ(json_quote("a\"b\\c\n"), R"("a\"b\\c\n")");
  const std::string text("\x01\x1f\t\xc3\xa4/\0", 7);
  const auto value = parse_json(json_quote(text));
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(std::string_view(value->as_string()), text);
  for (int c = 0; c < 0x80; ++c) {
    const std::string one{static_cast<char>(c), 'x'};
    EXPECT_EQ(std::string(parse_json(json_quote(one)).value().as_string()), one) << c;
  }
}

TEST(PositionAt, CountsLinesAndBytes) {
  EXPECT_EQ(position_at("ab\ncd\n", 0), (Position{1, 1}));
  EXPECT_EQ(position_at("ab\ncd\n", 2), (Position{1, 3}));
  EXPECT_EQ(position_at("ab\ncd\n", 3), (Position{2, 1}));
  EXPECT_EQ(position_at("ab\ncd\n", 6), (Position{3, 1}));
  EXPECT_EQ(position_at("ab", 100), (Position{1, 3}));
  EXPECT_EQ(position_at("", 0), (Position{1, 1}));
}

}  // namespace
}  // namespace base
