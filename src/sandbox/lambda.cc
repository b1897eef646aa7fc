// SPDX-License-Identifier: Apache-2.0
#include "sandbox/lambda.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "sandbox/stack.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/2015-03-31/";
constexpr const char* function_name = "caretaker";
constexpr const char* mapping_id = "5a6d0b0c-0000-4000-8000-000000000001";
constexpr const char* revision_id = "5a6d0b0c-0000-4000-8000-000000000002";
constexpr int memory_size_mb = 256;

// A row of Lambda's routes; `{X}` is a part of the path that becomes the member X.
struct Route {
  std::string_view method;
  std::string_view path;
  std::string_view operation;
};
constexpr Route routes[] = {
    {"GET", "functions", "ListFunctions"},
    {"GET", "functions/{FunctionName}", "GetFunction"},
    {"GET", "functions/{FunctionName}/configuration", "GetFunctionConfiguration"},
    {"GET", "event-source-mappings", "ListEventSourceMappings"},
    {"GET", "event-source-mappings/{UUID}", "GetEventSourceMapping"},
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

std::optional<Input> match(const Route& route, const std::vector<std::string_view>& parts) {
  const auto wanted = split(route.path);
  if (wanted.size() != parts.size()) return std::nullopt;
  Input input;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (wanted[at].starts_with('{')) {
      input[wanted[at].substr(1, wanted[at].size() - 2)] = uri_decode(parts[at]);
    } else if (wanted[at] != parts[at]) {
      return std::nullopt;
    }
  }
  return input;
}

// Query parameters are texts, except for the one that is a number.
json::value read_parameter(std::string_view name, const std::string& text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (name == "MaxItems" && whole) return number;
  return json::value(text);
}

// `2026-01-02T12:00:00.000+0000`, as Lambda writes a function's time.
std::string lambda_time(base::Time time) {
  const auto text = base::to_iso8601(std::chrono::floor<std::chrono::seconds>(time));
  return text.substr(0, text.size() - 1) + ".000+0000";
}

std::unexpected<Refusal> not_found(std::string message) {
  return refuse("ResourceNotFoundException", std::move(message), 404);
}

}  // namespace

bool is_lambda_path(std::string_view target) { return target.starts_with(root); }

LambdaCall read_lambda_call(const http::Request& request) {
  const auto target = split_target(request.target);
  if (!is_lambda_path(target.path)) return {};
  const auto parts = split(target.path.substr(root.size()));
  for (const auto& route : routes) {
    auto input = route.method == request.method ? match(route, parts) : std::nullopt;
    if (!input) continue;
    for (const auto& [name, value] : parse_pairs(target.query, true)) (*input)[name] = read_parameter(name, value);
    return {std::string(route.operation), std::move(*input)};
  }
  return {};
}

const std::vector<Operation<Lambda>>& Lambda::operations() {
  static constexpr auto required = Need::Required;
  static constexpr auto optional = Need::Optional;
  static const Field function{
      "FunctionName",
      Type::String,
      required,
      1,
      256,
      R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?)"};
  static const Field qualifier{"Qualifier", Type::String, optional, 1, 128, "(|[a-zA-Z0-9$_-]+)"};
  static const Field marker{"Marker"};
  static const Field max_items{"MaxItems", Type::Integer, optional, 1, 10'000};
  static const std::vector<Operation<Lambda>> table = {
      {"GetFunction", {function, qualifier}, &Lambda::get_function},
      {"GetFunctionConfiguration", {function, qualifier}, &Lambda::get_function_configuration},
      {"ListFunctions",
       {{.path = "MasterRegion", .pattern = R"(ALL|[a-z]{2}(-gov)?-[a-z]+-\d{1})"},
        {.path = "FunctionVersion", .values = {"ALL"}},
        marker,
        max_items},
       &Lambda::list_functions},
      {"GetEventSourceMapping", {{"UUID", Type::String, required}}, &Lambda::get_event_source_mapping},
      {"ListEventSourceMappings",
       {{.path = "EventSourceArn",
         .pattern = R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*))"},
        {"FunctionName", Type::String, optional, 1, 256,
         R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?)"},
        marker,
        max_items},
       &Lambda::list_event_source_mappings},
  };
  return table;
}

void Lambda::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("ValidationException");
  asker(run_operation(*this, "Lambda", operations(), operation, input, wording));
}

std::string Lambda::function_arn() const { return world_.arn("lambda", fmt::format("function:{}", function_name)); }

