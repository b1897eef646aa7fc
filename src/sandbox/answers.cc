// SPDX-License-Identifier: Apache-2.0
#include "sandbox/answers.h"

#include <fmt/format.h>

#include "sandbox/query_protocol.h"
#include "sandbox/xml.h"

namespace sandbox {
namespace {

namespace json = boost::json;

// AWS's services differ in how they write an error's type and message; clients must cope with each.
struct ErrorForm {
  std::string_view prefix;
  std::string_view message;
};
ErrorForm error_form(std::string_view service) {
  if (service == "apprunner") return {"com.amazonaws.apprunner#", "Message"};
  if (service == "sqs") return {"com.amazonaws.sqs#", "message"};
  return {"", "message"};
}

std::string_view namespace_of(std::string_view service) {
  if (service == "sqs") return "http://queue.amazonaws.com/doc/2012-11-05/";
  if (service == "iam") return "https://iam.amazonaws.com/doc/2010-05-08/";
  return "https://sts.amazonaws.com/doc/2011-06-15/";
}

http::Response json_response(const AnswerShape& shape, int status, std::string body) {
  return {
      status,
      {{"x-amzn-RequestId", shape.request_id}, {"Content-Type", "application/x-amz-json-" + shape.what.json_version}},
      std::move(body)};
}

http::Response xml_response(const AnswerShape& shape, int status, std::string body) {
  return {status, {{"x-amzn-RequestId", shape.request_id}, {"Content-Type", "text/xml"}}, std::move(body)};
}

http::Response json_refusal(const AnswerShape& shape, const Refusal& refusal) {
  const auto form = error_form(shape.what.service);
  auto response = json_response(shape, refusal.status,
                                json::serialize(json::object{{"__type", std::string(form.prefix) + refusal.code},
                                                             {form.message, refusal.message}}));
  if (shape.query_mode) {
    response.headers.set("x-amzn-query-error",
                         fmt::format("{};{}", refusal.query_code.empty() ? refusal.code : refusal.query_code,
                                     refusal.status < 500 ? "Sender" : "Receiver"));
  }
  return response;
}

http::Response rest_refusal(const AnswerShape& shape, const Refusal& refusal) {
  Xml xml;
  xml.open("Error");
  xml.text("Code", refusal.code);
  xml.text("Message", refusal.message);
  for (const auto& [name, value] : refusal.details) xml.text(name, value);
  xml.text("Resource", shape.resource);
  xml.text("RequestId", shape.request_id);
  xml.text("HostId", "sandbox");
  xml.close();
  return {refusal.status, {{"Content-Type", "application/xml"}}, xml.take()};
}

// The code stands in a header only.
http::Response rest_json_refusal(const AnswerShape& shape, const Refusal& refusal) {
  return {
      refusal.status,
      {{"x-amzn-RequestId", shape.request_id},
       {"Content-Type", "application/json"},
       {"x-amzn-ErrorType", refusal.code}},
      json::serialize(json::object{{"Type", refusal.status < 500 ? "User" : "Service"}, {"Message", refusal.message}})};
}

}  // namespace

http::Response write_output(const AnswerShape& shape, const Output& output, JsonWriter& writer) {
  if (shape.what.protocol == Protocol::Query) {
    return xml_response(shape, 200,
                        write_answer(shape.what.operation, namespace_of(shape.what.service), output, shape.request_id));
  }
  if (shape.what.rest_json) {
    return {200,
            {{"x-amzn-RequestId", shape.request_id}, {"Content-Type", "application/json"}},
            output ? json::serialize(*output) : std::string()};
  }
  if (!output) return json_response(shape, 200, {});
  return json_response(shape, 200,
                       shape.what.service == "apprunner" ? writer.write(*output) : json::serialize(*output));
}

http::Response write_refusal(const AnswerShape& shape, const Refusal& refusal) {
  switch (shape.what.protocol) {
    case Protocol::Json: return shape.what.rest_json ? rest_json_refusal(shape, refusal) : json_refusal(shape, refusal);
    case Protocol::Query:
      return xml_response(shape, refusal.status,
                          write_error(namespace_of(shape.what.service), refusal, shape.request_id));
    case Protocol::Rest: return rest_refusal(shape, refusal);
  }
  return json_refusal(shape, refusal);
}

}  // namespace sandbox
