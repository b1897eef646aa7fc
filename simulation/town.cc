// SPDX-License-Identifier: Apache-2.0
#include "simulation/town.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/json.h"
#include "rules/rules.h"

namespace simulation {
namespace {

namespace json = boost::json;

constexpr std::string_view ecr = "AmazonEC2ContainerRegistry_V20150921.";

std::string about(std::string_view arn) { return fmt::format(R"({{"ServiceArn":"{}"}})", arn); }

// What differs from the defaults, as members that each begin with a comma.
std::string options_text(const TownRule& rule, const TownRule& defaults) {
  std::string text;
  const auto flag = [&](std::string_view name, bool TownRule::* member) {
    if (rule.*member != defaults.*member) text += fmt::format(R"(,"{}":{})", name, rule.*member);
  };
  flag("includePrerelease", &TownRule::include_prerelease);
  flag("downgrade", &TownRule::downgrade);
  flag("suspend", &TownRule::suspend);
  flag("redeploy", &TownRule::redeploy);
  flag("fallback", &TownRule::fallback);
  if (rule.adopt_act != defaults.adopt_act) text += fmt::format(R"(,"adopt":"{}")", rule.adopt_act ? "act" : "wait");
  if (rule.reapply != defaults.reapply)
    text += fmt::format(R"(,"foreignChange":"{}")", rule.reapply ? "reapply" : "hold");
  if (rule.soak != defaults.soak) text += fmt::format(R"(,"soak":"{}")", base::to_text(rule.soak));
  return text;
}

std::string rule_text(const TownRule& rule, const TownRule& defaults) {
  auto text = fmt::format(R"({{"repository":"{}","semVersion":"{}","serviceArn":"{}")", rule.repository,
                          rule.range->text, rule.arn);
  if (!rule.suffix.empty()) text += fmt::format(R"(,"tagPattern":"^(?P<version>.+){}$")", rule.suffix);
  return text + options_text(rule, defaults) + "}";
}

}  // namespace

std::optional<PlainVersion> TownRule::version_of(std::string_view tag) const {
  if (!tag.ends_with(suffix)) return std::nullopt;
  tag.remove_suffix(suffix.size());
  return read_plain_version(tag);
}

bool TownRule::allows(std::string_view tag) const {
  const auto version = version_of(tag);
  return version && range->contains(*version, include_prerelease);
}

const TownRule* TownRules::about(std::string_view arn) const {
  const auto found = std::ranges::find(rules, arn, &TownRule::arn);
  return found == rules.end() ? nullptr : &*found;
}

std::string record_key_of(const TownService& service) {
  const auto id = service.arn.substr(service.arn.rfind('/') + 1);
  return fmt::format("records/123456789012/us-east-1/apprunner/{}/{}.json", service.name, id);
}

std::string rules_text(const TownRules& rules, RulesForm form, int write) {
  const bool has_defaults = form == RulesForm::Defaults && !rules.rules.empty();
  const TownRule defaults = has_defaults ? rules.rules.front() : TownRule{};
  std::string list = "[";
  for (const auto& rule : rules.rules)
    list += (&rule == rules.rules.data() ? "\n  " : ",\n  ") + rule_text(rule, defaults);
  list += "\n]";
  // Blanks tell the texts of two writes apart.
  const std::string blanks(static_cast<std::size_t>(write), ' ');
  if (form == RulesForm::Array) return list + blanks;
  const auto options = options_text(defaults, TownRule{});
  return fmt::format(R"({{"retry":{{"after":"{}m","times":{}}}{},"rules":{}{}}})", rules.retry.after.count(),
                     rules.retry.times, options.empty() ? "" : fmt::format(R"(,"defaults":{{{}}})", options.substr(1)),
                     list, blanks);
}

std::string in_words(const TownRule& rule) {
  std::string words = fmt::format("{} {}", rule.repository, rule.range->text);
  const auto add = [&](bool is_so, std::string_view what) {
    if (is_so) words += fmt::format(", {}", what);
  };
  add(!rule.suffix.empty(), "tags end in " + rule.suffix);
  add(rule.include_prerelease, "with prereleases");
  add(rule.soak.count() > 0, "soaks " + base::to_text(rule.soak));
  add(rule.downgrade, "may go down");
  add(rule.fallback, "may fall back");
  add(!rule.redeploy, "is not deployed again");
  add(rule.adopt_act, "acts at first sight");
  add(rule.reapply, "reapplies");
  add(rule.suspend, "suspended");
  return words;
}

bool Town::call(std::string_view target, std::string_view body) const { return world_.ask(target, body).status < 300; }

void Town::found(bool many_tags) {
  for (const auto* name : {"shop", "team/pay", "search"}) {
    if (!repositories_.empty() && random_.chance(0.4)) continue;
    world_.aws(std::string(ecr) + "CreateRepository", fmt::format(R"({{"repositoryName":"{}"}})", name));
    repositories_.push_back({.name = name, .tags = {}});
    const auto at = repositories_.size() - 1;
    for (const auto* tag :
         {"0.2.3", "0.3.0", "1.2.0", "1.2.1", "1.2.3", "1.2.1-alpine", "1.2.3-alpine", "1.2.3-slim", "latest"})
      push(at, tag);
    if (random_.chance(0.5)) push(at, "1.3.0");
    for (int i = 0; many_tags && at == 0 && i < 1'500; ++i) push(at, fmt::format("0.{}.{}", i / 100, i % 100));
  }
  // More than ten are swept by several messages.
  const auto count = static_cast<std::size_t>(random_.chance(0.01) ? random_.between(11, 14) : random_.between(1, 4));
  for (std::size_t i = 0; i < count; ++i) {
    TownService service{.name = fmt::format("service-{}", static_cast<char>('a' + i)),
                        .repository = random_.below(repositories_.size())};
    service.rule = any_rule(service);
    const auto* tag = service.rule.allows("0.2.3") ? "0.2.3" : random_.pick({"1.2.0", "1.2.1", "1.2.3"});
    if (!create(service, tag + service.rule.suffix)) continue;
    services_.push_back(std::move(service));
  }
  write_rules();
}

void Town::found_small() {
  world_.aws(std::string(ecr) + "CreateRepository", R"({"repositoryName":"shop"})");
  repositories_.push_back({.name = "shop", .tags = {}});
  push(0, "1.2.3");
  world_.run_for(std::chrono::seconds(1));
  TownService service{.name = "service-a", .rule = {.repository = "shop", .range = &plain_ranges().front()}};
  if (create(service, "1.2.3")) services_.push_back(std::move(service));
  write_rules();
}

TownRule Town::any_rule(const TownService& service) {
  TownRule rule{.arn = service.arn, .repository = repositories_[service.repository].name};
  rule.range = &random_.pick(plain_ranges());
  if (random_.chance(0.2)) rule.suffix = random_.pick({"-alpine", "-slim"});
  rule.include_prerelease = random_.chance(0.15);
  rule.downgrade = random_.chance(0.15);
  rule.suspend = random_.chance(0.03);
  rule.redeploy = !random_.chance(0.1);
  rule.fallback = random_.chance(0.15);
  rule.adopt_act = random_.chance(0.15);
  rule.reapply = random_.chance(0.15);
  if (random_.chance(0.2)) rule.soak = std::chrono::minutes(random_.between(10, 150));
  return rule;
}

void Town::push(std::size_t repository, const std::string& tag, bool chart) {
  const auto* kind = !chart ? "application/vnd.oci.image.config.v1+json"
                            : random_.pick({"application/vnd.cncf.helm.config.v1+json",
                                            "application/vnd.wasm.config.v0+json", "application/spdx+json"});
  auto manifest = fmt::format(
      R"({{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"{}","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}},"layers":[],"annotations":{{"content":"{}"}}}})",
      kind, ++pushes_);
  auto digest = put_image(repository, tag, manifest);
  repositories_[repository].tags.insert_or_assign(tag, TownTag{digest, world_.now(), world_.now(), chart});
  manifests_.insert_or_assign(std::move(digest), std::move(manifest));
}

