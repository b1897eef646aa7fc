// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state.h"

#include <algorithm>

#include "base/hash.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t piece_size = 48 << 10;  // Of three bytes: pieces need no padding but for the last.

class TextBlob final : public Blob {
 public:
  explicit TextBlob(std::string_view text) : text_(text) {}
  bool append(std::string_view) override { return false; }
  std::uint64_t size() const override { return text_.size(); }
  std::string read(std::uint64_t offset, std::size_t max) const override {
    return std::string(text_.substr(std::min<std::uint64_t>(offset, text_.size()), max));
  }

 private:
  std::string_view text_;
};

}  // namespace

void StateWriter::write(std::string_view kind, json::object members) {
  ++lines_;
  full_ = full_ || !to_->append(json::serialize(json::object{{kind, std::move(members)}}) + "\n");
}

std::uint64_t StateWriter::put(const std::shared_ptr<const Blob>& blob) {
  const auto [known, fresh] = blobs_.try_emplace(blob.get(), numbers_ + 1);
  if (!fresh) return known->second;
  ++numbers_;
  // An empty one as well: it is there.
  std::uint64_t at = 0;
  do {
    const auto piece = blob->read(at, piece_size);
    write("bytes", {{"number", numbers_}, {"data", base::to_base64(piece)}});
    at += piece.size();
    if (piece.empty()) break;
  } while (at < blob->size());
  full_ = full_ || at != blob->size();
  return numbers_;
}

std::uint64_t StateWriter::put(std::string_view bytes) {
  const auto number = put(std::make_shared<TextBlob>(bytes));
  // Its address may soon be another's.
  std::erase_if(blobs_, [number](const auto& known) { return known.second == number; });
  return number;
}

base::Result<std::shared_ptr<const Blob>> StateWriter::end() {
  const auto lines = lines_;
  line("end", [lines](MembersOut& m) { m("lines", lines); });
  if (full_) return base::fail(base::ErrorKind::Transient, "there is no room for the state on the sandbox's disk");
  return to_;
}

const json::value* MembersIn::find(std::string_view name) {
  const auto* found = given_.if_contains(name);
  if (found) ++found_;
  return found;
}

void MembersIn::bytes(std::string_view name, std::string& value) {
  const auto* given = given_.if_contains(name);
  const auto* object = given ? given->if_object() : nullptr;
  if (!object || !object->contains("bytes")) return (*this)(name, value);
  ++found_;
  std::uint64_t number = 0;
  const auto blob = read_value(object->at("bytes"), number) ? blobs_.find(number) : blobs_.end();
  if (blob == blobs_.end() || object->size() != 1) return wrong(name);
  value = bytes_of(*blob->second);
  demand(value.size() == blob->second->size(), "its bytes can't be read again");
}

void MembersIn::blob(std::string_view name, std::shared_ptr<const Blob>& value) {
  std::uint64_t number = 0;
  (*this)(name, number);
  const auto blob = blobs_.find(number);
  if (blob == blobs_.end()) return wrong(name);
  value = blob->second;
}

std::optional<std::string> MembersIn::trouble() const {
  if (trouble_) return trouble_;
  if (found_ != given_.size()) return "there is a member too many";
  return std::nullopt;
}

std::string bytes_of(const Blob& blob) {
  std::string bytes;
  while (bytes.size() < blob.size()) {
    const auto piece = blob.read(bytes.size(), std::size_t{1} << 20);
    if (piece.empty()) break;
    bytes += piece;
  }
  return bytes;
}

}  // namespace sandbox
