// SPDX-License-Identifier: Apache-2.0
#include "aws/service_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "aws/text.h"
#include "base/json.h"

namespace aws {
namespace {

constexpr std::size_t code_max = 128;
constexpr std::size_t message_max = 300;
constexpr std::size_t id_max = 100;

// `com.amazonaws.apprunner#InvalidStateException:http://…` is InvalidStateException. What is no identifier is no code.
std::string short_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  if (const auto mark = code.rfind('#'); mark != std::string_view::npos) code.remove_prefix(mark + 1);
  const auto part = [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
  if (code.empty() || code.size() > code_max || !std::ranges::all_of(code, part)) return {};
  return std::string(code);
}

// The code of the former query protocol, where it differs from the JSON protocol's.
std::string from_query_code(std::string_view code) {
  code = code.substr(0, code.find(';'));
  return code == "AWS.SimpleQueueService.NonExistentQueue" ? "QueueDoesNotExist" : short_code(code);
}

ServiceError read_json_error(const http::Response& response) {
  ServiceError error;
  if (const auto type = response.headers.get("x-amzn-errortype")) error.code = short_code(*type);
  if (const auto body = base::parse_json(response.body)) {
    for (const std::string_view name : {"__type", "code", "Code"}) {
      if (error.code.empty()) error.code = short_code(base::string_member(*body, name).value_or(""));
    }
    const auto message = base::string_member(*body, "message");
    error.message = one_line(message ? *message : base::string_member(*body, "Message").value_or(""), message_max);
  }
  if (const auto code = response.headers.get("x-amzn-query-error"); code && error.code.empty())
    error.code = from_query_code(*code);
  return error;
}

ServiceError read_xml_error(const http::Response& response) {
  ServiceError error;
  if (const auto at = response.body.find("<Error"); at != std::string::npos) {
    const auto document = std::string_view(response.body).substr(at);
    error.code = short_code(xml_text(document, "Code").value_or(""));
    error.message = one_line(xml_text(document, "Message").value_or(""), message_max);
    error.region = xml_text(document, "Region").value_or("");
  }
  if (const auto region = response.headers.get("x-amz-bucket-region")) error.region = *region;
  return error;
}

}  // namespace

ServiceError read_service_error(Service service, const http::Response& response) {
  return traits(service).content_type.starts_with("application/json") || !traits(service).target_prefix.empty()
             ? read_json_error(response)
             : read_xml_error(response);
}

std::string request_id(const http::Response& response) {
  for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id"}) {
    if (const auto id = response.headers.get(name); id && !id->empty()) return one_line(*id, id_max);
  }
  return {};
}

std::string describe(const Operation& operation, const http::Response& response, const ServiceError& error) {
  std::string out = fmt::format("{} {}: ", traits(operation.service).signing_name, operation.name);
  std::string detail = error.message;
  if (error.code.empty()) {
    out += fmt::format("HTTP {}", response.status);
    const auto type = response.headers.get("content-type").value_or("");
    if (detail.empty()) detail = one_line(type.substr(0, type.find(';')), id_max);
  } else {
    out += error.code;
  }
  if (!detail.empty()) out += fmt::format(" ({})", detail);
  if (const auto id = request_id(response); !id.empty()) out += " request " + id;
  return out;
}

}  // namespace aws
