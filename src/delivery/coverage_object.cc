// SPDX-License-Identifier: Apache-2.0
#include "delivery/coverage_object.h"

#include <string>

namespace delivery {

using base::ErrorKind;

base::Result<void> publish_coverage(aws::Caller& caller, const aws::s3::Bucket& bucket, const stack::Coverage& coverage,
                                    const aws::Deadline& deadline) {
  const auto before = aws::s3::get_object(caller, bucket, coverage_key, "", deadline);
  if (!before && before.error().kind != ErrorKind::NotFound) return std::unexpected(before.error());
  if (before && *before && (*before)->body == coverage.text()) return {};
  const auto put = aws::s3::put_object(caller, bucket, coverage_key, coverage.text(),
                                       before && *before ? (*before)->etag : std::string(), deadline);
  // Another function has just written it.
  if (put || put.error().kind == ErrorKind::Conflict) return {};
  return std::unexpected(put.error());
}

base::Result<std::optional<stack::Coverage>> published_coverage(aws::Caller& caller, const aws::s3::Bucket& bucket,
                                                                const aws::Deadline& deadline) {
  const auto object = aws::s3::get_object(caller, bucket, coverage_key, "", deadline);
  if (!object && object.error().kind == ErrorKind::NotFound) return std::optional<stack::Coverage>();
  if (!object) return std::unexpected(object.error());
  if (!*object) return std::optional<stack::Coverage>();
  auto coverage = stack::Coverage::parse((*object)->body);
  if (!coverage) return base::fail(coverage, std::string(coverage_key));
  return std::optional(std::move(*coverage));
}

}  // namespace delivery