void Town::tag_again(std::size_t repository, const std::string& tag, const std::string& as) {
  auto& tags = repositories_[repository].tags;
  const auto found = tags.find(tag);
  if (found == tags.end()) return;
  auto image = found->second;
  const auto already = tags.find(as);
  if (already != tags.end() && already->second.digest == image.digest) return;
  put_image(repository, as, manifests_.at(image.digest));
  image.moved_at = world_.now();
  tags.insert_or_assign(as, std::move(image));
}

std::string Town::put_image(std::size_t repository, const std::string& tag, std::string_view manifest) {
  auto& place = repositories_[repository];
  const auto answer = base::parse_json(world_.aws(
      std::string(ecr) + "PutImage", fmt::format(R"({{"repositoryName":"{}","imageTag":"{}","imageManifest":{}}})",
                                                 place.name, tag, base::json_quote(manifest))));
  const auto* image = base::member(*answer, "image");
  const auto* id = image ? base::member(*image, "imageId") : nullptr;
  place.changed_at = world_.now();
  return std::string(id ? base::string_member(*id, "imageDigest").value_or("") : "");
}

void Town::delete_tag(std::size_t repository, const std::string& tag) {
  auto& place = repositories_[repository];
  if (!call(std::string(ecr) + "BatchDeleteImage",
            fmt::format(R"({{"repositoryName":"{}","imageIds":[{{"imageTag":"{}"}}]}})", place.name, tag)))
    return;
  place.tags.erase(tag);
  place.changed_at = world_.now();
}

