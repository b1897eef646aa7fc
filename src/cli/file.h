// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "base/error.h"

namespace cli {

// The file's text; `-` is `in`. Errors: NotFound, naming the file and why it can't be read; Invalid if it is larger than 64 MiB.
base::Result<std::string> read_file(const std::string& path, std::istream& in);

// Whether it is a file of its own, and no folder, device or pipe.
bool is_plain_file(const std::string& path);

// Writes the file whole: a reader sees the old one or the new one. Errors: Denied, naming the file and why.
base::Result<void> write_file(const std::string& path, const std::string& text);

}  // namespace cli
