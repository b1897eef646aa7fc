// SPDX-License-Identifier: Apache-2.0
#include "cli/init.h"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <set>

#include "aws/ecr.h"
#include "cli/account.h"
#include "cli/failure.h"
#include "cli/file.h"
#include "cli/progress.h"
#include "cli/proposal.h"
#include "cli/text.h"
#include "names/names.h"

namespace cli {
namespace {

class Proposing {
 public:
  Proposing(Account& account, const Outside& outside) : account_(account), outside_(outside) {}

  // Errors: the services could not be listed.
  base::Result<std::vector<Proposal>> run() {
    auto& caller = account_.installation().caller();
    const auto id = account_.id();
    if (!id) return std::unexpected(id.error());
    const auto services = aws::app_runner::list_services(caller, account_.region(), account_.deadline());
    if (!services) return std::unexpected(services.error());
    if (services->empty()) say("there is no App Runner service in " + account_.region(), "");
    std::vector<Proposal> proposals;
    Progress progress(outside_);
    for (const auto& service : *services) {
      progress.show(fmt::format("looking at {} ({} services)", service.name, services->size()));
      const auto described =
          aws::app_runner::describe_service(caller, account_.region(), service.arn, account_.deadline());
      progress.clear();
      if (!described) {
        say(service.name, "no rule: " + in_words(described.error()));
        continue;
      }
      auto proposal = propose(*described, *id, account_.region());
      if (proposal) {
        say(service.name, proposal->why + seen_of(*described));
        proposals.push_back(std::move(*proposal));
      } else {
        say(service.name, "no rule: " + proposal.error());
      }
    }
    return proposals;
  }

 private:
  void say(const std::string& name, const std::string& what) const {
    outside_.err << printable(what.empty() ? name : name + ": " + what) << '\n';
  }

  // What there is to be known of the repository; empty if all is well there.
  std::string seen_of(const aws::app_runner::ServiceDescription& service) {
    const auto image = names::parse_image_reference(service.image_identifier.value());
    const auto repository = image.value().ecr().value();
    const auto images =
        aws::ecr::describe_images(account_.installation().caller(),
                                  {repository.account, repository.region, repository.name}, account_.deadline());
    if (!images) return "; its repository could not be read: " + in_words(images.error());
    std::set<std::string> tags;
    for (const auto& one : *images) tags.insert(one.tags.begin(), one.tags.end());
    return tags.contains(image->tag) ? "" : fmt::format("; {} is no longer in {}", image->tag, repository.name);
  }

  Account& account_;
  const Outside& outside_;
};

// The service of AWS's blog post, as an account of one's own would have it.
std::vector<Proposal> example() {
  aws::app_runner::ServiceDescription service;
  service.arn = "arn:aws:apprunner:us-east-1:123456789012:service/hello-world-service/8fe1e10304f84fd2b0df550fe98a71fa";
  service.name = "hello-world-service";
  service.image_identifier = "123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-world-apprunner-repo:1.2.3";
  service.image_repository_type = "ECR";
  return {propose(service, "123456789012", "us-east-1").value()};
}

}  // namespace

int init(const InitQuestion& question, const Outside& outside) {
  std::error_code error;
  const bool to_file = question.file != "-";
  if (to_file && std::filesystem::exists(std::filesystem::symlink_status(question.file, error))) {
    outside.err << fmt::format("caretaker init: {} is there already, and is left as it is; --out names another\n",
                               question.file);
    return 1;
  }
  std::vector<Proposal> proposals;
  if (question.example) {
    proposals = example();
  } else {
    const auto account = Account::open(outside, "");
    auto found = account ? Proposing(**account, outside).run()
                         : base::Result<std::vector<Proposal>>(std::unexpected(account.error()));
    if (!found) {
      refuse(outside.err, "init", found.error());
      outside.err << "Without an account, `caretaker init --example` gives rules to start from.\n";
      return not_asked;
    }
    proposals = std::move(*found);
  }
  if (proposals.empty()) {
    outside.err << "caretaker init: no service could have a rule, so nothing was written\n";
    return 1;
  }
  const auto text = to_rules_file(proposals);
  if (!to_file) {
    outside.out << text;
    return 0;
  }
  if (const auto written = write_file(question.file, text); !written)
    return refuse(outside.err, "init", written.error());
  outside.err << fmt::format(
      "{}: {}. Next: caretaker check {}; caretaker plan --rules {}; caretaker rules push {}\n"
      "For an editor that completes as you type: caretaker check --schema > rules.schema.json, beside it\n",
      question.file, counted(proposals.size(), "rule"), question.file, question.file, question.file);
  return 0;
}

}  // namespace cli