std::string Town::next_tag(std::size_t repository) {
  if (random_.chance(0.08)) return random_.pick({"latest", "1.3", "20240101", "nightly", "1.2.4.5", "01.2.4", "main"});
  PlainVersion highest{1, 2, 0};
  for (const auto& [tag, image] : repositories_[repository].tags) {
    const auto version = read_plain_version(tag);
    if (version && version->prerelease.empty() && *version > highest) highest = *version;
  }
  auto next = highest;
  if (const auto kind = random_.real(); kind < 0.6) {
    ++next.patch;
  } else if (kind < 0.8) {
    next = {highest.major, highest.minor + 1, 0};
  } else if (kind < 0.84) {
    next = {highest.major + 1, 0, 0};
  } else if (kind < 0.88) {
    next = {0, static_cast<int>(random_.between(2, 3)), static_cast<int>(random_.between(0, 9))};
  } else {
    next = {1, static_cast<int>(random_.between(2, 3)), static_cast<int>(random_.between(0, 9))};
  }
  if (random_.chance(0.15)) next.prerelease = fmt::format("rc.{}", random_.between(1, 12));
  return to_string(next) + (random_.chance(0.15) ? random_.pick({"-alpine", "-slim"}) : "");
}

std::string Town::next_tag_for(const TownService& service) {
  const auto& rule = service.rule;
  PlainVersion highest = rule.range->spans.back().from;
  for (const auto& [tag, image] : repositories_[service.repository].tags) {
    const auto version = rule.version_of(tag);
    if (version && rule.allows(tag) && *version > highest) highest = *version;
  }
  ++highest.patch;
  highest.prerelease.clear();
  return to_string(highest) + rule.suffix;
}

bool Town::create(TownService& service, const std::string& tag) {
  const auto answer = world_.ask(
      "AppRunner.CreateService",
      fmt::format(
          R"({{"ServiceName":"{}","SourceConfiguration":{{"AuthenticationConfiguration":{{"AccessRoleArn":"arn:aws:iam::123456789012:role/Access"}},"AutoDeploymentsEnabled":false,"ImageRepository":{{"ImageIdentifier":"{}/{}:{}","ImageConfiguration":{{"Port":"8000","RuntimeEnvironmentVariables":{{"DB_PASSWORD":"{}"}}}},"ImageRepositoryType":"ECR"}}}}}})",
          service.name, town_registry, repositories_[service.repository].name, tag, town_secret));
  if (answer.status > 299) return false;
  const auto created = base::parse_json(answer.body);
  service.arn = *base::string_member(*base::member(*created, "Service"), "ServiceArn");
  service.rule.arn = service.arn;
  service.deleted = false;
  service.created = world_.now();
  return true;
}

