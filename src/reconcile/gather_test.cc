// SPDX-License-Identifier: Apache-2.0
#include "reconcile/gather.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

TEST(ContainerImage, IsToldByItsMediaTypes) {
  struct Case {
    std::string_view name;
    std::string_view manifest;
    std::string_view artifact;
    bool image;
  };
  constexpr Case cases[] = {
      {"of OCI", "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json", true},
      {"of Docker", "application/vnd.docker.distribution.manifest.v2+json",
       "application/vnd.docker.container.image.v1+json", true},
      {"an index", "application/vnd.oci.image.index.v1+json", "", true},
      {"a Helm chart", "application/vnd.oci.image.manifest.v1+json", "application/vnd.cncf.helm.config.v1+json", false},
      {"an artifact manifest", "application/vnd.oci.artifact.manifest.v1+json", "", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_container_image(c.manifest, c.artifact), c.image);
  }
}

}  // namespace
}  // namespace reconcile
