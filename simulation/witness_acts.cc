// SPDX-License-Identifier: Apache-2.0
// The invariants of what the functions write into records and do to services.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "simulation/witness.h"

namespace simulation {
namespace {

// What the function may still tell of an intention after the lease: the design's "not applied only after five minutes".
constexpr auto unsettled_for = std::chrono::minutes(5);
// A move that no operation tells of is not noted before it is as old, less what lies between the account's clock and the decision.
constexpr auto explained_within = std::chrono::minutes(4);
// Something may remain unseen for so long while events are lost and calls fail.
constexpr auto unseen_max = std::chrono::hours(6);
// What began as long before an intention is not its own, whatever the clocks say.
constexpr auto clocks_apart = std::chrono::minutes(1);
// A lease outlives its function's time by this much.
constexpr auto lease_margin = std::chrono::seconds(61);
// There is one every 15 minutes.
constexpr auto two_sweeps = std::chrono::minutes(30);
// Nobody is told before that something takes long.
constexpr auto overdue_after = std::chrono::minutes(30);

std::string tag_of(std::string_view image) {
  const auto colon = image.rfind(':');
  return colon == std::string_view::npos ? std::string() : std::string(image.substr(colon + 1));
}

// Whether it differs by more than what is yet to be told, which is written without any look at the service.
bool says_more(const std::optional<boost::json::object>& before, boost::json::object after) {
  auto then = before.value_or(boost::json::object());
  for (const auto* member : {"untold", "nonce", "noncesBefore"}) {
    then.erase(member);
    after.erase(member);
  }
  return then != after;
}

// The configuration without its image: what an update must leave alone.
std::string all_but_image(const Town::Seen& seen) {
  auto configuration = seen.configuration;
  for (const auto* changing : {"Status", "UpdatedAt"}) configuration.erase(changing);
  configuration["SourceConfiguration"].as_object()["ImageRepository"].as_object()["ImageIdentifier"] = "";
  return boost::json::serialize(configuration);
}

}  // namespace

void Witness::check_record(const Caller& caller, const Asked& asked, const http::Request& request) {
  const auto* service = town_->service(asked.arn);
  const auto written = base::parse_json(request.body);
  // Rules of before may name a service that was deleted and created anew.
  if (!service && town_->was_there(asked.arn) && rule_of(caller, asked.arn)) return;
  if (!service || !written) return violated(12, asked.arn, "a record of nothing was written: " + asked.key);
  visit(caller).looks[asked.arn].writing.clear();
  const auto stored = town_->record_of(*service);
  const auto before = stored ? read_record(*stored) : RecordView{};
  const auto after = read_record(written->as_object());
  const bool takes_effect = [&] {
    if (request.headers.get("If-None-Match")) return !stored;
    const auto etag = request.headers.get("If-Match");
    return etag && *etag == town_->world().object("HEAD", asked.key).headers.get("etag").value_or("");
  }();
  if (!request.headers.get("If-None-Match") && !request.headers.get("If-Match"))
    return violated(3, asked.arn, "a record is written over whatever another function has written meanwhile");
  if (!takes_effect) return;
  if (trace_.wanted()) {
    trace_.note(town_->world().now(), fmt::format("function-{}", caller.process),
                "record: " + changes(stored.value_or(boost::json::object()), written->as_object()), asked.arn);
  }
  visit(caller).looks[asked.arn].writing = after.intention == before.intention ? "" : after.intention;
  // Where it was not known, nothing tells that it was edited.
  if (!before.range.empty() && after.range != before.range) truth_->forgiven(asked.arn);
  check_intention(caller, asked, before, after);
  check_set(asked, after);
  check_changes(asked, after, written->as_object());
  check_history(asked, before, after, stored.value_or(boost::json::object()), written->as_object());
  if (!before.baseline && after.baseline) check_baseline(caller, asked, after);
  const auto& look = visit(caller).looks[asked.arn];
  const bool is_observation = after.intention == before.intention && after.set_operation == before.set_operation;
  const bool whole = look.record && look.described && look.operations &&
                     visit(caller).listed[town_->repositories()[service->repository].name];
  if (is_observation && look.intention.empty() && !whole)
    violated(9, asked.arn, "an observation was recorded though not all of the facts were read");
  if (after.hold && !before.hold) tally_.count("hold");
  if (after.hold_operation == "UNTOLD" && before.hold_operation != "UNTOLD" && !truth_->is_mistaken(asked.arn) &&
      !truth_->was_moved_back_by(asked.arn, town_->world().now() - explained_within))
    violated(6, asked.arn, "a move back is noted as told by no operation, and it has only just been made");
  if (!after.hold_operation.empty() && after.hold_operation != "UNTOLD" && !truth_->is_mistaken(asked.arn)) {
    auto& noticed = noticed_holds_[asked.arn];
    noticed.insert(after.hold_operation);
    if (noticed.size() > static_cast<std::size_t>(truth_->moves_back(asked.arn)))
      violated(6, asked.arn,
               "operation " + after.hold_operation + " is said to have moved the service back, and did not");
  }
  if (stored && stored->contains("future") &&
      (!written->as_object().contains("future") || stored->at("future") != written->at("future")))
    violated(3, asked.arn, "what a newer version wrote into the record is lost");
  if (stored && stored->contains("schema") && stored->at("schema").to_number<int>() > 1)
    violated(3, asked.arn, "a record that a newer version wrote is written over");
  Owing owing{.news = {}, .nonce = std::string(base::string_member(written->as_object(), "nonce").value_or(""))};
  for (const auto& one : after.untold) {
    if (!before.is_untold(one.kind, one.operation)) owing.news.emplace(one.kind, one.operation);
  }
  if (!owing.news.empty() && !truth_->is_mistaken(asked.arn))
    visit(caller).owing.insert_or_assign(asked.arn, std::move(owing));
  check_untold(caller, asked, before, after);
  check_exceptions(asked, stored.value_or(boost::json::object()), written->as_object());
  if (after.rejected && !before.rejected) tally_.count("rejection");
  if (after.stop && !before.stop) tally_.count("stop");
  if (says_more(stored, written->as_object())) truth_->written(asked.arn, town_->world().now());
}

// Whatever is to be told is in the record as long as nobody has told it.
void Witness::check_untold(const Caller& caller, const Asked& asked, const RecordView& before,
                           const RecordView& after) {
  check_is_untold(asked, before, after);
  const auto& now = visit(caller);
  for (const auto& one : before.untold) {
    const auto still = std::ranges::find_if(after.untold, [&](const auto& other) { return one.is_same(other); });
    const auto what = fmt::format("{} of operation {}", one.kind, one.operation);
    if (still != after.untold.end()) {
      if (still->lease_until == one.lease_until) continue;
      if (one.lease_until && town_->world().now() + apart() < *one.lease_until)
        violated(3, asked.arn, what + " is taken over while another may be telling it");
      if (!still->lease_until || *still->lease_until > caller.invocation->deadline + lease_margin + apart())
        violated(3, asked.arn, "the lease of what is to be told outlives its function by more than a minute");
      tally_.count("telling what another left");
      continue;
    }
    if (!now.notices.contains({one.kind, one.operation}))
      violated(6, asked.arn, what + " is taken for told, and nobody told it");
    if (now.calm && !now.event_lines.contains(one.line))
      violated(6, asked.arn, what + " is not told in the service's own event log");
    if (now.calm && !now.on_bus.contains({one.kind, one.operation}))
      violated(6, asked.arn, what + " is not told on the bus");
  }
}

// What comes to be in the record is to be told.
void Witness::check_is_untold(const Asked& asked, const RecordView& before, const RecordView& after) {
  const bool same = before.set_operation == after.set_operation;
  const auto demand = [&](bool is_new, std::string_view kind, std::string_view operation) {
    if (is_new && !after.is_untold(kind, operation))
      violated(6, asked.arn, fmt::format("{} of operation {} is not to be told", kind, operation));
  };
  demand(!same && !after.set_operation.empty(), "started", after.set_operation);
  const bool ends = !after.set_outcome.empty() && !(same && !before.set_outcome.empty());
  // What came of a lost one is what runs.
  if (after.set_outcome != "LOST")
    demand(ends, after.set_outcome == "SUCCEEDED" ? "succeeded" : "failed", after.set_operation);
  // Told once of an intention and of what came of it.
  const bool was_overdue = same ? before.overdue : before.intention_overdue && after.set_intention == before.intention;
  demand(after.overdue && !was_overdue, "overdue", after.set_operation);
  demand(after.intention_overdue && !before.intention_overdue, "overdue", "");
  if (after.intention_overdue && town_->world().now() + apart() < *after.intention_at + overdue_after)
    violated(6, asked.arn, "an intention is taken for overdue that was only just written");
  demand(after.stop && !before.stop, "stopped", after.set_operation);
  const bool is_held = !after.hold_operation.empty() && after.hold_operation != before.hold_operation;
  demand(is_held, "held", after.hold_operation == "UNTOLD" ? "" : after.hold_operation);
  for (const auto& one : after.untold) {
    if (is_held && one.kind == "held" && one.tag != after.runs_tag)
      violated(6, asked.arn,
               fmt::format("a hold is to be told as a move back to {}, and {} runs", one.tag, after.runs_tag));
  }
  if (!same && !before.set_operation.empty() && before.set_outcome.empty() && !truth_->is_mistaken(asked.arn))
    violated(6, asked.arn,
             fmt::format("how operation {} ended is not known, and it is forgotten", before.set_operation));
}

void Witness::check_intention(const Caller& caller, const Asked& asked, const RecordView& before,
                              const RecordView& after) {
  if (after.intention == before.intention) return;
  const auto now = town_->world().now();
  auto& look = visit(caller).looks[asked.arn];
  const bool others = !before.intention.empty() && before.intention != look.intention;
  if (others && before.lease_until && now + apart() < *before.lease_until)
    return violated(3, asked.arn,
                    fmt::format("intention {} takes the place of {} of another function, whose lease lives until {}",
                                after.intention, before.intention, world_time(*before.lease_until)));
  if (others && after.set_intention != before.intention) {
    if (truth_->came_of(before.intention))
      return violated(3, asked.arn,
                      fmt::format("the intention {} was given up, though an operation came of it", before.intention));
    if (before.intention_at && now + apart() < *before.intention_at + unsettled_for)
      return violated(3, asked.arn, "an intention was given up before its operation could have come to light");
  }
  if (others) tally_.count("lease take-over");
  if (after.intention.empty()) return;
  if (!after.lease_until || *after.lease_until > caller.invocation->deadline + lease_margin + apart())
    return violated(3, asked.arn, "the lease of an intention outlives its function by more than a minute");
  const auto* service = town_->service(asked.arn);
  const bool listed = visit(caller).listed[town_->repositories()[service->repository].name];
  if (!look.record || !look.described || !look.operations || !listed) {
    violated(
        9, asked.arn,
        fmt::format("an intention for {} was written though not all of the facts were read: record {}, service {}, "
                    "operations {}, all of the images {}",
                    after.intention_tag, look.record, look.described, look.operations, listed));
  }
}

// It is the highest version in range, so that what an edit of the range lets in later lies above it.
void Witness::check_baseline(const Caller& caller, const Asked& asked, const RecordView& after) {
  const auto* service = town_->service(asked.arn);
  const auto* rule = rule_of(caller, asked.arn);
  if (!rule) return;
  const auto baseline = read_plain_version(*after.baseline);
  for (const auto& [tag, image] : town_->repository(rule->repository)->tags) {
    if (image.chart || !rule->allows(tag) || image.moved_at + unseen_within > service->created) continue;
    if (!baseline || *rule->version_of(tag) > *baseline)
      return violated(4, asked.arn,
                      fmt::format("the baseline {} is below {}, which was there at first sight", *after.baseline, tag));
  }
}

// An operation of a person that does what the intention wanted, and one of which nothing is left to tell, look the same as
// the intention's own.
bool Witness::may_be_taken_for_ours(const std::string& arn, const RecordView& record) const {
  const auto operations = town_->operations_of(arn);
  const auto found = std::ranges::find(operations, record.set_operation, &Town::SeenOperation::id);
  if (found == operations.end() || truth_->came_of(record.set_intention)) return false;
  // It began before the intention was written.
  if (record.set_at && found->began + clocks_apart + apart() < *record.set_at) return false;
  if (found->type != (record.set_action == "update" ? "UPDATE_SERVICE" : "START_DEPLOYMENT")) return false;
  if (found->status == "FAILED" || found->status.starts_with("ROLLBACK") || found->type == "START_DEPLOYMENT")
    return true;
  return found != operations.begin() || town_->see(arn)->tag == record.set_tag;
}

// The list that functions ask for has no more than the newest 20.
bool Witness::is_listed(const std::string& arn, std::string_view operation) const {
  auto operations = town_->operations_of(arn);
  operations.resize(std::min<std::size_t>(operations.size(), 20));
  return std::ranges::find(operations, operation, &Town::SeenOperation::id) != operations.end();
}

void Witness::check_set(const Asked& asked, const RecordView& after) {
  if (after.set_operation.empty() || truth_->is_mistaken(asked.arn)) return;
  if (after.set_outcome == "LOST" && !is_listed(asked.arn, after.set_operation))
    return truth_->is_mistaken_since(asked.arn, "an operation lost from the list");
  const auto* ours = truth_->ours(after.set_operation);
  if (!ours && may_be_taken_for_ours(asked.arn, after))
    return truth_->is_mistaken_since(asked.arn, "a person's operation taken for a function's");
  if (!ours || ours->arn != asked.arn)
    return violated(
        6, asked.arn,
        fmt::format("the record names {} as the operation it set, which no function started", after.set_operation));
  if (ours->intention != after.set_intention || ours->tag != after.set_tag)
    return violated(6, asked.arn,
                    fmt::format("the record names operation {} for another intention than the one it came of",
                                after.set_operation));
  if (!after.set_outcome.empty() && ours->ended != after.set_outcome) {
    violated(6, asked.arn,
             fmt::format("the record says that operation {} ended {}, and it {}", after.set_operation,
                         after.set_outcome, ours->ended.empty() ? "runs" : "ended " + ours->ended));
  }
}

// What it excepts from now on must have come about.
void Witness::check_exceptions(const Asked& asked, const boost::json::object& before,
                               const boost::json::object& after) {
  if (truth_->is_mistaken(asked.arn)) return;
  const auto has_changed = [&](std::string_view member) {
    const auto* now = after.if_contains(member);
    const auto* then = before.if_contains(member);
    return now && !now->is_null() && (!then || *then != *now);
  };
  if (has_changed("stop")) {
    const auto at = base::parse_iso8601(base::string_member(after.at("stop"), "at").value_or(""));
    const auto since = truth_->stopped_since(asked.arn);
    if (!since) return violated(4, asked.arn, "the service is stopped, though no two deployments in a row failed");
    if (at && *at > *since + std::chrono::seconds(1) + apart())
      return violated(4, asked.arn,
                      "the service is stopped for what was pushed after the second of two failing deployments began");
  }
  if (has_changed("rejected")) {
    for (const auto& rejected : after.at("rejected").as_array()) {
      if (!truth_->has_failed(asked.arn, std::string(base::string_member(rejected, "digest").value_or(""))))
        return violated(4, asked.arn,
                        fmt::format("{} is rejected, though no deployment of it failed",
                                    base::string_member(rejected, "tag").value_or("")));
    }
  }
  if (!has_changed("holds")) return;
  for (const auto& hold : after.at("holds").as_array()) {
    for (const auto& text : hold.at("versions").as_array()) {
      const auto version = read_plain_version(std::string_view(text.as_string()));
      if (!version && town_->repositories()[town_->service(asked.arn)->repository].tags.size() <= 1000)
        return violated(4, asked.arn, "a span is held where the versions can be listed");
      if (version && !truth_->may_be_held(asked.arn, *version))
        return violated(4, asked.arn,
                        fmt::format("{} is held, though nobody moved the service back from it", to_string(*version)));
    }
  }
}

// It has each deployment, and always the last that succeeded, to which a rollback goes back.
void Witness::check_history(const Asked& asked, const RecordView& before, const RecordView& after,
                            const boost::json::object& stored, const boost::json::object& written) {
  const auto has = [](const boost::json::object& record, std::string_view member, std::string_view value) {
    const auto* changes = record.if_contains("changes");
    return changes && std::ranges::any_of(changes->as_array(), [&](const auto& change) {
             return base::string_member(change, member) == value;
           });
  };
  if (after.set_operation != before.set_operation && !has(written, "operation", after.set_operation))
    violated(6, asked.arn, fmt::format("operation {} is not in the history", after.set_operation));
  if (has(stored, "outcome", "SUCCEEDED") && !has(written, "outcome", "SUCCEEDED"))
    violated(6, asked.arn, "the history has no deployment any more that succeeded");
}

// What the history says of the deployments.
void Witness::check_changes(const Asked& asked, const RecordView& after, const boost::json::object& record) {
  const auto* changes = record.if_contains("changes");
  if (!changes || truth_->is_mistaken(asked.arn)) return;
  for (const auto& change : changes->as_array()) {
    const auto operation = base::string_member(change, "operation").value_or("");
    const auto outcome = base::string_member(change, "outcome").value_or("");
    if (operation.empty() && outcome.empty()) continue;
    const auto* ours = truth_->ours(operation);
    if (!ours || ours->tag != base::string_member(change, "to"))
      return violated(6, asked.arn,
                      fmt::format("the history tells of operation {} something else than what it did", operation));
    const auto from = base::string_member(change, "from").value_or("");
    if (base::string_member(change, "action") == "update" && from != ours->from)
      return violated(
          6, asked.arn,
          fmt::format("the history says that {} ran before operation {}, and {} did", from, operation, ours->from));
    if (!outcome.empty() && outcome != ours->ended)
      return violated(6, asked.arn, fmt::format("the history says that operation {} ended {}", operation, outcome));
    if (operation == after.set_operation && outcome != after.set_outcome)
      return violated(6, asked.arn, fmt::format("the history does not say how operation {} ended", operation));
  }
}

void Witness::check_call(const Caller& caller, const Asked& asked, const http::Request& request) {
  const auto& look = visit(caller).looks[asked.arn];
  const auto* rule = rule_of(caller, asked.arn);
  if (!rule)
    return violated(12, asked.arn,
                    fmt::format("{} of a service that the function's rules do not name", asked.operation));
  if (rule->suspend) return violated(4, asked.arn, asked.operation + " of a service whose rule is suspended");
  if (look.intention.empty()) return violated(3, asked.arn, asked.operation + " without an intention in the record");
  if (look.acted)
    return violated(3, asked.arn,
                    fmt::format("{} again for the same intention, though the call before it took effect or may have",
                                asked.operation));
  if (!look.described_since)
    return violated(
        9, asked.arn,
        fmt::format("{} without another look at the service after the intention was written", asked.operation));
  before_call_ = town_->see(asked.arn);
  if (!before_call_) return;
  const auto* service = town_->service(asked.arn);
  const auto paused = service ? truth_->paused(service->name) : std::nullopt;
  if (before_call_->status == "PAUSED" && paused && *paused + unseen_within < town_->world().now())
    return violated(4, asked.arn, asked.operation + " of a service that is paused");
  if (asked.operation == "UpdateService") {
    check_update(caller, asked, *rule, std::string(text_in(request.body, "ImageIdentifier")));
  } else {
    if (!rule->redeploy) return violated(4, asked.arn, "an image is deployed again, which the rule forbids");
    if (before_call_->status == "RUNNING") check_orders(asked, *rule, before_call_->tag);
    check_image(asked, *rule, before_call_->tag, false);
    const auto* runs = truth_->runs(asked.arn);
    const auto* repository = town_->repository(rule->repository);
    const auto tag = repository->tags.find(before_call_->tag);
    if (runs && runs->sure && tag != repository->tags.end() && runs->tag == tag->first &&
        runs->digest == tag->second.digest && tag->second.moved_at + unseen_within < town_->world().now() &&
        before_call_->status == "RUNNING" && !is_behind(caller, asked.arn))
      violated(3, asked.arn, fmt::format("{} is deployed again, though that very image runs", tag->first));
  }
}

void Witness::check_update(const Caller& caller, const Asked& asked, const TownRule& rule, const std::string& image) {
  const auto tag = tag_of(image);
  if (image != fmt::format("{}/{}:{}", town_registry, rule.repository, tag))
    return violated(12, asked.arn,
                    fmt::format("an image of another repository than the rule's is deployed: {}", image));
  // What AWS refuses anyway has no effect.
  if (before_call_->status != "RUNNING") return;
  if (before_call_->repository != rule.repository)
    return violated(12, asked.arn, fmt::format("a service that runs {} is moved", before_call_->image));
  const auto pinned = check_orders(asked, rule, tag);
  if (!pinned) return;
  const auto version = rule.version_of(tag);
  if (*pinned) tally_.count("pinned deployment");
  const auto running = rule.version_of(before_call_->tag);
  if (const auto& described = visit(caller).looks[asked.arn].described_image;
      !*pinned && !described.contains('@') && !rule.version_of(tag_of(described)))
    return violated(4, asked.arn,
                    fmt::format("a service is moved that runs {}, which the rule does not read", described));
  if (running && *version == *running && !is_behind(caller, asked.arn))
    return violated(
        2, asked.arn,
        fmt::format("{} is deployed in the place of {}, which is the same version", tag, before_call_->tag));
  const auto& repository = *town_->repository(rule.repository);
  const auto& tags = repository.tags;
  const bool is_listed =
      tags.contains(before_call_->tag) || repository.changed_at + unseen_within > town_->world().now();
  const bool may_go_down = rule.downgrade && !rule.allows(before_call_->tag) && is_listed;
  if (running && *version < *running && !*pinned && !may_go_down && !is_behind(caller, asked.arn))
    return violated(2, asked.arn,
                    fmt::format("{} is deployed in the place of {}, which is higher", tag, before_call_->tag));
  if (running && *version < *running) tally_.count("downgrade");
  if (!*pinned && !rule.fallback) check_fall(asked, rule, tag, *version);
  const auto* service = town_->service(asked.arn);
  const auto record = town_->record_of(*service);
  const auto view = record ? read_record(*record) : RecordView{};
  const auto found = tags.find(tag);
  const auto baseline = read_plain_version(view.baseline.value_or(""));
  const bool is_let_in = view.baseline && (!baseline || *version > *baseline);
  const bool was_there = found != tags.end() && found->second.moved_at < service->created && !is_let_in;
  if (was_there && !truth_->is_pushed(asked.arn) && !rule.adopt_act && !*pinned && !may_go_down)
    return violated(4, asked.arn,
                    fmt::format("{} is deployed though it was there at first sight and nobody has pushed since", tag));
  check_image(asked, rule, tag, *pinned);
}

// Whether the tag's version is the pinned one; nullopt: a violation.
std::optional<bool> Witness::check_orders(const Asked& asked, const TownRule& rule, const std::string& tag) {
  const auto record = town_->record_of(*town_->service(asked.arn));
  const auto now = town_->world().now();
  // What was ordered after the function had decided it can't know.
  const auto decided_at = record ? read_record(*record).intention_at.value_or(now) : now;
  const auto* pin = truth_->pin(asked.arn);
  const auto version = rule.version_of(tag);
  const auto orders = [&](const Truth::Pin* one) { return one && version && to_string(*version) == one->version; };
  const auto* former = truth_->former_pin(asked.arn, decided_at - apart());
  const auto* order = orders(pin) ? pin : orders(former) ? former : nullptr;
  const bool pinned = order != nullptr;
  const auto wrong = [&]() -> std::string {
    if (!pinned && !rule.allows(tag)) return "which the rule " + std::string(rule.range->text) + " does not allow";
    if (pin && !pinned && pin->at + apart() <= decided_at) return "though the service is pinned to " + pin->version;
    const auto skipped = truth_->skipped(asked.arn, *version);
    if (!pinned && skipped && *skipped + apart() <= decided_at) return "which an operator skipped";
    const auto* undone = truth_->undone(asked.arn);
    const bool is_undone = undone && undone->versions.contains(to_string(*version)) && undone->at + unseen_within < now;
    // What a person put there again is held no more if the rule allows it: the truth asks the newest one, and this function
    // may go by another while the rules are broken.
    const auto runs = rule.version_of(before_call_->tag);
    const bool is_newest = rule.range->text == town_->service(asked.arn)->rule.range->text;
    const bool is_back = !is_newest && runs && rule.allows(before_call_->tag) && *version <= *runs;
    if (is_undone && !is_back && !(order && order->at > undone->began))
      return "though a person had put a lower version in its place or held it";
    return {};
  }();
  if (wrong.empty()) return pinned;
  violated(wrong.starts_with("which the rule") ? 1 : 4, asked.arn, fmt::format("{} is deployed, {}", tag, wrong));
  return std::nullopt;
}

// The rule wants nothing lower than what could not be deployed.
void Witness::check_fall(const Asked& asked, const TownRule& rule, const std::string& deployed,
                         const PlainVersion& version) {
  const auto now = town_->world().now();
  const auto record = town_->record_of(*town_->service(asked.arn));
  const auto& tags = town_->repository(rule.repository)->tags;
  const auto itself = tags.find(deployed);
  for (const auto& [tag, image] : tags) {
    const auto higher = rule.version_of(tag);
    if (!higher || !rule.allows(tag) || *higher <= version || image.chart || image.moved_at + unseen_within > now)
      continue;
    // The second try of an image may go by another of its tags.
    if (itself != tags.end() && itself->second.digest == image.digest) continue;
    const auto failures = truth_->failures(asked.arn, image.digest);
    if (failures.times == 0 || failures.last + unseen_within > now) continue;
    // Behind a gate it is not what the rule wants yet, and that begins when it is seen.
    if (rule.soak.count() > 0 && now < image.moved_at + rule.soak + unseen_max) continue;
    if (truth_->skipped(asked.arn, *higher) || (record && holds(*record, *higher))) continue;
    return violated(
        4, asked.arn,
        fmt::format("{} is deployed in the place of {}, whose deployment failed, and the rule has no fallback",
                    to_string(version), tag));
  }
}

// An order of an operator goes before a gate and a stop.
void Witness::check_image(const Asked& asked, const TownRule& rule, const std::string& tag, bool ordered) {
  const auto now = town_->world().now();
  const auto* repository = town_->repository(rule.repository);
  const auto image = repository->tags.find(tag);
  // Deleted or moved behind the function's back.
  if (image == repository->tags.end() || image->second.moved_at + unseen_within > now) return;
  if (image->second.chart)
    return violated(1, asked.arn, fmt::format("{} is deployed, which is a chart and no image", tag));
  const auto& digest = image->second.digest;
  if (rule.soak.count() > 0 && !ordered &&
      now + apart() < std::max(image->second.moved_at, image->second.pushed_at) + rule.soak)
    return violated(7, asked.arn,
                    fmt::format("{} is deployed {} after this image got the tag, and must wait {}", tag,
                                base::to_text(std::chrono::floor<std::chrono::minutes>(now - image->second.moved_at)),
                                base::to_text(rule.soak)));
  auto failures = truth_->failures(asked.arn, digest);
  // Who pins the version after that orders another try.
  const auto* pin = truth_->pin(asked.arn);
  const auto bears = rule.version_of(tag);
  const auto pinned_since = [&](base::Time time) {
    return pin && bears && to_string(*bears) == pin->version && pin->at > time;
  };
  if (pinned_since(failures.last)) failures = {};
  if (failures.times >= 2)
    return violated(4, asked.arn,
                    fmt::format("{} is deployed a third time, though both deployments of this image failed", tag));
  if (failures.times == 1 && now + apart() < failures.last + std::chrono::hours(1))
    return violated(4, asked.arn, fmt::format("{} is deployed again within the hour after its deployment failed", tag));
  if (failures.times == 1) tally_.count("second try of a rejected image");
  const auto stopped = truth_->stopped(asked.arn);
  // An old image that got the tag since is news as well, if the push is heard of.
  if (stopped && !ordered && !pinned_since(*stopped) &&
      std::max(image->second.pushed_at, image->second.moved_at) + apart() <= *stopped)
    return violated(
        4, asked.arn,
        fmt::format("{} is deployed, though two deployments in a row failed and it was there by then", tag));
}

void Witness::check_effect(const Caller& caller, const Asked& asked, const http::Response& answer) {
  const auto operation = std::string(text_in(answer.body, "OperationId"));
  // An update's answer has what the service is to become; whether it is described so from then on, AWS does not document.
  const auto parsed = base::parse_json(answer.body);
  const auto* updated = parsed ? base::member(*parsed, "Service") : nullptr;
  const auto after = updated ? std::optional(Town::read_seen(updated->as_object())) : town_->see(asked.arn);
  const auto* service = town_->service(asked.arn);
  const auto record = town_->record_of(*service);
  const auto seen = record ? read_record(*record) : RecordView{};
  const auto& look = visit(caller).looks[asked.arn];
  if (asked.operation == "StartDeployment") {
    tally_.count("redeployment");
    if (is_behind(caller, asked.arn) && after->tag != seen.intention_tag)
      truth_->is_mistaken_since(asked.arn, "a redeployment of what a person had just deployed");
  }
  truth_->is_ours(asked.arn, operation,
                  {.arn = asked.arn,
                   .intention = look.intention,
                   .from = is_behind(caller, asked.arn) ? tag_of(look.described_image)
                           : before_call_               ? before_call_->tag
                                                        : std::string(),
                   .tag = after->tag,
                   .digest = seen.intention_digest,
                   .began = town_->world().now(),
                   .ended = {}});
  if (before_call_ && all_but_image(*before_call_) != all_but_image(*after))
    violated(11, asked.arn, fmt::format("{} changed more than the image", asked.operation));
  if (before_call_ && before_call_->auto_deployments)
    violated(4, asked.arn, fmt::format("{} of a service that deploys by itself", asked.operation));
  if (calm_since_) check_haste(asked, after->tag, seen.intention_digest);
}

// Once all is calm, what can be done is done within two sweeps.
void Witness::check_haste(const Asked& asked, const std::string& tag, const std::string& digest) {
  const auto* service = town_->service(asked.arn);
  auto since = std::max(*calm_since_, truth_->idle_since(asked.arn));
  const auto& tags = town_->repository(service->rule.repository)->tags;
  const auto image = tags.find(tag);
  // Where an old image got the tag only the push tells when, which may come late.
  if (image == tags.end() || image->second.moved_at > image->second.pushed_at) return;
  const auto record = town_->record_of(*service);
  // What the record may say there is judged as it is written.
  const auto waits_for = [&](std::string_view member, base::Duration time) {
    const auto* all = record ? record->if_contains(member) : nullptr;
    for (const auto& one : all ? all->as_array() : boost::json::array()) {
      const auto at = base::parse_iso8601(base::string_member(one, "at").value_or(""));
      if (at && base::string_member(one, "digest") == digest) since = std::max(since, *at + time);
    }
  };
  waits_for("rejected", std::chrono::hours(1));
  waits_for("seen", service->rule.soak);
  if (const auto late = town_->world().now() - since; late > two_sweeps + apart())
    violated(4, asked.arn,
             fmt::format("{} comes {} after nothing was in its way any more", asked.operation,
                         base::to_text(std::chrono::floor<std::chrono::minutes>(late))));
}

}  // namespace simulation