bool Town::update_source(const TownService& service, std::string_view image, std::optional<bool> auto_deployments) {
  const auto seen = see(service.arn);
  if (!seen || !seen->configuration.contains("SourceConfiguration")) return false;
  auto source = seen->configuration.at("SourceConfiguration");
  if (!image.empty()) source.as_object()["ImageRepository"].as_object()["ImageIdentifier"] = json::string(image);
  if (auto_deployments) source.as_object()["AutoDeploymentsEnabled"] = *auto_deployments;
  return call("AppRunner.UpdateService",
              fmt::format(R"({{"ServiceArn":"{}","SourceConfiguration":{}}})", service.arn, json::serialize(source)));
}

bool Town::deploy(const TownService& service, const std::string& tag) {
  return deploy_another(service, service.repository, tag);
}

bool Town::deploy_another(const TownService& service, std::size_t repository, const std::string& tag) {
  return update_source(service, fmt::format("{}/{}:{}", town_registry, repositories_[repository].name, tag),
                       std::nullopt);
}

bool Town::redeploy(const TownService& service) { return call("AppRunner.StartDeployment", about(service.arn)); }

bool Town::set_auto_deployments(const TownService& service, bool on) { return update_source(service, {}, on); }

bool Town::change_memory(const TownService& service) {
  return call("AppRunner.UpdateService",
              fmt::format(R"({{"ServiceArn":"{}","InstanceConfiguration":{{"Cpu":"1024","Memory":"{}"}}}})",
                          service.arn, random_.pick({2048, 3072, 4096})));
}

bool Town::pause(const TownService& service) { return call("AppRunner.PauseService", about(service.arn)); }
bool Town::resume(const TownService& service) { return call("AppRunner.ResumeService", about(service.arn)); }

bool Town::delete_service(TownService& service) {
  service.deleted = service.deleted || call("AppRunner.DeleteService", about(service.arn));
  return service.deleted;
}

// Under its old name it is another service, and its rule must say so.
bool Town::recreate(TownService& service, const std::string& tag) {
  auto former = service.arn;
  if (!create(service, tag)) return false;
  former_.insert(std::move(former));
  write_rules();
  return true;
}

void Town::write_rules() {
  rules_ = {};
  for (const auto& service : services_) rules_.rules.push_back(service.rule);
  if (random_.chance(0.3)) rules_.retry = town_retries[random_.chance(0.5) ? 1 : 2];
  const auto form = random_.pick({RulesForm::Array, RulesForm::Array, RulesForm::Object, RulesForm::Defaults});
  // An array has no place for it.
  if (form == RulesForm::Array) rules_.retry = town_retries[0];
  const auto text = rules_text(rules_, form, ++writes_);
  texts_.insert_or_assign(text, rules_);
  world_.put_object("rules.json", text);
}

void Town::break_rules() {
  auto text = rules_text(rules_, RulesForm::Object, ++writes_);
  text.resize(text.size() - static_cast<std::size_t>(random_.between(1, 40)));
  texts_.insert_or_assign(text, TownRules{.valid = false, .rules = {}});
  world_.put_object("rules.json", text);
}

bool Town::maintain(const TownService& service) { return world_.account().maintain(service.arn); }

bool Town::order(const TownService& service, std::string_view action, std::string_view version,
                 const std::function<bool(decide::Record&)>& change) {
  const auto in_force = rules_of_text(world_.object("GET", "rules.json").body);
  const bool is_current = in_force && in_force->valid;
  const auto parsed =
      rules::parse_rules(world_.object("GET", is_current ? "rules.json" : "records/rules/rules.json").body);
  if (!parsed.rules) return false;
  const auto& all = parsed.rules->rules;
  const auto rule = std::ranges::find(all, service.arn, [](const rules::Rule& one) { return one.service.text; });
  const auto record = record_of(service);
  if (rule == all.end() || !record || record->at("schema") != 1) return false;
  // Most come to their end.
  const auto requests = random_.chance(0.1) ? static_cast<int>(random_.between(1, 5)) : 100;
  return world_.order(*rule,
                      {.action = std::string(action),
                       .to = std::string(version),
                       .by = "ada",
                       .why = fmt::format("{} {}", action, version),
                       .rule_is_current = is_current,
                       .edit = change},
                      requests);
}

