// SPDX-License-Identifier: Apache-2.0
// XML answers and errors: what the function reads of any answer, what the sandbox reads of any request, and what the sandbox
// writes read back.
#include "sandbox/xml.h"
#include "aws/service_error.h"

#include <algorithm>

#include "fuzz/fuzz.h"
#include "sandbox/xml_tree.h"

namespace {

void read_as_error(std::string_view text) {
  static constexpr aws::Service services[] = {aws::Service::S3, aws::Service::Sqs, aws::Service::AppRunner};
  for (const auto service : services) {
    http::Response response{400, {{"Content-Type", "application/xml"}}, std::string(text)};
    const auto error = aws::read_service_error(service, response);
    fuzz::check(error.message.find('\n') == std::string::npos, "a message is one line");
    fuzz::check(error.code.size() <= 128 && error.message.size() <= 300, "what is read is bounded");
  }
}

void write(const sandbox::XmlElement& element, sandbox::Xml& xml) {
  xml.open(element.name);
  xml.content(element.text);
  for (const auto& child : element.children) write(child, xml);
  xml.close();
}

bool same(const sandbox::XmlElement& one, const sandbox::XmlElement& other) {
  return one.name == other.name && one.text == other.text && std::ranges::equal(one.children, other.children, same);
}

void read_as_tree(std::string_view text) {
  const auto root = sandbox::parse_xml(text);
  if (!root) return;
  sandbox::Xml xml;
  write(*root, xml);
  const auto again = sandbox::parse_xml(xml.take());
  fuzz::check(again && same(*again, *root), "a tree is read as it was written");
}

// Printable ASCII: what XML keeps as it is.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return !text.empty() && text.front() != ' ' && text.back() != ' ';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  read_as_error(text);
  read_as_tree(text);
  static_cast<void>(sandbox::xml_text_of(text, "LocationConstraint"));
  sandbox::Xml xml;
  xml.open("Error");
  xml.text("Code", "Fuzz");
  xml.text("Message", text);
  xml.close();
  const auto written = xml.take();
  fuzz::check(aws::xml_text(written, "Code") == "Fuzz", "an element is read as it was written");
  if (is_plain(text) && written.size() < 60'000) {
    fuzz::check(aws::xml_text(written, "Message") == text, "plain text is read as it was written");
  }
  return 0;
}
