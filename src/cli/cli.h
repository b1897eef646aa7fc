// SPDX-License-Identifier: Apache-2.0
#pragma once

// cli/: the command line; one file a command, and cli.cc, which reads the arguments.
//   check.h      caretaker check FILE…
//   plan.h       caretaker plan [SERVICE…]
//   explain.h    caretaker explain SERVICE [TAG…]
//   reconcile.h  caretaker reconcile [SERVICE…]
//   replay.h     caretaker replay FILE
//   history.h    caretaker history SERVICE
//   rules_push.h caretaker rules push FILE, restore VERSION; rules_versions.h: caretaker rules pull [FILE], versions
//   doctor.h     caretaker doctor; examination.h: its parts, findings.h: what they find, policies.h: what AWS's policies say
//   init.h       caretaker init; proposal.h: the rule for a service as it stands
//   redrive.h    caretaker redrive
//   order.h      caretaker hold, release, pin, skip, rollback SERVICE [VERSION…]
//   semver.h     caretaker semver [-r RANGE]… VERSION…
//   completion.h caretaker completion SHELL
// and what they share: outside.h (what main gives them), account.h (the AWS account), snapshot.h and facts_file.h (the facts of
// services, gathered or saved), outlook.h and account_of_tags.h (what is said of a service and of a tag), following.h (an
// operation to its end), rules_object.h (the rules in force), difference.h (of two rules files), queues.h, events.h and replaying.h (events that were), failure.h (what kept a command from being carried out),
// usage.h (help, and words that were not expected), file.h, text.h, progress.h.

#include <string>
#include <vector>

#include "cli/outside.h"

namespace cli {

// Runs `caretaker ARGUMENTS…` and returns the exit code: 0 fine, 1 the answer is no (problems found, nothing satisfies), 2 it
// could not be asked (bad arguments, unreadable file).
int run(std::vector<std::string> arguments, const Outside& outside);

}  // namespace cli