bool Town::write_record(const TownService& service, json::object record) {
  json::array nonces;
  if (const auto* nonce = record.if_contains("nonce")) nonces.push_back(*nonce);
  if (const auto* before = record.if_contains("noncesBefore")) {
    nonces.insert(nonces.end(), before->as_array().begin(), before->as_array().end());
  }
  record["noncesBefore"] = std::move(nonces);
  record["nonce"] = fmt::format("person-{}", ++writes_);
  return world_.object("PUT", record_key_of(service), json::serialize(record)).status < 300;
}

bool Town::write_of_newer(const TownService& service, bool has_schema) {
  auto record = record_of(service);
  if (!record) return false;
  if (has_schema) (*record)["schema"] = 2;
  (*record)["future"] = json::object{{"written", ++writes_}};
  return write_record(service, std::move(*record));
}

void Town::take_back_newer(const TownService& service) {
  auto record = record_of(service);
  if (!record || record->at("schema") == 1) return;
  (*record)["schema"] = 1;
  write_record(service, std::move(*record));
}

void Town::send(std::string_view body) {
  sent_.emplace_back(body);
  world_.aws("AmazonSQS.SendMessage",
             fmt::format(R"({{"QueueUrl":"http://127.0.0.1:4566/123456789012/caretaker","MessageBody":{}}})",
                         base::json_quote(body)));
}

void Town::shorten_visibility() {
  world_.aws(
      "AmazonSQS.SetQueueAttributes",
      fmt::format(
          R"({{"QueueUrl":"http://127.0.0.1:4566/123456789012/caretaker","Attributes":{{"VisibilityTimeout":"{}"}}}})",
          random_.between(5, 40)));
}

std::optional<Town::Seen> Town::see(std::string_view arn) const {
  const auto answer = world_.ask("AppRunner.DescribeService", about(arn));
  if (answer.status > 299) return std::nullopt;
  auto parsed = base::parse_json(answer.body);
  return read_seen(std::move(parsed->as_object()["Service"].as_object()));
}

Town::Seen Town::read_seen(json::object described) {
  Seen seen;
  seen.status = *base::string_member(described, "Status");
  const auto& source = described["SourceConfiguration"];
  seen.auto_deployments = base::bool_member(source, "AutoDeploymentsEnabled").value_or(false);
  seen.image = base::string_member(*base::member(source, "ImageRepository"), "ImageIdentifier").value_or("");
  const auto colon = seen.image.rfind(':');
  if (const auto slash = seen.image.find('/'); colon != std::string::npos && slash < colon) {
    seen.tag = seen.image.substr(colon + 1);
    seen.repository = seen.image.substr(slash + 1, colon - slash - 1);
  }
  seen.configuration = std::move(described);
  return seen;
}

std::optional<json::object> Town::record_of(const TownService& service) const {
  const auto answer = world_.object("GET", record_key_of(service));
  if (answer.status > 299) return std::nullopt;
  auto parsed = base::parse_json(answer.body);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(parsed->as_object());
}

std::vector<Town::SeenOperation> Town::operations_of(std::string_view arn) const {
  std::vector<SeenOperation> operations;
  const auto answer = world_.ask("AppRunner.ListOperations", about(arn));
  if (answer.status > 299) return operations;
  const auto parsed = base::parse_json(answer.body);
  for (const auto& one : base::member(*parsed, "OperationSummaryList")->as_array()) {
    operations.push_back({std::string(*base::string_member(one, "Id")), std::string(*base::string_member(one, "Type")),
                          std::string(*base::string_member(one, "Status")),
                          base::Time(std::chrono::floor<base::Duration>(
                              std::chrono::duration<double>(one.at("StartedAt").to_number<double>())))});
  }
  return operations;
}

const TownRepository* Town::repository(std::string_view name) const {
  const auto found = std::ranges::find(repositories_, name, &TownRepository::name);
  return found == repositories_.end() ? nullptr : &*found;
}

const TownService* Town::service(std::string_view arn) const {
  const auto found = std::ranges::find(services_, arn, &TownService::arn);
  return found == services_.end() ? nullptr : &*found;
}

const TownRules* Town::rules_of_text(std::string_view text) const {
  const auto found = texts_.find(text);
  return found == texts_.end() ? nullptr : &found->second;
}

}  // namespace simulation
