// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/hash.h"
#include "http/body.h"
#include "sandbox/agenda.h"
#include "sandbox/blob_store.h"
#include "sandbox/refusal.h"

namespace sandbox {

// A layer on its way into a repository.
struct Upload {
  std::string id;
  std::string repository;
  std::shared_ptr<Blob> blob;
  base::Time touched;                   // When a request last began or ended.
  base::Sha256 hash;                    // Of what has come.
  bool taking = false;                  // A request is bringing bytes.
  bool out_of_room = false;             // Bytes were lost: it can't be finished.
  std::optional<Agenda::Key> due = {};  // When it may be given up.

  void append(std::string_view bytes);
};

// Takes the bytes of one request into its upload, or nowhere if the request is to be refused: it is read all the same, so
// that its sender hears why.
class UploadSink final : public http::BodySink {
 public:
  explicit UploadSink(Answer<std::shared_ptr<Upload>> upload);
  UploadSink(const UploadSink&) = delete;
  UploadSink& operator=(const UploadSink&) = delete;
  ~UploadSink() override;

  void take(std::string_view bytes) override;
  const Answer<std::shared_ptr<Upload>>& upload() const { return upload_; }

 private:
  Answer<std::shared_ptr<Upload>> upload_;
};

}  // namespace sandbox
