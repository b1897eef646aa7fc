// SPDX-License-Identifier: Apache-2.0
#include "names/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace names {
namespace {

TEST(Digest, IsAnAlgorithmAndItsOutput) {
  struct Case {
    std::string name;
    std::string text;
    bool valid;
  };
  const std::string hex64(64, 'a');
  const Case cases[] = {
      {"sha256", "sha256:" + hex64, true},
      {"sha512", "sha512:" + hex64 + hex64, true},
      {"an algorithm of the future", "blake3:abcDEF0_=-", true},
      {"several parts", "sha256+b64u.v2:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7", true},
      {"nothing", "", false},
      {"no algorithm", ":" + hex64, false},
      {"no output", "sha256:", false},
      {"no colon", "sha256" + hex64, false},
      {"short", "sha256:" + hex64.substr(1), false},
      {"long", "sha256:a" + hex64, false},
      {"upper case", "sha256:" + std::string(64, 'A'), false},
      {"no hex", "sha256:" + std::string(64, 'g'), false},
      {"sha512 with the length of sha256", "sha512:" + hex64, false},
      {"upper case algorithm", "SHA256:" + hex64, false},
      {"a separator first", "+sha:abc", false},
      {"two separators", "sha++b:abc", false},
      {"a separator last", "sha+:abc", false},
      {"a blank", "blake3:ab c", false},
      {"a second colon", "sha256:" + hex64 + ":1", false},
  };
  for (const auto& c : cases) EXPECT_EQ(is_digest(c.text), c.valid) << c.name;
}

}  // namespace
}  // namespace names
