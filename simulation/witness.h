// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/permits.h"
#include "simulation/request.h"
#include "simulation/tally.h"
#include "simulation/town.h"
#include "simulation/trace.h"
#include "simulation/truth.h"
#include "simulation/weather.h"
#include "simulation/world.h"

namespace simulation {

// Sees every request of the functions, every log line and all that happens in the account, and compares it with the
// invariants. It knows Caretaker by its wire and its words only.
class Witness final : public Observer {
 public:
  Witness(Weather& weather, Trace& trace, Tally& tally) : weather_(weather), trace_(trace), tally_(tally) {}
  // Before anything happens; the world must exist first.
  void attend(Town& town);
  // Called with a service when a function is about to write its record.
  void interfere_by(std::function<void(const std::string& arn)> act) { interfere_ = std::move(act); }

  // Nothing befalls anybody any more, and nobody does anything.
  void calmed() {
    calm_since_ = town_->world().now();
    interfere_ = {};
  }
  // When all is calm, and has been for long: whether anything is left that should not be.
  void check_end();

  // The first one.
  const std::optional<Violation>& violation() const { return violation_; }
  void violated(int invariant, std::string_view service, std::string sentence);
  Truth& truth() { return *truth_; }
  const Permits& permits() const { return permits_; }

  Fate fate(const Caller& caller, const http::Request& request) override;
  void arriving(const Caller& caller, const http::Request& request) override;
  void answered(const Caller& caller, const http::Request& request, const http::Response& answer) override;
  void received(const Caller& caller, const http::Request& request, Fault fault, const http::Response* answer) override;
  void began(const Caller& caller) override;
  void logged(const Caller& caller, std::string_view line) override;
  void ended(const Caller& caller, const sandbox::InvocationResult& result) override;
  void happened(const sandbox::Happening& happening) override;

 private:
  // What an invocation has learnt of a service and done to it.
  struct Look {
    bool record = false;
    bool rereads = false;  // It has written the record since it described the service.
    bool described = false;
    base::Time described_at;
    std::string described_image;
    bool operations = false;
    base::Time listed_at;
    bool listed_old = false;       // Its operations, as they were a moment ago.
    std::string writing;           // An intention on its way.
    std::string intention;         // The last that it wrote.
    bool described_since = false;  // Since it wrote that.
    bool acted = false;            // A call took effect since then, or may have.
    bool trouble = false;          // The record could not be read or written since then.
    bool unsure = false;           // Its last write may have come about or not, as far as it knows.
    bool conflict = false;         // Another wrote the record meanwhile.
  };
  struct Message {
    std::string repository;  // Of an ECR push; empty: something else.
    std::string tag;
    bool stranger = false;  // A push of another account or region.
    std::string body;
    std::string receipt;
    base::Time received;  // For the first time.
    std::string ending;   // As it was logged: `done`, `waiting`, `dead-letter`.
    std::string reason;
    std::optional<base::Time> until;  // When it is said to come back; not if the line says that this could not be set.
  };
  // What is being written, and is to be told then.
  struct Owing {
    std::set<std::pair<std::string, std::string>> news;  // Kinds and operations.
    std::string nonce;
  };
  struct Visit {
    base::Time began;
    std::map<std::string, Message> messages;  // By id.
    std::map<std::string, Look> looks;        // By ARN.
    std::map<std::string, bool> listed;       // By repository: all its pages were seen, and nothing failed since.
    std::map<std::string, Owing> owing;       // By ARN.
    std::set<std::pair<std::string, std::string>> owed;  // Written, and not told yet.
    std::set<std::string> unreachable;           // ARNs of those that are refused, and that nobody was told of yet.
    bool rules_are_broken = false;               // They were read, and nobody was told.
    std::set<std::string> undecided;             // ARNs of services whose facts could not be gathered.
    std::map<std::string, std::string> waiting;  // What runs, by the ARN of services that could not be moved yet.
    bool waits_until = false;                    // For one of them until a known time.
    std::map<std::string, base::Time> hidden;    // Until when SQS hides messages, by receipt.
    bool refused = false;                        // Something, and for good.
    // What it told: kinds and operations of its notices, and of those it sent to the bus; and lines for services' event logs.
    std::set<std::pair<std::string, std::string>> notices;
    std::set<std::pair<std::string, std::string>> on_bus;
    std::set<std::string> event_lines;
    bool calm = true;      // Nothing has befallen its requests.
    bool stale = false;    // Something it was told was so a moment ago.
    int wrong_clocks = 0;  // Refusals in a row that speak of the clock.
    std::string last_request;
    int repeats = 0;
    int requests = 0;
    int dead_letters = 0;  // Sent to their queue.
  };

