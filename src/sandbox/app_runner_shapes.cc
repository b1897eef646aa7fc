// SPDX-License-Identifier: Apache-2.0
// The routes of App Runner, and what their inputs may hold.
#include <utility>

#include "sandbox/app_runner.h"

namespace sandbox {
namespace {

constexpr auto required = Need::Required;
constexpr auto optional = Need::Optional;

constexpr std::string_view resource_arn =
    R"(arn:aws(-[\w]+)*:[a-z0-9-\\.]{0,63}:[a-z0-9-\\.]{0,63}:[0-9]{12}:(\w|\/|-){1,1011})";
constexpr std::string_view role_arn =
    R"(arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):iam::[0-9]{12}:(role|role\/service-role)\/[\w+=,.@\-/]{1,1000})";
constexpr std::string_view image_identifier =
    R"(([0-9]{12}.dkr.ecr.[a-z\-]+-[0-9]{1}.amazonaws.com\/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(:([\w\d+\-=._:\/@])+|@([\w\d\:]+))?)|(^public\.ecr\.aws\/.+\/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(:([\w\d+\-=._:\/@])+|@([\w\d\:]+))?))";
constexpr std::string_view one_line = R"([^\x0a\x0d]+)";

Field arn_at(std::string_view path, Need need = optional) {
  return {.path = path, .need = need, .min = 1, .max = 1'011, .pattern = resource_arn};
}

Field role_at(std::string_view path) { return {.path = path, .min = 29, .max = 1'024, .pattern = role_arn}; }

const std::vector<Field>& image_repository() {
  static const std::vector<Field> fields = {
      {"SourceConfiguration.ImageRepository", Type::Object},
      {"SourceConfiguration.ImageRepository.ImageIdentifier", Type::String, required, 1, 1'024, image_identifier},
      {.path = "SourceConfiguration.ImageRepository.ImageRepositoryType",
       .need = required,
       .values = {"ECR", "ECR_PUBLIC"}},
      {"SourceConfiguration.ImageRepository.ImageConfiguration", Type::Object},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.Port", Type::String, optional, 0, 51'200},
      {.path = "SourceConfiguration.ImageRepository.ImageConfiguration.StartCommand", .pattern = one_line},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables", Type::Strings},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables{key}", Type::String,
       optional, 1, 51'200},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables{}", Type::String, optional,
       0, 51'200},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentSecrets", Type::Strings},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentSecrets{key}", Type::String, optional,
       1, 2'048},
      {"SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentSecrets{}", Type::String, optional, 1,
       2'048},
  };
  return fields;
}

const std::vector<Field>& code_repository() {
  static const std::vector<Field> fields = {
      {"SourceConfiguration.CodeRepository", Type::Object},
      {"SourceConfiguration.CodeRepository.RepositoryUrl", Type::String, required, 0, 51'200},
      {"SourceConfiguration.CodeRepository.SourceCodeVersion", Type::Object, required},
      {.path = "SourceConfiguration.CodeRepository.SourceCodeVersion.Type", .need = required, .values = {"BRANCH"}},
      {"SourceConfiguration.CodeRepository.SourceCodeVersion.Value", Type::String, required, 0, 51'200},
      {.path = "SourceConfiguration.CodeRepository.SourceDirectory", .min = 1, .max = 4'096, .pattern = R"([^\x00]+)"},
      {"SourceConfiguration.CodeRepository.CodeConfiguration", Type::Object},
      {.path = "SourceConfiguration.CodeRepository.CodeConfiguration.ConfigurationSource",
       .need = required,
       .values = {"REPOSITORY", "API"}},
      unemulated("SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues"),
  };
  return fields;
}

// What CreateService and UpdateService share.
const std::vector<Field>& configuration() {
  static const std::vector<Field> fields = {
      {"SourceConfiguration.AutoDeploymentsEnabled", Type::Boolean},
      {"SourceConfiguration.AuthenticationConfiguration", Type::Object},
      role_at("SourceConfiguration.AuthenticationConfiguration.AccessRoleArn"),
      arn_at("SourceConfiguration.AuthenticationConfiguration.ConnectionArn"),
      {"InstanceConfiguration", Type::Object},
      {"InstanceConfiguration.Cpu", Type::String, optional, 3, 9, "256|512|1024|2048|4096|(0.25|0.5|1|2|4) vCPU"},
      {"InstanceConfiguration.Memory", Type::String, optional, 3, 6,
       "512|1024|2048|3072|4096|6144|8192|10240|12288|(0.5|1|2|3|4|6|8|10|12) GB"},
      role_at("InstanceConfiguration.InstanceRoleArn"),
      arn_at("AutoScalingConfigurationArn"),
      {"HealthCheckConfiguration", Type::Object},
      {.path = "HealthCheckConfiguration.Protocol", .values = {"TCP", "HTTP"}},
      {"HealthCheckConfiguration.Path", Type::String, optional, 1},
      {"HealthCheckConfiguration.Interval", Type::Integer, optional, 1, 20},
      {"HealthCheckConfiguration.Timeout", Type::Integer, optional, 1, 20},
      {"HealthCheckConfiguration.HealthyThreshold", Type::Integer, optional, 1, 20},
      {"HealthCheckConfiguration.UnhealthyThreshold", Type::Integer, optional, 1, 20},
      {"NetworkConfiguration", Type::Object},
      {"NetworkConfiguration.EgressConfiguration", Type::Object},
      {.path = "NetworkConfiguration.EgressConfiguration.EgressType", .values = {"DEFAULT", "VPC"}},
      arn_at("NetworkConfiguration.EgressConfiguration.VpcConnectorArn"),
      {"NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible", Type::Boolean},
      {.path = "NetworkConfiguration.IpAddressType", .values = {"IPV4", "DUAL_STACK"}},
      {"ObservabilityConfiguration", Type::Object},
      {"ObservabilityConfiguration.ObservabilityEnabled", Type::Boolean, required},
      arn_at("ObservabilityConfiguration.ObservabilityConfigurationArn"),
  };
  return fields;
}

Shape with_configuration(std::vector<Field> fields) {
  for (const auto* more : {&image_repository(), &code_repository(), &configuration()}) {
    fields.insert(fields.end(), more->begin(), more->end());
  }
  return Shape(std::move(fields));
}

}  // namespace

const std::vector<Operation<AppRunner>>& AppRunner::operations() {
  static const Field arn = arn_at("ServiceArn", required);
  static const Field max_results{"MaxResults", Type::Integer, optional, 1, 20};
  static const Field next_token{"NextToken", Type::String, optional, 0, 51'200};
  static const std::vector<Operation<AppRunner>> table = {
      {"CreateService",
       with_configuration(
           {{"ServiceName", Type::String, required, 4, 40, "[A-Za-z0-9][A-Za-z0-9-_]{3,39}"},
            {"SourceConfiguration", Type::Object, required},
            {"EncryptionConfiguration", Type::Object},
            {.path = "EncryptionConfiguration.KmsKey",
             .need = required,
             .min = 0,
             .max = 256,
             .pattern =
                 R"(arn:aws(-[\w]+)*:kms:[a-z\-]+-[0-9]{1}:[0-9]{12}:key\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"},
            {"Tags", Type::List},
            {"Tags[].Key", Type::String, optional, 1, 128},
            {"Tags[].Value", Type::String, optional, 0, 256}}),
       &AppRunner::create_service,
       "nothing is really started; without AutoDeploymentsEnabled a service does not deploy by itself"},
      {"DescribeService",
       {arn},
       &AppRunner::describe_service,
       "while an update runs, the new configuration is described (AWS does not document which)"},
      {"ListServices", {next_token, max_results}, &AppRunner::list_services},
      {"UpdateService",
       with_configuration(
           {arn,
            {"SourceConfiguration", Type::Object},
            // DescribeService gives these two, so that a client shows whether it keeps what it does not know.
            {"SourceConfiguration.SandboxExtension", Type::Any},
            {"SourceConfiguration.ImageRepository.SandboxArchitecture"}}),
       &AppRunner::update_service},
      {"StartDeployment", {arn}, &AppRunner::start_deployment},
      {"ListOperations", {arn, next_token, max_results}, &AppRunner::list_operations},
      {"PauseService", {arn}, &AppRunner::pause_service},
      {"ResumeService", {arn}, &AppRunner::resume_service},
      {"DeleteService", {arn}, &AppRunner::delete_service},
      {"ListTagsForResource", {arn_at("ResourceArn", required)}, &AppRunner::list_tags_for_resource},
  };
  return table;
}

void AppRunner::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("ValidationException");
  asker(run_operation(*this, "App Runner", operations(), operation, input, wording));
}

}  // namespace sandbox
