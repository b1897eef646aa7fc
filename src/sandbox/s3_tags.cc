// SPDX-License-Identifier: Apache-2.0
#include "sandbox/s3_tags.h"

#include <algorithm>

#include "sandbox/uri.h"
#include "sandbox/xml.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

constexpr std::size_t tags_max = 10;
constexpr std::ptrdiff_t key_max = 128;  // In characters, as the values'.
constexpr std::ptrdiff_t value_max = 256;

std::ptrdiff_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

// Letters of any language, digits, blanks and `+ - = . _ : / @`.
bool is_tag_text(std::string_view text) {
  static constexpr std::string_view marks = " +-=._:/@";
  return is_utf8(text) && std::ranges::all_of(text, [](char c) {
           const bool ascii = static_cast<unsigned char>(c) < 0x80U;
           return !ascii || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  marks.contains(c);
         });
}

// "Categorizing your objects using tags" in S3's user guide.
Answer<S3Tags> checked(S3Tags tags) {
  if (tags.size() > tags_max) return refuse("BadRequest", "Object tags cannot be greater than 10");
  for (const auto& [key, value] : tags) {
    if (key.empty() || characters(key) > key_max || !is_tag_text(key) || key.starts_with("aws:"))
      return refuse("InvalidTag", "The TagKey you have provided is invalid");
    if (characters(value) > value_max || !is_tag_text(value))
      return refuse("InvalidTag", "The TagValue you have provided is invalid");
    if (std::ranges::count(tags, key, &S3Tags::value_type::first) > 1)
      return refuse("InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  return tags;
}

}  // namespace

Answer<S3Tags> read_tags_header(std::string_view text) {
  auto tags = parse_pairs(text, true);
  const auto comes_twice = [&](const auto& tag) {
    return std::ranges::count(tags, tag.first, &S3Tags::value_type::first) > 1;
  };
  if (tags.size() <= tags_max && std::ranges::any_of(tags, comes_twice)) {
    return refuse("InvalidArgument",
                  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without "
                  "tag name duplicates.");
  }
  return checked(std::move(tags));
}

Answer<S3Tags> read_tags_document(std::string_view text) {
  const auto document = parse_xml(text);
  const auto* set = document && document->name == "Tagging" ? document->child("TagSet") : nullptr;
  const auto is_tag = [](const XmlElement& tag) { return tag.name == "Tag" && tag.child("Key") && tag.child("Value"); };
  if (!set || !std::ranges::all_of(set->children, is_tag)) {
    return refuse("MalformedXML",
                  "The XML you provided was not well-formed or did not validate against our published schema");
  }
  S3Tags tags;
  for (const auto& tag : set->children) tags.emplace_back(tag.text_of("Key"), tag.text_of("Value"));
  return checked(std::move(tags));
}

std::string write_tags_document(const S3Tags& tags) {
  Xml xml;
  xml.open("Tagging", "http://s3.amazonaws.com/doc/2006-03-01/");
  xml.open("TagSet");
  for (const auto& [key, value] : tags) {
    xml.open("Tag");
    xml.text("Key", key);
    xml.text("Value", value);
    xml.close();
  }
  xml.close();
  xml.close();
  return xml.take();
}

}  // namespace sandbox
