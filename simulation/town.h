// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "decide/record.h"
#include "simulation/plain_version.h"
#include "simulation/random.h"
#include "simulation/world.h"

namespace simulation {

inline constexpr std::string_view town_registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
// Stands in every service's environment, and must stand nowhere else.
inline constexpr std::string_view town_secret = "hunter2-must-not-be-told";

// What the owners wrote of one service.
struct TownRule {
  std::string arn;
  std::string repository;
  const PlainRange* range = nullptr;
  std::string suffix;  // Tags bear it behind the version, and the rule has the pattern for that: `-alpine`.
  bool include_prerelease = false;
  bool downgrade = false;
  bool suspend = false;
  bool redeploy = true;
  bool fallback = false;
  bool adopt_act = false;
  bool reapply = false;
  base::Duration soak{};
  bool operator==(const TownRule&) const = default;

  // The version that a tag bears for this rule, and whether it may run.
  std::optional<PlainVersion> version_of(std::string_view tag) const;
  bool allows(std::string_view tag) const;
};

// `shop ^1.2, soaks 30m, may go down`
std::string in_words(const TownRule& rule);

// How often and for how long a push is retried.
struct TownRetry {
  std::chrono::minutes after;
  int times;
  std::chrono::minutes given_up_after() const { return after * times; }
};
// The first is so without a word about it.
inline constexpr std::array<TownRetry, 3> town_retries = {
    {{std::chrono::minutes(10), 3}, {std::chrono::minutes(2), 10}, {std::chrono::minutes(25), 2}}};

// A text that stood in the rules object once.
struct TownRules {
  bool valid = true;
  std::vector<TownRule> rules;
  TownRetry retry = town_retries[0];
  const TownRule* about(std::string_view arn) const;
};

struct TownTag {
  std::string digest;
  base::Time pushed_at;  // Of the image.
  base::Time moved_at;   // When the tag came to be this image's.
  bool chart = false;    // No image at all, but a Helm chart or the like.
};

struct TownRepository {
  std::string name;
  std::map<std::string, TownTag, std::less<>> tags;
  base::Time changed_at{};
};

struct TownService {
  std::string name;
  std::string arn;
  std::size_t repository = 0;
  TownRule rule;
  bool deleted = false;
  base::Time created{};
};

// The repositories, services and rules of a world, and all that people and pipelines may do to them; it keeps what it did, so
// that the truth is known without Caretaker.
class Town {
 public:
  Town(World& world, Random random) : world_(world), random_(random) {}

  // Repositories with some images, services that run them, the stack's other event rules, the rules object.
  void found(bool many_tags);
  // One repository `shop` with 1.2.3, one service that runs it under `^1.2`.
  void found_small();

  // Pipelines.
  void push(std::size_t repository, const std::string& tag, bool chart = false);
  // The same image under another tag.
  void tag_again(std::size_t repository, const std::string& tag, const std::string& as);
  void delete_tag(std::size_t repository, const std::string& tag);
  // A new tag near those there are: most often a patch, sometimes a prerelease or no version at all.
  std::string next_tag(std::size_t repository);
  // A version above all others that this service's rule admits.
  std::string next_tag_for(const TownService& service);

  // People. False where AWS refused.
  bool deploy(const TownService& service, const std::string& tag);
  bool deploy_another(const TownService& service, std::size_t repository, const std::string& tag);
  bool redeploy(const TownService& service);
  bool set_auto_deployments(const TownService& service, bool on);
  bool change_memory(const TownService& service);
  bool pause(const TownService& service);
  bool resume(const TownService& service);
  bool delete_service(TownService& service);
  bool recreate(TownService& service, const std::string& tag);
  void write_rules();
  void break_rules();
  // What a command does, by its own code; now and then it is killed on the way. False: there is no record yet, or it stays as it was.
  bool order(const TownService& service, std::string_view action, std::string_view version,
             const std::function<bool(decide::Record&)>& change);
  // Writes into the service's record what this version of Caretaker knows nothing of.
  bool write_of_newer(const TownService& service, bool has_schema);
  // The newer version is gone.
  void take_back_newer(const TownService& service);
  bool maintain(const TownService& service);
  void send(std::string_view body);
  // To less than the longest invocations take.
  void shorten_visibility();

  // What is so. Empty where it can't be told.
  struct Seen {
    std::string status;
    std::string image;
    std::string tag;
    std::string repository;
    bool auto_deployments = false;
    boost::json::object configuration;  // The answer of DescribeService.
  };
  std::optional<Seen> see(std::string_view arn) const;
  // The same of a service as an answer has it.
  static Seen read_seen(boost::json::object described);
  std::optional<boost::json::object> record_of(const TownService& service) const;
  struct SeenOperation {
    std::string id;
    std::string type;
    std::string status;
    base::Time began{};
  };
  std::vector<SeenOperation> operations_of(std::string_view arn) const;

  std::vector<TownRepository>& repositories() { return repositories_; }
  const std::vector<TownRepository>& repositories() const { return repositories_; }
  std::vector<TownService>& services() { return services_; }
  const std::vector<TownService>& services() const { return services_; }
  const TownRepository* repository(std::string_view name) const;
  const TownService* service(std::string_view arn) const;
  // Whether it was one's before that one was created anew.
  bool was_there(std::string_view arn) const { return former_.contains(arn); }
  // Null for a text that nobody of the town wrote.
  const TownRules* rules_of_text(std::string_view text) const;
  const TownRules& rules() const { return rules_; }
  World& world() const { return world_; }
  const std::vector<std::string>& sent() const { return sent_; }

 private:
  bool call(std::string_view target, std::string_view json) const;
  std::string put_image(std::size_t repository, const std::string& tag, std::string_view manifest);
  bool create(TownService& service, const std::string& tag);
  bool update_source(const TownService& service, std::string_view image, std::optional<bool> auto_deployments);
  TownRule any_rule(const TownService& service);

  // As every writer does, it leaves what tells the writes before it.
  bool write_record(const TownService& service, boost::json::object record);

  World& world_;
  Random random_;
  std::vector<TownRepository> repositories_;
  std::vector<TownService> services_;
  TownRules rules_;
  std::map<std::string, TownRules, std::less<>> texts_;
  std::vector<std::string> sent_;
  std::map<std::string, std::string, std::less<>> manifests_;  // By digest.
  std::set<std::string, std::less<>> former_;                  // ARNs.
  int pushes_ = 0;
  int writes_ = 0;
};

std::string record_key_of(const TownService& service);
// As an array, as an object, or as one whose defaults are what the first rule says.
enum class RulesForm { Array, Object, Defaults };
std::string rules_text(const TownRules& rules, RulesForm form, int write);

}  // namespace simulation
