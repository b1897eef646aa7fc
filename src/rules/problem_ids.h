// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace rules {

// What can be found in a file of rules. The ids are promised: they stand in files (`silence`), and in what code hosts keep.
namespace id {
// Errors.
inline constexpr std::string_view unreadable = "unreadable";  // Too large, not UTF-8, nothing in it.
inline constexpr std::string_view syntax = "syntax";          // Not JSON.
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
inline constexpr std::string_view not_supported = "not-supported";
inline constexpr std::string_view failed_test = "failed-test";
// Warnings.
inline constexpr std::string_view upper_case_repository = "upper-case-repository";
inline constexpr std::string_view impossible_repository = "impossible-repository";
inline constexpr std::string_view unrunnable_repository = "unrunnable-repository";
inline constexpr std::string_view matches_nothing = "matches-nothing";
inline constexpr std::string_view en_dash = "en-dash";
inline constexpr std::string_view pattern_matches_no_tag = "pattern-matches-no-tag";
inline constexpr std::string_view unknown_region = "unknown-region";
// Hints.
inline constexpr std::string_view other_account = "other-account";
inline constexpr std::string_view other_region = "other-region";
inline constexpr std::string_view unbounded_range = "unbounded-range";
inline constexpr std::string_view unanchored_pattern = "unanchored-pattern";
inline constexpr std::string_view needless_silence = "needless-silence";
}  // namespace id

// Those that a file can silence: all that are no errors.
inline constexpr std::array silenceable_ids = {id::upper_case_repository,
                                               id::impossible_repository,
                                               id::unrunnable_repository,
                                               id::matches_nothing,
                                               id::en_dash,
                                               id::pattern_matches_no_tag,
                                               id::unknown_region,
                                               id::other_account,
                                               id::other_region,
                                               id::unbounded_range,
                                               id::unanchored_pattern};

}  // namespace rules
