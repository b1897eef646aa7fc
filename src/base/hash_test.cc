// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Digests, AgreeWithTheirStandards) {
  struct Case {
    std::string_view name;
    std::string digest;
    std::string_view hex;
  };
  const Case cases[] = {
      {"SHA-256 of nothing", sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"SHA-256 (FIPS 180-4)", sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"SHA-1 (FIPS 180-4)", sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"MD5 (RFC 1321)", md5("abc"), "900150983cd24fb0d6963f7d28e17f72"},
      {"HMAC, RFC 4231 case 1", hmac_sha256(std::string(20, '\x0b'), "Hi There"),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"HMAC, RFC 4231 case 2", hmac_sha256("Jefe", "what do ya want for nothing?"),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"HMAC, RFC 4231 case 6: a key longer than a block",
       hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"HMAC of an empty key, after another", hmac_sha256("", ""),
       "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& c : cases) EXPECT_EQ(to_hex(c.digest), c.hex) << c.name;
  EXPECT_EQ(sha256_hex("abc"), to_hex(sha256("abc")));
  EXPECT_EQ(md5_hex("abc"), to_hex(md5("abc")));
}

TEST(Sha256, MayBeAskedOnTheWay) {
  Sha256 hash;
  EXPECT_EQ(hash.hex(), sha256_hex(""));
  hash.update("ab");
  EXPECT_EQ(hash.hex(), sha256_hex("ab"));
  hash.update("c");
  EXPECT_EQ(hash.hex(), sha256_hex("abc"));
}

TEST(Base64, GoesBothWays) {
  struct Case {
    std::string_view bytes;
    std::string_view text;
  };
  const Case cases[] = {
      // RFC 4648 section 10.
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xfe\xfd", "//79"},
      {std::string_view("\0\0", 2), "AAA="},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(to_base64(c.bytes), c.text);
    EXPECT_EQ(from_base64(c.text), c.bytes) << c.text;
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"Zg", "Zg=", "Z", "Z?==", "Zm9v\n", "Zm9\xff", "Zg==    ", "    Zg==", "Zm9vYg==\n\n\n\n",
        "Zg==Zg==", "Zm9v----", "Z===", "====", "=", "Z=g=", "Zm9v_-8="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace base
