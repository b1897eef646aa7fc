// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The syntax of AWS's shared config and credentials files
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html). Pure: what the sections mean is shared_config.h's.
namespace aws {

struct ConfigProperty {
  std::string value;     // The lines of a value that is continued are joined by line breaks.
  std::size_t line = 0;  // Counted from 1, where its name stands.
  // Where the value is empty and lines stand indented under it (`s3 =`): these, by their names.
  std::map<std::string, ConfigProperty, std::less<>> nested;
  bool operator==(const ConfigProperty&) const = default;
};
// By their names in lower case.
using ConfigProperties = std::map<std::string, ConfigProperty, std::less<>>;

struct ConfigSection {
  std::string type;      // `profile` of `[profile prod]`; empty where the brackets hold one word.
  std::string name;      // `prod`.
  std::size_t line = 0;  // Of its first definition.
  ConfigProperties properties;
  bool operator==(const ConfigSection&) const = default;
};

struct ConfigFileError {
  std::size_t line = 0;
  std::string message;
};

// The sections in the order of their first definition. Sections defined twice are merged, and the later of two properties of
// one name counts. Sections and properties whose names no SDK allows are left out, with all that is in them.
//
// `#` and `;` begin a comment at the beginning of a line and, in a section's or property's own line, after white space. A line that is
// indented deeper than the property before it continues its value, as botocore has it; the SDKs for Java and Rust call an
// indented property an error, which would refuse files that the AWS CLI reads.
//
// Errors: no closing bracket, no `=`, no name, a property before the first section. (botocore refuses these as well; the SDK for
// JavaScript passes over them.) Never repeats a line's text, which may be a secret.
std::expected<std::vector<ConfigSection>, ConfigFileError> parse_config_file(std::string_view text);

}  // namespace aws
