// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstddef>
#include <string_view>

namespace http {

// Feeds one message to one of Beast's parsers, and bounds what those don't: a head whose fields come one by one, a chunk's
// extensions, the trailer.
class Feed {
 public:
  // At most `max` bytes of head, and at most as many of a chunk's line, the last one's with its trailer.
  explicit Feed(std::size_t max) : max_(max) {}

  // Moves the next part of the message out of `buffer`. The parser must not be eager, nor done. Errors: need_more, after which
  // there must be more in the buffer; header_limit; the parser's own.
  template <bool is_request>
  boost::system::error_code step(boost::beast::http::basic_parser<is_request>& parser,
                                 boost::beast::flat_buffer& buffer) {
    using boost::beast::http::error;
    boost::system::error_code result = error::need_more;
    const bool in_head = !parser.is_header_done();
    const std::string_view text(static_cast<const char*>(buffer.cdata().data()), buffer.size());
    // An assertion of Beast's, on in what ships too, fails where the last chunk's line, which alone is not enough, comes again
    // with a single byte behind it. No body ends there.
    const bool early = !in_head && parser.chunked() && text.size() == 4 && text.starts_with("0\r\n");
    if (!text.empty() && !early) {
      const auto taken = parser.put(buffer.cdata(), result);
      buffer.consume(taken);
      if (in_head) head_ += taken;
    }
    if (result && result != error::need_more) return result;
    const std::size_t waiting = result ? buffer.size() + 1 : 0;  // With the byte that is missing.
    if ((in_head ? head_ : 0) + waiting > max_) return error::header_limit;
    return result;
  }

 private:
  std::size_t max_;
  std::size_t head_ = 0;
};

}  // namespace http
