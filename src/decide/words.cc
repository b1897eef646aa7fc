// SPDX-License-Identifier: Apache-2.0
#include "decide/explain.h"

namespace decide {
namespace {

std::string_view word(WaitReason why) {
  switch (why) {
    case WaitReason::Busy: return "busy";
    case WaitReason::Leased: return "leased";
    case WaitReason::Unsettled: return "unsettled";
    case WaitReason::Retry: return "retry";
    case WaitReason::Gate: return "gate";
  }
  return "?";
}

std::string_view word(KeepReason why) {
  switch (why) {
    case KeepReason::Suspended: return "suspended";
    case KeepReason::SourceCode: return "source-code";
    case KeepReason::OtherRepository: return "other-repository";
    case KeepReason::AutoDeploys: return "auto-deploys";
    case KeepReason::TracksLatest: return "tracks-latest";
    case KeepReason::Paused: return "paused";
    case KeepReason::Deleted: return "deleted";
    case KeepReason::Failed: return "failed";
    case KeepReason::UnknownState: return "unknown-state";
    case KeepReason::PinMissing: return "pin-missing";
    case KeepReason::RunsNoVersion: return "runs-no-version";
    case KeepReason::BesidePattern: return "beside-pattern";
    case KeepReason::Rejected: return "rejected";
    case KeepReason::Stopped: return "stopped";
    case KeepReason::BeingDeployed: return "being-deployed";
    case KeepReason::PinRuns: return "pin-runs";
    case KeepReason::NothingEligible: return "nothing-eligible";
    case KeepReason::NewestRuns: return "newest-runs";
    case KeepReason::OutsideRange: return "outside-range";
  }
  return "?";
}

struct Name {
  std::string_view operator()(const Update&) const { return "update"; }
  std::string_view operator()(const Redeploy&) const { return "redeploy"; }
  std::string_view operator()(const Wait&) const { return "wait"; }
  std::string_view operator()(const Keep&) const { return "keep"; }
};

struct ReasonWord {
  std::string_view operator()(const Update& update) const {
    return update.pinned ? "pinned" : update.down ? "downgrade" : "newer";
  }
  std::string_view operator()(const Redeploy&) const { return "new-digest"; }
  std::string_view operator()(const Wait& wait) const { return word(wait.why); }
  std::string_view operator()(const Keep& keep) const { return word(keep.why); }
};

}  // namespace

std::string_view name(const Decision& decision) { return std::visit(Name{}, decision); }

std::string_view reason(const Decision& decision) { return std::visit(ReasonWord{}, decision); }

}  // namespace decide
