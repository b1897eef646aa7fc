// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/operation.h"
#include "http/message.h"

// What a service says when it refuses: read from any of AWS's forms, and from what is no form of AWS's at all (a proxy's
// HTML, nothing). Everything read is bounded and safe to show.
namespace aws {

struct ServiceError {
  std::string code;     // `InvalidStateException`, without namespace; empty if the answer has none.
  std::string message;  // One line, without control characters, bounded; may be empty.
  std::string region;   // S3: the region where the bucket is, if the answer says so.
};

// Headers x-amzn-ErrorType, then the JSON members __type, code, Code, then x-amzn-query-error (SQS); for S3 and STS the XML
// error document and x-amz-bucket-region.
ServiceError read_service_error(Service service, const http::Response& response);

// The id under which AWS's support finds the call; empty if the answer has none.
std::string request_id(const http::Response& response);

// `apprunner UpdateService: InvalidStateException (Service cannot be updated …) request 7f…`; without a code
// `… HTTP 502 (text/html) request 7f…`.
std::string describe(const Operation& operation, const http::Response& response, const ServiceError& error);

// The text of the first `element` in an XML text, its entities resolved; nullopt if there is none. Made for AWS's error
// documents: finds elements wherever they are, and looks at the first 64 KB only.
std::optional<std::string> xml_text(std::string_view xml, std::string_view element);

// `text` made fit for one line of a log: the first line of it, without what disturbs one (base::disturbs_line) and without broken
// UTF-8, at most `max` bytes. Values that a validation message repeats ("Value '…' at …") are taken out, since they may be an
// environment variable's.
std::string one_line(std::string_view text, std::size_t max);

}  // namespace aws
