// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "sandbox/json_service.h"
#include "sandbox/world.h"

namespace sandbox {

// AWS Lambda: the stack's function and its event source mapping, to be looked at. They can't be changed, and the function is
// invoked by its queue only.
class Lambda final : public JsonService {
 public:
  explicit Lambda(World& world) : world_(world) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }
  // Called once, when the function is deployed.
  void deploy() { deployed_ = world_.now(); }
  base::Time deployed() const { return deployed_; }
  void set_deployed(base::Time deployed) { deployed_ = deployed; }

 private:
  static const std::vector<Operation<Lambda>>& operations();

  Outcome get_function(const Input& input);
  Outcome get_function_configuration(const Input& input);
  Outcome list_functions(const Input& input);
  Outcome get_event_source_mapping(const Input& input);
  Outcome list_event_source_mappings(const Input& input);

  Answer<void> check_function(const Input& input) const;
  std::string function_arn() const;
  boost::json::object configuration() const;
  boost::json::object mapping() const;

  World& world_;
  base::Time deployed_;
};

// Lambda's requests name the operation by method and path. The input has the path's and query's parameters.
struct LambdaCall {
  std::string operation;  // Empty if Lambda or the sandbox has none of that method and path.
  Input input;
};
LambdaCall read_lambda_call(const http::Request& request);
bool is_lambda_path(std::string_view target);

}  // namespace sandbox
