// SPDX-License-Identifier: Apache-2.0
#include "cli/following.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/progress.h"
#include "cli/text.h"
#include "decide/follow.h"

namespace cli {
namespace {

using decide::Operation;

// Between two looks. An operation takes minutes, and AWS counts the calls.
constexpr base::Duration between_looks = std::chrono::seconds(3);

const Operation* find(const decide::Running& running, const std::string& id) {
  if (id.empty()) return running.operations.empty() ? nullptr : &running.operations.front();
  const auto found = std::ranges::find(running.operations, id, &Operation::id);
  return found == running.operations.end() ? nullptr : &*found;
}

bool has_ended(const Operation& operation) {
  return operation.state == Operation::State::Succeeded || operation.state == Operation::State::Failed;
}

}  // namespace

base::Result<Following::End> Following::follow(const names::ServiceArn& service, const std::string& operation,
                                               const std::string& tag, base::Duration timeout) {
  const auto begin = outside_.clock.instant();
  const auto waited = [&] { return std::chrono::duration_cast<base::Duration>(outside_.clock.instant() - begin); };
  Progress progress(outside_);
  End end;
  while (true) {
    const auto described = account_.installation().app_runner().describe(service, account_.deadline(stop_));
    if (!described && stop_.stop_requested()) return end;
    if (!described) return std::unexpected(described.error());
    const auto& running = (*described)->running;
    const auto* now = find(running, operation);
    const auto status = now ? now->status : std::string("not listed yet");
    if (status != end.status) {
      progress.clear();
      outside_.out << fmt::format("{}: {} after {}\n", service.name, printable(status),
                                  base::to_text(std::chrono::floor<std::chrono::seconds>(waited())))
                   << std::flush;
      end.status = status;
    }
    end.runs = running.image ? names::to_string(*running.image) : "source code";
    // The service is busy for a moment longer than its operation.
    end.ended = now && has_ended(*now) && running.state != decide::Running::State::Busy;
    end.succeeded = end.ended && now->state == Operation::State::Succeeded;
    const bool is_described = tag.empty() || !running.image || running.image->tag == tag;
    if (end.succeeded && now->ended_at && !is_described) {
      end.ended = outside_.clock.now() >= *now->ended_at + decide::described_within;
    }
    if (end.ended || waited() + between_looks > timeout) return end;
    progress.show(fmt::format("{}: {}, {} so far", service.name, printable(status),
                              base::to_text(std::chrono::floor<std::chrono::seconds>(waited()))));
    if (!outside_.clock.sleep_for(between_looks, stop_)) return end;
  }
}

}  // namespace cli
