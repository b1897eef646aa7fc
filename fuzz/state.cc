// SPDX-License-Identifier: Apache-2.0
// A state that an account is to take over, but for its first line and its last, which are right: it is refused, or the account
// goes on from it for a day, serves, and can be saved and restored once more to the same bytes.
#include "sandbox/state.h"
#include "sandbox/account.h"

#include <algorithm>
#include <string>

#include "fuzz/fuzz.h"
#include "sandbox/state.h"

namespace {

constexpr std::string_view first =
    R"({"account":{"format":1,"account":"123456789012","region":"us-east-1","time":1767312000000,)"
    R"("deployed":1767312000000,"ids":1,"agenda":100,"turn":0}})"
    "\n";

bool restore(sandbox::Account& account, std::string_view state) {
  const auto sink = account.receive_state();
  sink->take(state);
  return account.restore(*sink).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = fuzz::text_of(data, size);
  auto state = std::string(first) + std::string(lines);
  if (!state.ends_with('\n')) state += '\n';
  state += "{\"end\":{\"lines\":" + std::to_string(std::ranges::count(state, '\n')) + "}}\n";
  sandbox::Settings settings;
  settings.verify_signatures = false;
  sandbox::Account account(settings, {});
  if (!restore(account, state)) return 0;
  const auto saved = account.save();
  fuzz::check(saved.has_value(), "what was restored can be saved");
  const auto text = sandbox::bytes_of(**saved);
  sandbox::Account other(settings, {});
  fuzz::check(restore(other, text), "what was saved can be restored");
  const auto again = other.save();
  fuzz::check(again.has_value() && sandbox::bytes_of(**again) == text, "and is the same");
  account.advance(account.time() + std::chrono::days(1));
  http::Request request{.origin = {}, .method = "GET", .target = "/_sandbox/pipeline", .headers = {}, .body = {}};
  account.handle(std::move(request), account.time(), http::Reply([](const http::Response& response) {
                   fuzz::check(response.status == 200, "the pipeline is shown");
                 }));
  return 0;
}
