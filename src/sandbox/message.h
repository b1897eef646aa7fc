// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sandbox {

struct MessageAttribute {
  std::string data_type;  // `String`, `Number`, `Binary`, each with an optional `.label`.
  std::string value;      // Raw bytes if it is binary.

  bool binary() const { return data_type.starts_with("Binary"); }
};
using MessageAttributes = std::map<std::string, MessageAttribute>;

struct Message {
  std::uint64_t number = 0;  // Its place in the queue.
  std::string id;
  std::string body;
  MessageAttributes attributes;
  std::string trace_header;  // AWSTraceHeader; empty if there is none.
  base::Time sent;
  unsigned received = 0;  // How often.
  std::optional<base::Time> first_received;
  base::Time last_received;
  base::Time hidden_until;         // Meaningful while it is delayed or in flight.
  std::string receipt;             // Of the last receive; empty before the first.
  std::string dead_letter_source;  // ARN of the queue it was moved from; empty if it was sent here.
};

// Hex MD5 of a message's attributes as SQS and its clients compute it; of nothing, the empty text.
std::string md5_of_attributes(const MessageAttributes& attributes);
// Bytes that count against the size limit of a message.
std::size_t size_of(std::string_view body, const MessageAttributes& attributes);
// The characters that SQS takes: those of XML 1.0, as UTF-8.
bool is_message_text(std::string_view text);

}  // namespace sandbox