  // What lies between the clocks of two processes at most; a process may take it for later or earlier than it is by no more.
  base::Duration apart() const { return 2 * town_->world().skew_max(); }
  Visit& visit(const Caller& caller) { return visits_.at(caller.process); }
  const TownRule* rule_of(const Caller& caller, std::string_view arn) const;
  // Whether the function may have been told what the service ran before its last operation.
  bool is_behind(const Caller& caller, std::string_view arn);

  void check_record(const Caller& caller, const Asked& asked, const http::Request& request);
  void check_untold(const Caller& caller, const Asked& asked, const RecordView& before, const RecordView& after);
  void check_is_untold(const Asked& asked, const RecordView& before, const RecordView& after);
  void check_intention(const Caller& caller, const Asked& asked, const RecordView& before, const RecordView& after);
  bool may_be_taken_for_ours(const std::string& arn, const RecordView& record) const;
  bool is_listed(const std::string& arn, std::string_view operation) const;
  void check_set(const Asked& asked, const RecordView& after);
  void check_exceptions(const Asked& asked, const boost::json::object& before, const boost::json::object& after);
  void check_changes(const Asked& asked, const RecordView& after, const boost::json::object& record);
  void check_history(const Asked& asked, const RecordView& before, const RecordView& after,
                     const boost::json::object& stored, const boost::json::object& written);
  void check_baseline(const Caller& caller, const Asked& asked, const RecordView& after);
  void check_call(const Caller& caller, const Asked& asked, const http::Request& request);
  void check_update(const Caller& caller, const Asked& asked, const TownRule& rule, const std::string& image);
  std::optional<bool> check_orders(const Asked& asked, const TownRule& rule, const std::string& tag);
  void check_fall(const Asked& asked, const TownRule& rule, const std::string& deployed, const PlainVersion& version);
  void check_image(const Asked& asked, const TownRule& rule, const std::string& tag, bool ordered);
  void check_effect(const Caller& caller, const Asked& asked, const http::Response& answer);
  void check_haste(const Asked& asked, const std::string& tag, const std::string& digest);
  void check_decision(const Caller& caller, std::string_view line);
  void check_overdue(const Caller& caller, const std::string& arn);
  void note_read(const Caller& caller, const Asked& asked, Fault fault, const http::Response* answer);
  void check_notice(const Caller& caller, std::string_view line);
  void check_ending(const Caller& caller, std::string_view line);
  void check_dead_letter(const Caller& caller, const http::Request& request);
  void note_hidden(const Caller& caller, const http::Request& request);
  bool is_newer_record_about(std::string_view repository) const;
  void check_return(const Visit& visit, const Message& message);
  void check_event_log(const http::Request& request);
  void check_left_behind(const Visit& visit);
  void check_endings(const Caller& caller, const Visit& visit, const sandbox::InvocationResult& result);
  void check_told(std::string_view text, std::string_view where);
  void note_telling(const Caller& caller, const Asked& asked, const http::Request& request);
  void check_permitted(const Asked& asked, const http::Request& request, const http::Response& answer);

  Weather& weather_;
  Trace& trace_;
  Tally& tally_;
  Town* town_ = nullptr;
  std::optional<Truth> truth_;
  std::optional<Violation> violation_;
  std::map<std::uint64_t, Visit> visits_;               // By process.
  std::map<std::uint64_t, const TownRules*> in_force_;  // By process.
  std::optional<Town::Seen> before_call_;
  std::optional<base::Time> calm_since_;
  std::function<void(const std::string& arn)> interfere_;
  Permits permits_;
  std::map<std::string, std::set<std::string>>
      noticed_holds_;                                        // By service: the operations said to have moved it back.
  std::set<std::pair<std::string, std::string>> told_;       // Kinds of notices, and their operations.
  std::map<std::string, std::set<std::string>> told_holds_;  // By service.
  base::Time hour_{};                                        // That the count is of:
  int begun_in_hour_ = 0;                                    // Invocations.
  std::set<std::string> granted_;                            // The texts of rules that permits_ knows.
};

}  // namespace simulation
