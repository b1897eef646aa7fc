// SPDX-License-Identifier: Apache-2.0
// Saving an account and beginning again as one that was saved.
#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "sandbox/account.h"
#include "sandbox/account_impl.h"
#include "sandbox/control.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr int state_format = 1;
// Of a line of a state; the longest that save() writes is a message of 1 MiB of characters that JSON escapes.
constexpr std::size_t line_max = std::size_t{64} << 20;
constexpr std::size_t depth_max = 128;  // Of a line: a service's configuration may be 32 levels deep by itself.

base::Result<json::object> read_line(std::string_view text) {
  json::parse_options options;
  options.max_depth = depth_max;
  json::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error) return base::fail(base::ErrorKind::Invalid, "it is not JSON: " + error.message());
  const auto* object = value.if_object();
  if (!object || object->size() != 1 || !object->begin()->value().is_object())
    return base::fail(base::ErrorKind::Invalid, R"(a line is {"KIND":{…}})");
  return std::move(value.get_object());
}

}  // namespace

// Builds an account of the lines that come, beside the one that serves meanwhile.
class Account::Restoring final : public http::BodySink {
 public:
  Restoring(std::unique_ptr<Impl> impl, std::shared_ptr<BlobStore> store)
      : impl_(std::move(impl)), store_(std::move(store)) {}

  void take(std::string_view bytes) override {
    while (!bytes.empty() && !trouble_) {
      const auto end = bytes.find('\n');
      rest_ += bytes.substr(0, end);
      if (rest_.size() > line_max) {
        ++line_;
        return fail("it is too long");
      }
      if (end == std::string_view::npos) return;
      take_line();
      rest_.clear();
      bytes.remove_prefix(end + 1);
    }
  }
  // The account, after all bytes. Errors: Invalid, naming the line.
  base::Result<std::unique_ptr<Impl>> end() {
    if (!trouble_ && !rest_.empty()) take_line();
    if (!trouble_ && !ended_) {
      ++line_;
      fail("the state ends too early: its last line is missing");
    }
    if (!trouble_) {
      if (const auto ended = impl_->end_restoring(); !ended) fail(ended.error().message);
    }
    if (trouble_) return base::fail(base::ErrorKind::Invalid, *trouble_);
    return std::move(impl_);
  }

 private:
  void take_line();
  void take_bytes(MembersIn& m);
  void fail(std::string_view what) {
    if (!trouble_) trouble_ = fmt::format("line {} of the state: {}", line_, what);
  }

  std::unique_ptr<Impl> impl_;
  std::shared_ptr<BlobStore> store_;
  StateBlobs blobs_;
  std::string rest_;
  std::uint64_t line_ = 0;
  bool ended_ = false;
  std::optional<std::string> trouble_;
};

void Account::Restoring::take_line() {
  ++line_;
  const auto line = read_line(rest_);
  if (!line) return fail(line.error().message);
  const std::string_view kind = line->begin()->key();
  MembersIn m(line->begin()->value().get_object(), blobs_);
  m.demand(!ended_, "it comes after the last");
  m.demand((line_ == 1) == (kind == "account"), "the first line, and no other, is that of the account");
  if (!m.ok()) return fail(*m.trouble());
  if (kind == "end") {
    std::uint64_t lines = 0;
    m("lines", lines);
    m.demand(lines + 1 == line_, "lines are missing before it, or there are too many");
    ended_ = true;
  } else if (kind == "bytes") {
    take_bytes(m);
  } else if (!impl_->restore(kind, m)) {
    return fail(fmt::format("there is no kind {}", base::json_quote(kind)));
  }
  if (const auto trouble = m.trouble()) fail(fmt::format("{}: {}", kind, *trouble));
}

void Account::Restoring::take_bytes(MembersIn& m) {
  std::uint64_t number = 0;
  std::string data;
  m("number", number);
  m("data", data);
  const auto bytes = base::from_base64(data);
  if (!m.ok() || !bytes) return m.fail("data is not base64");
  auto& blob = blobs_[number];
  // What has been used already is not to change.
  m.demand(!blob || number == blobs_.rbegin()->first, "pieces of other bytes came between");
  if (!blob) blob = store_->create();
  if (m.ok() && !blob->append(*bytes)) m.fail("there is no room for it on the sandbox's disk");
}

