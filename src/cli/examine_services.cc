// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "aws/app_runner.h"
#include "aws/ecr.h"
#include "cli/examination.h"
#include "cli/policies.h"
#include "delivery/coverage_object.h"
#include "records/store.h"

namespace cli {
namespace {

using Weight = Finding::Weight;

// What is asked once for all services of a repository.
struct Repository {
  std::optional<std::vector<aws::ecr::ImageDetail>> images;  // None: it could not be listed, which has been said.
  std::optional<std::string> lifecycle;                      // None: there is none, or it could not be seen.
};

class Services {
 public:
  explicit Services(Examination& on) : on_(on) {}

  void examine() {
    for (const auto& rule : on_.rules->rules) {
      const auto& repository = look_at(rules::repository_of(rule, on_.account_id, on_.region()));
      service(rule, repository);
      record(rule);
    }
  }

 private:
  const Repository& look_at(const names::Repository& name) {
    const auto [entry, is_new] = repositories_.try_emplace(names::to_string(name));
    if (is_new) entry->second = repository(name);
    return entry->second;
  }

  Repository repository(const names::Repository& name) {
    Repository seen;
    const aws::ecr::Repository asked{name.account, name.region, name.name};
    const auto subject = "repository " + names::to_string(name);
    on_.findings.look();
    auto images = aws::ecr::describe_images(on_.caller(), asked, on_.account.deadline());
    if (!images && images.error().kind == base::ErrorKind::NotFound) {
      on_.findings.add({Weight::Error, "repository-missing", subject, "it is not there",
                        "is the rule's `repository` right, and of this account and region?"});
      return seen;
    }
    if (images) {
      seen.images = std::move(*images);
    } else {
      on_.findings.unseen("repository-missing", aws::ecr::describe_images_operation, subject, images.error());
    }
    on_.findings.look();
    const auto mutability = aws::ecr::describe_tag_mutability(on_.caller(), asked, on_.account.deadline());
    if (!mutability) {
      on_.findings.unseen("repository-mutable", aws::ecr::describe_repositories_operation, subject, mutability.error());
    } else if (*mutability == "MUTABLE") {
      on_.findings.add({Weight::Hint, "repository-mutable", subject,
                        "a tag can be put on another image, so that a version may change after it was tried",
                        fmt::format("aws ecr put-image-tag-mutability --repository-name {} --image-tag-mutability "
                                    "IMMUTABLE",
                                    name.name)});
    }
    on_.findings.look();
    auto lifecycle = aws::ecr::get_lifecycle_policy(on_.caller(), asked, on_.account.deadline());
    if (lifecycle) {
      seen.lifecycle = std::move(*lifecycle);
    } else {
      on_.findings.unseen("lifecycle-policy", aws::ecr::get_lifecycle_policy_operation, subject, lifecycle.error());
    }
    return seen;
  }

  void service(const rules::Rule& rule, const Repository& repository) {
    on_.findings.look();
    const auto subject = "service " + rule.service.name;
    const auto described =
        aws::app_runner::describe_service(on_.caller(), rule.service.region, rule.service.text, on_.account.deadline());
    if (!described && described.error().kind == base::ErrorKind::NotFound) {
      on_.findings.add({Weight::Error, "service-missing", subject, "it is not there",
                        "correct the rule's `serviceArn`, or take the rule out"});
      return;
    }
    if (!described) {
      on_.findings.unseen("service-missing", aws::app_runner::describe_service_operation, subject, described.error());
      return;
    }
    const auto add = [&](Weight weight, std::string_view id, std::string what, std::string remedy) {
      on_.findings.add({weight, id, subject, std::move(what), std::move(remedy)});
    };
    if (described->status == "DELETED") {
      add(Weight::Error, "service-missing", "it was deleted", "take its rule out");
      return;
    }
    // Whoever suspended the rule knows that it is not as it should be.
    if (rule.suspend) return;
    if (described->status != "RUNNING" && described->status != "OPERATION_IN_PROGRESS")
      add(Weight::Warning, "service-status", "its status is " + described->status, "resume it, or suspend its rule");
    if (described->auto_deployments) {
      add(Weight::Error, "service-auto-deploys",
          "App Runner deploys every push of its tag by itself, so Caretaker keeps off",
          "switch AutoDeploymentsEnabled off, or take the rule out");
    }
    if (!described->image_identifier) {
      add(Weight::Error, "service-source", "it is built from source code", "take its rule out");
      return;
    }
    image(rule, repository, *described, add);
  }

