// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "rules/problem.h"

namespace rules {

// What can be found in a file of rules. The ids are promised: they stand in files (`silence`), and in what code hosts keep.
namespace id {
inline constexpr std::string_view unreadable = "unreadable";
inline constexpr std::string_view syntax = "syntax";
inline constexpr std::string_view wrong_type = "wrong-type";
inline constexpr std::string_view unknown_key = "unknown-key";
inline constexpr std::string_view duplicate_key = "duplicate-key";
inline constexpr std::string_view missing_key = "missing-key";
inline constexpr std::string_view bad_value = "bad-value";
inline constexpr std::string_view bad_range = "bad-range";
inline constexpr std::string_view bad_pattern = "bad-pattern";
inline constexpr std::string_view bad_repository = "bad-repository";
inline constexpr std::string_view bad_arn = "bad-arn";
inline constexpr std::string_view bad_duration = "bad-duration";
inline constexpr std::string_view duplicate_service = "duplicate-service";
inline constexpr std::string_view failed_test = "failed-test";
inline constexpr std::string_view upper_case_repository = "upper-case-repository";
inline constexpr std::string_view impossible_repository = "impossible-repository";
inline constexpr std::string_view unrunnable_repository = "unrunnable-repository";
inline constexpr std::string_view matches_nothing = "matches-nothing";
inline constexpr std::string_view en_dash = "en-dash";
inline constexpr std::string_view hyphen_without_blanks = "hyphen-without-blanks";
inline constexpr std::string_view pattern_matches_no_tag = "pattern-matches-no-tag";
inline constexpr std::string_view pattern_reads_no_version = "pattern-reads-no-version";
inline constexpr std::string_view unknown_region = "unknown-region";
inline constexpr std::string_view other_account = "other-account";
inline constexpr std::string_view other_region = "other-region";
inline constexpr std::string_view unbounded_range = "unbounded-range";
inline constexpr std::string_view unanchored_pattern = "unanchored-pattern";
inline constexpr std::string_view needless_silence = "needless-silence";
}  // namespace id

struct ProblemKind {
  std::string_view id;
  Problem::Severity severity;
  std::string_view text;
};

// All of them, with what they say in general.
inline constexpr std::array problem_kinds = {
    ProblemKind{id::unreadable, Problem::Severity::Error, "The file is empty, too large, or not UTF-8"},
    ProblemKind{id::syntax, Problem::Severity::Error, "The file is not JSON"},
    ProblemKind{id::wrong_type, Problem::Severity::Error, "A value is of another type than is wanted there"},
    ProblemKind{id::unknown_key, Problem::Severity::Error, "A key is not known there"},
    ProblemKind{id::duplicate_key, Problem::Severity::Error, "A key is given twice"},
    ProblemKind{id::missing_key, Problem::Severity::Error, "A key is missing"},
    ProblemKind{id::bad_value, Problem::Severity::Error, "A value is not one of those that are possible"},
    ProblemKind{id::bad_range, Problem::Severity::Error, "semVersion is no range of versions"},
    ProblemKind{id::bad_pattern, Problem::Severity::Error, "tagPattern is no pattern with a group `version`"},
    ProblemKind{id::bad_repository, Problem::Severity::Error, "repository is no repository of ECR"},
    ProblemKind{id::bad_arn, Problem::Severity::Error, "serviceArn is no ARN of a service that can be deployed to"},
    ProblemKind{id::bad_duration, Problem::Severity::Error, "A duration can't be read, or is out of bounds"},
    ProblemKind{id::duplicate_service, Problem::Severity::Error, "Two rules are about one service"},
    ProblemKind{id::failed_test, Problem::Severity::Error, "One of the rules' own tests fails"},
    ProblemKind{id::upper_case_repository, Problem::Severity::Warning,
                "A repository's name has upper-case letters, which ECR has not: the rule can never match"},
    ProblemKind{id::impossible_repository, Problem::Severity::Warning,
                "ECR takes no such name for a repository: the rule can never match"},
    ProblemKind{id::unrunnable_repository, Problem::Severity::Warning, "App Runner can't run images of the repository"},
    ProblemKind{id::matches_nothing, Problem::Severity::Warning,
                "The range, or a part of it, matches no version at all"},
    ProblemKind{id::en_dash, Problem::Severity::Warning, "The range has a dash where a hyphen is meant"},
    ProblemKind{id::hyphen_without_blanks, Problem::Severity::Warning,
                "The range is one prerelease, and two versions with ` - ` between them are meant"},
    ProblemKind{id::pattern_matches_no_tag, Problem::Severity::Warning, "tagPattern matches no tag at all"},
    ProblemKind{id::pattern_reads_no_version, Problem::Severity::Warning,
                "The group `version` of tagPattern can never take a version"},
    ProblemKind{id::unknown_region, Problem::Severity::Warning, "App Runner is not in the service's region"},
    ProblemKind{id::other_account, Problem::Severity::Hint, "The repository is of another account than the service"},
    ProblemKind{id::other_region, Problem::Severity::Hint, "The repository is in another region than the service"},
    ProblemKind{id::unbounded_range, Problem::Severity::Hint,
                "The range has no upper bound: every later major version is deployed too"},
    ProblemKind{id::unanchored_pattern, Problem::Severity::Hint, "tagPattern may match inside of a tag"},
    ProblemKind{id::needless_silence, Problem::Severity::Hint, "An id in `silence` silences nothing"}};

// Those that a file can silence.
inline constexpr std::array silenceable_ids = {id::upper_case_repository,
                                               id::impossible_repository,
                                               id::unrunnable_repository,
                                               id::matches_nothing,
                                               id::en_dash,
                                               id::hyphen_without_blanks,
                                               id::pattern_matches_no_tag,
                                               id::pattern_reads_no_version,
                                               id::unknown_region,
                                               id::other_account,
                                               id::other_region,
                                               id::unbounded_range,
                                               id::unanchored_pattern};

}  // namespace rules