void Account::Impl::save(StateWriter& out) const {
  out.line("account", [this](MembersOut& m) {
    m("format", state_format);
    m("account", world_.settings().account);
    m("region", world_.settings().region);
    m("time", world_.now());
    m("deployed", lambda_.deployed());
    m("ids", ids_then_.value_or(world_.ids().state()));
    m("agenda", world_.agenda().added());
    m("turn", writer_.turn());
  });
  world_.faults().save(out);
  ecr_.save(out);
  layer_uploads_.save(out);
  sqs_.save(out);
  s3_.save(out);
  bus_.save(out);
  logs_.save(out);
  iam_.save(out);
  app_runner_.save(out);
}

bool Account::Impl::restore(std::string_view kind, MembersIn& m) {
  if (kind == "account") return restore_account(m), true;
  return world_.faults().restore(kind, m) || ecr_.restore(kind, m) || layer_uploads_.restore(kind, m) ||
         sqs_.restore(kind, m) || s3_.restore(kind, m) || bus_.restore(kind, m) || logs_.restore(kind, m) ||
         iam_.restore(kind, m) || app_runner_.restore(kind, m);
}

void Account::Impl::restore_account(MembersIn& m) {
  int format = 0;
  std::string account;
  std::string region;
  base::Time time;
  base::Time deployed;
  std::uint64_t agenda = 0;
  unsigned turn = 0;
  m("format", format);
  m.demand(format == state_format, "this sandbox does not know the state's format; it was saved by another version");
  m("account", account);
  m("region", region);
  if (m.ok() && (account != world_.settings().account || region != world_.settings().region)) {
    return m.fail(fmt::format("it is the state of account {} in {}, and this is {} in {}; --seed says which it is",
                              account, region, world_.settings().account, world_.settings().region));
  }
  m("time", time);
  m("deployed", deployed);
  m("ids", ids_then_.emplace());
  m("agenda", agenda);
  m("turn", turn);
  if (!m.ok()) return;
  world_.begin_at(time);
  world_.agenda().set_added(agenda);
  lambda_.set_deployed(deployed);
  writer_.set_turn(turn);
}

base::Result<void> Account::Impl::end_restoring() {
  if (auto trouble = sqs_.check_restored()) return base::fail(base::ErrorKind::Invalid, std::move(*trouble));
  world_.ids().set_state(*std::exchange(ids_then_, std::nullopt));
  deployed_ = true;
  resumes_ = true;
  return {};
}

base::Result<std::shared_ptr<const Blob>> Account::save() const {
  StateWriter writer(blobs_->create());
  impl_->save(writer);
  return writer.end();
}

std::shared_ptr<http::BodySink> Account::receive_state() const {
  return std::make_shared<Restoring>(std::make_unique<Impl>(settings_, invoke_, watch_), blobs_);
}

base::Result<void> Account::restore(http::BodySink& received) {
  auto* restoring = dynamic_cast<Restoring*>(&received);
  if (!restoring) return base::fail(base::ErrorKind::Invalid, "it was not received as a state");
  auto next = restoring->end();
  if (!next) return base::fail(next, "the state can't be restored");
  replace(std::move(*next));
  return {};
}

void Account::answer_with_state(const http::Request& request, http::Reply reply) {
  if (request.method == "GET" || request.method == "HEAD") {
    const auto state = save();
    if (!state) return reply(control_trouble(507, state.error().message));
    http::Response response{200, {{"Content-Type", "application/x-ndjson"}}, {}};
    response.source = blob_source(*state, 0, (*state)->size());
    return reply(std::move(response));
  }
  if (request.method != "PUT") return reply(control_trouble(405, "GET /_sandbox/state saves, PUT restores"));
  const auto sink = request.sink ? request.sink : receive_state();
  sink->take(request.body);
  if (const auto restored = restore(*sink); !restored) return reply(control_trouble(400, restored.error().message));
  reply(control_answer({{"time", base::to_iso8601(impl_->world().now())}}));
}

}  // namespace sandbox