// A function is named by its name, its ARN or a part of that; only the unpublished version is there.
Answer<void> Lambda::check_function(const Input& input) const {
  const auto asked = text_of(input, "FunctionName");
  const auto arn = function_arn();
  const auto partial = fmt::format("{}:function:{}", world_.settings().account, function_name);
  auto name = asked;
  auto qualifier = text_of(input, "Qualifier");
  if (const auto end = name.find(std::string(function_name) + ":"); end != std::string::npos && qualifier.empty()) {
    const auto colon = end + std::string_view(function_name).size();
    qualifier = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  const bool named =
      name == function_name || name == arn || name == partial || name == fmt::format("function:{}", function_name);
  if (named && (qualifier.empty() || qualifier == "$LATEST")) return {};
  const auto shown = named                       ? fmt::format("{}:{}", arn, qualifier)
                     : asked.starts_with("arn:") ? asked
                                                 : world_.arn("lambda", "function:" + asked);
  return not_found(fmt::format("Function not found: {}", shown));
}

json::object Lambda::configuration() const {
  const auto& settings = world_.settings();
  const json::object variables{
      {"QUEUE_NAME", stack_queue}, {"CONFIG_BUCKET", stack_bucket}, {"CONFIG_FILE", stack_rules_key}};
  return {{"FunctionName", function_name},
          {"FunctionArn", function_arn()},
          {"Runtime", "provided.al2023"},
          {"Role", fmt::format("arn:aws:iam::{}:role/{}", settings.account, function_name)},
          {"Handler", "bootstrap"},
          {"CodeSize", 0},
          {"Description", "Caretaker"},
          {"Timeout", settings.function_timeout.count()},
          {"MemorySize", memory_size_mb},
          {"LastModified", lambda_time(deployed_)},
          {"CodeSha256", base::to_base64(base::sha256({}))},
          {"Version", "$LATEST"},
          {"Environment", json::object{{"Variables", variables}}},
          {"TracingConfig", json::object{{"Mode", "PassThrough"}}},
          {"RevisionId", revision_id},
          {"State", "Active"},
          {"LastUpdateStatus", "Successful"},
          {"PackageType", "Zip"},
          {"Architectures", json::array{"x86_64"}},
          {"EphemeralStorage", json::object{{"Size", 512}}},
          {"LoggingConfig",
           json::object{{"LogFormat", "Text"}, {"LogGroup", fmt::format("/aws/lambda/{}", function_name)}}}};
}

Outcome Lambda::get_function(const Input& input) {
  if (auto checked = check_function(input); !checked) return std::unexpected(std::move(checked.error()));
  return json::object{
      {"Configuration", configuration()}, {"Code", json::object{{"RepositoryType", "S3"}}}, {"Tags", json::object()}};
}

Outcome Lambda::get_function_configuration(const Input& input) {
  if (auto checked = check_function(input); !checked) return std::unexpected(std::move(checked.error()));
  return configuration();
}

Outcome Lambda::list_functions(const Input&) { return json::object{{"Functions", json::array{configuration()}}}; }

json::object Lambda::mapping() const {
  json::object shown{
      {"UUID", mapping_id},
      {"BatchSize", 10},
      {"MaximumBatchingWindowInSeconds", 0},
      {"EventSourceArn", world_.arn("sqs", stack_queue)},
      {"FunctionArn", function_arn()},
      {"LastModified", epoch_seconds(deployed_)},
      {"State", "Enabled"},
      {"StateTransitionReason", "USER_INITIATED"},
      {"FunctionResponseTypes", json::array{"ReportBatchItemFailures"}},
      {"EventSourceMappingArn", world_.arn("lambda", fmt::format("event-source-mapping:{}", mapping_id))}};
  // Lambda's own lower bound is 2; the sandbox may be set to one invocation at a time.
  if (const auto most = world_.settings().function_concurrency; most >= 2)
    shown["ScalingConfig"] = json::object{{"MaximumConcurrency", most}};
  return shown;
}

Outcome Lambda::get_event_source_mapping(const Input& input) {
  if (text_of(input, "UUID") != mapping_id) return not_found("The resource you requested does not exist.");
  return mapping();
}

Outcome Lambda::list_event_source_mappings(const Input& input) {
  if (input.contains("FunctionName")) {
    if (auto checked = check_function(input); !checked) return std::unexpected(std::move(checked.error()));
  }
  json::array mappings;
  const auto source = optional_text(input, "EventSourceArn");
  if (!source || *source == world_.arn("sqs", stack_queue)) mappings.emplace_back(mapping());
  return json::object{{"EventSourceMappings", std::move(mappings)}};
}

}  // namespace sandbox
