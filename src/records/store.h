// SPDX-License-Identifier: Apache-2.0
#pragma once

// records/: the record of each service and where it is kept.
//   store.h   load and change a record; conditional writes, so that several functions may work at once
//   codec.h   the record as JSON
//   and behind them: conditional_store.h (what the stores have in common), s3_store.cc, directory_store.cc, no_store.cc

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aws/caller.h"
#include "aws/s3.h"
#include "base/error.h"
#include "decide/record.h"
#include "names/names.h"
#include "report/notice.h"

namespace records {

// One entry of a record's history, for people: what was done, chosen from what, and why.
struct Change {
  base::Time at;
  std::string action;  // `update`, `redeploy`, or an operator's order: `pin`, `hold` …
  std::string from;    // The tag before.
  std::string to;
  std::string digest;
  std::string operation;
  std::string outcome;  // How the operation ended; empty while it runs, and for an order.
  std::string by;       // Who ordered it; empty: the rule.
  std::string why;
  std::vector<std::string> verdicts;  // At most ten sentences, the most relevant first.
  std::size_t candidates = 0;         // How many tags were looked at.
  std::size_t eligible = 0;
  bool operator==(const Change&) const = default;
};

inline constexpr std::size_t changes_max = 20;
// The entry that goes first where there is no room: the oldest, but for the newest that succeeded and the newest that pinned, by which
// `caretaker rollback` knows what ran before. Expects that there are any.
std::size_t least_needed(const std::vector<Change>& changes);

// What people are to be told of a change: written with it and taken out once it is told, so that nothing is lost with an interrupted
// function (the pattern of a transactional outbox).
struct Untold {
  report::Notice notice;   // Without the service, whose record it is.
  std::string line;        // For the service's own event log.
  base::Time lease_until;  // Until then whoever wrote it tells it; then anybody does.
  bool operator==(const Untold&) const = default;
};

inline constexpr std::size_t untold_max = 16;

// A record as it was read, and what is needed to write it back.
struct Stored {
  decide::Record record;
  std::vector<Change> changes;  // Newest first, at most `changes_max`.
  std::vector<Untold> untold;   // Oldest first, at most `untold_max`.
  bool exists = false;
  std::string service;                     // The ARN of the service whose it says it is; empty: it does not say.
  bool read_only = false;                  // Written by a newer Caretaker: we may look, not write.
  std::string etag;                        // Empty where it does not exist.
  std::string document;                    // The JSON text as read, whose unknown members survive a write.
  std::string nonce;                       // Of the write that made it.
  std::vector<std::string> nonces_before;  // Of the writes before that, newest first, at most 8.
};

class Store {
 public:
  virtual ~Store() = default;

  // A service without a record gives one that does not exist(). Errors: Invalid (not a record, or another service's), Denied, Transient …
  virtual base::Result<Stored> load(const names::ServiceArn& service, const aws::Deadline& deadline) = 0;

  // Makes `edit`'s change and writes, if nobody wrote in between; else reads again and makes it on what is there now.
  // `edit` thus changes only what its caller owns. It returns false to give the change up (someone else was first):
  // then nothing is written and the result is Conflict. On success `stored` is what is kept now. A write whose answer
  // was lost is known again by its nonce, also if others wrote since. Errors: Conflict; Unknown, if it may be written all the
  // same; and whatever the store says.
  using Edit = std::function<bool(Stored&)>;
  virtual base::Result<void> change(const names::ServiceArn& service, Stored& stored, const Edit& edit,
                                    const aws::Deadline& deadline) = 0;
};

// Objects `PREFIX/ACCOUNT/REGION/KIND/NAME/ID.json` of a bucket. `nonce` gives a new random text at each call. Borrows
// `caller`.
std::unique_ptr<Store> make_s3_store(aws::Caller& caller, aws::s3::Bucket bucket, std::string prefix,
                                     std::function<std::string()> nonce);

// Files `FOLDER/ACCOUNT/REGION/KIND/NAME/ID.json`, as S3 has objects: a write takes effect only if the file still holds what was
// read, a reader sees the old record or the new one, and what was written outlives a crash of the machine. Several processes of
// one machine may work at once: each holds `FOLDER/.lock` while it writes. Errors of a write: Conflict, Transient (no room, or
// somebody holds the lock until the deadline), Denied: the record is as before then; or the message says that it is written, but may
// be lost if the machine stops now. Borrows `clock`.
std::unique_ptr<Store> make_directory_store(std::string folder, base::Clock& clock, std::function<std::string()> nonce);

// Whether records can be kept in that folder. Errors: NotFound (there is none; it is not made, since with a mistyped name every
// service would look as if it were seen for the first time).
base::Result<void> check_folder(const std::string& folder);

// Where there is no place for records: no service has one, and none can be changed (Denied).
std::unique_ptr<Store> make_no_store();

// The key of a service's record, below the prefix.
std::string record_key(const names::ServiceArn& service);

}  // namespace records
