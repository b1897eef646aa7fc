// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <gtest/gtest.h>

#include <set>

namespace base {
namespace {

Result<int> refuse() { return fail(ErrorKind::Denied, "AccessDeniedException", "no"); }

TEST(Error, GathersContextSubjectFirst) {
  const Error error{ErrorKind::Denied, "Code", "no"};
  const auto wrapped = error.in("ecr DescribeImages").in("shop");
  EXPECT_EQ(wrapped.message, "shop: ecr DescribeImages: no");
  EXPECT_EQ(wrapped.kind, ErrorKind::Denied);
  EXPECT_EQ(wrapped.code, "Code");
  EXPECT_EQ(error.message, "no");
}

TEST(Error, IsHandedOnWithKindAndCode) {
  const auto inner = refuse();
  const Result<std::string> outer = fail(inner, "listing");
  ASSERT_FALSE(outer);
  EXPECT_EQ(outer.error().kind, ErrorKind::Denied);
  EXPECT_EQ(outer.error().code, "AccessDeniedException");
  EXPECT_EQ(outer.error().message, "listing: no");
  const Result<int> plain = fail(ErrorKind::NotFound, "no such thing");
  EXPECT_EQ(plain.error().code, "");
}

TEST(ErrorKind, HasANameEach) {
  std::set<std::string_view> names;
  for (const auto kind : {ErrorKind::NotSent, ErrorKind::Unknown, ErrorKind::Transient, ErrorKind::Conflict,
                          ErrorKind::NotFound, ErrorKind::Denied, ErrorKind::Invalid}) {
    names.insert(to_string(kind));
  }
  EXPECT_EQ(names.size(), 7U);
  EXPECT_FALSE(names.contains("?"));
}

}  // namespace
}  // namespace base
