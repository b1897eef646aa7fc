// SPDX-License-Identifier: Apache-2.0
#include "simulation/people.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "decide/orders.h"

namespace simulation {

void People::note(const std::string& text, std::string_view about) {
  trace_.note(town_.world().now(), "people", text, about);
}

std::string People::any_tag(std::size_t repository) {
  const auto& tags = town_.repositories()[repository].tags;
  if (tags.empty()) return "1.2.3";
  return std::next(tags.begin(), static_cast<std::ptrdiff_t>(random_.below(tags.size())))->first;
}

std::string People::failed_or_any_tag(const TownService& service) {
  for (const auto& [tag, image] : town_.repositories()[service.repository].tags)
    if (truth_.has_failed(service.arn, image.digest)) return tag;
  return any_tag(service.repository);
}

void People::act() {
  using Act = void (People::*)();
  struct Weighted {
    Act act;
    double weight;
  };
  static constexpr std::array acts = {
      Weighted{&People::push, 40},          Weighted{&People::push_again, 10}, Weighted{&People::delete_tag, 4},
      Weighted{&People::deploy, 12},        Weighted{&People::operate, 6},     Weighted{&People::recreate, 1.5},
      Weighted{&People::edit_rules, 6},     Weighted{&People::order, 5},       Weighted{&People::decide_fate, 10},
      Weighted{&People::send_something, 6}, Weighted{&People::tag_again, 4},   Weighted{&People::write_of_newer, 1},
  };
  std::array<double, acts.size()> weights{};
  for (std::size_t i = 0; i < acts.size(); ++i) weights[i] = acts[i].weight;
  (this->*acts[random_.weighted(weights)].act)();
}

void People::push() {
  const auto repository = random_.below(town_.repositories().size());
  const auto times = random_.chance(0.2) ? random_.between(2, 6) : 1;
  if (times > 1 && random_.chance(0.2)) {
    note("no JSON at all, and then");
    town_.send("{no JSON at all");
  }
  for (int i = 0; i < times; ++i) {
    auto tag = town_.next_tag(repository);
    if (random_.chance(0.3)) {
      const auto& service = any_service();
      if (service.repository == repository) tag = town_.next_tag_for(service);
    }
    note(fmt::format("push {}:{}", town_.repositories()[repository].name, tag), town_.repositories()[repository].name);
    town_.push(repository, tag, random_.chance(0.03));
  }
}

void People::push_again() {
  const auto& service = any_service();
  const auto repository = service.repository;
  auto tag = any_tag(repository);
  // What runs is what matters most.
  if (const auto seen = town_.see(service.arn); seen && random_.chance(0.7) && !seen->tag.empty()) tag = seen->tag;
  note(fmt::format("push {}:{} again", town_.repositories()[repository].name, tag),
       town_.repositories()[repository].name);
  town_.push(repository, tag);
}

// Mostly what was tested under some other tag becomes a version.
void People::tag_again() {
  const auto& service = any_service();
  const auto& name = town_.repositories()[service.repository].name;
  const auto tag = any_tag(service.repository);
  const auto as = random_.chance(0.6)   ? town_.next_tag_for(service)
                  : random_.chance(0.5) ? town_.next_tag(service.repository)
                                        : any_tag(service.repository);
  note(fmt::format("tag {}:{} as {}", name, tag, as), name);
  town_.tag_again(service.repository, tag, as);
}

void People::write_of_newer() {
  const auto& service = any_service();
  const bool has_schema = random_.chance(0.4);
  note(fmt::format("a newer version writes {}'s record{}: {}", service.name, has_schema ? " by its schema" : "",
                   town_.write_of_newer(service, has_schema)),
       service.arn);
}

void People::delete_tag() {
  const auto& service = any_service();
  const auto repository = service.repository;
  auto tag = any_tag(repository);
  if (const auto seen = town_.see(service.arn); seen && random_.chance(0.3) && !seen->tag.empty()) tag = seen->tag;
  note(fmt::format("delete {}:{}", town_.repositories()[repository].name, tag), town_.repositories()[repository].name);
  town_.delete_tag(repository, tag);
}

// Most who deploy by hand roll back.
void People::deploy() { deploy(any_service()); }

void People::deploy(const TownService& service) {
  if (random_.chance(0.2)) {
    note(fmt::format("deploy {} again: {}", service.name, town_.redeploy(service)), service.arn);
    return;
  }
  if (random_.chance(0.05)) {
    const auto repository = random_.below(town_.repositories().size());
    const auto tag = any_tag(repository);
    note(fmt::format("deploy {}:{} to {} by hand: {}", town_.repositories()[repository].name, tag, service.name,
                     town_.deploy_another(service, repository, tag)),
         service.arn);
    return;
  }
  const auto tag = random_.chance(0.6) ? std::string(random_.pick({"1.2.0", "1.2.1", "1.2.3"})) + service.rule.suffix
                                       : any_tag(service.repository);
  const bool taken = town_.deploy(service, tag);
  note(fmt::format("deploy {} to {} by hand: {}", tag, service.name, taken), service.arn);
  if (taken) tally_.count("deployment by hand");
}

void People::operate() { operate(any_service()); }

void People::operate(const TownService& service) {
  switch (random_.below(6)) {
    case 0: note(fmt::format("pause {}: {}", service.name, town_.pause(service)), service.arn); break;
    case 1: note(fmt::format("resume {}: {}", service.name, town_.resume(service)), service.arn); break;
    case 2: note(fmt::format("change {}'s memory: {}", service.name, town_.change_memory(service)), service.arn); break;
    case 3: note(fmt::format("AWS maintains {}: {}", service.name, town_.maintain(service)), service.arn); break;
    case 4:
      note(fmt::format("{} shall deploy by itself: {}", service.name, town_.set_auto_deployments(service, true)),
           service.arn);
      break;
    default:
      note(fmt::format("{} shall not deploy by itself: {}", service.name, town_.set_auto_deployments(service, false)),
           service.arn);
  }
}

void People::recreate() {
  auto& service = any_service();
  if (!service.deleted) {
    note(fmt::format("delete {}: {}", service.name, town_.delete_service(service)), service.arn);
    return;
  }
  const bool done = town_.recreate(service, any_tag(service.repository));
  note(fmt::format("create {} again: {}", service.name, done), service.arn);
  if (done) {
    mend();
    tally_.count("re-created service");
  }
}

// Whatever was edited since a function last read valid rules comes to light with their repair.
void People::mend() {
  if (!broken_) return;
  for (const auto& service : town_.services()) truth_.forgive(service.arn);
  broken_ = false;
}

void People::edit_rules() {
  if (!broken_ && random_.chance(0.25)) {
    note("break the rules");
    town_.break_rules();
    broken_ = true;
    return;
  }
  mend();
  auto& service = any_service();
  auto& rule = service.rule;
  switch (random_.below(8)) {
    case 0:
    case 1: {
      const auto* before = rule.range;
      rule.range = &random_.pick(plain_ranges());
      if (rule.range != before) truth_.edited(service.arn, town_.world().now());
      break;
    }
    case 2: rule.include_prerelease = !rule.include_prerelease; break;
    case 3: rule.suspend = !rule.suspend; break;
    case 4: rule.soak = std::chrono::minutes(random_.chance(0.5) ? 0 : random_.between(10, 150)); break;
    case 5: rule.fallback = !rule.fallback; break;
    case 6: rule.redeploy = !rule.redeploy; break;
    default: rule.downgrade = !rule.downgrade;
  }
  truth_.forgive(service.arn);
  note(fmt::format("{}'s rule is now {}", service.name, in_words(rule)), service.arn);
  town_.write_rules();
}

// What an operator's commands write.
void People::order() { order(any_service()); }

void People::meddle_with(const std::string& arn) {
  const auto* service = town_.service(arn);
  if (!service) return;
  switch (random_.below(4)) {
    case 0: return deploy(*service);
    case 1: return operate(*service);
    default: return order(*service);
  }
}

void People::order(const TownService& service) {
  const auto now = town_.world().now();
  const auto tell = [&](std::string_view action, std::string_view which,
                        const std::function<bool(decide::Record&)>& change) {
    const bool done = town_.order(service, action, which, change);
    note(fmt::format("{} {} of {}: {}", action, which, service.name, done), service.arn);
    if (done) tally_.count(std::string(action));
    return done;
  };
  const auto tag = random_.chance(0.2) ? failed_or_any_tag(service) : any_tag(service.repository);
  const auto version = service.rule.version_of(tag);
  if (random_.chance(0.3) || !version) {
    if (tell("release", "", [](auto& record) { return decide::release(record); })) truth_.release(service.arn, now);
    return;
  }
  const auto text = to_string(*version);
  switch (random_.below(3)) {
    case 0:
      if (tell("pin", text, [&](auto& record) { return decide::pin(record, text, "ada", now); }))
        truth_.pin(service.arn, *version, now);
      break;
    case 1:
      if (tell("skip", text, [&](auto& record) { return decide::skip(record, text, "ada", now); }))
        truth_.skip(service.arn, *version, now);
      break;
    default:
      if (tell("hold", text, [&](auto& record) { return decide::hold(record, {text}, "ada", now); }))
        truth_.hold(service.arn, *version, now);
  }
}

void People::decide_fate() {
  using sandbox::DeploymentOutcome;
  sandbox::DeploymentFate fate{.times = static_cast<unsigned>(random_.between(1, 3)), .time = {}};
  fate.outcome = random_.pick({DeploymentOutcome::Rollback, DeploymentOutcome::Failure, DeploymentOutcome::Success});
  fate.time = std::chrono::minutes(random_.chance(0.2) ? random_.between(20, 90) : random_.between(2, 10));
  town_.world().account().decide_deployments(fate);
}

void People::send_something() {
  const auto at = base::to_iso8601(
      std::chrono::floor<std::chrono::seconds>(town_.world().now() - std::chrono::minutes(random_.between(0, 1500))));
  const auto& service = any_service();
  const auto tag = any_tag(service.repository);
  const auto push = [&](std::string_view account, std::string_view region) {
    return fmt::format(
        R"({{"version":"0","id":"x","detail-type":"ECR Image Action","source":"aws.ecr","account":"{}","time":"{}","region":"{}","resources":[],"detail":{{"result":"SUCCESS","repository-name":"{}","image-digest":"sha256:{:064x}","action-type":"PUSH","image-tag":"{}"}}}})",
        account, at, region, service.rule.repository, random_.below(1000), tag);
  };
  switch (random_.below(4)) {
    case 0: note("a stranger's push"); return town_.send(push("999999999999", "us-east-1"));
    case 1: note("another region's push"); return town_.send(push("123456789012", "eu-west-1"));
    case 2:
      note("an old push of " + tag, service.rule.repository);
      return town_.send(push("123456789012", "us-east-1"));
    default: note("no JSON at all"); return town_.send("{no JSON at all");
  }
}

void People::calm_down() {
  if (broken_) town_.write_rules();
  mend();
  town_.world().account().decide_deployments(
      {.tag = {}, .outcome = sandbox::DeploymentOutcome::Success, .times = 0, .time = std::chrono::minutes(5)});
  for (const auto& service : town_.services()) {
    town_.take_back_newer(service);
    const auto seen = town_.see(service.arn);
    const auto what = random_.below(4);
    if (what == 0) continue;
    const bool again =
        what == 1 && seen && seen->repository == service.rule.repository && service.rule.version_of(seen->tag);
    const auto tag = again ? seen->tag : town_.next_tag_for(service);
    note(fmt::format("push {}:{}", service.rule.repository, tag), service.rule.repository);
    town_.push(service.repository, tag);
  }
}

}  // namespace simulation
