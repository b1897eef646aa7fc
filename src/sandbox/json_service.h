// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/refusal.h"
#include "sandbox/shape.h"

namespace sandbox {

using Input = boost::json::object;
// What an operation answers; nullopt is an empty body.
using Output = std::optional<boost::json::object>;
using Outcome = Answer<Output>;

// Somebody who waits for the outcome of an operation; is answered once.
class Asker {
 public:
  using Done = std::move_only_function<void(Outcome)>;
  // `authority` is the host and port that the request was sent to.
  Asker(Done done, std::move_only_function<bool()> alive, std::string authority)
      : done_(std::move(done)), alive_(std::move(alive)), authority_(std::move(authority)) {}
  void operator()(Outcome outcome) { done_(std::move(outcome)); }
  // False once it is known that nobody waits any more.
  bool alive() { return alive_(); }
  const std::string& authority() const { return authority_; }

 private:
  Done done_;
  std::move_only_function<bool()> alive_;
  std::string authority_;
};

// An operation as it is told to those who ask what there is.
struct Described {
  std::string_view operation;
  Shape shape;
  std::string_view difference;
};

// A service whose operations take one JSON object and answer one.
class JsonService {
 public:
  virtual ~JsonService() = default;
  // What it emulates.
  virtual std::vector<Described> described() const = 0;
  // Answers `asker` at once or later.
  virtual void handle(std::string_view operation, const Input& input, Asker asker) = 0;
};

// A row of a service's route table.
template <class Service>
struct Operation {
  std::string_view name;
  Shape shape;
  Outcome (Service::*run)(const Input&);
  std::string_view difference;  // How it differs from AWS's, for docs/sandbox.md.
};

template <class Service>
std::vector<Described> describe(const std::vector<Operation<Service>>& table) {
  std::vector<Described> rows;
  rows.reserve(table.size());
  for (const auto& row : table) rows.push_back({row.name, row.shape, row.difference});
  return rows;
}

inline Refusal not_emulated(std::string_view what) {
  return {
      "UnknownOperationException",
      fmt::format("The sandbox does not emulate {}; what it does is listed in docs/sandbox.md", what.substr(0, 200)),
      400,
      {},
      {}};
}

// Finds the operation's row, checks the input against its shape and runs it.
template <class Service>
Outcome run_operation(Service& service, std::string_view service_name, const std::vector<Operation<Service>>& table,
                      std::string_view name, const Input& input, const Wording& wording) {
  for (const auto& row : table) {
    if (row.name != name) continue;
    if (auto refusal = check_shape(row.shape, name, input, wording)) return std::unexpected(std::move(*refusal));
    return (service.*row.run)(input);
  }
  return std::unexpected(not_emulated(fmt::format("{} {}", service_name, name)));
}

}  // namespace sandbox
