// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "records/store.h"

namespace records {
namespace {

TEST(NoStore, HasNoRecordAndTakesNone) {
  const auto store = make_no_store();
  const auto service = names::parse_service_arn("arn:aws:apprunner:us-east-1:123456789012:service/shop/1").value();
  auto stored = store->load(service, {});
  ASSERT_TRUE(stored);
  EXPECT_FALSE(stored->exists);
  const auto changed = store->change(service, *stored, [](Stored&) { return true; }, {});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, base::ErrorKind::Denied);
  EXPECT_TRUE(changed.error().message.contains("CONFIG_BUCKET")) << changed.error().message;
}

}  // namespace
}  // namespace records
