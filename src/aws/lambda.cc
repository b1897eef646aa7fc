// SPDX-License-Identifier: Apache-2.0
#include "aws/lambda.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/page_tokens.h"
#include "base/json.h"

namespace aws::lambda {
namespace {

std::string text(const boost::json::value& value, std::string_view name) {
  return std::string(base::string_member(value, name).value_or(""));
}

EventSourceMapping read_mapping(const boost::json::value& value) {
  EventSourceMapping mapping{.function_arn = text(value, "FunctionArn"), .state = text(value, "State")};
  if (const auto* types = base::member(value, "FunctionResponseTypes"); types && types->is_array()) {
    mapping.reports_batch_item_failures =
        std::ranges::find(types->get_array(), boost::json::value("ReportBatchItemFailures")) !=
        types->get_array().end();
  }
  return mapping;
}

}  // namespace

base::Result<std::vector<EventSourceMapping>> list_event_source_mappings(Caller& caller, std::string_view region,
                                                                         std::string_view source_arn,
                                                                         const Deadline& deadline) {
  std::vector<EventSourceMapping> mappings;
  PageTokens tokens(list_event_source_mappings_operation, "NextMarker");
  std::map<std::string, std::string> query{{"EventSourceArn", std::string(source_arn)}};
  while (true) {
    const auto answer =
        caller.get(list_event_source_mappings_operation, region, "/2015-03-31/event-source-mappings", query, deadline);
    if (!answer) return std::unexpected(answer.error());
    const auto* list = base::member(answer->tree, "EventSourceMappings");
    if (!list || !list->is_array())
      return malformed(list_event_source_mappings_operation, "no EventSourceMappings in the answer");
    for (const auto& one : list->get_array()) mappings.push_back(read_mapping(one));
    auto next = text(answer->tree, "NextMarker");
    if (next.empty()) return mappings;
    if (const auto added = tokens.add(next); !added) return std::unexpected(added.error());
    query["Marker"] = std::move(next);
  }
}

base::Result<FunctionConfiguration> get_function_configuration(Caller& caller, std::string_view region,
                                                               std::string_view function, const Deadline& deadline) {
  const auto answer = caller.get(get_function_configuration_operation, region,
                                 fmt::format("/2015-03-31/functions/{}/configuration", function), {}, deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto timeout = base::int_member(answer->tree, "Timeout");
  if (!timeout) return malformed(get_function_configuration_operation, "no Timeout in the answer");
  FunctionConfiguration configuration{.timeout = std::chrono::seconds(*timeout),
                                      .state = text(answer->tree, "State"),
                                      .last_update_status = text(answer->tree, "LastUpdateStatus"),
                                      .why = text(answer->tree, "LastUpdateStatusReason"),
                                      .environment = {}};
  if (configuration.why.empty()) configuration.why = text(answer->tree, "StateReason");
  const auto* environment = base::member(answer->tree, "Environment");
  const auto* variables = environment ? base::member(*environment, "Variables") : nullptr;
  if (variables && variables->is_object()) {
    for (const auto& [name, value] : variables->get_object()) {
      if (value.is_string()) configuration.environment.emplace(name, std::string_view(value.get_string()));
    }
  }
  return configuration;
}

}  // namespace aws::lambda
