// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "aws/s3.h"
#include "base/error.h"
#include "stack/coverage.h"

namespace delivery {

// The function knows by a file beside its executable what its stack covers. For whoever asks from elsewhere it puts that file's text
// into its bucket, beside the records, where nothing listens to it.
inline constexpr std::string_view coverage_key = "records/stack.json";

// Writes it unless it is there already. Errors: as s3.
base::Result<void> publish_coverage(aws::Caller& caller, const aws::s3::Bucket& bucket, const stack::Coverage& coverage,
                                    const aws::Deadline& deadline);

// nullopt: nothing was published. Errors: as s3; Invalid if it can't be read.
base::Result<std::optional<stack::Coverage>> published_coverage(aws::Caller& caller, const aws::s3::Bucket& bucket,
                                                                const aws::Deadline& deadline);

}  // namespace delivery
