// SPDX-License-Identifier: Apache-2.0
#include "http/amazon_roots.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>
#include <vector>

#include "http/tls.h"

namespace http {
namespace {

std::string common_name(X509* certificate) {
  const auto* name = X509_get_subject_name(certificate);
  std::string text(200, '\0');
  const auto length = X509_NAME_get_text_by_NID(name, NID_commonName, text.data(), static_cast<int>(text.size()));
  text.resize(static_cast<std::size_t>(std::max(length, 0)));
  return text;
}

TEST(AmazonRoots, AreAllTrustedAndNothingElse) {
  const auto context = make_amazon_tls_context();
  ASSERT_TRUE(context) << context.error().message;
  auto* objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->get()));
  std::vector<std::string> names;
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    auto* root = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    ASSERT_NE(root, nullptr);
    EXPECT_EQ(X509_check_issued(root, root), X509_V_OK) << common_name(root);
    names.push_back(common_name(root));
  }
  std::ranges::sort(names);
  // The class 2 authority of Starfield has no common name.
  EXPECT_EQ(names,
            (std::vector<std::string>{"", "Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3",
                                      "Amazon Root CA 4", "Starfield Services Root Certificate Authority - G2"}));
}

TEST(AmazonRoots, AreForAmazonsOwnHosts) {
  struct Case {
    std::string_view name;
    std::string_view host;
    bool want;
  };
  const Case cases[] = {
      {"a service", "apprunner.eu-west-1.amazonaws.com", true},
      {"a bucket", "caretaker.s3.us-east-1.amazonaws.com", true},
      {"dual stack", "ecr.us-east-1.api.aws", true},
      {"China, whose authorities are others", "sqs.cn-north-1.amazonaws.com.cn", false},
      {"an isolated partition", "sqs.us-iso-east-1.c2s.ic.gov", false},
      {"a look-alike", "evilamazonaws.com", false},
      {"a proxy of one's own", "amazonaws.com.example", false},
      {"this machine", "localhost", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_amazon_host(c.host), c.want);
  }
}

}  // namespace
}  // namespace http
