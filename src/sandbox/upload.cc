// SPDX-License-Identifier: Apache-2.0
#include "sandbox/upload.h"

#include <utility>

namespace sandbox {

void Upload::append(std::string_view bytes) {
  if (out_of_room) return;
  out_of_room = !blob->append(bytes);
  hash.update(bytes);
}

UploadSink::UploadSink(Answer<std::shared_ptr<Upload>> upload) : upload_(std::move(upload)) {
  if (upload_) (*upload_)->taking = true;
}

UploadSink::~UploadSink() {
  if (upload_) (*upload_)->taking = false;
}

void UploadSink::take(std::string_view bytes) {
  if (upload_) (*upload_)->append(bytes);
}

}  // namespace sandbox
