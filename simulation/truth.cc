// SPDX-License-Identifier: Apache-2.0
#include "simulation/truth.h"

#include <algorithm>
#include <ranges>

#include "simulation/request.h"

namespace simulation {
namespace {

// A rejected image's second try comes after an hour, with the next sweep, when the service is free.
constexpr auto tried_again_by = std::chrono::hours(3);

std::string_view repository_of(std::string_view image) {
  const auto begin = image.find(": ") + 2;
  return image.substr(begin, image.rfind(':') - begin);
}

bool deploys(std::string_view type) {
  return type == "CREATE_SERVICE" || type == "UPDATE_SERVICE" || type == "START_DEPLOYMENT";
}

std::string_view tag_of(std::string_view image) { return image.substr(image.rfind(':') + 1); }

template <class Map, class Key>
auto find_in(const Map& map, const Key& key) -> const typename Map::mapped_type* {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

// `service-a UPDATE_SERVICE begins: shop:1.2.4`, `service-a UPDATE_SERVICE SUCCEEDED, runs shop:1.2.4`
void Truth::happened(const sandbox::Happening& happening) {
  const std::string_view text = happening.text;
  if (happening.kind == "push") return pushed(text);
  if (happening.kind == "service" && text.ends_with("is PAUSED"))
    paused_[std::string(text.substr(0, text.find(' ')))] = happening.at;
  if (happening.kind != "operation") return;
  const auto name = text.substr(0, text.find(' '));
  const auto service = std::ranges::find(town_.services(), name, &TownService::name);
  if (service == town_.services().end()) return;
  auto rest = text.substr(std::min(name.size() + 1, text.size()));
  const auto type = rest.substr(0, rest.find(' '));
  rest = rest.substr(std::min(type.size() + 1, rest.size()));
  if (rest.starts_with("begins")) {
    begins(*service, type, tag_of(rest), happening.at);
    if (deploys(type) && repository_of(rest) != service->rule.repository) pending_.at(service->arn).is_anothers = true;
    return;
  }
  if (rest.starts_with("is rolled back")) return tally_.count("rollback");
  const auto status = rest.substr(0, rest.find(','));
  // A service is not of the town yet when its creation begins.
  if (type == "CREATE_SERVICE" && status == "SUCCEEDED") {
    const auto now = service->rule.version_of(tag_of(rest));
    if (const auto plain = now ? now : read_plain_version(tag_of(rest))) {
      versions_.insert_or_assign(service->arn, *plain);
      highest_.insert_or_assign(service->arn, *plain);
    }
    of_pattern_.erase(service->arn);
    if (now) of_pattern_.insert_or_assign(service->arn, *now);
  }
  ends(*service, type, status, happening.at);
}

// `shop:1.2.4 pushed, sha256:…`, `shop:1.2.4 deleted, sha256:…`
void Truth::pushed(std::string_view text) {
  const auto colon = text.find(':');
  const auto tag = text.substr(colon + 1, text.find(' ') - colon - 1);
  for (const auto& service : town_.services()) {
    if (service.rule.repository != text.substr(0, colon)) continue;
    if (!text.contains(" pushed, ")) {
      gone(service, tag);
      continue;
    }
    if (service.rule.allows(tag)) heard(service.arn);
    pushed_[service.arn].emplace(tag);
  }
}

// What was gone before the record could hold it is new when it is pushed again.
void Truth::gone(const TownService& service, std::string_view tag) {
  const auto found = undone_.find(service.arn);
  const auto version = service.rule.version_of(tag);
  if (found == undone_.end() || !version) return;
  const auto record = town_.record_of(service);
  if (!record || !holds(*record, *version)) found->second.versions.erase(to_string(*version));
}

// What was moved back and moved on again before anybody looked is not known to have been; nor is it from looks by a record of a newer
// version, in which nothing is written.
void Truth::missed(const TownService& service) {
  const auto found = undone_.find(service.arn);
  if (found == undone_.end()) return;
  const auto* looked_at = find_in(looked_at_, service.arn);
  const auto record = town_.record_of(service);
  const bool is_kept = record && record->at("schema") == 1;
  if (is_kept && looked_at && *looked_at >= found->second.at) return;
  std::erase_if(found->second.versions,
                [&](std::string_view version) { return !record || !holds(*record, *read_plain_version(version)); });
}

void Truth::begins(const TownService& service, std::string_view type, std::string_view tag, base::Time at) {
  if (!deploys(type)) return;
  missed(service);
  Pending pending{.tag = std::string(tag), .digest = {}, .began = at, .operation = {}, .replaces = {}};
  const auto& tags = town_.repositories()[service.repository].tags;
  if (const auto* image = find_in(tags, tag)) pending.digest = image->digest;
  if (const auto record = town_.record_of(service)) {
    const auto seen = read_record(*record);
    const auto* now = runs(service.arn);
    const auto* looked_at = find_in(looked_at_, service.arn);
    const bool was_found = now && looked_at && *looked_at > now->since && record->at("schema") == 1;
    const bool was_set = seen.set_outcome == "SUCCEEDED" && now && now->tag == seen.set_tag;
    if (was_set || was_found) pending.replaces = now->tag;
  }
  pending_.insert_or_assign(service.arn, std::move(pending));
}

base::Time Truth::idle_since(std::string_view arn) const {
  const auto found = ended_.find(arn);
  return found == ended_.end() ? base::Time{} : found->second.second;
}

bool Truth::is_moved_twice_since(std::string_view arn, base::Time then) const {
  const auto found = ended_.find(arn);
  return found != ended_.end() && found->second.first > then;
}

void Truth::ends(const TownService& service, std::string_view type, std::string_view status, base::Time at) {
  auto& last = ended_[service.arn];
  last = {last.second, at};
  const auto node = pending_.extract(service.arn);
  if (!deploys(type) || node.empty()) return;
  const auto& pending = node.mapped();
  const auto ours = ours_.find(pending.operation);
  const bool by_us = !pending.operation.empty() && ours != ours_.end();
  if (by_us) ours->second.ended = status;
  if (status != "SUCCEEDED") {
    if (by_us) failed(ours->second, pending.began, at);
    return;
  }
  if (pending.is_anothers) {
    runs_.erase(service.arn);
    return;
  }
  const auto& tags = town_.repositories()[service.repository].tags;
  const auto* image = find_in(tags, pending.tag);
  runs_.insert_or_assign(service.arn,
                         Runs{pending.tag, pending.digest,
                              !pending.digest.empty() && image && image->moved_at + unseen_within < pending.began, at});
  const auto now = service.rule.version_of(pending.tag);
  // What is not of the rule's pattern can be a version all the same.
  if (const auto plain = now ? now : read_plain_version(pending.tag)) {
    // What we deploy is in the range of the rule that we went by, while a newer one may be broken.
    if (by_us || service.rule.range->contains(*plain, service.rule.include_prerelease)) passed(service.arn, *plain);
    const auto [version, first] = versions_.try_emplace(service.arn, *plain);
    // By way of what the pattern does not speak of is back as well.
    const auto* of_pattern = find_in(of_pattern_, service.arn);
    const bool is_back = *plain < version->second || (now && of_pattern && *now < *of_pattern);
    if (now) of_pattern_.insert_or_assign(service.arn, *now);
    if (!by_us && is_back) {
      ++moves_back_[service.arn];
      if (!service.rule.reapply) grounds_[service.arn].moved_back.emplace_back(*plain, at);
    }
    version->second = *plain;
    auto& highest = highest_.try_emplace(service.arn, *plain).first->second;
    highest = std::max(highest, *plain);
  }
  if (by_us) {
    in_a_row_.erase(service.arn);
    stopped_.erase(service.arn);
    failures_.erase({service.arn, ours->second.digest});
    auto& grounds = grounds_[service.arn];
    grounds.failures.erase(ours->second.digest);
    grounds.in_a_row = 0;
    grounds.stopped.reset();
    return;
  }
  const auto before = service.rule.version_of(pending.replaces);
  if (type != "UPDATE_SERVICE" || !now || !before || *now >= *before || service.rule.reapply) return;
  tally_.count("a person rolled back");
  Undone undone{.up_to = *before, .versions = {}, .began = pending.began, .at = at};
  for (const auto& [tag, moved] : tags) {
    const auto version = service.rule.version_of(tag);
    if (moved.moved_at + unseen_within > at) continue;
    if (version && *version > *now && *version <= *before) undone.versions.insert(to_string(*version));
  }
  if (const auto* already = find_in(undone_, service.arn)) {
    undone.up_to = std::max(undone.up_to, already->up_to);
    undone.versions.insert(already->versions.begin(), already->versions.end());
  }
  undone_.insert_or_assign(service.arn, std::move(undone));
}

void Truth::failed(const Ours& ours, base::Time began, base::Time at) {
  auto& failures = failures_[{ours.arn, ours.digest}];
  ++failures.times;
  failures.last = at;
  auto& grounds = grounds_[ours.arn];
  auto& known = grounds.failures[ours.digest];
  ++known.times;
  known.last = at;
  grounds.last_failure = at;
  if (++grounds.in_a_row >= 2) grounds.stopped = began;
  if (++in_a_row_[ours.arn] < 2) return;
  stopped_.insert_or_assign(ours.arn, began - unseen_within);
}

void Truth::is_ours(const std::string& arn, const std::string& operation, Ours ours) {
  if (const auto pending = pending_.find(arn); pending != pending_.end()) pending->second.operation = operation;
  ours_.insert_or_assign(operation, std::move(ours));
  newest_.insert_or_assign(arn, operation);
}

void Truth::forgive(const std::string& arn) {
  std::erase_if(failures_, [&](const auto& entry) { return entry.first.first == arn; });
  in_a_row_.erase(arn);
  stopped_.erase(arn);
  undone_.erase(arn);
}

void Truth::forgiven(const std::string& arn) {
  if (const auto* edited = find_in(edited_, arn)) forget_grounds(arn, *edited);
}

void Truth::release(const std::string& arn, base::Time at) {
  forgive(arn);
  unpin(arn, at);
  forget_grounds(arn, base::Time::max());
}

void Truth::forget_grounds(const std::string& arn, base::Time until) {
  // What nobody had looked at by then is found later.
  const auto* written = find_in(written_, arn);
  const auto* looked_at = find_in(looked_at_, arn);
  if (!written || !looked_at) return;
  until = std::min({until, *written - unseen_within, *looked_at});
  auto& grounds = grounds_[arn];
  const auto is_older = [&](const auto& entry) { return entry.second < until; };
  std::erase_if(grounds.ordered, is_older);
  // While a service is paused or busy nobody compares what it runs.
  const auto seen = town_.see(arn);
  const bool is_compared = !seen || (seen->status != "PAUSED" && seen->status != "OPERATION_IN_PROGRESS");
  if (is_compared) std::erase_if(grounds.moved_back, is_older);
  std::erase_if(grounds.failures, [&](const auto& entry) { return entry.second.last < until; });
  if (grounds.last_failure >= until) return;
  grounds.in_a_row = 0;
  grounds.stopped.reset();
}

void Truth::passed(const std::string& arn, const PlainVersion& version) {
  const auto found = undone_.find(arn);
  if (found == undone_.end()) return;
  std::erase_if(found->second.versions, [&](std::string_view held) { return *read_plain_version(held) <= version; });
  if (version >= found->second.up_to) undone_.erase(found);
}

void Truth::hold(const std::string& arn, const PlainVersion& version, base::Time at) {
  auto& undone = undone_.try_emplace(arn, Undone{version, {}, at, at}).first->second;
  undone.up_to = std::max(undone.up_to, version);
  undone.versions.insert(to_string(version));
  undone.began = undone.at = at;
  grounds_[arn].ordered.emplace_back(version, at);
}

void Truth::pin(const std::string& arn, const PlainVersion& version, base::Time at) {
  const auto text = to_string(version);
  if (const auto found = undone_.find(arn); found != undone_.end()) found->second.versions.erase(text);
  skips_[arn].erase(text);
  std::erase_if(grounds_[arn].ordered, [&](const auto& one) { return one.first == version; });
  unpin(arn, at);
  pins_.insert_or_assign(arn, Pin{text, at});
}

void Truth::unpin(const std::string& arn, base::Time at) {
  if (auto pin = pins_.extract(arn)) former_pins_.insert_or_assign(arn, std::pair(std::move(pin.mapped()), at));
}

void Truth::skip(const std::string& arn, const PlainVersion& version, base::Time at) {
  skips_[arn].try_emplace(to_string(version), at);
}

bool Truth::is_pushed(const std::string& arn) const {
  if (heard_.contains(arn)) return true;
  const auto* tags = find_in(pushed_, arn);
  const auto* service = town_.service(arn);
  return tags && service && std::ranges::any_of(*tags, [&](const auto& tag) { return service->rule.allows(tag); });
}

bool Truth::must_know_of_push(const std::string& arn) const {
  const auto* heard = find_in(heard_tags_, arn);
  const auto* service = town_.service(arn);
  if (!heard || !service) return false;
  const auto& tags = town_.repositories()[service->repository].tags;
  return std::ranges::any_of(*heard, [&](const std::string& tag) {
    const auto* image = find_in(tags, tag);
    return image && !image->chart && service->rule.allows(tag);
  });
}

std::optional<base::Time> Truth::paused(const std::string& name) const {
  const auto* at = find_in(paused_, name);
  return at ? std::optional(*at) : std::nullopt;
}

const Truth::Ours* Truth::ours(std::string_view operation) const { return find_in(ours_, operation); }
const Truth::Runs* Truth::runs(std::string_view arn) const { return find_in(runs_, arn); }

Truth::Failures Truth::failures(const std::string& arn, const std::string& digest) const {
  const auto* found = find_in(failures_, std::pair(arn, digest));
  return found ? *found : Failures{};
}

std::optional<base::Time> Truth::stopped(const std::string& arn) const {
  const auto* at = find_in(stopped_, arn);
  return at ? std::optional(*at) : std::nullopt;
}

int Truth::moves_back(const std::string& arn) const {
  const auto* count = find_in(moves_back_, arn);
  return count ? *count : 0;
}

const Truth::Undone* Truth::undone(const std::string& arn) const { return find_in(undone_, arn); }
const Truth::Pin* Truth::pin(const std::string& arn) const { return find_in(pins_, arn); }

const Truth::Pin* Truth::former_pin(const std::string& arn, base::Time then) const {
  const auto* former = find_in(former_pins_, arn);
  return former && former->first.at <= then && then < former->second ? &former->first : nullptr;
}

std::optional<base::Time> Truth::skipped(const std::string& arn, const PlainVersion& version) const {
  const auto* skips = find_in(skips_, arn);
  const auto* at = skips ? find_in(*skips, to_string(version)) : nullptr;
  return at ? std::optional(*at) : std::nullopt;
}

bool Truth::may_be_held(const std::string& arn, const PlainVersion& version) const {
  const auto* grounds = find_in(grounds_, arn);
  if (!grounds) return false;
  const auto is_it = [&](const PlainVersion& ordered) { return ordered == version; };
  if (std::ranges::any_of(grounds->ordered | std::views::keys, is_it)) return true;
  const auto* highest = find_in(highest_, arn);
  return highest && version <= *highest &&
         std::ranges::any_of(grounds->moved_back | std::views::keys,
                             [&](const PlainVersion& lower) { return version > lower; });
}

bool Truth::may_be_held_since(const std::string& arn, const PlainVersion& version, base::Time since) const {
  const auto* grounds = find_in(grounds_, arn);
  if (!grounds) return false;
  return std::ranges::any_of(grounds->ordered,
                             [&](const auto& hold) { return hold.first == version && hold.second >= since; }) ||
         std::ranges::any_of(grounds->moved_back, [&](const auto& move) { return move.second >= since; });
}

bool Truth::may_be_held_by_order(const std::string& arn, const PlainVersion& version) const {
  const auto* grounds = find_in(grounds_, arn);
  return grounds && std::ranges::any_of(grounds->ordered, [&](const auto& hold) { return hold.first == version; });
}

bool Truth::may_be_rejected(const std::string& arn, const std::string& digest, base::Time now) const {
  const auto* grounds = find_in(grounds_, arn);
  const auto* failures = grounds ? find_in(grounds->failures, digest) : nullptr;
  return failures && (failures->times > 1 || now < failures->last + tried_again_by);
}

bool Truth::was_moved_back_by(const std::string& arn, base::Time then) const {
  const auto* grounds = find_in(grounds_, arn);
  return grounds && std::ranges::any_of(grounds->moved_back, [&](const auto& move) { return move.second <= then; });
}

std::optional<base::Time> Truth::stopped_since(const std::string& arn) const {
  const auto* grounds = find_in(grounds_, arn);
  return grounds ? grounds->stopped : std::nullopt;
}

bool Truth::has_failed(const std::string& arn, const std::string& digest) const {
  const auto* grounds = find_in(grounds_, arn);
  return grounds && grounds->failures.contains(digest);
}

bool Truth::has_failed_since(const std::string& arn, const std::string& digest, base::Time since) const {
  const auto* grounds = find_in(grounds_, arn);
  const auto* failures = grounds ? find_in(grounds->failures, digest) : nullptr;
  return failures && failures->last >= since;
}

bool Truth::may_be_stopped(const std::string& arn, base::Time pushed_at) const {
  const auto* grounds = find_in(grounds_, arn);
  return grounds && grounds->stopped && pushed_at <= *grounds->stopped;
}

std::string Truth::newest_of_ours(const std::string& arn) const {
  const auto* operation = find_in(newest_, arn);
  return operation ? *operation : std::string();
}

bool Truth::came_of(std::string_view intention) const {
  return std::ranges::any_of(ours_ | std::views::values, [&](const Ours& ours) { return ours.intention == intention; });
}

}  // namespace simulation