  void image(const rules::Rule& rule, const Repository& repository,
             const aws::app_runner::ServiceDescription& described, const auto& add) {
    const auto running = names::parse_image_reference(*described.image_identifier);
    const auto wanted = rules::repository_of(rule, on_.account_id, on_.region());
    const auto in = running ? running->ecr() : std::nullopt;
    if (!in || *in != wanted) {
      add(Weight::Error, "service-repository",
          fmt::format("it runs {}, and its rule is about {}", *described.image_identifier, names::to_string(wanted)),
          "correct the rule's `repository`, or deploy an image of it by hand once");
      return;
    }
    if (described.access_role.empty()) {
      add(Weight::Error, "service-access-role", "it names no access role, so App Runner cannot pull from ECR",
          "set AuthenticationConfiguration.AccessRoleArn of its source");
    }
    const auto& tag = running->tag;
    if (tag.empty() || !repository.images) return;
    if (!rules::version_of(tag, rule)) {
      add(Weight::Warning, "service-tag",
          fmt::format("it runs `{}`, which is no version to its rule, so Caretaker keeps off", tag),
          "deploy a tag that is one by hand, or `caretaker pin`");
    }
    const bool is_there = std::ranges::any_of(
        *repository.images, [&](const auto& image) { return std::ranges::find(image.tags, tag) != image.tags.end(); });
    if (!is_there) {
      add(Weight::Warning, "image-missing",
          fmt::format("what it runs, {}, is no longer in the repository: it cannot be started anew", tag),
          "push it again, or deploy another");
    } else if (repository.lifecycle) {
      const auto priority = expires(*repository.lifecycle, *repository.images, tag, on_.clock.now());
      if (!priority) return;
      add(Weight::Error, "lifecycle-policy",
          fmt::format("the repository's lifecycle policy deletes what it runs, {}, by its rule of priority {}", tag,
                      *priority),
          "keep more images, or longer; a rule by tagPatternList can spare versions");
    }
  }

  void record(const rules::Rule& rule) {
    on_.findings.look();
    const auto stored = on_.account.installation().records().load(rule.service, on_.account.deadline());
    if (stored && !stored->read_only) return;
    const auto subject = "record of " + rule.service.name;
    if (stored) {
      on_.findings.add({Weight::Warning, "record-newer", subject,
                        "a newer Caretaker wrote it, which this one only reads",
                        "use the version that the function has"});
    } else if (stored.error().kind == base::ErrorKind::Invalid) {
      on_.findings.add(
          {Weight::Error, "record-unreadable", subject, stored.error().message,
           "delete the object: the service is then adopted anew, and pins, holds and skips are to be given again; "
           "an older version of it would forget what people rolled back since"});
    } else {
      on_.findings.unseen("record-unreadable", aws::s3::get_object_operation, subject, stored.error());
    }
  }

  Examination& on_;
  std::map<std::string, Repository> repositories_;
};

}  // namespace

void examine_services(Examination& on) {
  if (on.rules) Services(on).examine();
}

void examine_records(Examination& on) {
  const auto& settings = on.account.installation().settings();
  if (!on.rules || settings.config_bucket.empty()) return;
  on.findings.look();
  const std::string prefix = "records/";
  const auto keys =
      aws::s3::list_objects(on.caller(), {settings.config_bucket, settings.region}, prefix, on.account.deadline());
  if (!keys) {
    on.findings.unseen("record-orphan", aws::s3::list_objects_operation, "bucket " + settings.config_bucket,
                       keys.error());
    return;
  }
  for (const auto& key : *keys) {
    // The last valid rules are kept beside the records, and what the stack covers.
    if (key.starts_with(prefix + "rules/") || key == delivery::coverage_key) continue;
    const bool named = std::ranges::any_of(
        on.rules->rules, [&](const rules::Rule& rule) { return key == prefix + records::record_key(rule.service); });
    if (named) continue;
    on.findings.add({Weight::Hint, "record-orphan", fmt::format("s3://{}/{}", settings.config_bucket, key),
                     "it is the record of a service that no rule names",
                     "nothing, if the rule is to come back; else delete it"});
  }
}

}  // namespace cli
