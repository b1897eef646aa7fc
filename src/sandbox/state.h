// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "sandbox/agenda.h"
#include "sandbox/blob_store.h"
#include "sandbox/state_value.h"

// The state of an account as text, one thing a line: `{"sqs.message":{"queue":"caretaker",…}}`. Long bytes come before the
// line that names them, as lines `{"bytes":{"number":1,"data":"…"}}` in base64. The last line counts the others, so that a
// part does not pass for the whole.
//
// What a thing consists of is said once, by a function `template <class Members, class Thing> void describe(Members& m, Thing&
// thing)` that names each member: MembersOut writes them, MembersIn reads them.
namespace sandbox {

class StateWriter {
 public:
  // Bytes up to this size are written where they belong.
  static constexpr std::size_t inline_max = 32 << 10;

  explicit StateWriter(std::shared_ptr<Blob> to) : to_(std::move(to)) {}

  template <class Describe>
  void line(std::string_view kind, Describe describe);
  // The number that lines name these bytes by. Those of a blob are written once, however many things share it.
  std::uint64_t put(const std::shared_ptr<const Blob>& blob);
  std::uint64_t put(std::string_view bytes);
  // Errors: Transient, where there is no room for it.
  base::Result<std::shared_ptr<const Blob>> end();

 private:
  void write(std::string_view kind, boost::json::object members);

  std::shared_ptr<Blob> to_;
  std::map<const Blob*, std::uint64_t> blobs_;
  std::uint64_t numbers_ = 0;
  std::uint64_t lines_ = 0;
  bool full_ = false;
};

class MembersOut {
 public:
  static constexpr bool reading = false;
  explicit MembersOut(StateWriter& writer) : writer_(writer) {}

  template <class T>
  void operator()(std::string_view name, const T& value) {
    shown_[name] = show_value(value);
  }
  template <class T>
  void operator()(std::string_view name, const std::optional<T>& value) {
    if (value) shown_[name] = show_value(*value);
  }
  // One of several things, by its name.
  template <class T>
  void choice(std::string_view name, const T& value, std::span<const std::string_view> names) {
    shown_[name] = names[static_cast<std::size_t>(value)];
  }
  // Bytes that may be long.
  void bytes(std::string_view name, const std::string& value) {
    if (value.size() <= StateWriter::inline_max) return (*this)(name, value);
    shown_[name] = boost::json::object{{"bytes", writer_.put(value)}};
  }
  void blob(std::string_view name, const std::shared_ptr<const Blob>& value) { shown_[name] = writer_.put(value); }
  // Things inside of this one, each described by `describe(members, thing)`.
  template <class List, class Describe>
  void list(std::string_view name, const List& things, Describe describe) {
    boost::json::array shown;
    for (const auto& thing : things) {
      MembersOut inner(writer_);
      describe(inner, thing);
      shown.push_back(inner.take());
    }
    shown_[name] = std::move(shown);
  }
  template <class Thing, class Describe>
  void inner(std::string_view name, const std::optional<Thing>& thing, Describe describe) {
    if (!thing) return;
    MembersOut inner(writer_);
    describe(inner, *thing);
    shown_[name] = inner.take();
  }
  boost::json::object take() { return std::move(shown_); }

 private:
  StateWriter& writer_;
  boost::json::object shown_;
};

// Blobs of a state that is being read, by number.
using StateBlobs = std::map<std::uint64_t, std::shared_ptr<Blob>>;

class MembersIn {
 public:
  static constexpr bool reading = true;
  MembersIn(const boost::json::object& given, const StateBlobs& blobs) : given_(given), blobs_(blobs) {}

  template <class T>
  void operator()(std::string_view name, T& value) {
    const auto* found = find(name);
    if (!found) return fail(std::string(name) + " is missing");
    if (!read_value(*found, value)) wrong(name);
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& value) {
    const auto* found = find(name);
    if (found && !read_value(*found, value.emplace())) wrong(name);
  }
  template <class T>
  void choice(std::string_view name, T& value, std::span<const std::string_view> names) {
    std::string text;
    (*this)(name, text);
    for (std::size_t at = 0; at < names.size(); ++at) {
      if (names[at] == text) {
        value = static_cast<T>(at);
        return;
      }
    }
    wrong(name);
  }
  void bytes(std::string_view name, std::string& value);
  void blob(std::string_view name, std::shared_ptr<const Blob>& value);
  template <class List, class Describe>
  void list(std::string_view name, List& things, Describe describe) {
    const auto* found = find(name);
    if (!found || !found->is_array()) return wrong(name);
    for (const auto& element : found->get_array()) read_inner(name, element, things.emplace_back(), describe);
  }
  template <class Thing, class Describe>
  void inner(std::string_view name, std::optional<Thing>& thing, Describe describe) {
    if (const auto* found = find(name)) read_inner(name, *found, thing.emplace(), describe);
  }

  // What is wrong first counts.
  void fail(std::string what) {
    if (!trouble_) trouble_ = std::move(what);
  }
  // For what must hold of the members that were read.
  void demand(bool holds, std::string_view what) {
    if (!holds) fail(std::string(what));
  }
  bool ok() const { return !trouble_; }
  // What is wrong, also that a member was never asked for; nullopt if nothing is.
  std::optional<std::string> trouble() const;

 private:
  const boost::json::value* find(std::string_view name);
  void wrong(std::string_view name) { fail(std::string(name) + " is not what it must be"); }
  template <class Thing, class Describe>
  void read_inner(std::string_view name, const boost::json::value& element, Thing& thing, Describe describe) {
    if (!element.is_object()) return wrong(name);
    MembersIn inner(element.get_object(), blobs_);
    describe(inner, thing);
    if (const auto trouble = inner.trouble()) fail(std::string(name) + ": " + *trouble);
  }

  const boost::json::object& given_;
  const StateBlobs& blobs_;
  std::size_t found_ = 0;
  std::optional<std::string> trouble_;
};

template <class Describe>
void StateWriter::line(std::string_view kind, Describe describe) {
  MembersOut members(*this);
  describe(members);
  write(kind, members.take());
}

// All of a blob's bytes, for what must be in memory.
std::string bytes_of(const Blob& blob);

}  // namespace sandbox
