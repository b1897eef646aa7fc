// SPDX-License-Identifier: Apache-2.0
#include "aws/config_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace aws {
namespace {

// `[type name@line] a=b` and so on, nested ones in braces, line breaks of values as `|`.
std::string shown(const ConfigProperties& properties) {
  std::string text;
  for (const auto& [name, property] : properties) {
    std::string value = property.value;
    std::ranges::replace(value, '\n', '|');
    if (!text.empty()) text += ' ';
    text += property.nested.empty() ? fmt::format("{}={}", name, value)
                                    : fmt::format("{}={{{}}}", name, shown(property.nested));
  }
  return text;
}

std::string parsed(std::string_view text) {
  const auto sections = parse_config_file(text);
  if (!sections) return fmt::format("line {}: {}", sections.error().line, sections.error().message);
  std::string all;
  for (const auto& section : *sections) {
    if (!all.empty()) all += ' ';
    all +=
        section.type.empty() ? fmt::format("[{}]", section.name) : fmt::format("[{} {}]", section.type, section.name);
    if (!section.properties.empty()) all += " " + shown(section.properties);
  }
  return all;
}

TEST(ConfigFile, ReadsWhatTheSdksRead) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view want;
  };
  const Case cases[] = {
      {"nothing", "", ""},
      {"a section without properties", "[profile foo]", "[profile foo]"},
      {"all characters of a name", "[profile some-thing:long/the_one%only.foo@bar+]\n[profile foo!bar]",
       "[profile some-thing:long/the_one%only.foo@bar+]"},
      {"white space in the brackets", "[ profile \tfoo \t]", "[profile foo]"},
      {"a tab between type and name", "[profile\tfoo]", "[profile foo]"},
      {"quotes", "[profile \"foo bar\"]\na=b\n[profile 'x']", "[profile foo bar] a=b [profile x]"},
      {"an open quote", "[profile \"foo]\na=b", ""},
      {"other types", "[services s]\n[sso-session t]\n[plugins]", "[services s] [sso-session t] [plugins]"},
      {"a property", "[default]\nname = value", "[default] name=value"},
      {"lines as Windows ends them", "[default]\r\nname = value\r\n other\r\n", "[default] name=value|other"},
      {"a mark of UTF-8 at the beginning", "\xEF\xBB\xBF[default]\na=b", "[default] a=b"},
      {"an equals sign in the value", "[default]\nname = val=ue", "[default] name=val=ue"},
      {"white space around name and value", "[default]\nname \t=  \tvalue \t", "[default] name=value"},
      {"an empty value", "[default]\nname =\nb=c", "[default] b=c name="},
      {"blank lines", "\t \n[default]\n\t\n \nname = value\n\t \n[x]\n \t", "[default] name=value [x]"},
      {"comments", "# c\n[default] # c\nname = value # c # c\n; c\nb = c ; d", "[default] b=c name=value"},
      {"comments right behind a section", "[a];c\n[b]#c", "[a] [b]"},
      {"no comments right behind a value", "[a]\nb = c;d\ne = f#g", "[a] b=c;d e=f#g"},
      {"an empty value with a comment", "[a]\nb = # c", "[a] b="},
      {"an indented comment", "[a]\n  # c\nb=c\n  # d\n  e", "[a] b=c|e"},
      {"a continuation", "[a]\nb = c\n \t -d \t \n -e", "[a] b=c|-d|-e"},
      {"a continuation with what looks like a comment", "[a]\nb = c\n -d # e ; f", "[a] b=c|-d # e ; f"},
      {"a continuation over a blank line", "[a]\nb = c\n\n d", "[a] b=c|d"},
      {"properties that are all indented", "[a]\n  b = c\n  d = e\n\tf=g", "[a] b=c d=e f=g"},
      {"a section that is indented", "[a]\n [b]\nc=d", "[a] [b] c=d"},
      {"a section defined twice", "[a]\nb=c\n[x]\n[a]\nd=e", "[a] b=c d=e [x]"},
      {"a property defined twice", "[a]\nb=c\n[a]\nB=d", "[a] b=d"},
      {"a name with a blank", "[profile in valid]\na = b\n c\n[x]\nin valid = y\n z\nd=e", "[x] d=e"},
      {"nested properties", "[a]\ns3 =\n  b = c\n\n  d = e # f\n  g=\nh=i", "[a] h=i s3={b=c d=e g=}"},
      {"a nested property with a blank in its name", "[a]\ns3 =\n in valid = c", "[a] s3={in valid=c}"},
      {"nested properties defined twice", "[a]\ns =\n b = c\ns =\n d = e", "[a] s={d=e}"},
      {"no bracket", "[a]\n[profile foo", "line 2: a section's line must end with `]`"},
      {"text behind the bracket", "[a] b", "line 1: only a comment may follow the `]`"},
      {"a property before any section", "\nname = value",
       "line 2: a property stands before the first section, such as `[default]`"},
      {"no equals sign", "[a]\nkey : hush", "line 2: neither `NAME = VALUE` nor a section in brackets"},
      {"a continuation of nothing", "[a]\n -b", "line 2: neither `NAME = VALUE` nor a section in brackets"},
      {"a continuation across a section", "[a]\nb = c\n[a]\n -d",
       "line 4: neither `NAME = VALUE` nor a section in brackets"},
      {"no name", "[a]\n= value", "line 2: a property without a name before its `=`"},
      {"no equals sign in a nested one", "[a]\ns3 =\n hush",
       "line 3: not `NAME = VALUE`, which is wanted under a name without a value"},
      {"no name of a nested one", "[a]\ns3 =\n = hush", "line 3: a property without a name before its `=`"},
      {"an error in a section that is left out", "[in valid!]\nhush",
       "line 2: neither `NAME = VALUE` nor a section in brackets"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parsed(c.text), c.want);
  }
}

TEST(ConfigFile, KnowsTheLines) {
  const auto sections = parse_config_file("# c\n[a]\nb=c\n\n[x]\ns =\n  d = e\n[a]\nf=g\n");
  ASSERT_TRUE(sections);
  EXPECT_EQ(sections->at(0).line, 2U);
  EXPECT_EQ(sections->at(0).properties.at("b").line, 3U);
  EXPECT_EQ(sections->at(0).properties.at("f").line, 9U);
  EXPECT_EQ(sections->at(1).properties.at("s").line, 6U);
  EXPECT_EQ(sections->at(1).properties.at("s").nested.at("d").line, 7U);
}

}  // namespace
}  // namespace aws
